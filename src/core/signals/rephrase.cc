// rephrase: the customer said the same need again in other words, without progress in between.
#include "core/signals/needs.h"
#include "core/signals/notes.h"

namespace loopbreaker::core {
namespace {

// Adjustments in 1/10000, added to the calibrated similarity. Similarity alone does not tell a
// re-ask from an answer to the bot's question; what surrounds it does.
constexpr std::int32_t kNewValue = -1500;     // "and to Berlin?": another value is another need
constexpr std::int32_t kGoesOn = -1500;       // "anything else?": another answer, not the same
constexpr std::int32_t kSaysAgain = 2500;     // "like I said"
constexpr std::int32_t kRejects = 1000;       // "no, that is not what I meant"
constexpr std::int32_t kFailedBetween = 800;  // the bot has failed since the earlier ask
constexpr std::int32_t kAnswering = -1200;    // the bot had asked, a short turn answers

bool failed_since(const Session& session, std::int64_t turn) {
  for (auto it = session.turns.rbegin(); it != session.turns.rend() && it->number > turn; ++it) {
    if (it->participant == Participant::bot && it->failed) return true;
  }
  return false;
}

Score judged(SignalContext& context, const NeedMatch& match) {
  const Turn& turn = *context.turn;
  const Turn* earlier = find_turn(context.session, match.turn);
  if (earlier == nullptr) return {};
  std::int32_t value = match.best.raw;
  if (new_values(turn.sketch, earlier->sketch) > 0) value += kNewValue;
  if (context.hears(Heard::another)) value += kGoesOn;
  if (context.hears(Heard::repeated)) value += kSaysAgain;
  if (context.hears(Heard::rejection)) value += kRejects;
  if (failed_since(context.session, match.turn)) value += kFailedBetween;
  const Turn* reply = last_turn_of(context.session, Participant::bot, turn.number);
  if (reply != nullptr && reply->question && turn.sketch.content_words() <= 4) value += kAnswering;
  return Score::of(value);
}

}  // namespace

void update_rephrase(SignalContext& context) {
  if (!context.said_by(Participant::customer)) return;
  const Turn& turn = *context.turn;
  const bool silent = context.heard.one_word || turn.sketch.content_words() == 0 ||
                      (context.hears(Heard::aside) && turn.sketch.content_words() <= 2) ||
                      (context.hears(Heard::closing) && turn.sketch.content_words() <= 2);
  if (silent) {
    set_now(context, Signal::rephrase, {});
    return;
  }
  const NeedMatch match = match_need(context.session, turn, context.analyzer);
  keep_match(context.session, turn, match);
  const Score value = match.turn < 0 ? Score{} : judged(context, match);
  set_now(context, Signal::rephrase, value);
  if (value < SignalContext::kThreshold) return;
  count_one(context, Signal::rephrase);
  add_evidence(context, Signal::rephrase, value, {}, match.turn);
}

}  // namespace loopbreaker::core
