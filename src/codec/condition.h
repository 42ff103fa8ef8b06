// Comparisons as policies write them: `loop >= 0.5`, `tier in [enterprise, vip]`, `customer_silent
// >= 10m`, `disputed_amount > 100 EUR`, `agent_present`, `solved = false`.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>

#include "loopbreaker/policy.h"

namespace loopbreaker::codec {

/// What is wrong in a comparison, and at which byte of it.
struct ComparisonError {
  std::size_t at = 0;
  std::string message;
};

/// Names the fact, checks that operator, value and unit fit it.
std::variant<Condition, ComparisonError> parse_comparison(std::string_view text);

/// The comparison, exact and in one way only.
std::string comparison_to_text(const Condition&);

}  // namespace loopbreaker::codec
