// Linear models over hashed n-grams and the message's vector. One table serves several heads: a
// feature is looked up once for all of them.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "loopbreaker/analysis.h"
#include "loopbreaker/result.h"
#include "text/tokens.h"

namespace loopbreaker::text {

/// Features of a message: words and pairs of words, character 3- to 5-grams within words, how it is
/// written. All count the same, divided by the root of their number; the vector has length one.
/// Calls `f` with the 32-bit hash of each feature of one word. REQUIRES: `spelling` is in normal
/// form, `word` its hash.
template <class F>
void for_word_features(std::string_view spelling, std::uint32_t word, F&& f);
/// With each feature that is more than one word's: pairs and marks.
template <class F>
void for_text_features(const Tokens& tokens, F&& f);

/// The weights of some heads. Immutable.
class LinearModel {
 public:
  static constexpr int kDim = 128;
  static constexpr std::int32_t kUnit = 2'048;      ///< of a feature's weight
  static constexpr std::int32_t kVectorUnit = 256;  ///< of a weight of the vector

  /// The file: "LBLM", version 1, heads, bits (u32 each); for each head the bias in 1/1000 nat
  /// (i32) and 128 weights of the vector (i16); then 2^bits slots of one i16 per head. Little
  /// endian. `bytes` must outlive the model, unless it was made by `own`.
  static Result<LinearModel> parse(std::string_view bytes, std::string_view name);
  static Result<LinearModel> own(std::string bytes, std::string_view name);

  int heads() const { return heads_; }
  /// Adds the word's features; heads go to sums[first], sums[first + 1], …
  void add_word(std::string_view spelling, std::uint32_t word, int first, WordSums& sums) const;
  /// Log-odds of each head in 1/1000 nat. `words`: sums over all words, heads from `first` on.
  void judge(const Tokens& tokens, const WordSums& words, int first, const Sketch& sketch,
             std::int32_t* log_odds) const;
  /// Log-odds that each token adds for one head, by its own features and half of its pairs'.
  void shares(const Tokens& tokens, int head, std::vector<std::int32_t>& per_token) const;

 private:
  const std::int16_t* slot(std::uint32_t feature) const {
    return table_ + std::size_t{feature >> shift_} * static_cast<std::size_t>(heads_);
  }

  std::shared_ptr<const std::string> kept_;
  const std::int16_t* table_ = nullptr;
  int heads_ = 0, shift_ = 32;
  std::vector<std::int32_t> bias_;
  std::vector<std::array<std::int16_t, kDim>> vector_;
};

}  // namespace loopbreaker::text

#include "text/linear_features.h"
