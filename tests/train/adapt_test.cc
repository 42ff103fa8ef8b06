#include "train/adapt.h"

#include <gtest/gtest.h>

#include "text/analyzer.h"
#include "train/symmetric.h"

namespace loopbreaker::train {
namespace {

LogTurn customer(std::string text) { return {Participant::customer, "", std::move(text), false}; }
LogTurn bot(std::string text, bool failed = false) {
  return {Participant::bot, "", std::move(text), failed};
}

std::size_t count(const WeakPairs& pairs, WeakKind kind) {
  return static_cast<std::size_t>(
      std::count_if(pairs.pairs.begin(), pairs.pairs.end(),
                    [&](const WeakPair& pair) { return pair.kind == kind; }));
}

WeakPairs pairs_of(const std::vector<LogSession>& sessions,
                   std::span<const PairLabel> labels = {}) {
  const auto analyzer = text::make_analyzer();
  std::vector<const LogSession*> all;
  for (const LogSession& s : sessions) all.push_back(&s);
  return draw_weak_pairs(all, labels, *analyzer, 40, 1);
}

TEST(WeakPairs, a_turn_after_a_failure_is_the_same_need_and_one_after_help_is_not) {
  const WeakPairs failed =
      pairs_of({{"a",
                 {customer("where is my parcel"), bot("I did not get that.", true),
                  customer("the parcel has not come"), bot("It comes on Monday.")}}});
  EXPECT_EQ(count(failed, WeakKind::after_failure), 1u);
  EXPECT_EQ(count(failed, WeakKind::other_turn), 0u);
  const WeakPairs helped =
      pairs_of({{"a",
                 {customer("where is my parcel"), bot("It comes on Monday."),
                  customer("please cancel my account"), bot("Your account is closed.")}}});
  EXPECT_EQ(count(helped, WeakKind::after_failure), 0u);
  EXPECT_EQ(count(helped, WeakKind::other_turn), 1u);
}

TEST(WeakPairs, the_same_answer_soon_after_says_the_same_need) {
  const WeakPairs pairs =
      pairs_of({{"a",
                 {customer("where is my parcel"), bot("It comes on 3 May."),
                  customer("when do I get the parcel"), bot("It comes on 4 May.")}}});
  EXPECT_EQ(count(pairs, WeakKind::answered_again), 1u);
}

TEST(WeakPairs, answers_count_across_sessions_only_when_they_recur) {
  std::vector<LogSession> sessions;
  for (int i = 0; i < 3; ++i)
    sessions.push_back({std::to_string(i),
                        {customer("where is my parcel number " + std::string(i + 1, 'x')),
                         bot("It is on its way.")}});
  EXPECT_EQ(count(pairs_of(sessions), WeakKind::same_answer), 0u);
  for (int i = 3; i < 6; ++i) {
    sessions.push_back({std::to_string(i),
                        {customer("where is my parcel number " + std::string(i + 1, 'x')),
                         bot("It is on its way.")}});
    sessions.push_back(
        {std::to_string(i + 10),
         {customer("close the account of " + std::string(i, 'y')), bot("It is closed now.")}});
  }
  sessions.push_back({"20", {customer("I want my account closed"), bot("It is closed now.")}});
  const WeakPairs pairs = pairs_of(sessions);
  EXPECT_GT(count(pairs, WeakKind::same_answer), 0u);
  EXPECT_GT(count(pairs, WeakKind::other_answer), 0u);
  const auto analyzer = text::make_analyzer();
  std::vector<const LogSession*> all;
  for (const LogSession& s : sessions) all.push_back(&s);
  const auto answers = frequent_answers(all, *analyzer);
  ASSERT_EQ(answers.size(), 2u);
  EXPECT_EQ(answers[0].text, "It is on its way.");
  EXPECT_EQ(answers[0].sessions, 6u);
}

TEST(WeakPairs, labels_of_events_that_are_there_are_taken) {
  const std::vector<LogSession> sessions = {
      {"a",
       {{Participant::customer, "a-0", "where is my parcel", false},
        {Participant::customer, "a-2", "my parcel is late", false}}}};
  const std::vector<PairLabel> labels = {
      {"a", "a-0", "a-2", true}, {"a", "a-0", "a-9", true}, {"b", "b-0", "b-2", false}};
  const WeakPairs pairs = pairs_of(sessions, labels);
  EXPECT_EQ(count(pairs, WeakKind::labelled_same), 1u);
  EXPECT_EQ(count(pairs, WeakKind::labelled_other), 0u);
}

TEST(Adapt, logs_that_are_too_small_are_refused_in_words) {
  const auto adapted = adapt({{"a", {customer("where is my parcel"), bot("On its way.")}}}, {}, {},
                             text::builtin_packs(), {});
  ASSERT_FALSE(adapted.has_value());
  EXPECT_NE(adapted.error().message.find("too few"), std::string::npos);
}

TEST(Symmetric, a_root_taken_twice_gives_the_matrix_back) {
  Matrix m(3);
  m.at = {4, 1, 0, 1, 3, 1, 0, 1, 2};
  const Matrix root = power(m, .5), again = product(root, root), inverse = power(m, -1);
  const Matrix one = product(m, inverse);
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t j = 0; j < 3; ++j) {
      EXPECT_NEAR(again(i, j), m(i, j), 1e-9);
      EXPECT_NEAR(one(i, j), i == j ? 1 : 0, 1e-9);
    }
}

}  // namespace
}  // namespace loopbreaker::train
