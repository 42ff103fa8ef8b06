// human_request: the customer asks for a person, and what becomes of it. The bot may ask one
// question first; after that, or with any other answer, the request counts as ignored, with a
// refusal as denied.
#include "core/signals/notes.h"
#include "loopbreaker/core.h"

namespace loopbreaker::core {
namespace {

constexpr std::size_t kRequestsMax = 8;
using Outcome = HumanRequest::Outcome;

HumanRequest* pending(Session& session) {
  if (session.human_requests.empty()) return nullptr;
  HumanRequest& last = session.human_requests.back();
  return last.outcome == Outcome::pending ? &last : nullptr;
}

void fail(SignalContext& context, HumanRequest& request, Outcome outcome) {
  request.outcome = outcome;
  count_one(context, Signal::human_request);
}

bool answered_since(const Session& session, std::uint32_t turn, std::uint32_t before) {
  const Turn* reply = last_turn_of(session, Participant::bot, before);
  return reply != nullptr && reply->number > turn;
}

void customer_asks(SignalContext& context) {
  Session& session = context.session;
  const Turn& turn = *context.turn;
  const Score score = context.heard[Heard::human_request];
  set_now(context, Signal::human_request, score);
  add_evidence(context, Signal::human_request, score, span_of(context.heard, Heard::human_request));
  if (HumanRequest* open = pending(session)) {
    // Said twice before the bot could answer: one request.
    if (!answered_since(session, open->turn, turn.number)) return;
    fail(context, *open, Outcome::ignored);
  }
  auto& requests = session.human_requests;
  if (requests.size() >= kRequestsMax) requests.erase(requests.begin() + 1);
  HumanRequest& request = requests.emplace_back();
  request.turn = turn.number;
  request.event_id = std::string(cut_utf8(turn.event_id, 128));
}

void bot_answers(SignalContext& context, HumanRequest& request) {
  const Turn& turn = *context.turn;
  if (context.hears(Heard::handover) && !context.heard.question) {
    request.outcome = Outcome::transferred;
    set_now(context, Signal::human_request, {});
  } else if (context.hears(Heard::refusal)) {
    fail(context, request, Outcome::denied);
    add_evidence(context, Signal::human_request, context.heard[Heard::refusal],
                 span_of(context.heard, Heard::refusal), request.turn);
  } else if (turn.failed || !context.heard.question ||
             answered_since(context.session, request.turn, turn.number)) {
    fail(context, request, Outcome::ignored);
    add_evidence(context, Signal::human_request, Score::one(), {}, request.turn);
  }
}

bool human_comes(const SignalContext& context) {
  if (context.said_by(Participant::agent) || context.event.type == EventType::agent_joined)
    return true;
  if (context.event.type != EventType::transfer) return false;
  const TransferStatus status = context.event.transfer;
  return status == TransferStatus::requested || status == TransferStatus::queued ||
         status == TransferStatus::accepted || status == TransferStatus::completed;
}

}  // namespace

void update_human_request(SignalContext& context) {
  Session& session = context.session;
  if (human_comes(context)) {
    if (!session.human_requests.empty())
      session.human_requests.back().outcome = Outcome::transferred;
    set_now(context, Signal::human_request, {});
    return;
  }
  // With a person in the conversation there is nobody else to ask for.
  if (session.agent_present) return;
  if (context.said_by(Participant::customer)) {
    if (context.hears(Heard::human_request)) {
      customer_asks(context);
    } else if (context.hears(Heard::solved)) {
      set_now(context, Signal::human_request, {});
    }
  } else if (context.said_by(Participant::bot)) {
    if (HumanRequest* open = pending(session)) bot_answers(context, *open);
  }
}

}  // namespace loopbreaker::core
