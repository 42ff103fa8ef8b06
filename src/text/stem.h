// Words to stems, and stems to weights.
#pragma once

#include <cstdint>
#include <string_view>

namespace loopbreaker::text {

/// The stem is the first `length` bytes of the word, plus a 'y' when `add_y`.
struct Stem {
  std::size_t length;
  bool add_y;
};

/// Suffix stripping. REQUIRES: `word` is lower case.
Stem stem_of(std::string_view word);

/// Hash of a word, before the last mixing step, so that it can be taken further byte by byte.
inline constexpr std::uint64_t kWordHashStart = 0xcbf29ce484222325ull;
constexpr std::uint64_t word_hash_step(std::uint64_t h, char c) {
  return (h ^ static_cast<std::uint8_t>(c)) * 0x100000001b3ull;
}
constexpr std::uint32_t word_hash_end(std::uint64_t h) {
  h ^= h >> 32;
  return static_cast<std::uint32_t>((h * 0x9e3779b97f4a7c15ull) >> 32);
}
constexpr std::uint32_t word_hash(std::string_view word) {
  std::uint64_t h = kWordHashStart;
  for (char c : word) h = word_hash_step(h, c);
  return word_hash_end(h);
}
/// Hash of the stem of `word`.
std::uint32_t stem_hash(std::string_view word, Stem stem);
inline std::uint32_t stem_hash(std::string_view word) { return stem_hash(word, stem_of(word)); }

/// ln(x) in 1/1000, rounded down. REQUIRES: x > 0. The same on every machine.
std::uint32_t ln_milli(std::uint64_t numerator, std::uint64_t denominator);

/// What is known about a stem.
struct StemInfo {
  std::uint16_t idf;  ///< 1/1000 nat
  bool empty_word;    ///< stop, closing or navigation word: says nothing about the need
};

/// The info of a stem by its hash; unknown stems are rare words.
StemInfo stem_info(std::uint32_t stem_hash);

}  // namespace loopbreaker::text
