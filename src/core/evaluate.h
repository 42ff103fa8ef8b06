// Whether a rule's condition holds for a session, and which comparison carries it. No allocation.
#pragma once

#include <string_view>

#include "loopbreaker/policy.h"
#include "loopbreaker/session.h"

namespace loopbreaker::core {

/// A waited-for duration that is not running, and an amount in another currency, make no comparison
/// true.
bool holds(const Condition&, const Session&, TimeMs now);
bool in_scope(const Scope&, const Session&);
inline bool fires(const Rule& rule, const Session& session, TimeMs now) {
  return holds(rule.when, session, now) && in_scope(rule.scope, session);
}

/// Compared without case (ASCII). `wanted` is lower case.
bool same_text(std::string_view said, std::string_view wanted);

/// The cool-down of a rule that fired before is not over at `now`. Returns it, or nullptr.
const Cooldown* cooling(const Rule&, const Session&, TimeMs now);

}  // namespace loopbreaker::core
