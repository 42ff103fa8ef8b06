// Facts' values as text for people. Integers only, no locale.
#include "core/units.h"

#include <algorithm>
#include <array>

namespace loopbreaker::core {
namespace {

struct Unit {
  std::int64_t ms;
  std::string_view name;
};
constexpr std::array<Unit, 5> kUnits{
    {{86'400'000, "d"}, {3'600'000, "h"}, {60'000, "m"}, {1'000, "s"}, {1, "ms"}}};

std::string padded(std::int64_t value, int digits) {
  std::string text = std::to_string(value);
  if (text.size() < static_cast<std::size_t>(digits)) text.insert(0, digits - text.size(), '0');
  return text;
}

}  // namespace

std::string duration_text(DurationMs d) {
  if (d.ms <= 0) return "0s";
  std::string text;
  std::int64_t rest = d.ms;
  for (std::size_t i = 0; i < kUnits.size(); ++i) {
    if (rest < kUnits[i].ms) continue;
    text = std::to_string(rest / kUnits[i].ms) + std::string(kUnits[i].name);
    rest %= kUnits[i].ms;
    // The next smaller unit says enough; milliseconds beside seconds do not.
    if (i + 2 < kUnits.size() && rest >= kUnits[i + 1].ms)
      text.append(1, ' ')
          .append(std::to_string(rest / kUnits[i + 1].ms))
          .append(kUnits[i + 1].name);
    return text;
  }
  return text;
}

std::string duration_literal(DurationMs d) {
  if (d.ms == 0) return "0s";
  // Days are read but not written: "24h" is what people expect to see beside "48h".
  for (std::size_t i = 1; i < kUnits.size(); ++i)
    if (d.ms % kUnits[i].ms == 0)
      return std::to_string(d.ms / kUnits[i].ms) + std::string(kUnits[i].name);
  return {};
}

std::string score_text(std::int64_t raw) {
  return std::to_string(raw / Score::kOne) + "." + padded(raw % Score::kOne / 100, 2);
}

std::string score_literal(std::int64_t raw) {
  std::string text = std::to_string(raw / Score::kOne) + "." + padded(raw % Score::kOne, 4);
  while (text.ends_with('0') && text[text.size() - 2] != '.') text.pop_back();
  return text;
}

int minor_digits(std::string_view currency) {
  static constexpr std::array<std::string_view, 8> kNone{"CLP", "ISK", "JPY", "KRW",
                                                         "PYG", "UGX", "VND", "XOF"};
  static constexpr std::array<std::string_view, 6> kThree{"BHD", "IQD", "JOD", "KWD", "OMR", "TND"};
  if (std::ranges::find(kNone, currency) != kNone.end()) return 0;
  return std::ranges::find(kThree, currency) != kThree.end() ? 3 : 2;
}

std::string money_text(std::int64_t minor, std::string_view currency) {
  const int digits = minor_digits(currency);
  std::int64_t unit = 1;
  for (int i = 0; i < digits; ++i) unit *= 10;
  std::string text = std::to_string(minor / unit);
  if (digits > 0) text.append(1, '.').append(padded(minor % unit, digits));
  if (!currency.empty()) text.append(1, ' ').append(currency);
  return text;
}

std::string value_text(FactType type, std::int64_t value, std::string_view currency) {
  switch (type) {
    case FactType::score:
      return score_text(value);
    case FactType::duration:
      return duration_text({value});
    case FactType::money:
      return money_text(value, currency);
    case FactType::flag:
      return value != 0 ? "true" : "false";
    case FactType::count:
    case FactType::text:
      break;
  }
  return std::to_string(value);
}

std::string literal(FactType type, std::int64_t value, std::string_view currency) {
  switch (type) {
    case FactType::score:
      return score_literal(value);
    case FactType::duration:
      return duration_literal({value});
    default:
      return value_text(type, value, currency);
  }
}

}  // namespace loopbreaker::core
