#include "plan/day.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>

namespace loopbreaker::plan {
namespace {

// Percent of the busiest hour, from midnight. An assumption about a typical service desk, for those
// who bring no profile.
constexpr std::array<double, 24> kOffice{5,  3,  2,  2,  2,  4,  10, 25, 55, 85, 100, 98,
                                         85, 80, 88, 92, 90, 80, 60, 42, 30, 22, 15,  9};

}  // namespace

double Day::mean() const { return std::accumulate(share.begin(), share.end(), 0.0) / kQuarters; }

Day day_of(const std::array<double, kQuarters>& weights, std::string name) {
  Day day;
  day.name = std::move(name);
  const double top = *std::ranges::max_element(weights);
  for (int i = 0; i < kQuarters; ++i)
    day.share[static_cast<std::size_t>(i)] = weights[static_cast<std::size_t>(i)] / top;
  return day;
}

Result<Day> named_day(std::string_view name) {
  Day day;
  day.name = name;
  if (name == "flat") {
    day.share.fill(1);
    return day;
  }
  if (name == "office") {
    for (std::size_t i = 0; i < day.share.size(); ++i) day.share[i] = kOffice[i / 4] / 100;
    return day;
  }
  return Error{"\"" + std::string(name) +
               "\": write flat, office, or a file with 96 weights, one per quarter of an hour"};
}

Result<Day> parse_day(std::string_view text) {
  std::array<double, kQuarters> weights{};
  int count = 0, line_number = 0;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    ++line_number;
    line = line.substr(0, line.find('#'));
    while (!line.empty() && (line.back() == ' ' || line.back() == '\r' || line.back() == '\t'))
      line.remove_suffix(1);
    if (line.empty()) continue;
    const std::string where = "line " + std::to_string(line_number) + ": ";
    if (count == kQuarters)
      return Error{where + "more than 96 weights; a day has 96 quarters of an hour"};
    const std::size_t gap = line.find_last_of(" \t");
    if (gap != std::string_view::npos) {
      if (line.substr(0, line.find_first_of(" \t")) != quarter_name(count))
        return Error{where + "expected the quarter " + quarter_name(count) +
                     ", as 96 of them come in order"};
      line.remove_prefix(gap + 1);
    }
    double value = 0;
    const auto [stop, error] = std::from_chars(line.data(), line.data() + line.size(), value);
    if (error != std::errc() || stop != line.data() + line.size() || !std::isfinite(value) ||
        value < 0)
      return Error{where + "\"" + std::string(line) + "\" is not a weight: a number, 0 or more"};
    weights[static_cast<std::size_t>(count++)] = value;
  }
  if (count != kQuarters)
    return Error{"has " + std::to_string(count) +
                 " weights; a day has 96 quarters of an hour, one line each"};
  if (*std::ranges::max_element(weights) <= 0)
    return Error{"all weights are 0; nothing to plan for"};
  return day_of(weights, "file");
}

std::string quarter_name(int quarter) {
  const auto two = [](int n) { return (n < 10 ? "0" : "") + std::to_string(n); };
  return two(quarter / 4) + ":" + two(quarter % 4 * 15);
}

}  // namespace loopbreaker::plan
