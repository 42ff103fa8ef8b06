// The record that stays of a finished session: its path, how it ended, its figures.
#include "core/packet.h"
#include "loopbreaker/core.h"

namespace loopbreaker {
namespace {

std::string_view path_of(const Session& session) {
  if (session.bot_seen) return session.agent_seen ? "bot_to_human" : "bot_only";
  return session.agent_seen ? "human_only" : "customer_only";
}

std::string_view outcome_of(const Session& session, std::string_view ended_by) {
  const bool settled = session.unanswered_turn < 0 && session.settled_turn >= 0;
  if (session.solved_turn >= 0 || (settled && session.escalation.strongest < Outcome::escalate)) {
    return "solved";
  }
  if (session.escalation.strongest >= Outcome::escalate || session.agent_seen) return "escalated";
  const bool left = ended_by == "idle" || ended_by == "abandoned" || ended_by == "customer_left" ||
                    ended_by == "timeout";
  return left && session.unanswered_turn >= 0 ? "abandoned" : "ended";
}

void fill_figures(const Session& session, SessionSummary& out) {
  out.turns = session.turn_count;
  out.customer_turns = session.customer_turns;
  out.bot_turns = session.bot_turns;
  out.agent_turns = session.agent_turns;
  out.loop_peak = session[Signal::loop].peak;
  out.frustration_peak = session[Signal::frustration].peak;
  out.loop_cycles = session.loop.cycles;
  out.rephrases = session[Signal::rephrase].count;
  out.bot_repeats = session[Signal::bot_repeat].count;
  out.failed_attempts = session[Signal::failed_attempts].count;
  out.human_requests = static_cast<std::uint32_t>(session.human_requests.size());
  out.human_requests_ignored = session[Signal::human_request].count;
  out.context_losses = session[Signal::context_loss].count;
  out.rating_score = session.rating_score;
  out.rating_scale = session.rating_scale;
  for (const CategoryHit& hit : session.categories) {
    if (hit.score >= Score::percent(50)) out.categories.emplace_back(name_of(hit.what));
  }
}

void fill_escalation(const Session& session, SessionSummary& out) {
  const Escalation& escalation = session.escalation;
  out.escalations = escalation.times;
  out.strongest = escalation.strongest;
  out.primary_rule = escalation.rule;
  if (escalation.times == 0 || escalation.raised_at == kNoTime) return;
  out.time_to_escalation = escalation.raised_at - session.started_at;
  if (escalation.acknowledged_at != kNoTime && escalation.acknowledged_at >= escalation.raised_at) {
    out.time_to_human = escalation.acknowledged_at - escalation.raised_at;
  }
}

}  // namespace

SessionSummary summarize(Session& session, const Policy& policy, std::string_view ended_by,
                         TimeMs at) {
  SessionSummary out;
  out.envelope = core::new_envelope(session, policy, "summary", "loopbreaker.session.summary.v1");
  out.envelope.time = at;
  if (!session.turns.empty()) out.envelope.causation_id = session.turns.back().event_id;
  core::fill_identity(session, out);
  out.path = path_of(session);
  out.ended_by = std::string(cut_utf8(ended_by, 128));
  out.outcome = outcome_of(session, ended_by);
  out.started_at = session.started_at;
  out.ended_at = at;
  fill_figures(session, out);
  fill_escalation(session, out);
  out.policy = core::ref_of(policy);
  return out;
}

}  // namespace loopbreaker
