// The words an agent reads first: summary, subject, headline, the question that is still open.
#pragma once

#include <optional>
#include <string>

#include "loopbreaker/decision.h"
#include "loopbreaker/handoff.h"
#include "loopbreaker/session.h"

namespace loopbreaker::core {

PlainSummary plain_summary(const Session&, const Decision&);
/// At most 120 bytes.
std::string subject_line(const Session&, const Decision&);
/// One sentence about what the decision says, whatever the change.
std::string headline(const Session&, const Decision&);
/// The latest ask without progress since, as said; empty when there is none.
std::string unanswered_question(const Session&);
/// "failed", "rejected by the customer", "repeated", "answered".
std::string outcome_of(const Attempt&);

}  // namespace loopbreaker::core
