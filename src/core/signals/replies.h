// Compares what the bot answers with what it answered before.
#pragma once

#include "core/signals/signals.h"

namespace loopbreaker::core {

/// How alike two answers are by their words alone; 0.5 the threshold.
Score same_wording(const Turn& reply, const Turn& earlier, const Analyzer&);

/// The same answer again, 0.5 the threshold: by its id, its words, and whether both fail or ask.
Score same_reply(const Turn& reply, const Turn& earlier, const Analyzer&);
/// The same, where the likeness of the words is known.
Score same_reply(const Turn& reply, const Turn& earlier, Score wording, const Analyzer&);

}  // namespace loopbreaker::core
