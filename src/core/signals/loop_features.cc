// Measures one exchange; see loop_features.h.
#include "core/signals/loop_features.h"

#include <algorithm>
#include <array>
#include <bit>
#include <span>

#include "core/signals/needs.h"
#include "core/signals/notes.h"

namespace loopbreaker::core {
namespace {

std::int32_t product(std::int32_t a, std::int32_t b) {
  return static_cast<std::int32_t>(static_cast<std::int64_t>(a) * b / Score::kOne);
}

std::int32_t flag(bool on) { return on ? Score::kOne : 0; }

void measure_ask(const Session& session, const Turn& ask, const Analyzer& analyzer,
                 LoopFeatures& f) {
  const NeedMatch match = kept_match(session, ask, analyzer);
  f[ask_best] = match.best.raw;
  f[ask_second] = match.second.raw;
  f[ask_rephrases] = ask.signals[static_cast<int>(Signal::rephrase)].raw;
  f[ask_close] = std::max(0, match.best.raw - 5000) * 2;
  f[ask_asks] = flag(has_question(ask));
  const Turn* earlier = find_turn(session, match.turn);
  f[values_new] = flag(earlier != nullptr && new_values(ask.sketch, earlier->sketch) > 0);
}

// What of a turn no earlier kept turn has: its share of the words, and whether there are such
// values.
struct Novelty {
  std::int32_t words = 0;
  std::int32_t values = 0;
};

// The first 64 hashes of a turn, and which of them earlier turns had. Nearly all of what earlier
// turns had is found to be something else by one bit, without a search.
class Unseen {
 public:
  explicit Unseen(std::span<const std::uint32_t> hashes)
      : hashes_(hashes.data(), std::min<std::size_t>(hashes.size(), 64)) {
    left_ = hashes_.size() == 64 ? ~0ull : (1ull << hashes_.size()) - 1;
    for (std::uint32_t hash : hashes_) perhaps_[word(hash)] |= bit(hash);
  }

  void strike(std::span<const std::uint32_t> seen) {
    if (left_ == 0) return;
    for (std::uint32_t hash : seen) {
      if ((perhaps_[word(hash)] & bit(hash)) == 0) continue;
      const auto at = std::ranges::lower_bound(hashes_, hash);
      if (at != hashes_.end() && *at == hash) left_ &= ~(1ull << (at - hashes_.begin()));
    }
  }

  bool none() const { return left_ == 0; }
  int count() const { return std::popcount(left_); }
  int of() const { return static_cast<int>(hashes_.size()); }

 private:
  static constexpr std::size_t kWords = 16;
  static std::size_t word(std::uint32_t hash) { return (hash >> 6) % kWords; }
  static std::uint64_t bit(std::uint32_t hash) { return 1ull << (hash & 63); }

  std::span<const std::uint32_t> hashes_;  // ascending
  std::array<std::uint64_t, kWords> perhaps_{};
  std::uint64_t left_ = 0;  // a bit for each of hashes_
};

Novelty novelty(const Session& session, const Turn& turn) {
  Unseen words(turn.sketch.stems), values(turn.sketch.values);
  for (const Turn& earlier : session.turns) {
    if (earlier.number >= turn.number || (words.none() && values.none())) break;
    words.strike(earlier.sketch.stems);
    values.strike(earlier.sketch.values);
  }
  Novelty out;
  if (words.of() > 0) out.words = words.count() * Score::kOne / words.of();
  out.values = flag(!values.none());
  return out;
}

// Cohesion of the exchange before: the last customer turn before this ask's, and the reply that it
// got.
bool measure_before(const Session& session, const Turn& ask, const Analyzer& analyzer,
                    LoopFeatures& f) {
  const Turn* reply = last_turn_of(session, Participant::bot, ask.number);
  if (reply == nullptr) return false;
  const Turn* request = last_turn_of(session, Participant::customer, reply->number);
  if (request != nullptr)
    f[cohesion_before] = analyzer.cohesion(request->sketch, reply->sketch).raw;
  return true;
}

}  // namespace

LoopFeatures loop_features(const Session& session, const Turn& ask, const Turn& reply,
                           Score likeness, const Analyzer& analyzer) {
  LoopFeatures f{};
  f[reply_best] = likeness.raw;
  f[reply_repeats] = flag(likeness >= SignalContext::kThreshold);
  measure_ask(session, ask, analyzer, f);
  f[cohesion_now] = analyzer.cohesion(ask.sketch, reply.sketch).raw;
  f[ask_unheard] = product(f[ask_best], Score::kOne - f[cohesion_now]);
  if (measure_before(session, ask, analyzer, f)) {
    f[unheard_before] = product(f[ask_best], Score::kOne - f[cohesion_before]);
  }
  return f;
}

void add_novelty(const Session& session, const Turn& ask, const Turn& reply, LoopFeatures& f) {
  f[ask_novelty] = novelty(session, ask).words;
  const Novelty fresh = novelty(session, reply);
  f[reply_values] = fresh.values;
  f[reply_novelty] = fresh.words;
}

}  // namespace loopbreaker::core
