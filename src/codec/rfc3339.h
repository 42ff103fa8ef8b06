// Times as text (RFC 3339) to milliseconds and back.
#pragma once

#include <optional>
#include <string_view>

#include "loopbreaker/types.h"

namespace loopbreaker::codec {

/// "2026-01-01T00:00:05.828Z", any number of fraction digits (cut to milliseconds), any offset; a
/// leap second counts as the second after it. nullopt when it is anything else.
std::optional<TimeMs> parse_rfc3339(std::string_view text);

/// Room for a formatted time.
struct TimeText {
  char chars[32];
  std::size_t size = 0;
  std::string_view view() const { return {chars, size}; }
};

/// In UTC with milliseconds. Times outside the years 0000 to 9999 are moved to the nearest in them;
/// kNoTime is empty.
TimeText format_rfc3339(TimeMs time);

}  // namespace loopbreaker::codec
