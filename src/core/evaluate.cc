// Conditions over facts. This is what runs for every rule after every event.
#include "core/evaluate.h"

#include <algorithm>

namespace loopbreaker::core {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// A language also means its regions: "en" holds for "en-US".
bool same_language(std::string_view said, std::string_view wanted) {
  if (said.size() > wanted.size() && said[wanted.size()] == '-')
    said = said.substr(0, wanted.size());
  return same_text(said, wanted);
}

bool is_one_of(std::string_view said, const std::vector<std::string>& wanted, bool language) {
  for (const std::string& one : wanted)
    if (language ? same_language(said, one) : same_text(said, one)) return true;
  return false;
}

bool compare(std::int64_t value, Op op, std::int64_t number) {
  switch (op) {
    case Op::ge:
      return value >= number;
    case Op::gt:
      return value > number;
    case Op::le:
      return value <= number;
    case Op::lt:
      return value < number;
    case Op::ne:
      return value != number;
    case Op::eq:
    case Op::in:
      break;
  }
  return value == number;
}

bool comparison_holds(const Condition& c, const Session& s, TimeMs now) {
  // Scores and counts come first in the enumeration, and are what nearly all comparisons are about.
  static_assert(Fact::disputed_amount > Fact::privacy && Fact::transfer_waiting > Fact::privacy &&
                Fact::tier > Fact::privacy);
  if (c.fact <= Fact::privacy) return compare(value_of(c.fact, s, now), c.op, c.number);
  switch (info(c.fact).type) {
    case FactType::text: {
      const bool found = is_one_of(text_of(c.fact, s), c.texts, c.fact == Fact::language);
      return c.op == Op::ne ? !found : found;
    }
    case FactType::duration:
      return since_of(c.fact, s) != kNoTime && compare(value_of(c.fact, s, now), c.op, c.number);
    case FactType::money: {
      const std::string_view currency = currency_of(c.fact, s);
      if (currency.empty() || (!c.currency.empty() && c.currency != currency)) return false;
      return compare(value_of(c.fact, s, now), c.op, c.number);
    }
    default:
      return compare(value_of(c.fact, s, now), c.op, c.number);
  }
}

}  // namespace

bool same_text(std::string_view said, std::string_view wanted) {
  return said.size() == wanted.size() && std::equal(said.begin(), said.end(), wanted.begin(),
                                                    [](char a, char b) { return lower(a) == b; });
}

bool holds(const Condition& c, const Session& s, TimeMs now) {
  const auto child_holds = [&](const Condition& child) { return holds(child, s, now); };
  switch (c.kind) {
    case Condition::Kind::all:
      return std::ranges::all_of(c.children, child_holds);
    case Condition::Kind::any:
      return std::ranges::any_of(c.children, child_holds);
    case Condition::Kind::none:
      return std::ranges::none_of(c.children, child_holds);
    case Condition::Kind::compare:
      break;
  }
  return comparison_holds(c, s, now);
}

bool in_scope(const Scope& scope, const Session& s) {
  const auto fits = [](const std::vector<std::string>& wanted, std::string_view said,
                       bool language = false) {
    return wanted.empty() || is_one_of(said, wanted, language);
  };
  return fits(scope.tenants, s.tenant) && fits(scope.channels, s.channel) &&
         fits(scope.tiers, s.tier) && fits(scope.languages, s.language, true);
}

const Cooldown* cooling(const Rule& rule, const Session& s, TimeMs now) {
  if (s.cooldowns.empty()) return nullptr;
  const std::uint64_t hash = stable_hash(rule.id);
  for (const Cooldown& c : s.cooldowns)
    if (c.rule == hash && now - c.fired_at < rule.cooldown) return &c;
  return nullptr;
}

}  // namespace loopbreaker::core
