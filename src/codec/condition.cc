// One comparison: fact, operator, value. The tree around it is TOML's.
#include "codec/condition.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "codec/literal.h"
#include "core/units.h"

namespace loopbreaker::codec {
namespace {

using Error = ComparisonError;

constexpr std::string_view kSpace = " \t";

struct Symbol {
  std::string_view text;
  Op op;
};
// Longer ones first, so that ">=" is not read as ">".
constexpr std::array<Symbol, 8> kSymbols{{{">=", Op::ge},
                                          {"<=", Op::le},
                                          {"==", Op::eq},
                                          {"!=", Op::ne},
                                          {">", Op::gt},
                                          {"<", Op::lt},
                                          {"=", Op::eq},
                                          {"in", Op::in}}};

std::string_view symbol_of(Op op) {
  switch (op) {
    case Op::ge:
      return ">=";
    case Op::gt:
      return ">";
    case Op::le:
      return "<=";
    case Op::lt:
      return "<";
    case Op::ne:
      return "!=";
    case Op::in:
      return "in";
    case Op::eq:
      break;
  }
  return "=";
}

bool is_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

std::vector<std::string_view> fact_names() {
  std::vector<std::string_view> names;
  for (const FactInfo& f : facts()) names.push_back(f.name);
  return names;
}

std::string_view in_words(FactType type) {
  switch (type) {
    case FactType::score:
      return "a score from 0 to 1";
    case FactType::count:
      return "a count";
    case FactType::duration:
      return "a duration";
    case FactType::money:
      return "an amount of money";
    case FactType::flag:
      return "true or false";
    case FactType::text:
      break;
  }
  return "a text";
}

std::string_view without_quotes(std::string_view text) {
  if (text.size() >= 2 && (text.front() == '"' || text.front() == '\'') &&
      text.back() == text.front())
    return text.substr(1, text.size() - 2);
  return text;
}

std::optional<std::string> read_texts(std::string_view value, Condition& c) {
  std::string_view list = value;
  const bool brackets = list.starts_with('[') && list.ends_with(']');
  if (list.starts_with('[') != list.ends_with(']'))
    return "a list needs both brackets, e.g. [gold, vip]";
  if (brackets) list = list.substr(1, list.size() - 2);
  if (c.op != Op::in && (brackets || list.find(',') != std::string_view::npos))
    return "several values need \"in\", e.g. tier in [gold, vip]";
  for (std::size_t from = 0; from <= list.size();) {
    const std::size_t comma = std::min(list.find(',', from), list.size());
    const std::string_view one = without_quotes(trimmed(list.substr(from, comma - from)));
    if (one.empty()) return "an empty text is never equal to anything; write a value";
    c.texts.push_back(lower(one));
    from = comma + 1;
  }
  std::ranges::sort(c.texts);
  c.texts.erase(std::unique(c.texts.begin(), c.texts.end()), c.texts.end());
  return std::nullopt;
}

std::optional<std::string> read_money(std::string_view value, Condition& c) {
  const auto is_code = [](std::string_view t) {
    return t.size() == 3 && std::ranges::all_of(t, [](char ch) { return ch >= 'A' && ch <= 'Z'; });
  };
  const std::size_t space = value.find(' ');
  std::string_view number = value.substr(0, space);
  if (space != std::string_view::npos) {
    c.currency = trimmed(value.substr(space));
    if (!is_code(c.currency))
      return fmt::format("\"{}\" is not a currency; write an ISO 4217 code, e.g. 100 EUR",
                         c.currency);
  }
  const auto minor = parse_decimal(number, core::minor_digits(c.currency));
  if (!minor) return "an amount is a number, alone or with a currency, e.g. 100 or 99.50 EUR";
  c.number = *minor;
  return std::nullopt;
}

/// The loop signal's points by name: how often it may be wrong, instead of a number.
std::optional<Score> operating_point(std::string_view value, Fact fact) {
  if (fact != Fact::loop && fact != Fact::loop_peak) return std::nullopt;
  if (value == "sensitive") return kLoopSensitive;
  if (value == "balanced") return kLoopBalanced;
  if (value == "strict") return kLoopStrict;
  return std::nullopt;
}

/// Reads the value into `c`, whose fact and operator are known; returns what is wrong.
std::optional<std::string> read_value(std::string_view value, Condition& c) {
  switch (info(c.fact).type) {
    case FactType::text:
      return read_texts(value, c);
    case FactType::money:
      return read_money(value, c);
    case FactType::score: {
      if (const auto point = operating_point(value, c.fact)) {
        c.number = point->raw;
        return std::nullopt;
      }
      const auto score = parse_decimal(value, 4);
      if (!score || *score > Score::kOne)
        return "a score is a number from 0 to 1 with at most four decimals, e.g. 0.5; for loop "
               "also "
               "sensitive, balanced or strict";
      c.number = *score;
      return std::nullopt;
    }
    case FactType::count: {
      const auto count = parse_decimal(value, 0);
      if (!count || *count > 1'000'000'000) return "a count is a whole number, e.g. 3";
      c.number = *count;
      return std::nullopt;
    }
    case FactType::duration: {
      const auto duration = parse_duration(value);
      if (!duration) return std::string(kDurationHint);
      if (duration->ms == 0) return "a wait of 0 is over before it begins; write at least 1ms";
      c.number = duration->ms;
      return std::nullopt;
    }
    case FactType::flag:
      break;
  }
  if (value != "true" && value != "false") return "a flag is compared with true or false";
  // One way to say it: "!= true" is "= false".
  c.number = (value == "true") == (c.op == Op::eq);
  c.op = Op::eq;
  return std::nullopt;
}

bool fits(Op op, FactType type) {
  switch (type) {
    case FactType::text:
      return op == Op::eq || op == Op::ne || op == Op::in;
    case FactType::flag:
      return op == Op::eq || op == Op::ne;
    case FactType::count:
      return op != Op::in;
    default:
      return op != Op::in && op != Op::eq && op != Op::ne;
  }
}

std::string_view operators_for(FactType type) {
  switch (type) {
    case FactType::text:
      return "=, != or in";
    case FactType::flag:
      return "= or !=";
    case FactType::count:
      return ">=, >, <=, <, = or !=";
    default:
      return ">=, >, <= or <";
  }
}

}  // namespace

std::variant<Condition, ComparisonError> parse_comparison(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos)
    return Error{0, "empty; write a comparison such as \"loop >= 0.5\""};
  std::size_t end = begin;
  while (end < text.size() && is_name(text[end])) ++end;
  const std::string_view name = text.substr(begin, end - begin);
  const FactInfo* fact = find_fact(name);
  if (!fact) {
    if (name.empty())
      return Error{begin, "a comparison begins with the name of a fact, e.g. \"loop >= 0.5\""};
    return Error{begin,
                 fmt::format("there is no fact \"{}\"{} (`loopbreaker policy facts` lists them)",
                             name, did_you_mean(name, fact_names()))};
  }
  Condition c;
  c.kind = Condition::Kind::compare;
  c.fact = fact->fact;

  const std::size_t at = text.find_first_not_of(kSpace, end);
  if (at == std::string_view::npos) {
    if (fact->type != FactType::flag)
      return Error{text.size(), fmt::format("{} is {}: compare it with {}", name,
                                            in_words(fact->type), operators_for(fact->type))};
    c.op = Op::eq;
    c.number = 1;
    return c;
  }
  const auto symbol = std::ranges::find_if(kSymbols, [rest = text.substr(at)](const Symbol& s) {
    if (!rest.starts_with(s.text)) return false;
    return s.op != Op::in || rest.size() == 2 || !is_name(rest[2]);
  });
  if (symbol == kSymbols.end())
    return Error{
        at, fmt::format("expected an operator ({}) after \"{}\"", operators_for(fact->type), name)};
  c.op = symbol->op;
  if (!fits(c.op, fact->type))
    return Error{at, fmt::format("{} is {}: compare it with {}, not with {}", name,
                                 in_words(fact->type), operators_for(fact->type), symbol->text)};
  const std::size_t value_at = text.find_first_not_of(kSpace, at + symbol->text.size());
  if (value_at == std::string_view::npos)
    return Error{text.size(),
                 fmt::format("expected {} after \"{}\"", in_words(fact->type), symbol->text)};
  const std::string_view value = trimmed(text.substr(value_at));
  if (auto wrong = read_value(value, c)) return Error{value_at, std::move(*wrong)};
  return c;
}

std::string comparison_to_text(const Condition& c) {
  const FactInfo& fact = info(c.fact);
  if (fact.type != FactType::text)
    return fmt::format("{} {} {}", fact.name, symbol_of(c.op),
                       core::literal(fact.type, c.number, c.currency));
  std::string list;
  for (const std::string& t : c.texts) list += (list.empty() ? "" : ", ") + t;
  if (c.op == Op::in) return fmt::format("{} in [{}]", fact.name, list);
  return fmt::format("{} {} {}", fact.name, symbol_of(c.op), list);
}

}  // namespace loopbreaker::codec
