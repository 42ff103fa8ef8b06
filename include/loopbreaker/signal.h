// Signals: numbers computed from a session, each with the turns that are its evidence.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "loopbreaker/analysis.h"
#include "loopbreaker/event.h"
#include "loopbreaker/thin_string.h"
#include "loopbreaker/thin_vector.h"
#include "loopbreaker/types.h"

namespace loopbreaker {

enum class Signal : std::uint8_t {
  rephrase,         ///< the customer said the same need again in other words, without progress in between
  bot_repeat,       ///< the bot gave (nearly) the same answer again
  loop,             ///< both in cycles: evidence accumulated over exchanges. The headline signal
  frustration,      ///< 0..1, smoothed over the session
  human_request,    ///< asked for a person; count = times denied or ignored
  failed_attempts,  ///< fallbacks, low confidence, rejections, failed actions
  context_loss,     ///< asked again for what was already given; the customer repeats an identifier
  category,         ///< what always goes to a human
  customer_tier,
  waiting,          ///< promised transfer that did not come, nobody picked up, silence
};
inline constexpr int kSignals = 10;

/// Lower-case name as in policies and outputs, e.g. "bot_repeat".
std::string_view name_of(Signal);

/// One quotation that supports a signal. Kept in the session's record, so it outlives its turn.
struct Evidence {
  std::uint32_t turn = 0;          ///< number of the turn in its session, from 0
  std::uint32_t other_turn = 0;    ///< the turn it resembles; equal to `turn` when there is none
  Participant participant = Participant::customer;
  TimeMs time;
  Position position;
  ThinString event_id;             ///< <= 128 bytes
  ThinString excerpt;              ///< redacted (keyed tokens), <= 200 bytes, whole UTF-8 characters
  Span span;                       ///< matched part of `excerpt`; empty when the whole turn counts
  Score score;                     ///< similarity or strength
  bool operator==(const Evidence&) const = default;
};

/// What one signal remembers. `now` is its value after the last event.
struct SignalState {
  static constexpr std::size_t kEvidenceMax = 4;
  Score now;
  Score peak;
  std::uint32_t count = 0;         ///< meaning per signal, see facts.h
  std::uint32_t first_turn = 0;    ///< turn at which it first passed its threshold; valid when count > 0
  TimeMs first_time = kNoTime;
  ThinVector<Evidence> evidence;   ///< the latest kEvidenceMax
  bool operator==(const SignalState&) const = default;
};

using Signals = std::array<SignalState, kSignals>;
/// The values of all signals after one event, indexed by Signal.
using SignalValues = std::array<Score, kSignals>;

}  // namespace loopbreaker
