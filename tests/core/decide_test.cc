// Decisions: which rules fire, and the life of an escalation.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/policies.h"

namespace loopbreaker {
namespace {

using ::testing::HasSubstr;
using testing::kMinute;
using testing::kStart;
using testing::policy_of;
using testing::session_of_two_turns;

constexpr std::string_view kRules = R"(
cooldown = "10m"
[[rule]]
id = "loop"
title = "Bot loop"
outcome = "escalate"
severity = "high"
priority = 50
queue = "general"
skills = ["calm", "general"]
cooldown = "30m"
why = "Going in circles."
first_step = "Answer it."
when = { all = ["loop >= 0.5", "turns >= 2"] }
[[rule]]
id = "failures"
outcome = "offer"
priority = 60
queue = "second"
skills = ["general", "tools"]
why = "Failed often."
when = "failed_attempts >= 3"
[[rule]]
id = "danger"
outcome = "escalate"
severity = "urgent"
priority = 10
why = "Danger."
when = "safety >= 0.5"
[[rule]]
id = "mood"
outcome = "watch"
why = "Mood."
when = "frustration >= 0.5"
)";

class Decide : public ::testing::Test {
 protected:
  /// Judges after an event, applies, and returns the decisions.
  std::vector<Decision> judge(DurationMs after = {0}) {
    const TimeMs now = kStart + after;
    const Judgement j = decide(policy, session, now);
    apply(session, j, now);
    return j.decisions;
  }
  std::vector<Decision> run_out(std::string_view wait, DurationMs after) {
    const Judgement j = decide(policy, session, kStart + after, wait);
    apply(session, j, kStart + after);
    return j.decisions;
  }
  void loop(int percent) { session[Signal::loop].now = Score::percent(percent); }
  void fail(std::uint32_t times) { session.bot_failures = times; }
  void danger() { session.categories.push_back({Category::safety, Score::percent(90), {}, 1}); }
  void mood(int percent) { session[Signal::frustration].now = Score::percent(percent); }

  Policy policy = policy_of(kRules);
  Session session = session_of_two_turns();
};

TEST_F(Decide, NothingHappensBelowTheThresholds) {
  loop(49);
  fail(2);
  const Judgement j = decide(policy, session, kStart);
  EXPECT_TRUE(j.decisions.empty());
  EXPECT_FALSE(j.changed);
}

TEST_F(Decide, ARuleThatHoldsRaisesWithItsReasonInWords) {
  loop(62);
  Evidence quote;
  quote.turn = 1;
  quote.excerpt = "where is it";
  session[Signal::loop].evidence = {quote};
  const auto decisions = judge();
  ASSERT_EQ(decisions.size(), 1u);
  const Decision& d = decisions[0];
  EXPECT_EQ(d.change, Change::raised);
  EXPECT_EQ(d.outcome, Outcome::escalate);
  EXPECT_EQ(d.severity, Severity::high);
  EXPECT_EQ(d.priority, 50);
  EXPECT_EQ(d.queue, "general");
  EXPECT_EQ(d.escalation_id, make_output_id("s-1", 7, 0, "case"));
  ASSERT_EQ(d.reasons.size(), 1u);
  const Reason& r = d.reasons[0];
  EXPECT_EQ(r.rule, "loop");
  EXPECT_EQ(r.title, "Bot loop");
  EXPECT_EQ(r.signal, Signal::loop);
  EXPECT_EQ(r.fact, "loop");
  EXPECT_EQ(r.value, "0.62");
  EXPECT_EQ(r.threshold, ">= 0.5");
  EXPECT_EQ(r.counterfactual, "would not have fired with loop below 0.5");
  EXPECT_TRUE(std::ranges::equal(r.evidence, session[Signal::loop].evidence));
}

TEST_F(Decide, TheTriggerIsTheLastEvent) {
  loop(62);
  session.last_event_id = "transfer-9";
  session.last_position = {3, 99};
  const Trigger t = judge({1'000}).at(0).trigger;
  EXPECT_FALSE(t.deadline);
  EXPECT_EQ(t.event_id, "transfer-9");
  EXPECT_EQ(t.position, (Position{3, 99}));
  EXPECT_EQ(t.turn, 1u);
  EXPECT_EQ(t.time, kStart + DurationMs{1'000});
}

TEST_F(Decide, TheSessionRemembersWhatWasRaised) {
  loop(62);
  judge();
  EXPECT_EQ(session.escalation.phase, Escalation::Phase::open);
  EXPECT_EQ(session.escalation.outcome, Outcome::escalate);
  EXPECT_EQ(session.escalation.severity, Severity::high);
  EXPECT_EQ(session.escalation.rule, "loop");
  EXPECT_EQ(session.escalation.raised_at, kStart);
  EXPECT_EQ(session.escalation.escalated_at, kStart);
  EXPECT_EQ(session.escalation.raised_turn, 1u);
  EXPECT_EQ(session.escalation.times, 1u);
  EXPECT_EQ(session.escalation.strongest, Outcome::escalate);
  EXPECT_EQ(session.judged_until, kStart);
  ASSERT_EQ(session.cooldowns.size(), 1u);
  EXPECT_EQ(session.cooldowns[0].rule, stable_hash("loop"));
}

TEST_F(Decide, TheStrongestOutcomeDecidesAndThenThePriorityNamesTheCase) {
  loop(62);
  fail(3);
  danger();
  const auto decisions = judge();
  ASSERT_EQ(decisions.size(), 1u);
  EXPECT_EQ(decisions[0].outcome, Outcome::escalate);
  EXPECT_EQ(decisions[0].severity, Severity::urgent) << "the highest of those that escalate";
  ASSERT_EQ(decisions[0].reasons.size(), 3u);
  EXPECT_EQ(decisions[0].reasons[0].rule, "loop")
      << "priority 50 before 10; the offer's 60 does not count";
  EXPECT_EQ(decisions[0].reasons[1].rule, "failures");
  EXPECT_EQ(decisions[0].reasons[2].rule, "danger");
  EXPECT_EQ(decisions[0].queue, "general");
  EXPECT_THAT(decisions[0].skills, ::testing::ElementsAre("calm", "general", "tools"));
}

TEST_F(Decide, ARuleThatStaysTrueDoesNotRaiseAgainWhileTheCaseIsOpen) {
  loop(62);
  EXPECT_EQ(judge().size(), 1u);
  EXPECT_TRUE(judge(kMinute).empty());
  EXPECT_TRUE(judge({60 * kMinute.ms}).empty()) << "not even after its cool-down";
}

TEST_F(Decide, AStrongerOutcomeUpgradesTheOpenCase) {
  fail(3);
  EXPECT_EQ(judge().at(0).outcome, Outcome::offer);
  EXPECT_EQ(session.escalation.escalated_at, kNoTime);
  loop(62);
  const auto decisions = judge(kMinute);
  ASSERT_EQ(decisions.size(), 1u);
  EXPECT_EQ(decisions[0].change, Change::upgraded);
  EXPECT_EQ(decisions[0].outcome, Outcome::escalate);
  EXPECT_EQ(decisions[0].escalation_id, make_output_id("s-1", 7, 0, "case"))
      << "still the same case";
  ASSERT_EQ(decisions[0].reasons.size(), 2u) << "the first reason is still true, and still told";
  EXPECT_EQ(decisions[0].reasons[0].rule, "loop");
  EXPECT_EQ(decisions[0].reasons[1].rule, "failures");
  EXPECT_EQ(session.escalation.times, 1u);
  EXPECT_EQ(session.escalation.raised_at, kStart);
  EXPECT_EQ(session.escalation.escalated_at, kStart + kMinute);
}

TEST_F(Decide, AHigherSeverityOfTheSameOutcomeUpgradesToo) {
  loop(62);
  judge();
  danger();
  const auto decisions = judge(kMinute);
  ASSERT_EQ(decisions.size(), 1u);
  EXPECT_EQ(decisions[0].change, Change::upgraded);
  EXPECT_EQ(decisions[0].severity, Severity::urgent);
  EXPECT_EQ(decisions[0].reasons[0].rule, "danger");
}

TEST_F(Decide, AWeakerRuleChangesNothingWhileTheCaseIsOpen) {
  loop(62);
  judge();
  fail(3);
  const Judgement j = decide(policy, session, kStart + kMinute);
  EXPECT_TRUE(j.decisions.empty());
  EXPECT_FALSE(j.changed);
}

TEST_F(Decide, WatchMayBecomeMore) {
  mood(60);
  EXPECT_EQ(judge().at(0).outcome, Outcome::watch);
  fail(3);
  EXPECT_EQ(judge(kMinute).at(0).outcome, Outcome::offer);
  loop(60);
  const auto decisions = judge({2 * kMinute.ms});
  EXPECT_EQ(decisions.at(0).outcome, Outcome::escalate);
  EXPECT_EQ(decisions.at(0).change, Change::upgraded);
}

TEST_F(Decide, AnAgentWhoJoinsAcknowledgesTheCase) {
  loop(62);
  judge();
  session.agent_present = true;
  const auto decisions = judge(kMinute);
  ASSERT_EQ(decisions.size(), 1u);
  EXPECT_EQ(decisions[0].change, Change::acknowledged);
  EXPECT_EQ(decisions[0].outcome, Outcome::nothing);
  EXPECT_TRUE(decisions[0].reasons.empty());
  EXPECT_FALSE(decisions[0].note.empty());
  EXPECT_EQ(session.escalation.phase, Escalation::Phase::acknowledged);
  EXPECT_EQ(session.escalation.acknowledged_at, kStart + kMinute);
  EXPECT_TRUE(judge({2 * kMinute.ms}).empty());
}

TEST_F(Decide, NothingIsRaisedWhileAnAgentIsThere) {
  session.agent_present = true;
  loop(62);
  danger();
  EXPECT_TRUE(judge().empty());
}

TEST_F(Decide, TheEndOfTheSessionResolvesTheCase) {
  loop(62);
  judge();
  const Judgement j = decide(policy, session, kStart + kMinute, {}, true);
  ASSERT_EQ(j.decisions.size(), 1u);
  EXPECT_EQ(j.decisions[0].change, Change::resolved);
  apply(session, j, kStart + kMinute);
  EXPECT_EQ(session.escalation.phase, Escalation::Phase::none);
  EXPECT_EQ(session.escalation.closed_at, kStart + kMinute);
}

TEST_F(Decide, TheEndOfASessionRaisesNothingNew) {
  loop(62);
  EXPECT_TRUE(decide(policy, session, kStart, {}, true).decisions.empty());
}

TEST_F(Decide, SolvedInTheCustomersWordsWithdrawsTheCase) {
  loop(62);
  judge();
  session.solved_turn = 2;
  const auto decisions = judge(kMinute);
  ASSERT_EQ(decisions.size(), 1u);
  EXPECT_EQ(decisions[0].change, Change::withdrawn);
  EXPECT_EQ(session.escalation.phase, Escalation::Phase::none);
}

TEST_F(Decide, SolvedWithdrawsNothingThatAnAgentHasTaken) {
  loop(62);
  judge();
  session.agent_present = true;
  judge(kMinute);
  session.solved_turn = 2;
  EXPECT_TRUE(judge({2 * kMinute.ms}).empty());
}

TEST_F(Decide, SolvedDoesNotWithdrawAnUrgentCaseNorHoldOneBack) {
  session.solved_turn = 1;
  loop(62);
  EXPECT_TRUE(judge().empty()) << "the loop is over, the customer says";
  danger();
  EXPECT_EQ(judge().size(), 1u);
  EXPECT_TRUE(judge(kMinute).empty());
  EXPECT_EQ(session.escalation.phase, Escalation::Phase::open);
}

TEST_F(Decide, AfterAWithdrawalTheSessionRestsAndTheRuleToo) {
  loop(62);
  judge();
  session.solved_turn = 2;
  judge(kMinute);
  session.solved_turn = -1;
  fail(3);
  EXPECT_TRUE(judge({5 * kMinute.ms}).empty()) << "the session's cool-down: 10 minutes";
  const auto again = judge({12 * kMinute.ms});
  ASSERT_EQ(again.size(), 1u);
  EXPECT_EQ(again[0].reasons[0].rule, "failures") << "the loop rule itself is quiet for 30 minutes";
  EXPECT_EQ(again[0].change, Change::raised);
  EXPECT_EQ(again[0].escalation_id, make_output_id("s-1", 7, 1, "case")) << "a new case";
  EXPECT_EQ(session.escalation.times, 2u);
  EXPECT_EQ(judge({31 * kMinute.ms}).at(0).reasons.at(0).rule, "loop");
}

TEST_F(Decide, SomethingStrongerDoesNotWaitForTheSessionsCooldown) {
  fail(3);
  judge();
  session.solved_turn = 2;
  judge(kMinute);
  session.solved_turn = -1;
  loop(62);
  EXPECT_EQ(judge({2 * kMinute.ms}).at(0).change, Change::raised);
}

TEST_F(Decide, StuckAgainAfterTheAgentLeftIsANewCase) {
  loop(62);
  judge();
  session.agent_present = true;
  judge(kMinute);
  session.agent_present = false;
  fail(3);
  EXPECT_TRUE(judge({2 * kMinute.ms}).empty()) << "within the cool-down of the session";
  const auto decisions = judge({15 * kMinute.ms});
  ASSERT_EQ(decisions.size(), 2u);
  EXPECT_EQ(decisions[0].change, Change::resolved);
  EXPECT_EQ(decisions[0].escalation_id, make_output_id("s-1", 7, 0, "case"));
  EXPECT_EQ(decisions[1].change, Change::raised);
  EXPECT_EQ(decisions[1].escalation_id, make_output_id("s-1", 7, 1, "case"));
}

TEST_F(Decide, TimeNeverRunsBackwardsForASession) {
  policy = policy_of(R"(
[[rule]]
id = "phantom"
outcome = "escalate"
why = "Nobody came."
when = "transfer_waiting >= 2m")");
  session.judged_until = kStart + DurationMs{10 * kMinute.ms};
  session.waiting.transfer_since = kStart;
  const auto decisions = judge({1'000});
  ASSERT_EQ(decisions.size(), 1u) << "the wait ran out before a deadline that was judged already";
  EXPECT_EQ(decisions[0].reasons[0].value, "10m");
  EXPECT_EQ(session.judged_until, kStart + DurationMs{10 * kMinute.ms});
}

TEST_F(Decide, AShadowRuleIsCountedAndPublishesNothing) {
  policy = policy_of(R"(
[[rule]]
id = "try"
outcome = "escalate"
shadow = true
cooldown = "5m"
why = "Trying."
when = "loop >= 0.2")");
  loop(30);
  Judgement j = decide(policy, session, kStart);
  EXPECT_TRUE(j.decisions.empty());
  EXPECT_THAT(j.shadow, ::testing::ElementsAre("try"));
  EXPECT_TRUE(j.changed) << "its cool-down must be saved";
  apply(session, j, kStart);
  EXPECT_EQ(session.escalation.phase, Escalation::Phase::none);
  EXPECT_TRUE(decide(policy, session, kStart + kMinute).shadow.empty());
  EXPECT_EQ(decide(policy, session, kStart + DurationMs{5 * kMinute.ms}).shadow.size(), 1u);
}

TEST_F(Decide, AScopeLimitsARuleToItsSessions) {
  policy = policy_of(R"(
[[rule]]
id = "scoped"
outcome = "offer"
why = "Here only."
scope = { channels = ["Chat", "web"], languages = ["en"], tiers = ["gold"], tenants = ["acme"] }
when = "loop >= 0.5")");
  loop(60);
  session.channel = "WEB";
  session.language = "en-GB";
  session.tier = "Gold";
  session.tenant = "ACME";
  EXPECT_EQ(decide(policy, session, kStart).decisions.size(), 1u);
  for (ThinString Session::*field :
       {&Session::channel, &Session::language, &Session::tier, &Session::tenant}) {
    Session other = session;
    other.*field = "eno";
    EXPECT_TRUE(decide(policy, other, kStart).decisions.empty());
    (other.*field).clear();
    EXPECT_TRUE(decide(policy, other, kStart).decisions.empty()) << "unknown is not within a scope";
  }
}

TEST_F(Decide, ConditionsCombineAllAnyAndNone) {
  policy = policy_of(R"(
[[rule]]
id = "tree"
outcome = "offer"
why = "Tree."
when = { all = [{ any = ["loop >= 0.5", "rejections >= 2"] }, "turns >= 2"], none = ["channel = email", "solved"] })");
  EXPECT_TRUE(decide(policy, session, kStart).decisions.empty());
  session.rejections = 2;
  const Judgement j = decide(policy, session, kStart);
  ASSERT_EQ(j.decisions.size(), 1u);
  EXPECT_EQ(j.decisions[0].reasons[0].fact, "rejections")
      << "the first that holds carries the rule";
  EXPECT_EQ(j.decisions[0].reasons[0].counterfactual,
            "would not have fired with fewer than 2 rejected answers");
  session.channel = "Email";
  EXPECT_TRUE(decide(policy, session, kStart).decisions.empty());
}

TEST_F(Decide, AmountsAreComparedInTheirCurrency) {
  constexpr std::string_view kText = R"(
[[rule]]
id = "dispute"
outcome = "escalate"
why = "Dispute."
when = "disputed_amount >= {}")";
  const auto with = [&](std::string_view amount) {
    std::string toml(kText);
    return policy_of(toml.replace(toml.find("{}"), 2, amount));
  };
  EXPECT_TRUE(decide(with("0"), session, kStart).decisions.empty()) << "no amount was said";
  session.categories.push_back(
      {Category::billing_dispute, Score::percent(90), Amount{100'00, "EUR", {}}, 0});
  EXPECT_TRUE(decide(with("100.01"), session, kStart).decisions.empty());
  EXPECT_TRUE(decide(with("100 USD"), session, kStart).decisions.empty());
  const Judgement j = decide(with("100 EUR"), session, kStart);
  ASSERT_EQ(j.decisions.size(), 1u);
  EXPECT_EQ(j.decisions[0].reasons[0].value, "100.00 EUR");
  EXPECT_EQ(decide(with("100"), session, kStart).decisions.size(), 1u) << "in any currency";
}

TEST_F(Decide, AWaitThatIsNotRunningMakesNoComparisonTrue) {
  policy = policy_of(R"(
[[rule]]
id = "prompt"
outcome = "watch"
why = "Prompt."
when = "bot_silent < 2m")");
  EXPECT_TRUE(decide(policy, session, kStart).decisions.empty());
  session.waiting.bot_silent_since = kStart;
  EXPECT_EQ(decide(policy, session, kStart + kMinute).decisions.size(), 1u);
}

TEST_F(Decide, WhatHappenedExplainsARuleRatherThanItsSetting) {
  policy = policy_of(R"(
[[rule]]
id = "web_loop"
outcome = "offer"
why = "Loop."
when = ["channel = web", "turns >= 2", "rejections >= 1"])");
  session.channel = "web";
  session.rejections = 1;
  const Judgement j = decide(policy, session, kStart);
  ASSERT_EQ(j.decisions.size(), 1u);
  EXPECT_EQ(j.decisions[0].reasons[0].fact, "rejections");
  EXPECT_EQ(j.decisions[0].reasons[0].signal, Signal::failed_attempts);
  EXPECT_EQ(j.decisions[0].reasons[0].counterfactual,
            "would not have fired without a rejected answer");
}

TEST_F(Decide, ADeadlineNamesTheWaitAndTheLastMessage) {
  policy = policy_of(R"(
[[rule]]
id = "silent"
outcome = "offer"
why = "Silent."
when = "bot_silent >= 2m")");
  session.waiting.bot_silent_since = kStart;
  session.last_event_id = "rating-5";
  const auto decisions = run_out("bot_silent", {2 * kMinute.ms});
  ASSERT_EQ(decisions.size(), 1u);
  EXPECT_TRUE(decisions[0].trigger.deadline);
  EXPECT_EQ(decisions[0].trigger.deadline_name, "bot_silent");
  EXPECT_EQ(decisions[0].trigger.event_id, "e-1");
  EXPECT_EQ(decisions[0].trigger.time, kStart + DurationMs{2 * kMinute.ms});
  EXPECT_EQ(decisions[0].reasons[0].value, "2m");
  ASSERT_EQ(decisions[0].reasons[0].evidence.size(), 1u)
      << "a silence is quoted by what was said last";
  EXPECT_EQ(decisions[0].reasons[0].evidence[0].excerpt, "where is my order");
}

TEST_F(Decide, BesideAnAgentOnlyADeadlineMayRaiseAndOnlyAWatch) {
  policy = policy_of(R"(
[[rule]]
id = "slow"
outcome = "watch"
why = "Slow."
when = "bot_silent >= 2m"
[[rule]]
id = "slower"
outcome = "offer"
why = "Slower."
when = "bot_silent >= 2m")");
  session.waiting.bot_silent_since = kStart;
  session.agent_present = true;
  EXPECT_TRUE(judge({3 * kMinute.ms}).empty());
  const auto decisions = run_out("bot_silent", {3 * kMinute.ms});
  ASSERT_EQ(decisions.size(), 1u);
  EXPECT_EQ(decisions[0].outcome, Outcome::watch);
}

TEST_F(Decide, ACaseThatNobodyTakesIsRaisedAgainWithMoreWeight) {
  policy = policy_of(std::string(kRules) + R"(
[[rule]]
id = "unattended"
outcome = "escalate"
severity = "urgent"
why = "Nobody."
when = "escalation_waiting >= 5m")");
  loop(62);
  judge();
  const NextDeadline next = next_deadline(policy, session);
  EXPECT_EQ(next.name, "escalation_waiting");
  EXPECT_EQ(next.at, kStart + DurationMs{5 * kMinute.ms});
  const auto decisions = run_out(next.name, {5 * kMinute.ms});
  ASSERT_EQ(decisions.size(), 1u);
  EXPECT_EQ(decisions[0].change, Change::upgraded);
  EXPECT_EQ(decisions[0].severity, Severity::urgent);
  EXPECT_EQ(decisions[0].reasons[0].rule, "unattended");
  EXPECT_EQ(decisions[0].reasons[1].rule, "loop");
}

TEST_F(Decide, CategoryRulesQuoteTheTurnInWhichTheirCategoryWasHeard) {
  danger();
  Evidence other, own;
  other.turn = 0;
  other.excerpt = "cancel it";
  own.turn = 1;
  own.excerpt = "it is on fire";
  session[Signal::category].evidence = {other, own};
  const auto decisions = judge();
  ASSERT_EQ(decisions.at(0).reasons.at(0).evidence.size(), 1u);
  EXPECT_EQ(decisions[0].reasons[0].evidence[0].excerpt, "it is on fire");
}

TEST(Apply, KeepsAtMostThirtyTwoCooldownsAndDropsTheOldest) {
  Session s;
  for (int i = 0; i < 40; ++i) {
    Judgement j;
    j.changed = true;
    j.cooldowns.push_back({static_cast<std::uint64_t>(i + 1), kStart + DurationMs{i}});
    apply(s, j, kStart + DurationMs{i});
  }
  ASSERT_EQ(s.cooldowns.size(), 32u);
  EXPECT_EQ(s.cooldowns.front().rule, 9u);
  Judgement again;
  again.changed = true;
  again.cooldowns.push_back({20, kStart + kMinute});
  apply(s, again, kStart + kMinute);
  EXPECT_EQ(s.cooldowns.size(), 32u) << "a rule has one cool-down";
}

TEST(Apply, JudgedUntilOnlyGrows) {
  Session s;
  apply(s, {}, kStart);
  apply(s, {}, kStart - kMinute);
  EXPECT_EQ(s.judged_until, kStart);
}

}  // namespace
}  // namespace loopbreaker
