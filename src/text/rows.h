// Arithmetic on rows of 128 small integers, as wide as the machine can. Integers: the same on every
// machine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace loopbreaker::text::rows {

inline constexpr int kDim = 128;

/// `sum` becomes the sum of the rows of `table` with these numbers. REQUIRES: at most 256 of them.
void add_up(const std::int8_t* table, std::span<const std::int32_t> numbers, std::int16_t* sum);
/// Adds a row, times a factor, to `sum`.
void add_scaled(const std::int8_t* row, std::int32_t factor, std::int32_t* sum);
void add_scaled(const std::int16_t* row, std::int32_t factor, std::int32_t* sum);
std::int32_t largest(const std::int16_t* x);
/// x * 2^up * factor / 2^16, rounded, within -127..127. Returns the sum of the squares.
/// REQUIRES: x * 2^up fits.
std::int32_t scale(const std::int16_t* x, int up, std::int16_t factor, std::int8_t* out);
std::int32_t dot(const std::int8_t* a, const std::int8_t* b);
std::int32_t dot(const std::int16_t* a, const std::int8_t* b);

/// For each number, how many are smaller.
void count_smaller(std::span<const std::uint32_t> numbers, std::uint32_t* smaller);
/// How many of 2048 bits are set in both.
std::int32_t common_bits(const std::uint64_t* a, const std::uint64_t* b);
/// Sum of (x, no less than low and no more than high, minus centre) * gain over 64 numbers each.
std::int64_t sum_of_lines(const std::int32_t* x, const std::int32_t* low, const std::int32_t* high,
                          const std::int32_t* centre, const std::int32_t* gain);
inline constexpr int kLines = 64;

}  // namespace loopbreaker::text::rows
