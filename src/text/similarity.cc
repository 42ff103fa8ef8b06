// How alike two sketches are. Integers only; a score means the same on every machine.
#include <algorithm>
#include <array>
#include <cstring>

#include "text/isqrt.h"
#include "text/sketch.h"
#include "text/vectors.h"

namespace loopbreaker::text {
namespace {

constexpr std::int32_t kOne = Score::kOne;

struct Knot {
  std::int32_t raw, score;
};

template <std::size_t N>
Score interpolate(const std::array<Knot, N>& knots, std::int32_t raw) {
  for (std::size_t i = 1; i < N; ++i) {
    if (raw > knots[i].raw && i + 1 < N) continue;
    const Knot &a = knots[i - 1], &b = knots[i];
    return Score::of(a.score + static_cast<std::int64_t>(raw - a.raw) * (b.score - a.score) /
                                   (b.raw - a.raw));
  }
  return Score::of(raw);
}

// Raw similarity to score. At .31 about one pair in twenty of different needs of one trade is taken
// for the same, at .42 one in a hundred: measured on needs that the vectors had not seen.
constexpr std::array<Knot, 6> kNeed = {
    {{0, 0}, {1'500, 2'500}, {3'100, 5'000}, {4'200, 7'000}, {6'500, 9'000}, {10'000, 10'000}}};
// Raw similarity to score; .50 separates a repeated answer from another one, by the words alone
// .37.
constexpr std::array<Knot, 3> kAnswer = {{{0, 0}, {5'000, 5'000}, {10'000, 10'000}}};
constexpr std::array<Knot, 3> kAnswerWords = {{{0, 0}, {3'700, 5'000}, {10'000, 10'000}}};

using Lane = std::uint16_t __attribute__((vector_size(16)));

/// Number of common elements of two sorted sets: blocks of eight compared all against all.
std::size_t common(std::span<const std::uint16_t> a, std::span<const std::uint16_t> b) {
  std::size_t i = 0, j = 0, count = 0;
  Lane hits = {};
  while (i + 8 <= a.size() && j + 8 <= b.size()) {
    Lane x, y;
    std::memcpy(&x, a.data() + i, sizeof x);
    std::memcpy(&y, b.data() + j, sizeof y);
    // Every lane meets every other one: in four turns by pairs, with the pairs as they are and
    // swapped. These are the cheapest shuffles there are.
    Lane z = __builtin_shufflevector(y, y, 1, 0, 3, 2, 5, 4, 7, 6);
    Lane equal = (x == y) | (x == z);
    for (int k = 1; k < 4; ++k) {
      y = __builtin_shufflevector(y, y, 2, 3, 4, 5, 6, 7, 0, 1);
      z = __builtin_shufflevector(z, z, 2, 3, 4, 5, 6, 7, 0, 1);
      equal |= (x == y) | (x == z);
    }
    hits -= equal;
    const std::uint16_t last_a = a[i + 7], last_b = b[j + 7];
    i += last_a <= last_b ? 8 : 0;
    j += last_b <= last_a ? 8 : 0;
  }
  for (int k = 0; k < 8; ++k) count += hits[k];
  while (i < a.size() && j < b.size()) {
    const std::uint16_t x = a[i], y = b[j];
    count += x == y;
    i += x <= y;
    j += y <= x;
  }
  return count;
}

}  // namespace

std::int32_t idf_cosine(const Sketch& a, const Sketch& b) {
  if (a.stems.empty() || b.stems.empty()) return 0;
  std::uint64_t dot = 0;
  for (std::size_t i = 0, j = 0; i < a.stems.size() && j < b.stems.size();) {
    const std::uint32_t x = a.stems[i], y = b.stems[j];
    const std::uint64_t w = a.weights[i];
    dot += x == y ? w * w : 0;
    i += x <= y;
    j += y <= x;
  }
  const std::uint64_t length = isqrt((a.weight >> 2) * (b.weight >> 2));  // below 2^63
  return length == 0 ? 0
                     : static_cast<std::int32_t>(
                           std::min<std::uint64_t>(kOne, (dot * kOne / 4 + length / 2) / length));
}

std::int32_t trigram_cosine(const Sketch& a, const Sketch& b) {
  if (a.trigrams.empty() || b.trigrams.empty()) return 0;
  const std::uint64_t length = isqrt(a.trigrams.size() * b.trigrams.size() * 1'000'000);
  return static_cast<std::int32_t>(
      std::min<std::uint64_t>(kOne, common(a.trigrams, b.trigrams) * 1'000 * kOne / length));
}

Likeness likeness(const Sketch& a, const Sketch& b) {
  return {vector_cosine(a, b), idf_cosine(a, b), trigram_cosine(a, b)};
}

std::int32_t need_similarity(const Sketch& a, const Sketch& b) {
  const std::int32_t mix = (2 * vector_cosine(a, b) + idf_cosine(a, b) + trigram_cosine(a, b)) / 4;
  return std::max(0, mix);
}

Score same_need(const Sketch& a, const Sketch& b) {
  if (a.words == 0 || b.words == 0) return {};
  return interpolate(kNeed, need_similarity(a, b));
}

Score same_answer(const Sketch& a, const Sketch& b) {
  if (a.words == 0 || b.words == 0) return {};
  if (a.exact == b.exact) return Score::one();
  if (a.length == 0 || b.length == 0)
    return interpolate(kAnswerWords, (idf_cosine(a, b) + trigram_cosine(a, b)) / 2);
  return interpolate(kAnswer, need_similarity(a, b));
}

Score cohesion(const Sketch& request, const Sketch& reply) {
  return Score::of(idf_cosine(request, reply));
}

}  // namespace loopbreaker::text
