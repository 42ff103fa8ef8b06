// Quantities as planners write them, "250k/s", "3M", "0.8%", "9m", "80/20", and as plans show them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "loopbreaker/result.h"

namespace loopbreaker::plan {

/// What a number counts. Everything is kept in base units: pieces, per second, seconds, shares of
/// 1, bytes.
enum class Unit { count, per_second, seconds, share, bytes, bytes_per_second };

/// "12", "3M", "1.5k"; "250k/s", "600/min", "90k/h", "2M/d"; "90s", "9m", "24h", "14d", "250ms";
/// "0.8%" or "0.008"; "16GB", "1.5GiB". Commas and underscores between digits are allowed. The
/// error says what to write instead.
Result<double> parse_quantity(std::string_view text, Unit unit);

/// A share of contacts answered within a time: "80/20" is 80 % in 20 s; "90/1m" and "80%/20s" work
/// too.
struct ServiceLevel {
  double share = 0.8;
  double seconds = 20;
};
Result<ServiceLevel> parse_service_level(std::string_view text);

/// For people: "17,857/s", "2.86 GB", "9m", "0.8 %". Bytes are decimal: 1 GB is 10^9 bytes.
std::string format_quantity(double value, Unit unit);
/// A plain number with thousands separators and at most six significant digits; whole numbers in
/// full.
std::string format_number(double value);

}  // namespace loopbreaker::plan
