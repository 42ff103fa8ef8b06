#include "train/answers_apart.h"

#include <gtest/gtest.h>

#include "text/analyzer.h"

namespace loopbreaker::train {
namespace {

constexpr std::string_view kNoRoom = "I am sorry, there is no room available.";
constexpr std::string_view kNoBooking = "I am sorry, the booking of the room failed.";
constexpr std::string_view kOneWay = "Sorry, I did not get that. Could you rephrase?";
constexpr std::string_view kOtherWay = "Sorry, I did not understand that. Could you say it again?";

/// A customer asks, the bot answers that it failed.
LogSession session(int number, std::string request, std::string_view answer) {
  return {std::to_string(number),
          {{Participant::customer, "", std::move(request), false},
           {Participant::bot, "", std::string(answer), true}}};
}

/// A bot that has no room, whose bookings fail, and that says in two ways that it did not get it.
std::vector<LogSession> logs() {
  const std::string names[] = {"Hilton",  "Hyatt",   "Plaza",  "Ritz",   "Savoy",
                               "Astoria", "Central", "Garden", "Palace", "Royal"};
  const std::string things[] = {"my bill",      "the weather", "a taxi to town", "breakfast",
                                "cancel it",    "my luggage",  "the wifi",       "a late checkout",
                                "parking here", "the pool"};
  std::vector<LogSession> out;
  int n = 0;
  for (int i = 0; i < 10; ++i) {
    out.push_back(session(n++, "is there a free room at the " + names[i] + " tonight", kNoRoom));
    out.push_back(session(n++, "yes please go ahead and confirm it for " + names[i], kNoBooking));
    out.push_back(session(n++, "tell me about " + things[i], kOneWay));
    out.push_back(session(n++, "tell me about " + things[9 - i], kOtherWay));
  }
  return out;
}

std::vector<const LogSession*> pointers(const std::vector<LogSession>& sessions) {
  std::vector<const LogSession*> out;
  for (const LogSession& s : sessions) out.push_back(&s);
  return out;
}

TEST(AnswersApart, two_answers_to_different_requests_are_told_apart_two_ways_to_say_one_are_not) {
  const auto analyzer = text::make_analyzer();
  const std::vector<LogSession> sessions = logs();
  const auto pairs = answers_apart(pointers(sessions), *analyzer, 1);
  const auto has = [&](std::string_view a, std::string_view b) {
    return std::ranges::any_of(pairs, [&](const ApartAnswers& p) {
      return (p.first_text == a && p.second_text == b) || (p.first_text == b && p.second_text == a);
    });
  };
  EXPECT_TRUE(has(kNoRoom, kNoBooking));
  EXPECT_FALSE(has(kOneWay, kOtherWay));
}

TEST(AnswersApart, answers_seen_a_few_times_are_left_alone) {
  const auto analyzer = text::make_analyzer();
  std::vector<LogSession> sessions = logs();
  sessions.resize(12);
  EXPECT_TRUE(answers_apart(pointers(sessions), *analyzer, 1).empty());
}

TEST(AnswersApart, on_other_sessions_the_requests_tell_whether_it_was_right) {
  const auto analyzer = text::make_analyzer();
  const std::vector<LogSession> sessions = logs();
  const auto pairs = answers_apart(pointers(sessions), *analyzer, 1);
  const auto turn = [](Participant who, std::string_view text) {
    return LogTurn{who, "", std::string(text), who == Participant::bot};
  };
  const std::vector<LogSession> others = {
      {"a",
       {turn(Participant::customer, "is there a room at the Ritz on Sunday"),
        turn(Participant::bot, kNoRoom), turn(Participant::customer, "yes confirm it please"),
        turn(Participant::bot, kNoBooking)}},
      {"b",
       {turn(Participant::customer, "tell me about the pool"), turn(Participant::bot, kOneWay),
        turn(Participant::customer, "please tell me about the pool"),
        turn(Participant::bot, kOtherWay)}}};
  const ApartFigures f = judge_apart(pointers(others), *analyzer, pairs);
  EXPECT_EQ(f.taken, 2u);
  EXPECT_EQ(f.apart, 1u);
  EXPECT_LT(f.apart_likeness, f.taken_likeness);
}

}  // namespace
}  // namespace loopbreaker::train
