// What follows from a policy's conditions: contradictions, rules in the shade of others, deadlines.
#include "codec/policy_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

#include "codec/policy_text.h"
#include "core/units.h"

namespace loopbreaker::codec {
namespace {

/// Values of one fact that are still possible.
struct Range {
  std::int64_t low = 0;
  std::int64_t high = std::numeric_limits<std::int64_t>::max();
  bool limited = false;
  std::vector<std::string> texts;  ///< of a text fact, when limited

  bool empty(FactType type) const {
    return type == FactType::text ? limited && texts.empty() : low > high;
  }
};
using Ranges = std::array<Range, kFacts>;

void narrow(const Condition& c, Range& r) {
  if (info(c.fact).type == FactType::text) {
    if (c.op == Op::ne) return;
    std::vector<std::string> both;
    if (r.limited)
      std::ranges::set_intersection(r.texts, c.texts, std::back_inserter(both));
    else
      both = c.texts;
    r.texts = std::move(both);
    r.limited = true;
    return;
  }
  switch (c.op) {
    case Op::ge:
      r.low = std::max(r.low, c.number);
      break;
    case Op::gt:
      r.low = std::max(r.low, c.number + 1);
      break;
    case Op::le:
      r.high = std::min(r.high, c.number);
      break;
    case Op::lt:
      r.high = std::min(r.high, c.number - 1);
      break;
    case Op::eq:
      r.low = std::max(r.low, c.number);
      r.high = std::min(r.high, c.number);
      break;
    case Op::ne:
    case Op::in:
      break;
  }
}

/// Comparisons that must all hold.
void narrow_all(const Condition& c, Ranges& ranges) {
  if (c.kind == Condition::Kind::compare && info(c.fact).type != FactType::money)
    narrow(c, ranges[static_cast<std::size_t>(c.fact)]);
  if (c.kind == Condition::Kind::all)
    for (const Condition& child : c.children) narrow_all(child, ranges);
}

DurationMs longest_idle(const Policy& policy, const Scope& scope) {
  DurationMs longest = policy.idle;
  for (const ChannelTimeout& t : policy.idle_by_channel)
    if (scope.channels.empty() ||
        std::ranges::find(scope.channels, t.channel) != scope.channels.end())
      longest = std::max(longest, t.idle);
  return longest;
}

std::string why_never(const Policy& policy, const Rule& rule) {
  Ranges ranges;
  for (const FactInfo& f : facts())
    if (f.type == FactType::score) ranges[static_cast<std::size_t>(f.fact)].high = Score::kOne;
  narrow_all(rule.when, ranges);
  for (const FactInfo& f : facts()) {
    const Range& range = ranges[static_cast<std::size_t>(f.fact)];
    if (range.empty(f.type))
      return fmt::format("no value of {} satisfies all of its comparisons", f.name);
  }
  const DurationMs silent{ranges[static_cast<std::size_t>(Fact::customer_silent)].low};
  const DurationMs idle = longest_idle(policy, rule.scope);
  if (silent > idle)
    return fmt::format(
        "it waits {} for the customer, but a silent session ends after {} (see [idle])",
        core::duration_text(silent), core::duration_text(idle));
  return {};
}

bool covers(const std::vector<std::string>& wide, const std::vector<std::string>& narrow) {
  if (wide.empty()) return true;
  return !narrow.empty() && std::ranges::all_of(narrow, [&](const std::string& one) {
    return std::ranges::find(wide, one) != wide.end();
  });
}

bool covers(const Scope& wide, const Scope& narrow) {
  return covers(wide.tenants, narrow.tenants) && covers(wide.channels, narrow.channels) &&
         covers(wide.languages, narrow.languages) && covers(wide.tiers, narrow.tiers);
}

/// Collects `fact` becoming true after a time; below an odd number of negations, "less than" is
/// what becomes true.
void collect(const Condition& c, bool negated, std::uint32_t rule,
             std::vector<Policy::Deadline>& out) {
  if (c.kind != Condition::Kind::compare) {
    const bool below = negated != (c.kind == Condition::Kind::none);
    for (const Condition& child : c.children) collect(child, below, rule, out);
    return;
  }
  if (info(c.fact).type != FactType::duration) return;
  const bool falls = c.op == Op::lt || c.op == Op::le;
  if (falls != negated) return;
  const bool strict = c.op == Op::gt || c.op == Op::le;
  const DurationMs after{c.number + (strict ? 1 : 0)};
  auto same = std::ranges::find_if(
      out, [&](const Policy::Deadline& d) { return d.fact == c.fact && d.after == after; });
  if (same == out.end()) same = out.insert(out.end(), {c.fact, after, {}});
  if (same->rules.empty() || same->rules.back() != rule) same->rules.push_back(rule);
}

}  // namespace

std::vector<RuleRemark> unreachable_rules(const Policy& policy) {
  std::vector<RuleRemark> remarks;
  std::vector<std::string> conditions;
  for (std::size_t i = 0; i < policy.rules.size(); ++i) {
    const Rule& rule = policy.rules[i];
    conditions.push_back(condition_to_toml(rule.when));
    if (std::string why = why_never(policy, rule); !why.empty()) {
      remarks.push_back({i, fmt::format("rule \"{}\" can never fire: {}", rule.id, why)});
      continue;
    }
    for (std::size_t j = 0; j < i; ++j) {
      const Rule& other = policy.rules[j];
      if (other.shadow || other.outcome < rule.outcome || conditions[j] != conditions[i] ||
          !covers(other.scope, rule.scope))
        continue;
      remarks.push_back(
          {i, fmt::format("rule \"{}\" can never be the primary reason: \"{}\" has the same "
                          "condition, a higher priority and decides {}",
                          rule.id, other.id, name_of(other.outcome))});
      break;
    }
  }
  return remarks;
}

std::vector<Policy::Deadline> deadlines_of(const Policy& policy) {
  std::vector<Policy::Deadline> out;
  for (std::uint32_t i = 0; i < policy.rules.size(); ++i)
    collect(policy.rules[i].when, false, i, out);
  return out;
}

}  // namespace loopbreaker::codec
