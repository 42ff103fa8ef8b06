// The features of linear.h. Training and judging go through these same lines.
#pragma once

#include <algorithm>

#include "text/stem.h"

namespace loopbreaker::text {

constexpr std::uint32_t mix_feature(std::uint32_t a, std::uint32_t b) {
  return static_cast<std::uint32_t>(
      ((static_cast<std::uint64_t>(a) << 32 | b) * 0x9E3779B97F4A7C15ull) >> 32);
}

enum class FeatureKind : std::uint32_t { word = 1, pair = 2, letters = 3, mark = 4 };
constexpr std::uint32_t feature_hash(FeatureKind kind, std::uint32_t value) {
  return mix_feature(static_cast<std::uint32_t>(kind) * 0x9E3779B1u, value);
}

template <class F>
void for_word_features(std::string_view spelling, std::uint32_t word, F&& f) {
  f(feature_hash(FeatureKind::word, word));
  char edged[34];
  const std::size_t n = std::min<std::size_t>(spelling.size(), 32) + 2;
  edged[0] = '<';
  std::copy_n(spelling.data(), n - 2, edged + 1);
  edged[n - 1] = '>';
  for (std::size_t i = 0; i + 3 <= n; ++i) {
    std::uint32_t h = 0x811C9DC5u;
    for (std::size_t k = 0; k < 5 && i + k < n; ++k) {
      h = (h ^ static_cast<std::uint8_t>(edged[i + k])) * 0x01000193u;
      if (k >= 2) f(feature_hash(FeatureKind::letters, h));
    }
  }
}

template <class F>
void for_text_features(const Tokens& tokens, F&& f) {
  const auto mark = [&](std::uint32_t m) { f(feature_hash(FeatureKind::mark, m)); };
  constexpr std::uint32_t kEdge = 0;
  std::uint32_t before = kEdge;
  bool emphasis = false, long_letters = false;
  for (const Token& t : tokens.all) {
    f(feature_hash(FeatureKind::pair, mix_feature(before, t.facts.word)));
    before = t.facts.word;
    emphasis |= t.is(kAllCaps);
    long_letters |= t.is(kElongated);
  }
  f(feature_hash(FeatureKind::pair, mix_feature(before, kEdge)));
  if (tokens.ends_with_question) mark(1);
  if (tokens.exclamations > 0) mark(2);
  if (tokens.longest_exclamation >= 2) mark(3);
  if (tokens.longest_question >= 2) mark(4);
  if (tokens.capitals * 10 >= tokens.letters * 7 && tokens.letters >= 6) {
    mark(5);
  } else if (emphasis) {
    mark(6);
  }
  if (long_letters) mark(7);
  if (tokens.has_digit) mark(8);
  // Its length, by steps of doubling.
  std::uint32_t step = 16;
  for (std::uint32_t n = tokens.words; n > 0; n /= 2) ++step;
  mark(step);
}

}  // namespace loopbreaker::text
