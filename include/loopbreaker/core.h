// The product: three pure functions over a session. No clock, no chance, no threads, no I/O; time is a value.
//
//   fold(session, event)                 -> session                 never decides, takes no policy
//   decide(policy, session, now)         -> judgement               with reasons and evidence
//   compose(session, decision)           -> escalation, handoff, summary
#pragma once

#include <optional>
#include <string>

#include "loopbreaker/analysis.h"
#include "loopbreaker/decision.h"
#include "loopbreaker/event.h"
#include "loopbreaker/handoff.h"
#include "loopbreaker/policy.h"
#include "loopbreaker/session.h"

namespace loopbreaker {

/// A new session for its first event; fold that event next.
Session open_session(const Event& first);

enum class Folded : std::uint8_t {
  yes,
  duplicate,  ///< an event with this identity was folded recently: only as_of moved
  ends,       ///< folded, and it ends the session: decide, then summarize and close
};
/// Folds one event. Takes no policy and no configuration, so that replaying under another policy builds the same session.
Folded fold(Session&, const Event&, Analyzer&);

/// Judges the session at `now`. `deadline` names the wait that ran out, empty after an event. Changes nothing.
/// `ending`: the session ends with this event, open escalations are resolved.
Judgement decide(const Policy&, const Session&, TimeMs now, std::string_view deadline = {}, bool ending = false);
/// Makes the session remember a judgement made at `now`.
void apply(Session&, const Judgement&, TimeMs now);

/// The next time at which something awaited runs out; the first of all is judged with now = that time.
struct NextDeadline {
  TimeMs at = kEndOfTime;
  bool idle = false;         ///< the session ends by itself
  std::string_view name;     ///< the duration fact, or "idle"
};
NextDeadline next_deadline(const Policy&, const Session&);

/// What a decision publishes. `handoff` for escalate and offer when raised or upgraded.
struct Composed {
  EscalationEvent escalation;
  std::optional<Handoff> handoff;
};
/// Takes output numbers from the session (Session::outputs grows), hence not const.
Composed compose(Session&, const Decision&, const Policy&);

/// `ended_by`: reason of the end, or "idle". `at`: event time of the end.
SessionSummary summarize(Session&, const Policy&, std::string_view ended_by, TimeMs at);

/// Deterministic: the same from the broker and from a file. `kind`: "escalation", "handoff", "summary", …
/// 32 hex digits over session id, incarnation, number of the output and kind.
std::string make_output_id(std::string_view session_id, std::uint64_t incarnation, std::uint32_t output,
                           std::string_view kind);

/// Keyed redaction tokens as in state ("[card#3f]") to plain ones ("[card]").
std::string plain(std::string_view redacted);

/// At most `max` bytes of `text`, cut before a UTF-8 character begins.
std::string_view cut_utf8(std::string_view text, std::size_t max);

}  // namespace loopbreaker
