// A sorted array of 32-bit hashes with a directory by their top bits: made once, then only read.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace loopbreaker::text {

template <class Value>
class FrozenIndex {
 public:
  struct Entry {
    std::uint32_t hash;
    Value value;
  };

  FrozenIndex() : FrozenIndex(std::vector<Entry>{}) {}
  /// Of entries with the same hash the first one counts.
  explicit FrozenIndex(std::vector<Entry> entries) : entries_(std::move(entries)) {
    std::stable_sort(entries_.begin(), entries_.end(),
                     [](const Entry& a, const Entry& b) { return a.hash < b.hash; });
    entries_.erase(std::unique(entries_.begin(), entries_.end(),
                               [](const Entry& a, const Entry& b) { return a.hash == b.hash; }),
                   entries_.end());
    int bits = 4;
    while ((std::size_t{1} << bits) < 2 * entries_.size() && bits < 20) ++bits;
    shift_ = 32 - bits;
    starts_.assign((std::size_t{1} << bits) + 1, 0);
    for (const Entry& e : entries_) ++starts_[(e.hash >> shift_) + 1];
    for (std::size_t i = 1; i < starts_.size(); ++i) starts_[i] += starts_[i - 1];
  }

  const Value* find(std::uint32_t hash) const {
    const std::uint32_t bucket = hash >> shift_;
    for (std::uint32_t i = starts_[bucket]; i < starts_[bucket + 1]; ++i) {
      if (entries_[i].hash == hash) return &entries_[i].value;
    }
    return nullptr;
  }

 private:
  std::vector<Entry> entries_;
  std::vector<std::uint32_t> starts_;
  int shift_ = 28;
};

}  // namespace loopbreaker::text
