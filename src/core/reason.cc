// Reasons: the carrying comparison of a rule, with value, threshold, counterfactual and evidence.
#include "core/reason.h"

#include <algorithm>

#include "core/evaluate.h"
#include "core/units.h"
#include "loopbreaker/core.h"

namespace loopbreaker::core {
namespace {

constexpr std::size_t kExcerptMax = 200;

/// Facts about the setting: true in many sessions, so they explain nothing where another comparison
/// can.
bool is_setting(Fact f) {
  switch (f) {
    case Fact::turns:
    case Fact::customer_turns:
    case Fact::bot_turns:
    case Fact::agent_present:
    case Fact::solved:
    case Fact::channel:
    case Fact::language:
    case Fact::tenant:
      return true;
    default:
      return false;
  }
}

/// Comparisons that made the condition hold, in the order written.
void carriers(const Condition& c, const Session& s, TimeMs now,
              std::vector<const Condition*>& out) {
  if (c.kind == Condition::Kind::none) return;
  if (c.kind == Condition::Kind::compare) {
    out.push_back(&c);
    return;
  }
  for (const Condition& child : c.children)
    if (holds(child, s, now)) carriers(child, s, now, out);
}

std::string_view symbol(Op op) {
  switch (op) {
    case Op::ge:
      return ">= ";
    case Op::gt:
      return "> ";
    case Op::le:
      return "<= ";
    case Op::lt:
      return "< ";
    case Op::eq:
      return "= ";
    case Op::ne:
      return "!= ";
    case Op::in:
      break;
  }
  return "in ";
}

std::string joined(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts) out += (out.empty() ? "" : ", ") + text;
  return out;
}

struct Noun {
  std::string_view one, many;
};

Noun noun_of(Fact f) {
  switch (f) {
    case Fact::loop_cycles:
      return {"exchange in a circle", "exchanges in a circle"};
    case Fact::rephrase_count:
      return {"rephrased request", "rephrased requests"};
    case Fact::bot_repeat_count:
      return {"repeated answer", "repeated answers"};
    case Fact::human_requests:
      return {"request for a person", "requests for a person"};
    case Fact::human_requests_ignored:
      return {"unmet request for a person", "unmet requests for a person"};
    case Fact::failed_attempts:
      return {"failed attempt", "failed attempts"};
    case Fact::bot_failures:
      return {"failure answer of the bot", "failure answers of the bot"};
    case Fact::rejections:
      return {"rejected answer", "rejected answers"};
    case Fact::action_failures:
      return {"failed action", "failed actions"};
    case Fact::low_confidence:
      return {"answer of low confidence", "answers of low confidence"};
    case Fact::context_losses:
      return {"question already answered", "questions already answered"};
    case Fact::turns:
      return {"message", "messages"};
    case Fact::customer_turns:
      return {"message of the customer", "messages of the customer"};
    case Fact::bot_turns:
      return {"message of the bot", "messages of the bot"};
    default:
      return {"", ""};
  }
}

std::string_view wait_of(Fact f) {
  switch (f) {
    case Fact::transfer_waiting:
      return "an agent had joined";
    case Fact::escalation_waiting:
      return "somebody had picked up the case";
    case Fact::bot_silent:
      return "the bot had answered";
    default:
      return "the customer had reacted";
  }
}

std::string count_counterfactual(Fact fact, Op op, std::int64_t n) {
  const Noun noun = noun_of(fact);
  const auto some = [&](std::int64_t k) {
    return std::to_string(k) + " " + std::string(k == 1 ? noun.one : noun.many);
  };
  switch (op) {
    case Op::gt:
      ++n;
      [[fallthrough]];
    case Op::ge:
      return n <= 1 ? "without a " + std::string(noun.one) : "with fewer than " + some(n);
    case Op::lt:
      --n;
      [[fallthrough]];
    case Op::le:
      return "with more than " + some(n);
    default:
      return "with another number of " + std::string(noun.many);
  }
}

std::string counterfactual(const Condition& c, std::string_view currency) {
  const FactInfo& fact = info(c.fact);
  const std::string name(fact.name);
  const bool falls = c.op == Op::lt || c.op == Op::le;
  switch (fact.type) {
    case FactType::count:
      return "would not have fired " + count_counterfactual(c.fact, c.op, c.number);
    case FactType::duration:
      return "would not have fired if " + std::string(wait_of(c.fact)) + " within " +
             duration_text({c.number});
    case FactType::flag:
      return "would not have fired with " + name + " = " +
             ((c.number != 0) == (c.op != Op::ne) ? "false" : "true");
    case FactType::text:
      return "would not have fired for " +
             (c.op == Op::ne ? name + " " : "a " + name + " other than ") + joined(c.texts);
    case FactType::score:
    case FactType::money:
      break;
  }
  const std::string_view unit = c.currency.empty() ? currency : std::string_view(c.currency);
  return "would not have fired with " + name + (falls ? " above " : " below ") +
         literal(fact.type, c.number, unit);
}

std::vector<Evidence> evidence_of(Fact fact, const Session& s) {
  const auto& kept = s[info(fact).signal].evidence;
  const std::vector<Evidence> all(kept.begin(), kept.end());
  if (info(fact).signal != Signal::category) return all;
  // All categories share one signal: keep what was said of this one.
  if (fact < Fact::cancellation || fact > Fact::disputed_amount) return all;
  const Category what =
      fact == Fact::disputed_amount
          ? Category::billing_dispute
          : static_cast<Category>(static_cast<int>(fact) - static_cast<int>(Fact::cancellation));
  std::vector<Evidence> own;
  for (const CategoryHit& hit : s.categories)
    if (hit.what == what)
      std::ranges::copy_if(all, std::back_inserter(own),
                           [&](const Evidence& e) { return e.turn == hit.turn; });
  return own.empty() ? all : own;
}

/// What was said last, where no signal has anything to quote (a silence, a tier).
std::vector<Evidence> last_words(const Session& s) {
  if (s.turns.empty()) return {};
  const auto customer = std::find_if(s.turns.rbegin(), s.turns.rend(), [](const Turn& t) {
    return t.participant == Participant::customer;
  });
  const Turn& turn = customer == s.turns.rend() ? s.turns.back() : *customer;
  Evidence e;
  e.turn = e.other_turn = turn.number;
  e.participant = turn.participant;
  e.time = turn.time;
  e.position = turn.position;
  e.event_id = turn.event_id;
  e.excerpt = cut_utf8(turn.text, kExcerptMax);
  return {e};
}

}  // namespace

Reason make_reason(const Rule& rule, const Session& s, TimeMs now) {
  Reason r;
  r.rule = rule.id;
  r.rule_version = rule.version;
  r.title = rule.title;
  r.outcome = rule.outcome;
  r.severity = rule.severity;
  r.why = rule.why;
  r.first_step = rule.first_step;

  std::vector<const Condition*> held;
  carriers(rule.when, s, now, held);
  if (held.empty()) {  // only negations: nothing to quote but the moment
    r.evidence = last_words(s);
    return r;
  }
  const auto telling =
      std::ranges::find_if(held, [](const Condition* c) { return !is_setting(c->fact); });
  const Condition& carrier = telling == held.end() ? *held.front() : **telling;
  const FactInfo& fact = info(carrier.fact);
  const std::string_view currency = currency_of(carrier.fact, s);
  r.signal = fact.signal;
  r.fact = fact.name;
  if (fact.type == FactType::text) {
    r.value = text_of(carrier.fact, s);
    r.threshold = std::string(symbol(carrier.op)) + joined(carrier.texts);
  } else {
    r.value = value_text(fact.type, value_of(carrier.fact, s, now), currency);
    r.threshold =
        std::string(symbol(carrier.op)) + literal(fact.type, carrier.number, carrier.currency);
  }
  r.counterfactual = counterfactual(carrier, currency);
  r.evidence = evidence_of(carrier.fact, s);
  for (auto c = held.begin(); r.evidence.empty() && c != held.end(); ++c)
    if (!is_setting((*c)->fact)) r.evidence = evidence_of((*c)->fact, s);
  if (r.evidence.empty()) r.evidence = last_words(s);
  return r;
}

}  // namespace loopbreaker::core
