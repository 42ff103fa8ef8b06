// How signals write what they found: values with peaks and first turns, bounded evidence, questions
// about turns.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "core/signals/signals.h"

namespace loopbreaker::core {

/// Sets `now` and keeps the peak. The first time at or above the threshold becomes the signal's
/// first turn.
void set_now(SignalContext&, Signal, Score);
/// Counts one more occurrence.
void count_one(SignalContext&, Signal);

/// Adds a quotation of the present turn (or of `turn`). Only the latest few are kept.
void add_evidence(SignalContext&, Signal, Score, Span span = {}, std::int64_t other_turn = -1);
void add_evidence_of(SignalContext&, Signal, const Turn& turn, Score, std::int64_t other_turn = -1);

/// A part of a text, in the memory of the text where that is all of it.
ThinString quoted_from(const ThinString& text, std::string_view part);

/// Span of the strongest phrase heard; empty when there is none.
Span span_of(const MessageAnalysis&, Heard);

/// a*b for scores.
constexpr Score times(Score a, Score b) {
  return Score::of(static_cast<std::int64_t>(a.raw) * b.raw / Score::kOne);
}
/// 1-(1-a)(1-b): either of two independent hints.
constexpr Score either(Score a, Score b) { return Score::of(a.raw + b.raw - times(a, b).raw); }
/// n/(n+c) in 0..1: grows with n, `c` gives one half.
constexpr Score saturated(std::int64_t n, std::int64_t c) {
  return n <= 0 ? Score{} : Score::of(n * Score::kOne / (n + c));
}

/// The last turn of this participant before the present one; nullptr when none is kept.
const Turn* last_turn_of(const Session&, Participant, std::uint32_t before);
/// The turn with this number, also the opening; nullptr when it is not kept any more.
const Turn* find_turn(const Session&, std::int64_t number);

/// A customer turn that can be an ask: something is left beside closing, navigation and stop words.
bool is_ask(const Turn&);
/// Greeting, closing or small talk of a bot: repeats of these mean nothing.
bool is_small_talk(const Turn&);
/// Values (numbers, codes, dates, names) in `a` that are not in `b`.
int new_values(const Sketch& a, const Sketch& b);

}  // namespace loopbreaker::core
