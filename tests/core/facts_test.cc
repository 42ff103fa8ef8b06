// Facts: the table is complete, and each is read from where the session keeps it.
#include "loopbreaker/facts.h"

#include <gtest/gtest.h>

#include <set>

#include "core/units.h"

namespace loopbreaker {
namespace {

constexpr TimeMs kNow{1'700'000'000'000};

TEST(Facts, EachHasANameOfItsOwnAndADocumentation) {
  std::set<std::string_view> names;
  for (const FactInfo& f : facts()) {
    EXPECT_TRUE(names.insert(f.name).second) << f.name;
    EXPECT_FALSE(f.doc.empty()) << f.name;
    EXPECT_EQ(find_fact(f.name), &info(f.fact));
  }
  EXPECT_EQ(names.size(), static_cast<std::size_t>(kFacts));
  EXPECT_EQ(find_fact("lop"), nullptr);
}

TEST(Facts, NumbersAreZeroAndTextsEmptyInANewSession) {
  const Session s;
  for (const FactInfo& f : facts()) {
    if (f.type == FactType::text)
      EXPECT_TRUE(text_of(f.fact, s).empty()) << f.name;
    else
      EXPECT_EQ(value_of(f.fact, s, kNow), 0) << f.name;
  }
}

TEST(Facts, ScoresComeFromTheirSignalsNowAndPeak) {
  Session s;
  s[Signal::loop].now = Score::percent(40);
  s[Signal::loop].peak = Score::percent(70);
  s[Signal::frustration].now = Score::percent(10);
  s[Signal::frustration].peak = Score::percent(20);
  s.abuse = Score::percent(30);
  EXPECT_EQ(value_of(Fact::loop, s, kNow), 4'000);
  EXPECT_EQ(value_of(Fact::loop_peak, s, kNow), 7'000);
  EXPECT_EQ(value_of(Fact::frustration, s, kNow), 1'000);
  EXPECT_EQ(value_of(Fact::frustration_peak, s, kNow), 2'000);
  EXPECT_EQ(value_of(Fact::abuse, s, kNow), 3'000);
}

TEST(Facts, FailedAttemptsAreTheSumOfAllKindsOfFailure) {
  Session s;
  s.bot_failures = 1;
  s.rejections = 2;
  s.action_failures = 3;
  s.low_confidence = 4;
  EXPECT_EQ(value_of(Fact::failed_attempts, s, kNow), 10);
}

TEST(Facts, CategoriesAreFoundByNameAndTheDisputedAmountIsThatOfTheDispute) {
  Session s;
  s.categories.push_back(
      {Category::cancellation, Score::percent(80), Amount{900'00, "USD", {}}, 1});
  EXPECT_EQ(value_of(Fact::cancellation, s, kNow), 8'000);
  EXPECT_EQ(value_of(Fact::disputed_amount, s, kNow), 0);
  EXPECT_EQ(currency_of(Fact::disputed_amount, s), "");
  s.categories.push_back(
      {Category::billing_dispute, Score::percent(60), Amount{120'50, "EUR", {}}, 2});
  EXPECT_EQ(value_of(Fact::billing_dispute, s, kNow), 6'000);
  EXPECT_EQ(value_of(Fact::disputed_amount, s, kNow), 120'50);
  EXPECT_EQ(currency_of(Fact::disputed_amount, s), "EUR");
}

TEST(Facts, WaitsRunOnlyWhileSomethingIsAwaited) {
  Session s;
  EXPECT_EQ(since_of(Fact::customer_silent, s), kNoTime);
  EXPECT_EQ(value_of(Fact::customer_silent, s, kNow), 0);
  s.waiting.customer_silent_since = kNow - DurationMs{90'000};
  EXPECT_EQ(value_of(Fact::customer_silent, s, kNow), 90'000);
  EXPECT_EQ(value_of(Fact::customer_silent, s, kNow - DurationMs{200'000}), 0) << "never negative";
}

TEST(Facts, EscalationWaitsFromWhenItBecameAnEscalationUntilSomebodyTakesIt) {
  Session s;
  s.escalation.phase = Escalation::Phase::open;
  s.escalation.outcome = Outcome::offer;
  s.escalation.raised_at = kNow - DurationMs{60'000};
  EXPECT_EQ(since_of(Fact::escalation_waiting, s), kNoTime) << "nobody is sent for an offer";
  s.escalation.outcome = Outcome::escalate;
  s.escalation.escalated_at = kNow - DurationMs{5'000};
  EXPECT_EQ(value_of(Fact::escalation_waiting, s, kNow), 5'000);
  s.agent_present = true;
  EXPECT_EQ(since_of(Fact::escalation_waiting, s), kNoTime);
  s.agent_present = false;
  s.escalation.phase = Escalation::Phase::acknowledged;
  EXPECT_EQ(since_of(Fact::escalation_waiting, s), kNoTime);
}

TEST(Facts, FlagsAndTextsAreReadAsTheyAre) {
  Session s;
  s.tier = "Gold";
  s.solved_turn = 3;
  s.waiting.transfer = TransferStatus::failed;
  EXPECT_EQ(text_of(Fact::tier, s), "Gold");
  EXPECT_EQ(value_of(Fact::solved, s, kNow), 1);
  EXPECT_EQ(value_of(Fact::transfer_failed, s, kNow), 1);
  EXPECT_EQ(value_of(Fact::agent_present, s, kNow), 0);
}

TEST(Units, ValuesReadAsPeopleSayThem) {
  EXPECT_EQ(core::duration_text({125'000}), "2m 5s");
  EXPECT_EQ(core::duration_text({120'000}), "2m");
  EXPECT_EQ(core::duration_text({5'400'000}), "1h 30m");
  EXPECT_EQ(core::duration_text({86'400'000}), "1d");
  EXPECT_EQ(core::duration_text({350}), "350ms");
  EXPECT_EQ(core::duration_text({5'350}), "5s");
  EXPECT_EQ(core::duration_literal({90'000}), "90s");
  EXPECT_EQ(core::duration_literal({86'400'000}), "24h");
  EXPECT_EQ(core::score_text(8'299), "0.82")
      << "rounded down: never looks as high as a threshold it missed";
  EXPECT_EQ(core::score_text(10'000), "1.00");
  EXPECT_EQ(core::score_literal(5'000), "0.5");
  EXPECT_EQ(core::score_literal(8'125), "0.8125");
  EXPECT_EQ(core::score_literal(0), "0.0");
  EXPECT_EQ(core::money_text(120'05, "EUR"), "120.05 EUR");
  EXPECT_EQ(core::money_text(1500, "JPY"), "1500 JPY");
  EXPECT_EQ(core::money_text(7, ""), "0.07");
}

}  // namespace
}  // namespace loopbreaker
