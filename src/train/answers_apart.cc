#include "train/answers_apart.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>

#include "text/answers_apart.h"
#include "train/chance.h"

namespace loopbreaker::train {
namespace {

constexpr std::size_t kTimesMin =
    8;  ///< requests seen before an answer, to know what it is given to
constexpr std::size_t kTimesMax = 200;  ///< looked at
constexpr int kShuffles = 200;
constexpr double kChance = .01;    ///< of a difference as large by chance
constexpr double kApartMin = .02;  ///< differences below it say nothing, however sure
constexpr std::size_t kLookBack = 3;
constexpr std::int32_t kSameFailure =
    3'500;  ///< likeness of meaning from which failures are taken for one

using Vector = std::array<float, Sketch::kVector>;

/// Of length 1; none for a text without words.
bool direction(const Sketch& sketch, Vector& out) {
  if (sketch.length() == 0) return false;
  double square = 0;
  for (std::size_t i = 0; i < out.size(); ++i) square += sketch.vector()[i] * sketch.vector()[i];
  for (std::size_t i = 0; i < out.size(); ++i)
    out[i] = static_cast<float>(sketch.vector()[i] / std::sqrt(square));
  return true;
}

double dot(const Vector& a, const Vector& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

struct Answer {
  Sketch sketch;
  std::string text;
  std::vector<Vector> requests;
  std::size_t failed = 0, times = 0;
  bool fails() const { return 2 * failed > times; }
};

/// Would one be taken for the other, if nothing were known but their words?
bool look_alike(const Answer& a, const Answer& b, const Analyzer& analyzer) {
  if (analyzer.same_answer(a.sketch, b.sketch) >= Score::percent(50)) return true;
  return a.fails() && b.fails() && analyzer.likeness(a.sketch, b.sketch).vector >= kSameFailure;
}

/// How much more alike requests before one answer are than requests before both: 0 when they are
/// the same ones. `first` of them come before the one answer.
double difference(std::span<const Vector* const> requests, std::size_t first) {
  Vector a{}, b{};
  for (std::size_t i = 0; i < requests.size(); ++i) {
    Vector& sum = i < first ? a : b;
    for (std::size_t k = 0; k < sum.size(); ++k) sum[k] += (*requests[i])[k];
  }
  const auto n = static_cast<double>(first), m = static_cast<double>(requests.size() - first);
  return (dot(a, a) - n) / (n * (n - 1)) + (dot(b, b) - m) / (m * (m - 1)) -
         2 * dot(a, b) / (n * m);
}

bool given_to_different_requests(const Answer& a, const Answer& b, Chance& chance) {
  std::vector<const Vector*> requests;
  for (const Vector& v : a.requests) requests.push_back(&v);
  for (const Vector& v : b.requests) requests.push_back(&v);
  const double seen = difference(requests, a.requests.size());
  if (seen < kApartMin) return false;
  int as_large = 0;
  for (int s = 0; s < kShuffles && as_large <= kChance * kShuffles; ++s) {
    for (std::size_t i = requests.size(); i > 1; --i)
      std::swap(requests[i - 1], requests[chance.below(i)]);
    as_large += difference(requests, a.requests.size()) >= seen;
  }
  return as_large <= kChance * kShuffles;
}

const LogTurn* request_before(const LogSession& session, std::size_t reply) {
  while (reply-- > 0)
    if (session.turns[reply].participant == Participant::customer) return &session.turns[reply];
  return nullptr;
}

}  // namespace

std::vector<ApartAnswers> answers_apart(std::span<const LogSession* const> sessions,
                                        Analyzer& analyzer, std::uint64_t seed) {
  std::map<std::uint64_t, Answer> by_hash;
  for (const LogSession* session : sessions) {
    for (std::size_t i = 0; i < session->turns.size(); ++i) {
      const LogTurn& turn = session->turns[i];
      if (turn.participant != Participant::bot || turn.text.empty()) continue;
      const Sketch sketch = analyzer.sketch(turn.text);
      Answer& answer = by_hash[sketch.exact()];
      if (answer.times++ == 0) answer.text = turn.text;
      answer.failed += turn.failed;
      const LogTurn* request = request_before(*session, i);
      Vector v;
      if (request && answer.requests.size() < kTimesMax &&
          direction(analyzer.sketch(request->text), v))
        answer.requests.push_back(v);
    }
  }
  std::vector<std::pair<std::uint64_t, Answer*>> frequent;
  for (auto& [hash, answer] : by_hash) {
    if (answer.requests.size() < kTimesMin) continue;
    answer.sketch = analyzer.sketch(answer.text);
    frequent.emplace_back(hash, &answer);
  }
  Chance chance(seed);
  std::vector<ApartAnswers> out;
  for (std::size_t i = 0; i < frequent.size(); ++i) {
    for (std::size_t j = i + 1; j < frequent.size(); ++j) {
      const Answer &a = *frequent[i].second, &b = *frequent[j].second;
      if (look_alike(a, b, analyzer) && given_to_different_requests(a, b, chance))
        out.push_back({frequent[i].first, frequent[j].first, a.text, b.text});
    }
  }
  return out;
}

ApartFigures judge_apart(std::span<const LogSession* const> sessions, Analyzer& analyzer,
                         std::span<const ApartAnswers> pairs) {
  std::vector<text::AnswersApart::Pair> hashes;
  for (const ApartAnswers& p : pairs) hashes.emplace_back(p.first, p.second);
  const text::AnswersApart apart(std::move(hashes));
  ApartFigures out;
  for (const LogSession* session : sessions) {
    struct Reply {
      Answer answer;
      Vector request{};
      bool asked = false;
    };
    std::vector<Reply> replies;
    for (std::size_t i = 0; i < session->turns.size(); ++i) {
      const LogTurn& turn = session->turns[i];
      if (turn.participant != Participant::bot || turn.text.empty()) continue;
      Reply reply;
      reply.answer.sketch = analyzer.sketch(turn.text);
      reply.answer.failed = turn.failed;
      reply.answer.times = 1;
      const LogTurn* request = request_before(*session, i);
      reply.asked = request && direction(analyzer.sketch(request->text), reply.request);
      for (std::size_t back = 1; back <= std::min(kLookBack, replies.size()); ++back) {
        const Reply& earlier = replies[replies.size() - back];
        const std::uint64_t a = earlier.answer.sketch.exact(), b = reply.answer.sketch.exact();
        if (a == b || !reply.asked || !earlier.asked ||
            !look_alike(earlier.answer, reply.answer, analyzer))
          continue;
        ++out.taken;
        const bool told = apart.has(a, b);
        out.apart += told;
        (told ? out.apart_likeness : out.taken_likeness) += dot(earlier.request, reply.request);
      }
      replies.push_back(std::move(reply));
    }
  }
  out.taken_likeness /= static_cast<double>(std::max<std::size_t>(1, out.taken - out.apart));
  out.apart_likeness /= static_cast<double>(std::max<std::size_t>(1, out.apart));
  return out;
}

}  // namespace loopbreaker::train
