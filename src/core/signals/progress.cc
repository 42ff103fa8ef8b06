// Progress: which ask is open, and when the customer says that it is settled. Not a signal by
// itself; the others compare only within what is not settled.
#include "core/signals/notes.h"

namespace loopbreaker::core {
namespace {

constexpr int kRequestWords = 4;  // content words from which a statement is taken for a request

// "Thanks, that works": solved. "Thank you" alone closes politely what was asked before it.
bool settles(const SignalContext& context) {
  if (context.hears(Heard::rejection) || context.hears(Heard::frustration)) return false;
  if (context.hears(Heard::solved)) return true;
  return context.hears(Heard::closing) && context.turn->sketch.content_words() <= 2 &&
         !context.heard.question;
}

// Whether this turn is the ask that an agent should answer now, rather than an answer to the bot or
// a vent.
bool asks_anew(const SignalContext& context) {
  if (context.session[Signal::rephrase].now >= SignalContext::kThreshold) return true;
  const bool vents = context.hears(Heard::frustration) || context.hears(Heard::closing);
  if (context.heard.question) return true;
  const Turn* reply = last_turn_of(context.session, Participant::bot, context.turn->number);
  const bool answers = reply != nullptr && reply->question;
  return !vents && !answers && context.turn->sketch.content_words() >= kRequestWords;
}

}  // namespace

void update_progress(SignalContext& context) {
  if (!context.said_by(Participant::customer)) return;
  Session& session = context.session;
  const std::int32_t number = static_cast<std::int32_t>(context.turn->number);
  if (settles(context)) {
    session.settled_turn = number;
    session.unanswered_turn = -1;
    if (context.hears(Heard::solved)) session.solved_turn = number;
    session.loop.evidence = 0;
    session.loop.open_rephrase = -1;
    return;
  }
  if (!is_ask(*context.turn) || context.hears(Heard::aside)) return;
  session.solved_turn = -1;
  if (session.unanswered_turn < 0 || asks_anew(context)) session.unanswered_turn = number;
}

}  // namespace loopbreaker::core
