// How alike two sketches are. Integers only; a score means the same on every machine.
#include <algorithm>
#include <array>

#include "text/isqrt.h"
#include "text/rows.h"
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

}  // namespace

std::int32_t idf_cosine(const Sketch& a, const Sketch& b) {
  const auto one = a.stems(), other = b.stems();
  const auto weights = a.weights();
  if (one.empty() || other.empty()) return 0;
  std::uint64_t dot = 0;
  for (std::size_t i = 0, j = 0; i < one.size() && j < other.size();) {
    const std::uint32_t x = one[i], y = other[j];
    const std::uint64_t w = weights[i];
    dot += x == y ? w * w : 0;
    i += x <= y;
    j += y <= x;
  }
  const std::uint64_t length = isqrt((a.weight() >> 2) * (b.weight() >> 2));  // below 2^63
  return length == 0 ? 0
                     : static_cast<std::int32_t>(
                           std::min<std::uint64_t>(kOne, (dot * kOne / 4 + length / 2) / length));
}

std::int32_t letter_cosine(const Sketch& a, const Sketch& b) {
  if (a.letters_set() == 0 || b.letters_set() == 0) return 0;
  const std::int64_t all = Sketch::kLetterBits, one = a.letters_set(), other = b.letters_set();
  const std::int64_t common = rows::common_bits(a.letters(), b.letters());
  // Of x that are really common, the others of both sides meet by chance as often as there is room:
  // common = x + (one - x) (other - x) / (all - x).
  const std::int64_t room = all - one - other + common;
  const std::int64_t more = common * all - one * other;
  if (room <= 0 || more <= 0) return room <= 0 ? kOne : 0;
  const auto length = static_cast<std::int64_t>(
      isqrt(static_cast<std::uint64_t>(one * other) * 1'000'000));  // 1/1000
  return static_cast<std::int32_t>(
      std::min<std::int64_t>(kOne, more * 1'000 / room * kOne / length));
}

Likeness likeness(const Sketch& a, const Sketch& b) {
  return {vector_cosine(a, b), idf_cosine(a, b), letter_cosine(a, b)};
}

std::int32_t need_similarity(const Sketch& a, const Sketch& b) {
  const std::int32_t mix = (2 * vector_cosine(a, b) + idf_cosine(a, b) + letter_cosine(a, b)) / 4;
  return std::max(0, mix);
}

Score same_need(const Sketch& a, const Sketch& b) {
  if (a.words() == 0 || b.words() == 0) return {};
  return interpolate(kNeed, need_similarity(a, b));
}

Score same_answer(const Sketch& a, const Sketch& b) {
  if (a.words() == 0 || b.words() == 0) return {};
  if (a.exact() == b.exact()) return Score::one();
  if (a.length() == 0 || b.length() == 0)
    return interpolate(kAnswerWords, (idf_cosine(a, b) + letter_cosine(a, b)) / 2);
  return interpolate(kAnswer, need_similarity(a, b));
}

Score cohesion(const Sketch& request, const Sketch& reply) {
  return Score::of(idf_cosine(request, reply));
}

}  // namespace loopbreaker::text
