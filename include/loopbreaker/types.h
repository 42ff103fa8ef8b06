// Units and small value types that every other header speaks in.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace loopbreaker {

/// A span of time in milliseconds. May be negative (a difference of two times).
struct DurationMs {
  std::int64_t ms = 0;
  auto operator<=>(const DurationMs&) const = default;
};

/// A point in time: milliseconds since 1970-01-01T00:00:00Z. Negative before that; `kNoTime` when absent.
struct TimeMs {
  std::int64_t ms = 0;
  auto operator<=>(const TimeMs&) const = default;
};

inline constexpr TimeMs kNoTime{INT64_MIN};
inline constexpr TimeMs kEndOfTime{INT64_MAX};

constexpr TimeMs operator+(TimeMs t, DurationMs d) { return {t.ms + d.ms}; }
constexpr TimeMs operator-(TimeMs t, DurationMs d) { return {t.ms - d.ms}; }
constexpr DurationMs operator-(TimeMs a, TimeMs b) { return {a.ms - b.ms}; }

/// A value in 0..1 in fixed point, so that results are the same on every machine.
/// `raw` is 0..10'000; four decimals are printed.
struct Score {
  std::int32_t raw = 0;
  static constexpr std::int32_t kOne = 10'000;
  /// From hundredths of a per cent, clamped to 0..1.
  static constexpr Score of(std::int64_t raw) {
    return {static_cast<std::int32_t>(raw < 0 ? 0 : raw > kOne ? kOne : raw)};
  }
  static constexpr Score percent(int p) { return of(p * 100); }
  static constexpr Score one() { return {kOne}; }
  constexpr double to_double() const { return static_cast<double>(raw) / kOne; }
  auto operator<=>(const Score&) const = default;
};

/// Where a record stands in the input: partition number and offset. -1 when there is none.
struct Position {
  std::int32_t partition = -1;
  std::int64_t offset = -1;
  auto operator<=>(const Position&) const = default;
};

/// FNV-1a, 64 bit, finished with the splitmix64 mixer: stable over machines and releases, because ids and
/// records depend on it. `seed` starts an independent hash.
constexpr std::uint64_t stable_hash(std::string_view bytes, std::uint64_t seed = 0xcbf29ce484222325ull) {
  std::uint64_t h = seed;
  for (char c : bytes) h = (h ^ static_cast<std::uint8_t>(c)) * 0x100000001b3ull;
  h ^= h >> 30;
  h *= 0xbf58476d1ce4e5b9ull;
  h ^= h >> 27;
  h *= 0x94d049bb133111ebull;
  return h ^ (h >> 31);
}

}  // namespace loopbreaker
