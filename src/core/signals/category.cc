// category: topics that may belong to a human whatever the bot does: from the customer's words, the
// amount said with them, and the bot's own name for the intent.
#include <array>
#include <optional>
#include <string>

#include "core/signals/notes.h"

namespace loopbreaker::core {
namespace {

struct IntentWord {
  std::string_view word;  // of an intent's name, lower case
  Category category;
};
// Names of intents are written by bot builders: "cancel_subscription", "reportFraud",
// "billing-dispute".
constexpr std::array<IntentWord, 15> kIntentWords = {{
    {"cancel_subscription", Category::cancellation},
    {"cancel_contract", Category::cancellation},
    {"cancel_account", Category::cancellation},
    {"close_account", Category::cancellation},
    {"cancellation", Category::cancellation},
    {"terminate", Category::cancellation},
    {"billing_dispute", Category::billing_dispute},
    {"dispute", Category::billing_dispute},
    {"chargeback", Category::billing_dispute},
    {"outage", Category::outage},
    {"fraud", Category::fraud},
    {"legal", Category::legal},
    {"safety", Category::safety},
    {"privacy", Category::privacy},
    {"gdpr", Category::privacy},
}};

// Snake case, lower: "reportFraud" and "report-fraud" become "report_fraud".
std::string snake(std::string_view name) {
  std::string out;
  bool lower = false;
  for (char c : name) {
    if (c >= 'A' && c <= 'Z') {
      if (lower) out += '_';
      out += static_cast<char>(c - 'A' + 'a');
      lower = false;
    } else {
      const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
      out += plain ? c : '_';
      lower = plain;
    }
  }
  return out;
}

// `word` as whole words of `name`.
bool has_words(std::string_view name, std::string_view word) {
  for (auto at = name.find(word); at != std::string_view::npos; at = name.find(word, at + 1)) {
    const bool starts = at == 0 || name[at - 1] == '_';
    const bool ends = at + word.size() == name.size() || name[at + word.size()] == '_';
    if (starts && ends) return true;
  }
  return false;
}

std::optional<Category> of_intent(std::string_view intent) {
  const std::string name = snake(intent);
  for (const IntentWord& entry : kIntentWords) {
    if (has_words(name, entry.word)) return entry.category;
  }
  return std::nullopt;
}

CategoryHit& hit_of(Session& session, Category what, std::uint32_t turn) {
  for (CategoryHit& hit : session.categories) {
    if (hit.what == what) return hit;
  }
  CategoryHit& hit = session.categories.emplace_back();
  hit.what = what;
  hit.turn = turn;
  return hit;
}

void take_amounts(CategoryHit& hit, const std::vector<Amount>& amounts) {
  for (const Amount& amount : amounts) {
    if (hit.amount && hit.amount->minor >= amount.minor) continue;
    hit.amount = amount;
    if (hit.amount->currency.size() > 3) hit.amount->currency.resize(3);
  }
}

void hear(SignalContext& context) {
  Session& session = context.session;
  const std::uint32_t turn = context.turn->number;
  for (const HeardCategory& heard : context.heard.categories) {
    if (heard.score < SignalContext::kThreshold) continue;
    CategoryHit& hit = hit_of(session, heard.what, turn);
    if (hit.score == Score{}) count_one(context, Signal::category);
    if (hit.score < heard.score) {
      hit.score = heard.score;
      hit.turn = turn;
    }
    add_evidence(context, Signal::category, heard.score, heard.span);
  }
  // "I was charged twice." … "It was 120 euros.": an amount belongs to the dispute, also when it
  // comes later.
  for (CategoryHit& hit : session.categories) {
    if (hit.what == Category::billing_dispute) take_amounts(hit, context.heard.amounts);
  }
}

void read_intent(SignalContext& context) {
  const std::optional<Category> category = of_intent(context.event.intent);
  if (!category) return;
  const std::uint32_t turn = context.session.turn_count == 0 ? 0 : context.session.turn_count - 1;
  CategoryHit& hit = hit_of(context.session, *category, turn);
  if (hit.score >= SignalContext::kThreshold) return;
  // The bot's label is about the customer's message, not about its own.
  hit.score = Score::percent(80);
  count_one(context, Signal::category);
  const Turn* asked = context.turn;
  if (asked != nullptr && asked->participant != Participant::customer) {
    asked = last_turn_of(context.session, Participant::customer, asked->number);
  }
  if (asked != nullptr) {
    hit.turn = asked->number;
    add_evidence_of(context, Signal::category, *asked, hit.score);
  }
}

}  // namespace

void update_category(SignalContext& context) {
  if (context.said_by(Participant::customer)) hear(context);
  if (!context.event.intent.empty()) read_intent(context);
  Score strongest;
  for (const CategoryHit& hit : context.session.categories)
    strongest = std::max(strongest, hit.score);
  set_now(context, Signal::category, strongest);
}

}  // namespace loopbreaker::core
