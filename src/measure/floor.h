// What the machine and the cluster allow at best: consume and parse, nothing else.
#pragma once

#include <cstdint>

#include "kafka/settings.h"
#include "loopbreaker/result.h"

namespace loopbreaker::measure {

struct Floor {
  std::uint64_t events = 0;
  double seconds = 0;      ///< from the first record of any consumer to the last
  double cpu_seconds = 0;  ///< of the consumers, the client's own threads included
};

/// Reads `events` records of the input topic with so many consumers of a group of their own;
/// `parse` decodes each.
Result<Floor> measure_floor(const kafka::Settings& settings, std::uint64_t events, int consumers,
                            bool parse);

}  // namespace loopbreaker::measure
