// See signs.h. The numbers are read in facts.cc.
#include "core/signs.h"

#include <limits>
#include <optional>

namespace loopbreaker::core {
namespace {

using Signs = std::vector<Policy::Sign>;

std::optional<Signs> signs_of(const Condition& c);

/// For `any`: what must hold at least for any child.
std::optional<Signs> signs_of_any(const std::vector<Condition>& children) {
  Signs all;
  for (const Condition& child : children) {
    const auto signs = signs_of(child);
    if (!signs) return std::nullopt;
    all.insert(all.end(), signs->begin(), signs->end());
  }
  return all;
}

/// For `all`: those of the child that has the fewest.
std::optional<Signs> signs_of_all(const std::vector<Condition>& children) {
  std::optional<Signs> fewest;
  for (const Condition& child : children) {
    auto signs = signs_of(child);
    if (signs && (!fewest || signs->size() < fewest->size())) fewest = std::move(signs);
  }
  return fewest;
}

/// One of these holds whenever the condition does; nullopt when nothing of the kind is known.
std::optional<Signs> signs_of(const Condition& c) {
  switch (c.kind) {
    case Condition::Kind::all:
      return signs_of_all(c.children);
    case Condition::Kind::any:
      return signs_of_any(c.children);
    case Condition::Kind::none:
      return std::nullopt;
    case Condition::Kind::compare:
      break;
  }
  const FactType type = info(c.fact).type;
  if (type != FactType::score && type != FactType::count) return std::nullopt;
  switch (c.op) {
    case Op::ge:
    case Op::gt:
    case Op::eq:
      return Signs{{c.fact, 0, c.number}};
    default:
      return std::nullopt;
  }
}

}  // namespace

void add_signs(Policy& policy) {
  // Always holds.
  static constexpr Policy::Sign kAlways{Fact::turns, 0, std::numeric_limits<std::int64_t>::min()};
  policy.signs.clear();
  for (std::uint32_t i = 0; i < policy.rules.size(); ++i) {
    for (Policy::Sign sign : signs_of(policy.rules[i].when).value_or(Signs{kAlways})) {
      sign.rule = i;
      policy.signs.push_back(sign);
    }
  }
}

}  // namespace loopbreaker::core
