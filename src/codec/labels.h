// What people say of recorded sessions: one JSON object per line, the form that `evaluate` and
// `train` read.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "loopbreaker/result.h"

namespace loopbreaker::codec {

/// Absent members are unknown.
struct SessionLabel {
  std::string session_id;
  std::string kind;  ///< "loop", "once", "normal"; empty when unknown
  std::optional<bool> normal, annoyed, happy_path, scripted_annoying, human_request;
  std::vector<std::string> ask_event_ids;  ///< of a loop: the customer's asks of the one need
  std::vector<std::string> bot_acts;       ///< per message, empty for other participants
  std::string event_id;                    ///< of a request for a person
};

/// Unknown members are ignored. Errors name the line.
Result<std::vector<SessionLabel>> decode_labels(std::string_view lines);

}  // namespace loopbreaker::codec
