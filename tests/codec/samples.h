// One plausible value of each output: what topics/examples shows.
#pragma once

#include "loopbreaker/handoff.h"

namespace loopbreaker::codec {

EscalationEvent sample_escalation();
EscalationEvent sample_resolution();
Handoff sample_handoff();
SessionSummary sample_summary();
DeadLetter sample_dead_letter();

}  // namespace loopbreaker::codec
