// bot_repeat: the bot gave (nearly) the same answer again, by its words or by its answer id.
#include <algorithm>

#include "core/signals/notes.h"
#include "core/signals/replies.h"

namespace loopbreaker::core {
namespace {

constexpr int kLookBack = 3;      // earlier answers that count as recent
constexpr int kLoopLookBack = 4;  // those that the loop signal looks at
constexpr int kAnswerWords = 3;  // content words up to which a customer turn is taken for an answer

struct Match {
  Score score;
  std::int64_t turn = -1;
};

// The customer gave a short answer, and the bot went on from there: likewise worded steps of one
// procedure ("Please enter your name." "Please enter your date of birth.") are no repeats, unless
// they are so word for word.
bool goes_on(const Session& session, const Turn& reply, const Turn& earlier) {
  if (reply.failed) return false;
  const Turn* said = last_turn_of(session, Participant::customer, reply.number);
  return said != nullptr && !said->question && said->number > earlier.number &&
         said->sketch.content_words() <= kAnswerWords &&
         (*said)[Signal::rephrase] < SignalContext::kThreshold;
}

Match best_match(SignalContext& context) {
  const Turn& reply = *context.turn;
  Match best;
  ReplyLikeness& likeness = context.replies;
  int compared = 0;
  const auto& turns = context.session.turns;
  for (auto it = turns.rbegin() + 1; it != turns.rend() && compared < kLoopLookBack; ++it) {
    if (it->participant != Participant::bot) continue;
    ++compared;
    const bool both_fail = it->failed && reply.failed;
    if ((is_small_talk(*it) || is_small_talk(reply)) && !both_fail) continue;
    const Score wording = same_wording(reply, *it, context.analyzer);
    Score score = same_reply(reply, *it, wording, context.analyzer);
    likeness.best = std::max(likeness.best, score);
    likeness.wording = std::max(likeness.wording, wording);
    likeness.sum += score.raw;
    likeness.same += score >= SignalContext::kThreshold;
    likeness.exact |= score == Score::one();
    if (compared > kLookBack) break;
    if (score < Score::one() && goes_on(context.session, reply, *it))
      score = Score::of(score.raw / 2);
    if (score > best.score) best = {score, it->number};
  }
  return best;
}

}  // namespace

void update_bot_repeat(SignalContext& context) {
  if (!context.said_by(Participant::bot)) return;
  const Match match = best_match(context);
  set_now(context, Signal::bot_repeat, match.score);
  if (match.score < SignalContext::kThreshold) return;
  count_one(context, Signal::bot_repeat);
  add_evidence(context, Signal::bot_repeat, match.score, {}, match.turn);
}

}  // namespace loopbreaker::core
