// What happened, in sentences, behind the reasons of a decision: counts and quotations instead of
// scores.
#pragma once

#include <string>

#include "loopbreaker/decision.h"
#include "loopbreaker/session.h"

namespace loopbreaker::core {

/// The primary reason's own sentence, then what happened, each thing once.
std::string why_sentences(const Session&, const Decision&);
/// What happened for the primary reason alone; empty when the session shows nothing countable.
std::string first_fact(const Session&, const Decision&);

/// What the customer wrote about the topic that is the primary reason; empty when it is not about a
/// topic.
std::string topic_words(const Session&, const Decision&);

}  // namespace loopbreaker::core
