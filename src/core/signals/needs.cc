// Compares asks; see needs.h.
#include "core/signals/needs.h"

#include "core/signals/notes.h"

namespace loopbreaker::core {
namespace {

constexpr int kAsksMax = 6;  // the latest asks compared with, besides the opening

std::int64_t first_kept(const Session& session) {
  return session.turns.empty() ? -1 : static_cast<std::int64_t>(session.turns.front().number);
}

}  // namespace

NeedMatch match_need(const Session& session, const Turn& turn, const Analyzer& analyzer) {
  NeedMatch match;
  int compared = 0;
  auto compare = [&](const Turn& earlier) {
    ++compared;
    const Score score = analyzer.same_need(turn.sketch, earlier.sketch);
    if (score > match.best || match.turn < 0) {
      match.second = match.best;
      match.best = score;
      match.turn = earlier.number;
    } else if (score > match.second) {
      match.second = score;
    }
  };
  for (auto it = session.turns.rbegin(); it != session.turns.rend() && compared < kAsksMax; ++it) {
    if (static_cast<std::int64_t>(it->number) <= session.settled_turn) break;
    if (it->number < turn.number && is_ask(*it)) compare(*it);
  }
  if (session.opening &&
      session.opening
          ->number<turn.number&& static_cast<std::int64_t>(session.opening->number)>
              session.settled_turn) {
    compare(*session.opening);
  }
  return match;
}

void keep_match(Session& session, const Turn& turn, const NeedMatch& match) {
  session.ask_memo = {turn.number, session.settled_turn, first_kept(session),
                      match.best,  match.second,         match.turn};
}

NeedMatch kept_match(const Session& session, const Turn& turn, const Analyzer& analyzer) {
  // Turns never change, and the opening comes from a turn that is kept no more: so this says
  // whether it would be compared with the same.
  const AskMemo& memo = session.ask_memo;
  const bool holds = memo.ask == static_cast<std::int64_t>(turn.number) &&
                     memo.settled_turn == session.settled_turn &&
                     memo.first_kept == first_kept(session);
  return holds ? NeedMatch{memo.best, memo.second, memo.best_turn}
               : match_need(session, turn, analyzer);
}

}  // namespace loopbreaker::core
