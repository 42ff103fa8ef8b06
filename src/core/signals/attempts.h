// The list of what the bot tried, grouped by what it answered.
#pragma once

#include "core/signals/signals.h"

namespace loopbreaker::core {

/// Files the bot's present turn under the attempt it repeats, or under a new one.
void note_answer(SignalContext&, bool failed);
/// Files a bot action by its name.
void note_action(SignalContext&, bool failed);
/// The customer says that the latest answer did not help.
void note_rejection(SignalContext&);

}  // namespace loopbreaker::core
