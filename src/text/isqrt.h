// Integer square root.
#pragma once

#include <cmath>
#include <cstdint>

namespace loopbreaker::text {

/// Floor of the square root. std::sqrt is exactly rounded, the loops mend the last unit.
inline std::uint64_t isqrt(std::uint64_t x) {
  auto r = static_cast<std::uint64_t>(std::sqrt(static_cast<double>(x)));
  while (r * r > x) --r;
  while ((r + 1) * (r + 1) <= x) ++r;
  return r;
}

}  // namespace loopbreaker::text
