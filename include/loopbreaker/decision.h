// What the policy says after an event or a deadline, with every reason.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "loopbreaker/policy.h"
#include "loopbreaker/session.h"
#include "loopbreaker/signal.h"

namespace loopbreaker {

/// One rule that fired.
struct Reason {
  std::string rule;
  std::uint32_t rule_version = 1;
  std::string title;
  Outcome outcome = Outcome::watch;
  Severity severity = Severity::normal;
  std::string why;                  ///< one sentence for the agent
  std::string first_step;
  Signal signal = Signal::loop;     ///< of the comparison that carried the rule
  std::string fact;                 ///< its fact
  std::string value;                ///< as text: "0.82", "3", "2m 5s", "120.00 EUR", "enterprise"
  std::string threshold;            ///< with operator: ">= 0.5"
  std::string counterfactual;       ///< what would have made it not fire
  std::vector<Evidence> evidence;
};

/// What happens to the session's escalation.
enum class Change : std::uint8_t { raised, upgraded, acknowledged, resolved, withdrawn };
std::string_view name_of(Change);

/// What made it happen: the last folded event, or a deadline (which then names the wait that ran out).
struct Trigger {
  bool deadline = false;
  std::string deadline_name;        ///< "transfer_waiting", … empty for an event
  std::string event_id;             ///< the event; for a deadline the session's last message
  std::uint32_t turn = 0;           ///< number of the last turn
  Position position;                ///< of the event; of the session's last event for a deadline
  TimeMs time;                      ///< event time, or the deadline
};

struct Decision {
  Change change = Change::raised;
  Outcome outcome = Outcome::nothing;      ///< nothing for acknowledged, resolved, withdrawn
  Severity severity = Severity::normal;
  std::int32_t priority = 0;
  std::string queue;
  std::vector<std::string> skills;
  std::vector<Reason> reasons;             ///< primary first; empty for acknowledged, resolved, withdrawn
  std::string note;                        ///< acknowledged, resolved, withdrawn: by what
  Trigger trigger;
  std::string escalation_id;
};

/// All that came of judging a session once: at most one decision is published, the rest changes the session.
struct Judgement {
  std::vector<Decision> decisions;         ///< in order; usually none, at most two (e.g. withdrawn, then raised)
  std::vector<std::string> shadow;         ///< ids of shadow rules that would have fired, for counting
  std::vector<Cooldown> cooldowns;         ///< to add: every rule that fired, shadow ones too
  Escalation escalation;                   ///< the session's escalation afterwards; empty unless `changed`
  bool changed = false;                    ///< escalation or cool-downs differ from the session's
};

}  // namespace loopbreaker
