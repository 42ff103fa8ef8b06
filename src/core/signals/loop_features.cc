// Measures one exchange; see loop_features.h.
#include "core/signals/loop_features.h"

#include <algorithm>
#include <array>
#include <bit>
#include <span>

#include "core/signals/notes.h"
#include "core/signals/replies.h"

namespace loopbreaker::core {
namespace {

constexpr int kRecentReplies = 3;
// Longer is no longer another kind of turn.
constexpr std::int32_t kReplyWordsMax = 24;
constexpr std::int32_t kAskContentMax = 12;

std::int32_t product(std::int32_t a, std::int32_t b) {
  return static_cast<std::int32_t>(static_cast<std::int64_t>(a) * b / Score::kOne);
}

std::int32_t flag(bool on) { return on ? Score::kOne : 0; }

// The first 64 hashes of a turn, and which of them earlier turns had. Each is found again by some
// of its bits, without a search; two that have these in common share a list.
class Unseen {
 public:
  explicit Unseen(std::span<const std::uint32_t> hashes)
      : hashes_(hashes.data(), std::min<std::size_t>(hashes.size(), 64)) {
    left_ = hashes_.size() == 64 ? ~0ull : (1ull << hashes_.size()) - 1;
    for (std::size_t i = 0; i < hashes_.size(); ++i) {
      std::uint8_t& first = first_[hashes_[i] % kPlaces];
      next_[i] = first;
      first = static_cast<std::uint8_t>(i + 1);
    }
  }

  void strike(std::span<const std::uint32_t> seen) {
    if (left_ == 0) return;
    for (std::uint32_t hash : seen) {
      for (std::size_t i = first_[hash % kPlaces]; i != 0; i = next_[i - 1])
        if (hashes_[i - 1] == hash) left_ &= ~(1ull << (i - 1));
    }
  }

  bool none() const { return left_ == 0; }
  // Of the hashes, 0 where there are none.
  std::int32_t share() const {
    const auto all = static_cast<std::int32_t>(hashes_.size());
    return all == 0 ? 0 : std::popcount(left_) * Score::kOne / all;
  }

 private:
  static constexpr std::size_t kPlaces = 256;

  std::span<const std::uint32_t> hashes_;
  std::array<std::uint8_t, kPlaces> first_{};  // by some bits: one more than the place in hashes_
  std::array<std::uint8_t, 64> next_;          // of each: another one with the same bits, or 0
  std::uint64_t left_ = 0;                     // a bit for each of hashes_
};

// What of the reply and of the ask no kept turn before them has: its share of the words, and
// whether there are such values.
void measure_novelty(const Session& session, const Turn& ask, const Turn& reply,
                     ExchangeFeatures& f) {
  Unseen words(reply.sketch.stems()), values(reply.sketch.values()), asked(ask.sketch.stems());
  for (const Turn& earlier : session.turns) {
    if (earlier.number >= reply.number) break;
    words.strike(earlier.sketch.stems());
    values.strike(earlier.sketch.values());
    if (earlier.number < ask.number) asked.strike(earlier.sketch.stems());
  }
  f[Exchange::reply_novelty] = words.share();
  f[Exchange::reply_values] = flag(!values.none());
  f[Exchange::ask_novelty] = asked.share();
}

void measure_reply(const Session& session, const Turn& reply, const ReplyLikeness& replies,
                   ExchangeFeatures& f) {
  f[Exchange::reply_best] = replies.best.raw;
  f[Exchange::reply_sum] = replies.sum;
  f[Exchange::reply_same] = replies.same;
  f[Exchange::reply_exact] = flag(replies.exact);
  f[Exchange::reply_failed] = flag(reply.failed);
  f[Exchange::reply_wording] = replies.wording.raw;
  f[Exchange::reply_words] = std::min<std::int32_t>(reply.sketch.words(), kReplyWordsMax);
  int seen = 0;
  for (auto it = session.turns.rbegin(); it != session.turns.rend() && seen < kRecentReplies;
       ++it) {
    if (it->participant != Participant::bot || it->number > reply.number) continue;
    ++seen;
    f[Exchange::failures] += it->failed;
  }
}

void measure_ask(const Session& session, const Turn& ask, const NeedMatch& match,
                 ExchangeFeatures& f) {
  f[Exchange::ask_best] = match.best.raw;
  f[Exchange::ask_second] = match.second.raw;
  f[Exchange::ask_sum] = match.sum;
  f[Exchange::ask_same] = match.same;
  f[Exchange::ask_rephrases] = ask[Signal::rephrase].raw;
  const Turn* earlier = find_turn(session, match.turn);
  f[Exchange::ask_values] = flag(earlier != nullptr && new_values(ask.sketch, earlier->sketch) > 0);
  f[Exchange::ask_content] = std::min<std::int32_t>(ask.sketch.content_words(), kAskContentMax);
  f[Exchange::ask_closes] = flag(session.loop.ask_closes);
  f[Exchange::ask_rejects] = flag(session.loop.ask_rejects);
}

// The first reply of the bot after a turn; nullptr when none is kept before `end`.
const Turn* reply_after(const Session& session, std::int64_t turn, const Turn& end) {
  for (const Turn& later : session.turns) {
    if (later.number >= end.number) break;
    if (later.number > turn && later.participant == Participant::bot) return &later;
  }
  return nullptr;
}

// What lies before the ask: the reply to the ask that it resembles, and the exchange just before.
void measure_before(const Session& session, const Turn& ask, const Turn& reply,
                    const NeedMatch& match, const Analyzer& analyzer, ExchangeFeatures& f) {
  if (match.turn >= 0) {
    const Turn* then = reply_after(session, match.turn, ask);
    if (then != nullptr) f[Exchange::reply_before] = same_reply(reply, *then, analyzer).raw;
  }
  const Turn* last = last_turn_of(session, Participant::bot, ask.number);
  if (last == nullptr) return;
  const Turn* request = last_turn_of(session, Participant::customer, last->number);
  if (request != nullptr) {
    f[Exchange::cohesion_before] = analyzer.cohesion(request->sketch, last->sketch).raw;
    f[Exchange::about_before] = std::max(0, analyzer.closeness(request->sketch, last->sketch));
  }
  f[Exchange::unheard_before] =
      product(f[Exchange::ask_best], Score::kOne - f[Exchange::cohesion_before]);
}

}  // namespace

ExchangeFeatures exchange_features(const Session& session, const Turn& ask, const Turn& reply,
                                   const NeedMatch& match, const ReplyLikeness& replies,
                                   const Analyzer& analyzer) {
  ExchangeFeatures f;
  measure_reply(session, reply, replies, f);
  measure_ask(session, ask, match, f);
  measure_novelty(session, ask, reply, f);
  measure_before(session, ask, reply, match, analyzer, f);
  f[Exchange::about] = std::max(0, analyzer.closeness(ask.sketch, reply.sketch));
  f[Exchange::cohesion] = analyzer.cohesion(ask.sketch, reply.sketch).raw;
  f[Exchange::unheard] = product(f[Exchange::ask_best], Score::kOne - f[Exchange::cohesion]);
  f[Exchange::circle] = product(f[Exchange::ask_best], f[Exchange::reply_best]);
  f[Exchange::circle_before] = product(f[Exchange::ask_best], f[Exchange::reply_before]);
  return f;
}

}  // namespace loopbreaker::core
