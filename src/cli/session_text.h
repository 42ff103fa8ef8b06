// A session's state as text for operators: one line, in full, or as JSON.
#pragma once

#include <string>

#include "loopbreaker/session.h"

namespace loopbreaker::cli {

/// "2026-01-01T00:00:05.000Z", or "-" when there is none.
std::string time_text(TimeMs);
std::string session_line(const Session&);
std::string session_text(const Session&);
/// One line. `full`: turns and evidence too.
std::string session_json(const Session&, bool full);

}  // namespace loopbreaker::cli
