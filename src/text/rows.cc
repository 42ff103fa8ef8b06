// Loops that the compiler turns into vector instructions, once for AVX2 and once for any machine.
#include "text/rows.h"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <cstring>

// The choice is made before a sanitizer is ready for it.
#if defined(__x86_64__) && !defined(__SANITIZE_THREAD__) && !defined(__SANITIZE_ADDRESS__)
#define LOOPBREAKER_WIDE __attribute__((target_clones("avx2", "default")))
#else
#define LOOPBREAKER_WIDE
#endif

namespace loopbreaker::text::rows {

LOOPBREAKER_WIDE void add_up(const std::int8_t* table, std::span<const std::int32_t> numbers,
                             std::int16_t* sum) {
  // Half a row at a time: its sums stay in registers.
  using Bytes = std::int8_t __attribute__((vector_size(16)));
  using Sums = std::int16_t __attribute__((vector_size(32)));
  constexpr int kLanes = 16, kHalf = kDim / 2;
  for (int from = 0; from < kDim; from += kHalf) {
    Sums sums[kHalf / kLanes] = {};
    for (const std::int32_t number : numbers) {
      const std::int8_t* row = table + std::size_t{kDim} * static_cast<std::size_t>(number) + from;
      for (int k = 0; k < kHalf / kLanes; ++k) {
        Bytes bytes;
        std::memcpy(&bytes, row + k * kLanes, sizeof bytes);
        sums[k] += __builtin_convertvector(bytes, Sums);
      }
    }
    std::memcpy(sum + from, sums, sizeof sums);
  }
}

LOOPBREAKER_WIDE void add_scaled(const std::int8_t* row, std::int32_t factor, std::int32_t* sum) {
  for (int i = 0; i < kDim; ++i) sum[i] += row[i] * factor;
}

LOOPBREAKER_WIDE void add_scaled(const std::int16_t* row, std::int32_t factor, std::int32_t* sum) {
  for (int i = 0; i < kDim; ++i) sum[i] += row[i] * factor;
}

LOOPBREAKER_WIDE std::int32_t largest(const std::int16_t* x) {
  std::int16_t low = 0, high = 0;
  for (int i = 0; i < kDim; ++i) {
    low = std::min(low, x[i]);
    high = std::max(high, x[i]);
  }
  return std::max<std::int32_t>(-low, high);
}

LOOPBREAKER_WIDE std::int32_t scale(const std::int16_t* x, int up, std::int16_t factor,
                                    std::int8_t* out) {
  std::int32_t square = 0;
  for (int i = 0; i < kDim; ++i) {
    const std::int16_t v = static_cast<std::int16_t>(x[i] * (1 << up));
    // The upper half of the product, plus one if the lower half is at least half of its range.
    const auto upper = static_cast<std::int16_t>((v * factor) >> 16);
    const auto lower = static_cast<std::uint16_t>(v * factor);
    const auto rounded = static_cast<std::int16_t>(upper + (lower >> 15));
    const std::int16_t q =
        std::min<std::int16_t>(std::max<std::int16_t>(rounded, -127), std::int16_t{127});
    out[i] = static_cast<std::int8_t>(q);
    square += q * q;
  }
  return square;
}

LOOPBREAKER_WIDE std::int32_t dot(const std::int8_t* a, const std::int8_t* b) {
  std::int32_t sum = 0;
  for (int i = 0; i < kDim; ++i) {
    sum += static_cast<std::int16_t>(a[i]) * static_cast<std::int16_t>(b[i]);
  }
  return sum;
}

LOOPBREAKER_WIDE std::int32_t dot(const std::int16_t* a, const std::int8_t* b) {
  std::int32_t sum = 0;
  for (int i = 0; i < kDim; ++i) sum += a[i] * static_cast<std::int16_t>(b[i]);
  return sum;
}

LOOPBREAKER_WIDE void count_smaller(std::span<const std::uint32_t> numbers,
                                    std::uint32_t* smaller) {
  const std::uint32_t* const all = numbers.data();
  const std::size_t size = numbers.size();
  for (std::size_t i = 0; i < size; ++i) {
    std::uint32_t count = 0;
    for (std::size_t k = 0; k < size; ++k) count += all[k] < all[i];
    smaller[i] = count;
  }
}

LOOPBREAKER_WIDE std::int32_t common_bits(const std::uint64_t* a, const std::uint64_t* b) {
  constexpr int kWords = 32;
  int count = 0;
  for (int i = 0; i < kWords; ++i) count += std::popcount(a[i] & b[i]);
  return count;
}

LOOPBREAKER_WIDE std::int64_t sum_of_lines(const std::int32_t* x, const std::int32_t* low,
                                           const std::int32_t* high, const std::int32_t* centre,
                                           const std::int32_t* gain) {
  std::int64_t sum = 0;
  for (int i = 0; i < kLines; ++i)
    sum += std::int64_t{std::min(std::max(x[i], low[i]), high[i]) - centre[i]} * gain[i];
  return sum;
}

}  // namespace loopbreaker::text::rows
