// Facts' values as text for people: durations, scores, money.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "loopbreaker/facts.h"
#include "loopbreaker/types.h"

namespace loopbreaker::core {

/// "350ms", "45s", "2m 5s", "1h 30m", "2d": at most two units.
std::string duration_text(DurationMs);
/// Exactly the same duration in one unit, as policies write it: "90s", "2m", "24h".
std::string duration_literal(DurationMs);
/// Whole and hundredths, rounded down, so that a value below a threshold never looks equal to it:
/// "0.82".
std::string score_text(std::int64_t raw);
/// Exact, without trailing zeros: "0.5", "0.8125".
std::string score_literal(std::int64_t raw);
/// "120.00 EUR", "1500 JPY"; "120.00" without a currency.
std::string money_text(std::int64_t minor, std::string_view currency);
/// Digits after the decimal point in a currency (ISO 4217); 2 for one that is not known.
int minor_digits(std::string_view currency);

/// A value of a fact that is not a text.
std::string value_text(FactType, std::int64_t value, std::string_view currency);
/// The same as policies write it: exact.
std::string literal(FactType, std::int64_t value, std::string_view currency);

}  // namespace loopbreaker::core
