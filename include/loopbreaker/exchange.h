// One exchange (a customer's request and the bot's reply to it) as numbers, and what a model says of it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "loopbreaker/types.h"

namespace loopbreaker {

/// What is measured. Scores, shares and yes/no are 0..10'000; counts are counts. "Earlier" asks are those since the
/// last settled need.
enum class Exchange : std::uint8_t {
  // the reply against the bot's last replies
  reply_best,       ///< likeness to the most similar one, with all that speaks for and against it
  reply_wording,    ///< the same by its words alone
  reply_before,     ///< likeness to what the bot replied to the ask that this ask resembles most
  reply_sum,        ///< of the likenesses to the last four
  reply_same,       ///< how many of the last four were the same
  reply_exact,      ///< word for word the same as one of them
  reply_failed,     ///< the bot says or flags that it failed
  failures,         ///< of the last three replies, this one among them
  reply_novelty,    ///< share of its words that neither side has said before
  reply_values,     ///< it brings a number, code or name that nobody has said before
  reply_words,      ///< count, at most 24
  // the ask against earlier ones
  ask_best,         ///< same need as the most similar one
  ask_second,       ///< as the second
  ask_sum,          ///< of the best four
  ask_same,         ///< how many of them are at the threshold
  ask_rephrases,    ///< the signal rephrase, with all that speaks for and against it
  ask_novelty,      ///< share of its words that neither side has said before
  ask_values,       ///< it brings values that the most similar ask did not have
  ask_content,      ///< count of words that carry meaning, at most 12
  ask_closes,       ///< thanks or goodbye in a short turn
  ask_rejects,      ///< "no, that is not what I meant", "like I said"
  // the ask against the reply
  cohesion,         ///< how much of the ask the reply takes up
  cohesion_before,  ///< the same of the exchange before
  about,            ///< likeness of meaning of ask and reply
  about_before,     ///< the same of the exchange before
  // products
  unheard,          ///< ask_best × (1 − cohesion): said again and not taken up
  unheard_before,   ///< ask_best × (1 − cohesion_before)
  circle,           ///< ask_best × reply_best: both sides say it again
  circle_before,    ///< ask_best × reply_before
};
inline constexpr int kExchange = static_cast<int>(Exchange::circle_before) + 1;

struct ExchangeFeatures {
  std::array<std::int32_t, kExchange> values{};
  std::int32_t& operator[](Exchange e) { return values[static_cast<std::size_t>(e)]; }
  std::int32_t operator[](Exchange e) const { return values[static_cast<std::size_t>(e)]; }
  bool operator==(const ExchangeFeatures&) const = default;
};

/// Lower-case name as in model files, e.g. "reply_best", in the order of Exchange.
std::span<const std::string_view> exchange_names();

/// How the evidence of exchanges adds up, and what the sum means.
struct LoopScale {
  std::int32_t offset = 0;          ///< added to each exchange's log-odds; 1/1000 nat, as all of these
  std::int32_t least = 0;           ///< what one exchange says against a loop at most
  std::int32_t decay_percent = 90;  ///< what stays of the sum per exchange
  /// The sum at each operating point.
  std::int32_t sensitive = 1, balanced = 2, strict = 3;
  bool operator==(const LoopScale&) const = default;
};

/// The values of the signal at the operating points, whatever the model: a model file says which sum it takes to
/// reach them. Found on development data, per 1,000 sessions in which nobody is stuck:
inline constexpr Score kLoopSensitive = Score::percent(50);  ///< 10 false alarms
inline constexpr Score kLoopBalanced = Score::percent(60);   ///< 5
inline constexpr Score kLoopStrict = Score::percent(70);     ///< 2

}  // namespace loopbreaker
