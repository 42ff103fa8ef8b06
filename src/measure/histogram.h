// A log-linear histogram in the manner of HdrHistogram: any positive number, with at most 1/64 of
// error.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>

namespace loopbreaker::measure {

class Histogram {
 public:
  void add(std::int64_t value) {
    const auto v = static_cast<std::uint64_t>(std::max<std::int64_t>(value, 0));
    ++counts_[bucket(v)];
    ++count_;
    max_ = std::max(max_, v);
  }
  std::uint64_t count() const { return count_; }
  std::int64_t max() const { return static_cast<std::int64_t>(max_); }
  /// The smallest number that at least `permille` of 1000 values do not exceed, rounded up to its
  /// bucket; 0 when empty.
  std::int64_t at(int permille) const {
    const std::uint64_t rank = (count_ * static_cast<std::uint64_t>(permille) + 999) / 1000;
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < counts_.size() && count_ > 0; ++i) {
      seen += counts_[i];
      if (seen >= std::max<std::uint64_t>(rank, 1))
        return static_cast<std::int64_t>(std::min(upper(i), max_));
    }
    return 0;
  }

 private:
  static constexpr int kBits = 6;  ///< buckets per power of two: 64
  static constexpr std::uint64_t kLinear = 1u << (kBits + 1);

  static std::size_t bucket(std::uint64_t v) {
    if (v < kLinear) return v;
    const int shift = std::bit_width(v) - (kBits + 1);
    return (static_cast<std::size_t>(shift) << kBits) + (v >> shift);
  }
  /// The largest number of a bucket.
  static std::uint64_t upper(std::size_t i) {
    if (i < kLinear) return i;
    const auto shift = (i >> kBits) - 1;
    return (((i & ((1u << kBits) - 1)) + (1u << kBits) + 1) << shift) - 1;
  }

  std::array<std::uint64_t, ((64 - kBits) << kBits) + kLinear> counts_{};
  std::uint64_t count_ = 0, max_ = 0;
};

}  // namespace loopbreaker::measure
