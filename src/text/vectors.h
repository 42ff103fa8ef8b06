// Static sentence vectors: a table row per known word, bigram and character n-gram; a message is
// the direction of the sum of its rows.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "loopbreaker/analysis.h"
#include "loopbreaker/result.h"
#include "text/frozen_index.h"
#include "text/tokens.h"

namespace loopbreaker::text {

/// The table: rows of 128 int8, row-major. The first rows are the words and bigrams of a list, the
/// last kCharRows those of hashed character n-grams.
class VectorTable {
 public:
  static constexpr int kDim = 128;
  static constexpr std::uint32_t kCharRows = 16'384;
  static constexpr std::int32_t kUnknown = -1;

  /// `features`: what the rows stand for, one per line, words before bigrams ("word word").
  /// `rows` must outlive the table; `name` stands for it in errors.
  static Result<VectorTable> parse(std::string_view rows, std::string_view features,
                                   std::string_view name);
  /// Likewise, of bytes that it keeps.
  static Result<VectorTable> own(std::string rows, std::string_view features,
                                 std::string_view name);

  /// Row of a word by word_hash of its lower-case spelling with apostrophes; kUnknown.
  std::int32_t word(std::uint32_t hash) const {
    const std::int32_t* row = words_.find(hash);
    return row ? *row : kUnknown;
  }
  /// Row of two neighbours, given by their rows; kUnknown.
  std::int32_t bigram(std::int32_t first, std::int32_t second) const {
    const std::int32_t* row = bigrams_.find(pair_hash(first, second));
    return row ? *row : kUnknown;
  }
  /// False for most neighbours that have no row of their own, without a look at the index.
  bool maybe_bigram(std::int32_t first, std::int32_t second) const {
    const std::uint32_t bit = pair_hash(first, second) >> (32 - kFilterBits);
    return maybe_bigram_[bit / 64] >> (bit % 64) & 1;
  }
  /// Row of a word as written if it is no more than one word to the encoder, with or without an
  /// apostrophe: "Don't"; kUnknown.
  std::int32_t contraction(std::string_view raw) const;
  /// Row of an n-gram of an unknown word.
  std::int32_t chars(std::string_view gram) const;
  /// Row of a number with this many digits, which are not told apart beyond four.
  std::int32_t number(std::size_t digits) const { return numbers_[digits < 4 ? digits - 1 : 3]; }

  /// Cosines are taken times this, in 1/1000: a table fitted to one operator spreads messages more
  /// or less than the built-in one, and thresholds shall mean the same.
  int scale() const { return scale_; }
  void set_scale(int per_mille) { scale_ = per_mille; }

  const std::int8_t* row(std::int32_t i) const {
    return reinterpret_cast<const std::int8_t*>(rows_.data()) + std::size_t{kDim} * i;
  }
  /// A row is about to be read.
  void prefetch(std::int32_t i) const {
    __builtin_prefetch(row(i));
    __builtin_prefetch(row(i) + 64);
  }

 private:
  static std::uint32_t pair_hash(std::int32_t first, std::int32_t second) {
    const std::uint64_t pair =
        static_cast<std::uint64_t>(first) << 32 | static_cast<std::uint32_t>(second);
    return static_cast<std::uint32_t>((pair * 0x9E3779B97F4A7C15ull) >> 32);
  }

  static constexpr int kFilterBits = 19;

  std::shared_ptr<const std::string> kept_;
  std::string_view rows_;
  FrozenIndex<std::int32_t> words_, bigrams_;
  std::vector<std::uint64_t> maybe_bigram_;  ///< a bit for each of the upper bits of a pair's hash
  std::array<std::int32_t, 4> numbers_{};
  std::int32_t first_char_row_ = 0;
  int scale_ = 1'000;
};

/// Sums of rows, before they become a direction. Any common factor means nothing.
using VectorSum = std::array<std::int32_t, VectorTable::kDim>;

/// Turns tokens into vectors. Remembers bigrams met last; results do not depend on it.
class Encoder {
 public:
  explicit Encoder(std::shared_ptr<const VectorTable> table);

  /// REQUIRES: the tokens' rows are those of the same table (Tokens::models).
  const VectorSum& sum(const Tokens& tokens);
  /// The direction of the sum as int8, the largest number being 127. Zero without tokens.
  void encode(const Tokens& tokens, std::array<std::int8_t, VectorTable::kDim>& vector,
              std::uint16_t& length);

 private:
  struct KnownPair {
    std::int32_t first = 0, second = 0, row = VectorTable::kUnknown;
  };
  static constexpr int kPairBits = 14;

  void add_known(std::int32_t row);
  void add_unknown(std::string_view word);
  void add_other(std::string_view raw);
  /// Collects rows_, and adds unknown words to sum_.
  void collect(const Tokens& tokens);
  const VectorSum& whole_sum();

  std::shared_ptr<const VectorTable> table_;
  std::vector<KnownPair> pairs_;
  std::int32_t before_ = VectorTable::kUnknown;  ///< row of the word before; unknown after others
  std::vector<std::int32_t> rows_;               ///< to be added up
  std::array<std::int16_t, VectorTable::kDim> few_{};  ///< sum of the last few of them
  bool unknown_ = false;                               ///< whether unknown words are in sum_
  VectorSum sum_{};
  std::string spelling_, edged_;
};

/// Cosine of the vectors, -10000..10000; 0 if one of them is missing.
std::int32_t vector_cosine(const Sketch& a, const Sketch& b);

}  // namespace loopbreaker::text
