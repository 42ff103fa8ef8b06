// A pocket calculator: what a person does who checks a plan by hand.
#pragma once

#include <optional>
#include <string_view>

namespace loopbreaker::plan {

/// Numbers (thousands separators allowed), + - * / ( ), ceil(x), exp(x), min(x; y), max(x; y).
/// Knows nothing of plans. nullopt for anything else.
std::optional<double> calculate(std::string_view text);

}  // namespace loopbreaker::plan
