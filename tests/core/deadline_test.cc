// Deadlines: which wait runs out first, and when a session ends by itself.
#include <gtest/gtest.h>

#include "core/policies.h"

namespace loopbreaker {
namespace {

using testing::kMinute;
using testing::kStart;
using testing::policy_of;
using testing::session_of_two_turns;

constexpr DurationMs kDay{86'400'000};

constexpr DurationMs minutes(int n) { return {n * kMinute.ms}; }

Policy waiting_policy() {
  return policy_of(R"(
[idle]
default = "30m"
email = "24h"
[[rule]]
id = "phantom"
outcome = "escalate"
why = "Nobody came."
when = "transfer_waiting >= 2m"
[[rule]]
id = "gone"
outcome = "offer"
why = "Gone."
when = { all = ["frustration_peak >= 0.5", "customer_silent >= 10m"] }
[[rule]]
id = "long_gone"
outcome = "watch"
why = "Long gone."
when = "customer_silent > 20m"
)");
}

TEST(NextDeadline, WithoutWaitsIsTheIdleEndOfTheChannel) {
  const Policy policy = waiting_policy();
  Session s = session_of_two_turns();
  NextDeadline next = next_deadline(policy, s);
  EXPECT_TRUE(next.idle);
  EXPECT_EQ(next.name, "idle");
  EXPECT_EQ(next.at, kStart + minutes(30));
  s.channel = "Email";
  EXPECT_EQ(next_deadline(policy, s).at, kStart + kDay);
}

TEST(NextDeadline, ASessionWithoutEventsHasNone) {
  EXPECT_EQ(next_deadline(waiting_policy(), Session{}).at, kEndOfTime);
}

TEST(NextDeadline, TheEarliestWaitComesFirst) {
  const Policy policy = waiting_policy();
  Session s = session_of_two_turns();
  s[Signal::frustration].peak = Score::percent(60);
  s.waiting.customer_silent_since = kStart;
  EXPECT_EQ(next_deadline(policy, s).at, kStart + minutes(10));
  EXPECT_EQ(next_deadline(policy, s).name, "customer_silent");
  s.waiting.transfer_since = kStart + minutes(1);
  EXPECT_EQ(next_deadline(policy, s).at, kStart + minutes(3));
  EXPECT_EQ(next_deadline(policy, s).name, "transfer_waiting");
}

TEST(NextDeadline, WhatWasJudgedDoesNotComeAgain) {
  const Policy policy = waiting_policy();
  Session s = session_of_two_turns();
  s[Signal::frustration].peak = Score::percent(60);
  s.waiting.customer_silent_since = kStart;
  s.judged_until = kStart + minutes(10);
  EXPECT_EQ(next_deadline(policy, s).at, kStart + minutes(20) + DurationMs{1})
      << "\"> 20m\" is true 1 ms later";
  s.judged_until = kStart + minutes(21);
  EXPECT_TRUE(next_deadline(policy, s).idle);
}

TEST(NextDeadline, AWaitWhoseRuleCannotFireNeedsNoWakeUp) {
  const Policy policy = waiting_policy();
  Session s = session_of_two_turns();
  s.waiting.customer_silent_since = kStart;
  EXPECT_EQ(next_deadline(policy, s).at, kStart + minutes(20) + DurationMs{1})
      << "no frustration, no rule at 10m";
  s.cooldowns.push_back({stable_hash("long_gone"), kStart});
  EXPECT_TRUE(next_deadline(policy, s).idle) << "and a rule in its cool-down needs none either";
}

TEST(NextDeadline, AtTheSameTimeTheWaitComesBeforeTheEnd) {
  const Policy policy = policy_of(R"(
[idle]
default = "10m"
[[rule]]
id = "gone"
outcome = "watch"
why = "Gone."
when = "customer_silent >= 10m")");
  Session s = session_of_two_turns();
  s.waiting.customer_silent_since = kStart;
  const NextDeadline wait = next_deadline(policy, s);
  EXPECT_FALSE(wait.idle);
  apply(s, decide(policy, s, wait.at, wait.name), wait.at);
  const NextDeadline end = next_deadline(policy, s);
  EXPECT_TRUE(end.idle);
  EXPECT_EQ(end.at, wait.at);
}

TEST(NextDeadline, APendingTransferHoldsTheSessionOpenButNotForEver) {
  const Policy policy = waiting_policy();
  Session s = session_of_two_turns();
  s.cooldowns.push_back({stable_hash("phantom"), kStart});
  for (TransferStatus status :
       {TransferStatus::requested, TransferStatus::queued, TransferStatus::accepted}) {
    s.waiting.transfer = status;
    s.waiting.transfer_since = kStart;
    s.judged_until = kStart + minutes(60);
    const NextDeadline next = next_deadline(policy, s);
    EXPECT_TRUE(next.idle);
    EXPECT_EQ(next.at, kStart + DurationMs{7 * kDay.ms});
  }
  s.waiting.transfer = TransferStatus::failed;
  EXPECT_EQ(next_deadline(policy, s).at, kStart + minutes(30));
}

TEST(NextDeadline, AnEventAfterTheHoldStillHasItsIdleTime) {
  const Policy policy = waiting_policy();
  Session s = session_of_two_turns();
  s.waiting.transfer = TransferStatus::queued;
  s.waiting.transfer_since = kStart - DurationMs{8 * kDay.ms};
  s.judged_until = kStart;
  EXPECT_EQ(next_deadline(policy, s).at, kStart + minutes(30));
}

TEST(NextDeadline, ANegatedShortWaitIsAWaitToo) {
  const Policy policy = policy_of(R"(
[[rule]]
id = "late"
outcome = "watch"
why = "Late."
when = { all = ["turns >= 1"], none = ["bot_silent < 3m"] })");
  ASSERT_EQ(policy.deadlines.size(), 1u);
  EXPECT_EQ(policy.deadlines[0].after, minutes(3));
}

TEST(NextDeadline, TimesAtTheEdgeDoNotOverflow) {
  const Policy policy = waiting_policy();
  Session s = session_of_two_turns();
  s.last_event_at = {kEndOfTime.ms - 1};
  s.waiting.transfer_since = {kEndOfTime.ms - 1};
  EXPECT_EQ(next_deadline(policy, s).at, kEndOfTime);
}

}  // namespace
}  // namespace loopbreaker
