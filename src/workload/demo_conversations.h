// Conversations written by hand: one per way of getting stuck, for the demo and for whoever wants
// to see one.
#pragma once

#include <vector>

#include "loopbreaker/types.h"
#include "workload/conversation.h"

namespace loopbreaker::workload {

struct Scheduled {
  DurationMs begins;  ///< after the start of the demo
  Conversation conversation;
};

/// Always the same. The first is the most striking one.
std::vector<Scheduled> demo_conversations();

/// Event time from the first to the last event of demo_conversations().
inline constexpr DurationMs kDemoSpan{660'000};

}  // namespace loopbreaker::workload
