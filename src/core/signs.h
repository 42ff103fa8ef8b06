// What must be true at least for a rule to fire, so that most rules need not be looked at after
// most events.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "loopbreaker/policy.h"
#include "loopbreaker/session.h"

namespace loopbreaker::core {

/// Fills Policy::signs from the rules.
void add_signs(Policy&);

/// The scores and counts of a session by Fact; they come first in the enumeration, and do not
/// depend on the time.
using Numbers = std::array<std::int64_t, static_cast<std::size_t>(Fact::privacy) + 1>;
Numbers numbers_of(const Session&);

inline bool holds(const Policy::Sign& sign, const Numbers& numbers) {
  return numbers[static_cast<std::size_t>(sign.fact)] >= sign.at_least;
}

}  // namespace loopbreaker::core
