// Compares what the customer wants now with what they wanted before.
#pragma once

#include "core/signals/signals.h"

namespace loopbreaker::core {

struct NeedMatch {
  static constexpr int kBest = 4;  ///< similarities that count
  Score best, second;
  std::int32_t sum = 0;    ///< of the best kBest
  int same = 0;            ///< how many of them are at the threshold
  std::int32_t turn = -1;  ///< of the best; -1 when there was nothing to compare with
};

/// Similarity of a customer turn to the asks since the last settled need.
NeedMatch match_need(const Session&, const Turn&, const Analyzer&);

/// Keeps the match of a turn for the reply to it.
void keep_match(Session&, const Turn&, const NeedMatch&);
/// The same as match_need, taken from what was kept where that still holds.
NeedMatch kept_match(const Session&, const Turn&, const Analyzer&);

}  // namespace loopbreaker::core
