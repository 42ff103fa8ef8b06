// A message reduced to what similarity needs.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <span>
#include <utility>

namespace loopbreaker {

/// A pure function of the text: never stored, made again when a session is read back. One pointer
/// to a block that all copies share and nobody changes: a session of many turns, most of which
/// nobody asks about any more, stays small.
class Sketch {
 public:
  static constexpr std::size_t kStemsMax = 48, kValuesMax = 16, kVector = 128, kLetterBits = 2048;

  /// What a sketch is made of. `stems` and `values` ascending, without duplicates; as many
  /// `weights` as stems.
  struct Parts {
    std::span<const std::uint32_t> stems;
    std::span<const std::uint32_t> values;
    std::span<const std::uint16_t> weights;
    std::array<std::int8_t, kVector> vector{};
    std::array<std::uint64_t, kLetterBits / 64> letters{};
    std::uint64_t exact = 0;
    std::uint16_t length = 0, letters_set = 0, words = 0, content_words = 0;
  };

  Sketch() = default;  ///< of an empty text
  explicit Sketch(const Parts&);
  Sketch(const Sketch& other) : block_(other.block_) {
    if (block_ != &kNothing) block_->users.fetch_add(1, std::memory_order_relaxed);
  }
  Sketch(Sketch&& other) noexcept : block_(std::exchange(other.block_, &kNothing)) {}
  Sketch& operator=(Sketch other) noexcept {
    std::swap(block_, other.block_);
    return *this;
  }
  ~Sketch() {
    if (block_ == &kNothing || block_->users.fetch_sub(1, std::memory_order_acq_rel) > 1) return;
    block_->~Block();
    ::operator delete(block_);
  }

  /// Hashes of stemmed words, numbers masked.
  std::span<const std::uint32_t> stems() const { return {block_->lists(), block_->stems}; }
  /// Hashes of numbers, codes, dates and names as written.
  std::span<const std::uint32_t> values() const {
    return {block_->lists() + block_->stems, block_->values};
  }
  /// IDF of each stem, in 1/1000 nat.
  std::span<const std::uint16_t> weights() const {
    return {
        reinterpret_cast<const std::uint16_t*>(block_->lists() + block_->stems + block_->values),
        block_->stems};
  }
  /// Sum of the squares of the weights.
  std::uint64_t weight() const { return block_->weight; }
  /// kLetterBits, one set for each character 3-gram of the masked text, by its hash.
  const std::uint64_t* letters() const { return block_->letters.data(); }
  /// How many of them are.
  std::uint16_t letters_set() const { return block_->letters_set; }
  /// Direction of the meaning, kVector numbers, the largest being 127.
  const std::int8_t* vector() const { return block_->vector.data(); }
  /// Of the vector, in 1/32; 0: it has none.
  std::uint16_t length() const { return block_->length; }
  /// Hash of the masked, normalised text; 0 for an empty one.
  std::uint64_t exact() const { return block_->exact; }
  std::uint16_t words() const { return block_->words; }
  /// Words that are not stop, closing or navigation words.
  std::uint16_t content_words() const { return block_->content_words; }

  /// Bytes of memory: its part of what its copies share.
  std::size_t bytes() const {
    if (block_ == &kNothing) return 0;
    return bytes_for(block_->stems, block_->values) / block_->users.load(std::memory_order_relaxed);
  }
  /// Asks for the memory before it is needed.
  void prefetch() const {
    constexpr std::size_t kLine = 64;
    for (std::size_t at = 0; at < sizeof(Block) + kLine; at += kLine)
      __builtin_prefetch(reinterpret_cast<const char*>(block_) + at);
  }
  /// Likewise for stems() alone.
  void prefetch_words() const {
    __builtin_prefetch(block_);
    __builtin_prefetch(block_->lists());
  }

 private:
  /// The lists lie behind it: stems, values, weights.
  struct Block {
    std::atomic<std::uint32_t> users{1};
    std::uint16_t stems = 0, values = 0, length = 0, letters_set = 0, words = 0, content_words = 0;
    std::uint64_t weight = 0, exact = 0;
    std::array<std::int8_t, kVector> vector{};
    std::array<std::uint64_t, kLetterBits / 64> letters{};

    const std::uint32_t* lists() const { return reinterpret_cast<const std::uint32_t*>(this + 1); }
  };
  static constexpr std::size_t bytes_for(std::size_t stems, std::size_t values) {
    return sizeof(Block) + (stems + values) * sizeof(std::uint32_t) + stems * sizeof(std::uint16_t);
  }
  static Block kNothing;

  Block* block_ = &kNothing;
};

inline constinit Sketch::Block Sketch::kNothing{};

inline Sketch::Sketch(const Parts& parts) {
  void* memory = ::operator new(bytes_for(parts.stems.size(), parts.values.size()));
  block_ = new (memory) Block;
  block_->stems = static_cast<std::uint16_t>(parts.stems.size());
  block_->values = static_cast<std::uint16_t>(parts.values.size());
  block_->length = parts.length;
  block_->letters_set = parts.letters_set;
  block_->words = parts.words;
  block_->content_words = parts.content_words;
  block_->exact = parts.exact;
  block_->vector = parts.vector;
  block_->letters = parts.letters;
  for (std::uint64_t w : parts.weights) block_->weight += w * w;
  auto* next = reinterpret_cast<std::byte*>(block_ + 1);
  const auto put = [&](const auto& list) {
    if (!list.empty()) std::memcpy(next, list.data(), list.size_bytes());
    next += list.size_bytes();
  };
  put(parts.stems);
  put(parts.values);
  put(parts.weights);
}

}  // namespace loopbreaker
