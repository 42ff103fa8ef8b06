// What is measured of one exchange (a request and the bot's reply to it) for the loop signal.
#pragma once

#include <array>
#include <cstdint>

#include "core/signals/signals.h"

namespace loopbreaker::core {

enum LoopFeature : std::uint8_t {
  reply_best,       ///< similarity of the reply to the most similar of the last four
  reply_repeats,    ///< 1 when at the threshold of "the same answer"
  ask_best,         ///< similarity of the ask to the most similar earlier one
  ask_second,       ///< to the second
  ask_rephrases,    ///< the rephrase signal of the ask, gates included
  ask_close,        ///< ask_best well above the threshold
  ask_unheard,      ///< ask_best * (1 - cohesion_now): said again and still not taken up
  unheard_before,   ///< ask_best * (1 - cohesion_before)
  cohesion_now,     ///< how much the reply takes up of the request
  cohesion_before,  ///< the same of the exchange before
  values_new,       ///< the ask brings values that the most similar one did not have
  ask_novelty,      ///< share of the ask's words that neither side has said before
  ask_asks,         ///< the ask is put as a question
  reply_values,     ///< the reply brings a number, code or name that was not said before
  reply_novelty,    ///< share of the reply's words that neither side has said before
  kLoopFeatures,
};
/// Each 0..10000.
using LoopFeatures = std::array<std::int32_t, kLoopFeatures>;

/// All but ask_novelty, reply_values and reply_novelty, which stay 0. `likeness`: of the reply to
/// earlier ones. REQUIRES: `ask` and `reply` are kept turns of the session, reply after ask.
LoopFeatures loop_features(const Session&, const Turn& ask, const Turn& reply, Score likeness,
                           const Analyzer&);
/// Those three; they need a look at every kept turn.
void add_novelty(const Session&, const Turn& ask, const Turn& reply, LoopFeatures&);

}  // namespace loopbreaker::core
