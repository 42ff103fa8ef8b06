// Traffic as a backtest saw it: how long conversations are, when they begin, how many go to humans.
#pragma once

#include <string>

#include "loopbreaker/result.h"
#include "plan/day.h"
#include "plan/figures.h"

namespace loopbreaker::cli {

struct Recording {
  std::uint64_t sessions = 0;     ///< finished ones
  std::uint64_t days = 0;         ///< days, in UTC, on which one began
  double turns = 0;               ///< in a conversation, mean
  double length_seconds = 0;      ///< of a conversation, mean
  std::uint64_t escalated = 0;    ///< sessions that were to go to a human
  std::uint64_t offered = 0;      ///< sessions that were only offered one
  std::uint64_t escalations = 0;  ///< escalation events
  std::uint64_t handoffs = 0;     ///< handoff packets
  plan::Day day;                  ///< when conversations begin, mean over the days
  double peak_starts = 0;  ///< conversations begun per second in the busiest quarter of an hour
};

/// Reads summaries.ndjson, handoffs.ndjson and decisions.ndjson in `dir`, as backtest --out wrote
/// them. The error names file and line.
Result<Recording> read_recording(const std::string& dir);

}  // namespace loopbreaker::cli
