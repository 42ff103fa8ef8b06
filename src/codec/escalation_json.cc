// The escalation event as JSON. See output_json.h.
#include "codec/output_json.h"
#include "codec/output_parts.h"

namespace loopbreaker::codec {
namespace {

void write_trigger(JsonWriter& out, const Trigger& trigger) {
  out.begin_object("trigger");
  out.member("kind", trigger.deadline ? "deadline" : "event", Limit::word);
  if (trigger.deadline) out.member("deadline", trigger.deadline_name, Limit::word);
  out.member("event_id", trigger.event_id, Limit::id);
  out.member_integer("turn", trigger.turn);
  out.member("time", trigger.time);
  out.source(trigger.position);
  out.end_object();
}

}  // namespace

void encode(const EscalationEvent& event, std::string& out) {
  static constexpr std::size_t kReasonBytes = 10 * 1024;
  const Decision& decision = event.decision;
  const bool says = decision.change == Change::raised || decision.change == Change::upgraded;
  out.clear();
  JsonWriter json(out);
  write_envelope(json, event.envelope, event.session_id, event.session_id,
                 "urn:loopbreaker:escalation:v1");
  json.begin_object("data");
  json.member("escalation_id", decision.escalation_id, Limit::id);
  json.member("session_id", event.session_id, Limit::session_id);
  write_who(json, event);
  json.member("status", name_of(decision.change), Limit::word);
  if (says) json.member("decision", name_of(decision.outcome), Limit::word);
  json.member("severity", name_of(decision.severity), Limit::word);
  json.member_integer("priority", decision.priority);
  json.member_if("headline", event.headline, Limit::sentence);
  json.member_if("note", decision.note, Limit::sentence);
  write_trigger(json, decision.trigger);
  json.member_integer("turns", event.turns);
  write_first_signal(json, event.first_signal_turn, event.turns);
  json.member_if("handoff_id", event.handoff_id, Limit::id);
  json.member_if("suggested_queue", decision.queue, Limit::word);
  write_policy(json, event.policy);

  static constexpr std::size_t kNames = 256;  // of the lists below, their brackets, the end
  const std::size_t fixed = json.cost() + kCutCost + kNames + Limit::id;
  require_at_most("the fixed part of an escalation event", fixed, kEscalationBytesMax);
  Budget budget(kEscalationBytesMax - fixed);
  Budget share = budget.share(kReasonBytes);
  ReasonList reasons(decision.reasons, share);
  budget.give_back(share);
  share = budget.share(2 * 1024);
  const auto write_word = [](JsonWriter& o, const std::string& w) { o.string(w, Limit::word); };
  Parts skills;
  skills.add_first(decision.skills, share, write_word);
  budget.give_back(share);
  reasons.add_evidence(budget);

  if (!decision.skills.empty()) {
    json.begin_array("suggested_skills");
    skills.write(json);
    json.end_array();
  }
  reasons.write(json);
  std::vector<std::string> cut;
  reasons.note(cut);
  note_left_out(cut, "suggested_skills", skills.size(), decision.skills.size());
  write_cut(json, cut);
  json.end_object();
  json.end_object();
  require_at_most("an escalation event", out.size(), kEscalationBytesMax);
}

}  // namespace loopbreaker::codec
