// See mapped_rows.h.
#include "train/mapped_rows.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

namespace loopbreaker::train {

std::string mapped_rows(std::string_view rows, const Matrix& map) {
  std::vector<float> values(rows.size());
  std::vector<double> row(map.n);
  for (std::size_t at = 0; at < rows.size(); at += map.n) {
    for (std::size_t i = 0; i < map.n; ++i) row[i] = static_cast<std::int8_t>(rows[at + i]);
    const std::vector<double> mapped = product(row, map);
    for (std::size_t i = 0; i < map.n; ++i) values[at + i] = static_cast<float>(mapped[i]);
  }
  // One scale for all rows. The few largest numbers are cut, or everything else would be coarse.
  std::vector<float> sizes(values.size());
  std::transform(values.begin(), values.end(), sizes.begin(), [](float x) { return std::abs(x); });
  const auto high =
      sizes.begin() + static_cast<std::ptrdiff_t>(.9999 * static_cast<double>(sizes.size()));
  std::nth_element(sizes.begin(), high, sizes.end());
  const float scale = 127 / *high;
  std::string out(values.size(), '\0');
  for (std::size_t i = 0; i < values.size(); ++i)
    out[i] = static_cast<char>(std::clamp(std::lround(values[i] * scale), -127l, 127l));
  return out;
}

}  // namespace loopbreaker::train
