// Turns a decision into what is published: the escalation event and, where a person shall take
// over, the handoff.
#include <algorithm>

#include "core/packet.h"
#include "core/plain_summary.h"
#include "loopbreaker/core.h"

namespace loopbreaker {
namespace {

std::optional<std::uint32_t> first_signal_turn(const Session& session, const Decision& decision) {
  if (decision.reasons.empty()) return std::nullopt;
  const SignalState& state = session[decision.reasons.front().signal];
  if (state.first_time == kNoTime) return std::nullopt;
  return state.first_turn;
}

Envelope envelope_of(Session& session, const Decision& decision, const Policy& policy,
                     std::string_view kind, std::string type) {
  Envelope envelope = core::new_envelope(session, policy, kind, std::move(type));
  envelope.time = decision.trigger.time;
  envelope.causation_id = decision.trigger.event_id;
  envelope.severity = decision.severity;
  return envelope;
}

Decision without_keys(Decision decision) {
  for (Reason& reason : decision.reasons) {
    for (Evidence& evidence : reason.evidence) core::make_plain(evidence);
    reason.value = plain(reason.value);
  }
  decision.note = plain(decision.note);
  return decision;
}

Handoff make_handoff(Session& session, const Decision& shown, const Policy& policy) {
  Handoff out;
  out.envelope = envelope_of(session, shown, policy, "handoff", "loopbreaker.handoff.v1");
  out.escalation_id = shown.escalation_id;
  core::fill_identity(session, out);
  out.outcome = shown.outcome;
  out.severity = shown.severity;
  out.priority = shown.priority;
  out.subject = core::subject_line(session, shown);
  out.summary = core::plain_summary(session, shown);
  out.reasons = shown.reasons;
  out.first_signal_turn = first_signal_turn(session, shown);
  out.unanswered_question = core::unanswered_question(session);
  out.suggested_queue = shown.queue;
  out.suggested_skills = shown.skills;
  out.policy = core::ref_of(policy);
  core::fill_packet(session, out);
  return out;
}

}  // namespace

Composed compose(Session& session, const Decision& decision, const Policy& policy) {
  Composed out;
  const Decision shown = without_keys(decision);
  EscalationEvent& event = out.escalation;
  event.envelope =
      envelope_of(session, shown, policy, "escalation",
                  "loopbreaker.escalation." + std::string(name_of(shown.change)) + ".v1");
  core::fill_identity(session, event);
  event.policy = core::ref_of(policy);
  event.turns = session.turn_count;
  event.first_signal_turn = first_signal_turn(session, shown);
  event.headline = core::headline(session, shown);
  const bool called = shown.change == Change::raised || shown.change == Change::upgraded;
  if (called && shown.outcome >= Outcome::offer) {
    out.handoff = make_handoff(session, shown, policy);
    event.handoff_id = out.handoff->envelope.id;
  }
  event.decision = shown;
  return out;
}

}  // namespace loopbreaker
