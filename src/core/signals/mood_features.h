// Measures the course of a session for the frustration signal.
#pragma once

#include "core/signals/signals.h"
#include "loopbreaker/mood.h"

namespace loopbreaker::core {

/// Adds the message to the session's tally. After the other signals, before mood_features.
void tally_message(SignalContext&);
MoodFeatures mood_features(const Session&);

}  // namespace loopbreaker::core
