// A rule that fired, in words: which comparison carried it, its value, its evidence, what would
// have stopped it.
#pragma once

#include "loopbreaker/decision.h"
#include "loopbreaker/policy.h"
#include "loopbreaker/session.h"

namespace loopbreaker::core {

/// REQUIRES: the rule's condition holds for the session at `now`.
///
/// The carrying comparison is the first in the order written that holds, is not negated, and is
/// about what happened rather than about the setting (turns, channel, language, ...): so a policy's
/// author chooses it by writing it first.
Reason make_reason(const Rule&, const Session&, TimeMs now);

}  // namespace loopbreaker::core
