// waiting: since when something is awaited: a person who was promised, the bot's answer, the
// customer's reaction. Facts only; how long is too long is the policy's matter.
#include "core/signals/notes.h"
#include "loopbreaker/core.h"

namespace loopbreaker::core {
namespace {

void await_transfer(Waiting& waiting, TimeMs time) {
  if (waiting.transfer_since == kNoTime) waiting.transfer_since = time;
}

void end_transfer(Waiting& waiting) {
  waiting.transfer_since = kNoTime;
  waiting.transfer_promised = false;
}

void agent_is_here(SignalContext& context) {
  Session& session = context.session;
  session.agent_seen = session.agent_present = true;
  session.waiting.transfer = TransferStatus::completed;
  end_transfer(session.waiting);
  session.waiting.bot_silent_since = kNoTime;
}

void transferred(SignalContext& context) {
  Waiting& waiting = context.session.waiting;
  waiting.transfer = context.event.transfer;
  if (!context.event.queue.empty()) waiting.queue = std::string(cut_utf8(context.event.queue, 64));
  switch (context.event.transfer) {
    case TransferStatus::none:
      break;
    case TransferStatus::requested:
    case TransferStatus::queued:
    case TransferStatus::accepted:
      await_transfer(waiting, context.time);
      waiting.transfer_promised = false;
      break;
    case TransferStatus::completed:
    case TransferStatus::failed:
    case TransferStatus::cancelled:
      end_transfer(waiting);
      break;
  }
}

void customer_said(SignalContext& context) {
  Session& session = context.session;
  Waiting& waiting = session.waiting;
  waiting.customer_silent_since = kNoTime;
  if (context.hears(Heard::solved) && waiting.transfer_promised) end_transfer(waiting);
  // Nobody owes an answer to a farewell, and the bot owes none while a person is there.
  const bool awaits = !session.agent_present &&
                      session.settled_turn != static_cast<std::int32_t>(context.turn->number);
  if (!awaits) {
    waiting.bot_silent_since = kNoTime;
  } else if (waiting.bot_silent_since == kNoTime) {
    waiting.bot_silent_since = context.time;
  }
}

void answered(SignalContext& context) {
  Session& session = context.session;
  Waiting& waiting = session.waiting;
  waiting.bot_silent_since = kNoTime;
  const bool open = session.unanswered_turn >= 0;
  if (open && waiting.customer_silent_since == kNoTime)
    waiting.customer_silent_since = context.time;
  // "Shall I connect you?" offers, "I'll connect you" promises.
  const bool promises = context.said_by(Participant::bot) && context.hears(Heard::handover) &&
                        !context.heard.question;
  if (promises && !session.agent_present && waiting.transfer_since == kNoTime) {
    await_transfer(waiting, context.time);
    waiting.transfer_promised = true;
    add_evidence(context, Signal::waiting, context.heard[Heard::handover],
                 span_of(context.heard, Heard::handover));
  }
}

}  // namespace

void update_waiting(SignalContext& context) {
  Session& session = context.session;
  switch (context.event.type) {
    case EventType::transfer:
      transferred(context);
      break;
    case EventType::agent_joined:
      agent_is_here(context);
      break;
    case EventType::agent_left:
      session.agent_present = false;
      break;
    case EventType::message:
      if (context.said_by(Participant::customer)) customer_said(context);
      if (context.said_by(Participant::agent)) agent_is_here(context);
      if (context.said_by(Participant::bot) || context.said_by(Participant::agent))
        answered(context);
      break;
    case EventType::ended:
      session.waiting.bot_silent_since = session.waiting.customer_silent_since = kNoTime;
      end_transfer(session.waiting);
      break;
    default:
      break;
  }
  const bool awaited = session.waiting.transfer_since != kNoTime;
  if (awaited && session[Signal::waiting].now == Score{}) count_one(context, Signal::waiting);
  set_now(context, Signal::waiting, awaited ? Score::one() : Score{});
}

}  // namespace loopbreaker::core
