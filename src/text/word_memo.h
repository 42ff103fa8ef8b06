// Remembers what is known about the plain words met last, so that a common word is not taken apart
// again.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

namespace loopbreaker::text {

/// The ASCII letters that some text begins with, in lower case, 16 at most. Bytes after them are
/// zero.
struct Letters {
  std::uint64_t head = 0, tail = 0;
  std::uint64_t head_capitals = 0, tail_capitals = 0;  ///< bit 7 of the byte of each capital
  std::uint32_t count = 0;

  /// The letters at `at`.
  static Letters of(std::string_view text, std::size_t at) {
    const Bytes bytes = bytes_of(text, at);
    Letters l;
    l.count = take(bytes.head, l.head, l.head_capitals);
    if (l.count == 8) l.count += take(bytes.tail, l.tail, l.tail_capitals);
    return l;
  }
  std::uint32_t capitals() const {
    return (head_capitals | tail_capitals) == 0
               ? 0
               : static_cast<std::uint32_t>(std::popcount(head_capitals) +
                                            std::popcount(tail_capitals));
  }
  bool first_capital() const { return (head_capitals & 0x80) != 0; }

 private:
  struct Bytes {
    std::uint64_t head, tail;
  };
  /// 16 bytes of the text from `at` on, zeros after its end.
  static Bytes bytes_of(std::string_view text, std::size_t at) {
    static_assert(std::endian::native == std::endian::little);
    const std::size_t left = text.size() - at;
    Bytes b{};
    if (left >= sizeof b) {
      std::memcpy(&b, text.data() + at, sizeof b);
    } else if (text.size() >= sizeof b) {
      // The last 16 bytes of the text, moved down.
      std::memcpy(&b, text.data() + text.size() - sizeof b, sizeof b);
      const std::size_t bits = 8 * (sizeof b - left);
      if (bits < 64) {
        b = {b.head >> bits | b.tail << 1 << (63 - bits), b.tail >> bits};
      } else {
        b = {b.tail >> (bits - 64), 0};
      }
    } else {
      std::memcpy(&b, text.data() + at, left);
    }
    return b;
  }
  /// The letters at the low end of `bytes`: how many, in lower case, and which are capitals.
  static std::uint32_t take(std::uint64_t bytes, std::uint64_t& lower, std::uint64_t& capitals) {
    constexpr std::uint64_t kEach = 0x0101010101010101, kTop = kEach * 0x80;
    const std::uint64_t low = (bytes | kEach * 0x20) & ~kTop;
    const std::uint64_t letter =
        (low + kEach * (0x80 - 'a')) & ~(low + kEach * (0x80 - 'z' - 1)) & ~bytes & kTop;
    const std::uint64_t other = letter ^ kTop;
    const std::uint32_t count =
        other == 0 ? 8 : static_cast<std::uint32_t>(std::countr_zero(other)) / 8;
    const std::uint64_t kept = count == 8 ? ~std::uint64_t{0} : (std::uint64_t{1} << 8 * count) - 1;
    lower = (bytes | kEach * 0x20) & kept;
    capitals = ~bytes << 2 & kTop & kept;
    return count;
  }
};

/// What a word's features add to the log-odds of each head of the linear models, see linear.h.
struct WordSums {
  static constexpr int kHeadsMax = 7;
  std::array<std::int32_t, kHeadsMax> heads{};
  std::int32_t features = 0;  ///< how many

  WordSums& operator+=(const WordSums& more) {
    for (int h = 0; h < kHeadsMax; ++h) heads[h] += more.heads[h];
    features += more.features;
    return *this;
  }
};

/// What is known about a word beside its sums.
struct WordFacts {
  /// No class: not of this kind of word, or not asked for yet.
  static constexpr std::uint16_t kUnclassed = 0x7FFF;
  static constexpr std::int32_t kRowMax = (1 << 17) - 1;

  std::uint32_t word = 0, stem = 0;
  std::int32_t row : 18 = -1;  ///< in the vector table; -1: not there
  std::uint32_t idf : 14 = 0;  ///< 1/1000 nat
  std::uint32_t customer_class : 15 =
      kUnclassed;                                ///< to the phrases for customers, see automaton.h
  std::uint32_t others_class : 15 = kUnclassed;  ///< likewise, for everyone else
  std::uint32_t empty_word : 1 = 0;
};

/// A fixed number of slots; a word takes the place of another one that falls into its slot.
class WordMemo {
 public:
  static constexpr std::uint32_t kLettersMax = 15;
  struct alignas(64) Known {
    std::uint64_t head = 0, tail = 0;
    WordFacts facts;
    WordSums sums;
  };
  static_assert(sizeof(Known) == 64, "in one cache line");

  /// The slot of a word: it holds the word's facts if `head` and `tail` are those of the word.
  Known& slot(const Letters& letters) {
    const std::uint64_t mixed = (letters.head ^ letters.tail * 3) * 0x9E3779B97F4A7C15ull;
    return slots_[mixed >> (64 - kBits)];
  }

 private:
  static constexpr int kBits = 14;
  std::vector<Known> slots_ = std::vector<Known>(std::size_t{1} << kBits);
};

/// Likewise of words with anything but letters in them ("don't", "18", "A4"), as written.
class SpellingMemo {
 public:
  static constexpr std::size_t kBytesMax = 16;
  using Bytes = std::array<char, kBytesMax>;  ///< zeros after the end
  struct Known {
    Bytes raw{}, norm{};
    WordFacts facts;
    WordSums sums;
    std::uint8_t norm_size = 0;
  };

  /// REQUIRES: at most kBytesMax bytes.
  static Bytes bytes_of(std::string_view text) {
    Bytes bytes{};
    std::memcpy(bytes.data(), text.data(), text.size());
    return bytes;
  }
  Known& slot(const Bytes& raw) {
    const auto halves = std::bit_cast<std::array<std::uint64_t, 2>>(raw);
    return slots_[((halves[0] ^ halves[1] * 3) * 0x9E3779B97F4A7C15ull) >> (64 - kBits)];
  }

 private:
  static constexpr int kBits = 11;
  std::vector<Known> slots_ = std::vector<Known>(std::size_t{1} << kBits);
};

}  // namespace loopbreaker::text
