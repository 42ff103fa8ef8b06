// What the course of a session says about the customer's mood, as numbers, and what a model makes
// of them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "loopbreaker/types.h"

namespace loopbreaker {

/// What a session remembers for its mood: sums over its messages, so that a long session costs no
/// more than a short one. Log-odds in 1/1000 nat; waits in hundredths of log2(1 + seconds).
struct MoodTally {
  // what the customer says, by the heads for mood (`said`), displeasure (`unhappy`) and rudeness
  std::int32_t said_sum = 0, said_max = 0, said_recent = 0;
  std::int32_t unhappy_sum = 0, unhappy_max = 0, unhappy_recent = 0;
  std::int32_t rude_sum = 0, rude_recent = 0;
  Score heard;   ///< peak of what phrases say
  Score spoken;  ///< the same, adding up and fading
  Score hints;   ///< likewise, of hints from what happens
  // how they say it
  std::uint32_t words_first = 0, words_max = 0, words_last = 0;
  std::uint32_t questions = 0, shouts = 0, thanks = 0, addresses = 0;
  // how long the bot lets them wait
  std::uint32_t bot_waits = 0;  ///< how many are in the sum
  std::int32_t bot_wait_sum = 0, bot_wait_last = 0;
  // what the bot does
  std::int32_t reply_sum = 0, reply_last = 0;  ///< log-odds
  std::uint32_t reply_questions = 0;
  std::uint32_t failures_running = 0, failures_longest = 0;
  std::int32_t failures_recent = 0;  ///< fades by a quarter with each reply; one failure is 1'000
  bool reply_asks = false, reply_failed = false, customer_last = false;
  TimeMs last_message = kNoTime;
  /// What spoke most for annoyance when the signal was at its highest: numbers of Mood, strongest
  /// first.
  static constexpr std::uint8_t kNoReason = 255;
  std::array<std::uint8_t, 3> why{kNoReason, kNoReason, kNoReason};
  std::int32_t log_odds = kUnjudged;  ///< of the latest judgement
  static constexpr std::int32_t kUnjudged = INT32_MIN;
  bool operator==(const MoodTally&) const = default;
};

/// What is measured of the session after each message. Units as in MoodTally; scores and shares are
/// 0..10'000, means are in the unit of what they are means of.
enum class Mood : std::uint8_t {
  // words
  said_sum,  ///< of the log-odds of all turns
  said_mean,
  said_max,
  said_recent,
  rude_sum,
  rude_recent,
  unhappy_sum,
  unhappy_mean,
  unhappy_max,
  unhappy_recent,
  heard,   ///< the strongest phrase of annoyance
  abuse,   ///< peak
  thanks,  ///< turns that say thanks or goodbye
  // ways
  customer_turns,
  address_share,  ///< of turns that say "you" to the bot, other than in thanks
  question_share,
  words_max,
  words_first,
  words_last,
  shouts,  ///< turns in capitals, the first one apart: whoever always writes so is not angry
  // waits
  bot_wait_mean,
  bot_wait_last,
  // the bot
  reply_sum,  ///< of the log-odds of all replies
  reply_mean,
  reply_last,
  failures_longest,  ///< in a row
  failures_recent,
  reply_failed,      ///< the last one
  repeats,           ///< count
  repeat_best,       ///< the signal bot_repeat, peak
  loop,              ///< the signal, peak
  question_replies,  ///< share of replies that ask
  reply_asks,        ///< the last one
};
inline constexpr int kMood = static_cast<int>(Mood::reply_asks) + 1;

struct MoodFeatures {
  std::array<std::int32_t, kMood> values{};
  std::int32_t& operator[](Mood m) { return values[static_cast<std::size_t>(m)]; }
  std::int32_t operator[](Mood m) const { return values[static_cast<std::size_t>(m)]; }
  bool operator==(const MoodFeatures&) const = default;
};

/// Lower-case name as in model files, e.g. "said_sum", in the order of Mood.
std::span<const std::string_view> mood_names();

}  // namespace loopbreaker
