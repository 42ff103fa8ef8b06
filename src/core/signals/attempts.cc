// Groups the bot's answers and actions into attempts; see attempts.h.
#include "core/signals/attempts.h"

#include "core/signals/notes.h"
#include "core/texts.h"
#include "loopbreaker/core.h"

namespace loopbreaker::core {
namespace {

constexpr std::size_t kAttemptsMax = 12;
constexpr std::size_t kExcerptMax = 200;

std::uint64_t key_of(const Turn& turn) {
  if (!turn.answer_id.empty()) return stable_hash(turn.answer_id);
  return turn.sketch.exact();
}

// Least worth keeping: a single answer that neither failed nor was rejected, the oldest of these;
// else the oldest.
void make_room(ThinVector<Attempt>& attempts) {
  if (attempts.size() < kAttemptsMax) return;
  auto worth = [](const Attempt& a) {
    return (a.failed || a.rejected ? 2 : 0) + (a.times > 1 ? 1 : 0);
  };
  auto least = attempts.begin();
  for (auto it = attempts.begin(); it != attempts.end(); ++it) {
    if (worth(*it) < worth(*least)) least = it;
  }
  attempts.erase(least);
}

Attempt& attempt_of(Session& session, std::uint64_t key, bool action, const ThinString& said,
                    std::uint32_t turn) {
  for (Attempt& attempt : session.attempts) {
    if (attempt.answer == key && attempt.action == action) return attempt;
  }
  make_room(session.attempts);
  Attempt& attempt = session.attempts.emplace_back();
  attempt.answer = key;
  attempt.action = action;
  attempt.excerpt = quoted_from(said, shortened(said, kExcerptMax));
  attempt.first_turn = turn;
  return attempt;
}

// The attempt that holds the turn which the present one repeats. Two different failures repeat each
// other for the signals, but an agent wants to read both.
Attempt* repeated_attempt(SignalContext& context) {
  Session& session = context.session;
  const SignalState& repeat = session[Signal::bot_repeat];
  if (repeat.now < SignalContext::kThreshold || repeat.evidence.empty()) return nullptr;
  const Turn* other = find_turn(session, repeat.evidence.back().other_turn);
  if (other == nullptr) return nullptr;
  const Turn& turn = *context.turn;
  const bool same_id = !turn.answer_id.empty() && turn.answer_id == other->answer_id;
  if (!same_id &&
      context.analyzer.same_answer(turn.sketch, other->sketch) < SignalContext::kThreshold) {
    return nullptr;
  }
  for (Attempt& attempt : session.attempts) {
    if (attempt.action) continue;
    if (attempt.answer == key_of(*other)) return &attempt;
    if (other->number == attempt.last_turn) return &attempt;
  }
  return nullptr;
}

}  // namespace

void note_answer(SignalContext& context, bool failed) {
  const Turn& turn = *context.turn;
  if (is_small_talk(turn) && !failed) return;
  Attempt* attempt = repeated_attempt(context);
  if (attempt == nullptr) {
    attempt = &attempt_of(context.session, key_of(turn), false, turn.text, turn.number);
  }
  ++attempt->times;
  attempt->last_turn = turn.number;
  attempt->failed = attempt->failed || failed;
}

void note_action(SignalContext& context, bool failed) {
  const std::uint32_t turn = context.session.turn_count == 0 ? 0 : context.session.turn_count - 1;
  Attempt& attempt =
      attempt_of(context.session, stable_hash(context.event.name), true, context.event.name, turn);
  ++attempt.times;
  attempt.last_turn = turn;
  attempt.failed = attempt.failed || failed;
}

void note_rejection(SignalContext& context) {
  const Turn* reply = last_turn_of(context.session, Participant::bot, context.turn->number);
  if (reply == nullptr) return;
  for (Attempt& attempt : context.session.attempts) {
    if (attempt.last_turn == reply->number) attempt.rejected = true;
  }
}

}  // namespace loopbreaker::core
