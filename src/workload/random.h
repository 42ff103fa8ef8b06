// Chance from a seed: the same numbers on every machine and with every standard library.
#pragma once

#include <cstdint>
#include <span>

namespace loopbreaker::workload {

/// splitmix64: makes one seed of another and a number.
constexpr std::uint64_t mix(std::uint64_t seed, std::uint64_t n) {
  std::uint64_t z = seed + 0x9e3779b97f4a7c15ull * (n + 1);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
  return z ^ (z >> 31);
}

/// xoshiro256** by Blackman and Vigna (public domain), seeded by splitmix64.
class Random {
 public:
  explicit constexpr Random(std::uint64_t seed) {
    for (std::uint64_t i = 0; i < 4; ++i) state_[i] = mix(seed, i);
  }

  constexpr std::uint64_t next() {
    const std::uint64_t result = rotate(state_[1] * 5, 7) * 9;
    const std::uint64_t t = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= t;
    state_[3] = rotate(state_[3], 45);
    return result;
  }
  /// 0 … n - 1; the bias is below n / 2^32. REQUIRES: n > 0.
  constexpr std::uint32_t below(std::uint32_t n) {
    return static_cast<std::uint32_t>(((next() >> 32) * n) >> 32);
  }
  constexpr std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(below(static_cast<std::uint32_t>(high - low + 1)));
  }
  /// True in `percent` of a hundred cases.
  constexpr bool percent(std::uint32_t percent) { return below(100) < percent; }
  template <class T, std::size_t N>
  constexpr const T& pick(const T (&from)[N]) {
    return from[below(static_cast<std::uint32_t>(N))];
  }
  template <class T>
  constexpr const T& pick(std::span<const T> from) {
    return from[below(static_cast<std::uint32_t>(from.size()))];
  }

 private:
  static constexpr std::uint64_t rotate(std::uint64_t x, int k) {
    return (x << k) | (x >> (64 - k));
  }
  std::uint64_t state_[4]{};
};

}  // namespace loopbreaker::workload
