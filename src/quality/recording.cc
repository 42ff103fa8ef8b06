#include "quality/recording.h"

#include <algorithm>

namespace loopbreaker::quality {

double PlayedSession::peak(Signal signal) const {
  Score best;
  for (const PlayedTurn& turn : turns)
    best = std::max(best, turn.signals[static_cast<int>(signal)]);
  return best.to_double();
}

double PlayedSession::last(Signal signal) const {
  return turns.empty() ? 0 : turns.back().signals[static_cast<int>(signal)].to_double();
}

EventNumber PlayedSession::first_decision(bool escalations_only) const {
  EventNumber first = -1;
  for (const PlayedDecision& d : decisions) {
    const bool counts =
        d.outcome == Outcome::escalate || (!escalations_only && d.outcome == Outcome::offer);
    if (counts && (first < 0 || d.event < first)) first = d.event;
  }
  return first;
}

EventNumber PlayedSession::number_of(std::string_view event_id) const {
  const auto it = numbers.find(std::string(event_id));
  return it == numbers.end() ? -1 : it->second;
}

}  // namespace loopbreaker::quality
