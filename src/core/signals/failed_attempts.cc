// failed_attempts: the bot says or flags that it failed, was unsure, its action failed, or the
// customer rejects its answer.
#include "core/signals/attempts.h"
#include "core/signals/notes.h"

namespace loopbreaker::core {
namespace {

// Below this an NLU's own confidence means a guess; the usual fallback thresholds of bot platforms
// are 0.3 to 0.4.
constexpr Score kUnsure = Score::percent(30);

void bot_said(SignalContext& context) {
  Session& session = context.session;
  const Turn& turn = *context.turn;
  const bool says = context.hears(Heard::bot_failure);
  note_answer(context, turn.failed);
  if (!turn.failed) return;
  // One answer is one failed attempt, however many signs of it there are.
  if (context.event.fallback || says) {
    ++session.bot_failures;
  } else {
    ++session.low_confidence;
  }
  count_one(context, Signal::failed_attempts);
  const Score strength = context.event.fallback ? Score::one()
                         : says                 ? context.heard[Heard::bot_failure]
                                                : Score::of(Score::kOne - turn.confidence->raw);
  add_evidence(context, Signal::failed_attempts, strength,
               span_of(context.heard, Heard::bot_failure));
}

// "Do you need a balcony?" "No it doesn't": an answer, no rejection.
bool answers_no(const SignalContext& context, const Turn& reply) {
  if (!reply.question || reply.failed) return false;
  const Span span = span_of(context.heard, Heard::rejection);
  const std::string_view said = context.text.substr(0, 2);
  return context.heard.one_word ||
         (span.begin == 0 && (said == "no" || said == "No" || said == "NO"));
}

void customer_said(SignalContext& context) {
  if (!context.hears(Heard::rejection)) return;
  const Turn* reply = last_turn_of(context.session, Participant::bot, context.turn->number);
  if (reply == nullptr || answers_no(context, *reply)) return;
  ++context.session.rejections;
  note_rejection(context);
  count_one(context, Signal::failed_attempts);
  add_evidence(context, Signal::failed_attempts, context.heard[Heard::rejection],
               span_of(context.heard, Heard::rejection), reply->number);
}

void bot_acted(SignalContext& context) {
  const bool failed = context.event.outcome == ActionOutcome::failure;
  if (context.event.name.empty() && !failed) return;
  note_action(context, failed);
  if (!failed) return;
  ++context.session.action_failures;
  count_one(context, Signal::failed_attempts);
  if (!context.session.turns.empty()) {
    add_evidence_of(context, Signal::failed_attempts, context.session.turns.back(), Score::one());
  }
}

}  // namespace

void mark_failure(SignalContext& context) {
  if (!context.said_by(Participant::bot)) return;
  Turn& turn = *context.turn;
  const bool unsure = turn.confidence && *turn.confidence < kUnsure;
  turn.failed = context.event.fallback || context.hears(Heard::bot_failure) || unsure;
}

void update_failed_attempts(SignalContext& context) {
  if (context.said_by(Participant::bot)) bot_said(context);
  if (context.said_by(Participant::customer)) customer_said(context);
  if (context.event.type == EventType::bot_action) bot_acted(context);
  // Two failed attempts make one half.
  set_now(context, Signal::failed_attempts,
          saturated(context.session[Signal::failed_attempts].count, 2));
}

}  // namespace loopbreaker::core
