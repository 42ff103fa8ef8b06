// What is published, for people: an agent reads a handoff in ten seconds, an operator sees who is
// stuck at a glance.
#pragma once

#include <cstdio>
#include <optional>
#include <string>
#include <string_view>

#include "loopbreaker/types.h"

namespace loopbreaker::cli {

struct RenderOptions {
  bool color = false;
  std::size_t width = 100;  ///< columns; lines are wrapped before
};

/// For output to `to`. `color`: "always", "never", or "auto": on a terminal, unless NO_COLOR is set
/// or TERM is dumb.
RenderOptions render_options(std::FILE* to, std::string_view color);

/// Each takes a whole published value and ends with a newline. A value that cannot be read is said
/// to be so, and shown.
std::string render_escalation(std::string_view json, const RenderOptions&);
std::string render_handoff(std::string_view json, const RenderOptions&);
std::string render_summary(std::string_view json, const RenderOptions&);
std::string render_dead_letter(std::string_view json, const RenderOptions&);
/// By the event's type.
std::string render_output(std::string_view json, const RenderOptions&);

/// The few fields that tools look at.
struct OutputHead {
  std::string type;   ///< CloudEvents type
  std::string clock;  ///< time of day of the event, "10:04:31"
  std::string session_id;
  std::string escalation_id;
  std::string status;    ///< escalation: raised, upgraded, acknowledged, resolved, withdrawn
  std::string decision;  ///< escalate, offer, watch; empty when nothing is asked for
  std::string severity;
  std::string rule, title;  ///< of the primary reason
  std::string headline;
  std::string quote;  ///< first customer words among the evidence
  std::string trigger_event_id;
  std::int64_t priority = 0;
  std::size_t reasons = 0;
};
/// nullopt when `json` is not one of our outputs.
std::optional<OutputHead> read_output(std::string_view json);

}  // namespace loopbreaker::cli
