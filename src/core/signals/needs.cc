// Compares asks; see needs.h.
#include "core/signals/needs.h"

#include <array>
#include <utility>

#include "core/signals/notes.h"

namespace loopbreaker::core {
namespace {

constexpr int kAsksMax = 7;  // the latest asks compared with, besides the opening

std::int32_t first_kept(const Session& session) {
  return session.turns.empty() ? -1 : static_cast<std::int32_t>(session.turns.front().number);
}

// The best similarities so far, in falling order.
class Ranking {
 public:
  void add(Score score, std::uint32_t turn) {
    if (score > scores_[0] || match_.turn < 0) match_.turn = static_cast<std::int32_t>(turn);
    for (Score& kept : scores_) {
      if (score > kept) std::swap(score, kept);
    }
  }

  NeedMatch match() const {
    NeedMatch out = match_;
    out.best = scores_[0];
    out.second = scores_[1];
    for (Score score : scores_) {
      out.sum += score.raw;
      out.same += score >= SignalContext::kThreshold;
    }
    return out;
  }

 private:
  std::array<Score, NeedMatch::kBest> scores_{};
  NeedMatch match_;
};

}  // namespace

NeedMatch match_need(const Session& session, const Turn& turn, const Analyzer& analyzer) {
  Ranking ranking;
  int compared = 0;
  auto compare = [&](const Turn& earlier) {
    ++compared;
    ranking.add(analyzer.same_need(turn.sketch, earlier.sketch), earlier.number);
  };
  for (auto it = session.turns.rbegin(); it != session.turns.rend() && compared < kAsksMax; ++it) {
    if (static_cast<std::int64_t>(it->number) <= session.settled_turn) break;
    if (it->number < turn.number && is_ask(*it)) compare(*it);
  }
  if (const auto& opening = session.opening;
      opening && opening->number<turn.number&& static_cast<std::int64_t>(opening->number)> session
                     .settled_turn) {
    compare(*opening);
  }
  return ranking.match();
}

void keep_match(Session& session, const Turn& turn, const NeedMatch& match) {
  session.ask_memo = {static_cast<std::int32_t>(turn.number),
                      session.settled_turn,
                      first_kept(session),
                      match.turn,
                      match.best,
                      match.second,
                      match.sum,
                      static_cast<std::uint16_t>(match.same)};
}

NeedMatch kept_match(const Session& session, const Turn& turn, const Analyzer& analyzer) {
  // Turns never change, and the opening comes from a turn that is kept no more: so this says
  // whether it would be compared with the same.
  const AskMemo& memo = session.ask_memo;
  const bool holds = memo.ask == static_cast<std::int32_t>(turn.number) &&
                     memo.settled_turn == session.settled_turn &&
                     memo.first_kept == first_kept(session);
  if (!holds) return match_need(session, turn, analyzer);
  return {memo.best, memo.second, memo.sum, memo.same, memo.best_turn};
}

}  // namespace loopbreaker::core
