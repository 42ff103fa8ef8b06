// Plans one conversation from a seed.
#pragma once

#include <string>

#include "workload/conversation.h"

namespace loopbreaker::workload {

struct ScriptSettings {
  std::uint32_t stuck_per_10000 = 800;  ///< share of conversations of a stuck kind
};

/// The same for the same arguments, always. At least 4 events.
Conversation plan_conversation(std::uint64_t seed, std::string session_id,
                               const ScriptSettings& settings);

/// As above, of a given kind.
Conversation plan_conversation(std::uint64_t seed, std::string session_id, Kind kind);

}  // namespace loopbreaker::workload
