// How traffic spreads over a day, by quarters of an hour.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "loopbreaker/result.h"

namespace loopbreaker::plan {

inline constexpr int kQuarters = 96;
inline constexpr double kQuarterSeconds = 900;

/// Each quarter's share of the busiest one: 1 is the peak.
struct Day {
  std::array<double, kQuarters> share{};
  std::string name;
  double mean() const;
};

/// "flat", or "office": a working day with its peak at ten and a second one in the afternoon.
Result<Day> named_day(std::string_view name);
/// One weight per line, 96 of them ("10:15 320" or "320"; # begins a comment), scaled to their
/// maximum.
Result<Day> parse_day(std::string_view text);
/// Scaled to their maximum. REQUIRES: some weight is above 0.
Day day_of(const std::array<double, kQuarters>& weights, std::string name);
/// "10:15" for quarter 41; 96 is "24:00".
std::string quarter_name(int quarter);

}  // namespace loopbreaker::plan
