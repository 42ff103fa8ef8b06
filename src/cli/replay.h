// How fast a file is sent again.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "loopbreaker/types.h"

namespace loopbreaker::cli {

/// "max" is 0, "60x" is 60; nullopt when it is neither.
std::optional<std::int64_t> parse_speed(const std::string& text);

/// Turns distances in event time into waits. Factor 0: never waits.
class Pace {
 public:
  explicit Pace(std::int64_t factor) : factor_(factor) {}
  /// How long to wait before an event of `event_time`, `elapsed` after the start; 0 when it is due
  /// or late.
  DurationMs wait(TimeMs event_time, DurationMs elapsed);

 private:
  std::int64_t factor_;
  TimeMs first_ = kNoTime;
};

}  // namespace loopbreaker::cli
