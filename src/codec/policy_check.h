// Rules that are well formed and yet can never matter.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "loopbreaker/policy.h"

namespace loopbreaker::codec {

struct RuleRemark {
  std::size_t rule = 0;  ///< index in Policy::rules
  std::string message;
};

/// Rules that cannot fire, or cannot be more than a second reason.
std::vector<RuleRemark> unreachable_rules(const Policy&);

/// The waits in the rules' conditions at whose end a rule may become true: Policy::deadlines.
std::vector<Policy::Deadline> deadlines_of(const Policy&);

}  // namespace loopbreaker::codec
