// context_loss: the bot or an agent asks for something that the customer already gave, the customer
// gives the same identifier again, or says that it was said already.
#include <string>

#include "core/signals/notes.h"
#include "loopbreaker/core.h"

namespace loopbreaker::core {
namespace {

constexpr std::size_t kIdentifiersMax = 16;
constexpr std::size_t kValueMax = 64;
constexpr std::uint32_t kFresh = 2;  // a question right after the answer may only confirm it

void lose(SignalContext& context, Score score, Span span, std::int64_t other_turn) {
  count_one(context, Signal::context_loss);
  add_evidence(context, Signal::context_loss, score, span, other_turn);
}

// Kinds of which a conversation has one: asking for another "date" is not asking again.
bool is_lasting(IdentifierKind kind) {
  switch (kind) {
    case IdentifierKind::order:
    case IdentifierKind::account:
    case IdentifierKind::reference:
    case IdentifierKind::phone:
    case IdentifierKind::email:
    case IdentifierKind::name:
    case IdentifierKind::postcode:
      return true;
    default:
      return false;
  }
}

void asked_again(SignalContext& context) {
  for (IdentifierKind kind : context.heard.asks_for) {
    if (!is_lasting(kind)) continue;
    for (const GivenIdentifier& given : context.session.identifiers) {
      if (given.identifier.kind != kind || given.first_turn + kFresh > context.turn->number)
        continue;
      lose(context, Score::percent(80), {}, given.first_turn);
      return;
    }
  }
}

void take(SignalContext& context, const Identifier& identifier, bool& repeats) {
  auto& known = context.session.identifiers;
  const std::string_view value = cut_utf8(identifier.value, kValueMax);
  for (GivenIdentifier& given : known) {
    if (given.identifier.kind != identifier.kind || given.identifier.value != value) continue;
    if (context.turn->number == given.first_turn) return;
    ++given.times;
    if (!is_lasting(identifier.kind) || repeats) return;
    repeats = true;
    lose(context, Score::percent(70), identifier.span, given.first_turn);
    return;
  }
  // The first ones given matter most; the last place goes to the latest.
  if (known.size() >= kIdentifiersMax) known.pop_back();
  GivenIdentifier& given = known.emplace_back();
  given.identifier = {identifier.kind, std::string(value), {}};
  given.first_turn = context.turn->number;
}

}  // namespace

void update_context_loss(SignalContext& context) {
  if (context.said_by(Participant::customer)) {
    bool repeats = false;
    for (const Identifier& identifier : context.heard.identifiers)
      take(context, identifier, repeats);
    if (!repeats && context.hears(Heard::repeated) && context.turn->number > 0) {
      lose(context, context.heard[Heard::repeated], span_of(context.heard, Heard::repeated), -1);
    }
  } else if (context.said_by(Participant::bot) || context.said_by(Participant::agent)) {
    asked_again(context);
  }
  // One loss makes one half.
  set_now(context, Signal::context_loss, saturated(context.session[Signal::context_loss].count, 1));
}

}  // namespace loopbreaker::core
