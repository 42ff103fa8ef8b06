// See samples.h.
#include "codec/samples.h"

#include "codec/dead_letter.h"
#include "codec/support.h"

namespace loopbreaker::codec {
namespace {

constexpr TimeMs at(std::int64_t seconds) { return {kLogTime.ms + seconds * 1000}; }

const PolicyRef kPolicy{"default", 1, "9f2c01d4a7b3e856"};

Envelope envelope(std::string id, std::string type, std::uint32_t sequence, Severity severity) {
  return {std::move(id), std::move(type), "/loopbreaker/default", "c-881", at(41), "m-7",
          sequence,      severity};
}

template <class T>
void fill_who(T& value) {
  value.session_id = "c-881";
  value.customer_id = "cu-7";
  value.tier = "gold";
  value.tenant = "acme";
  value.channel = "web";
  value.language = "en";
}

Reason loop_reason() {
  Reason r;
  r.rule = "bot-loop";
  r.title = "Bot loop";
  r.outcome = Outcome::escalate;
  r.severity = Severity::high;
  r.why =
      "The customer asked for the same thing three times and the bot kept giving the same answer.";
  r.first_step = "Say that you have read the conversation, and answer the question itself.";
  r.signal = Signal::loop;
  r.fact = "loop";
  r.value = "0.82";
  r.threshold = ">= 0.5";
  r.counterfactual = "loop below 0.5";
  r.evidence = {{4,
                 2,
                 Participant::customer,
                 at(28),
                 {3, 1042},
                 "m-5",
                 "That is not what I asked. Where is order A-17?",
                 {26, 46},
                 Score{8400}},
                {5,
                 3,
                 Participant::bot,
                 at(29),
                 {3, 1043},
                 "m-6",
                 "You can track your orders under My Account.",
                 {},
                 Score::one()}};
  return r;
}

}  // namespace

EscalationEvent sample_escalation() {
  EscalationEvent e;
  e.envelope = envelope("5b1c9f0e3a7d42c6908e1f2a3b4c5d6e", "loopbreaker.escalation.raised.v1", 0,
                        Severity::high);
  fill_who(e);
  e.decision.change = Change::raised;
  e.decision.outcome = Outcome::escalate;
  e.decision.severity = Severity::high;
  e.decision.priority = 80;
  e.decision.queue = "orders";
  e.decision.skills = {"orders", "english"};
  e.decision.reasons = {loop_reason()};
  e.decision.trigger = {false, "", "m-7", 6, {3, 1050}, at(41)};
  e.decision.escalation_id = "e0d1c2b3a4958677a8b9cadbecfd0e1f";
  e.policy = kPolicy;
  e.turns = 7;
  e.first_signal_turn = 4;
  e.headline =
      "A gold customer has asked three times where order A-17 is and gets the same answer.";
  e.handoff_id = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";
  return e;
}

EscalationEvent sample_resolution() {
  EscalationEvent e = sample_escalation();
  e.envelope = envelope("77aa88bb99cc00dd11ee22ff33004455", "loopbreaker.escalation.resolved.v1", 3,
                        Severity::low);
  e.envelope.causation_id = "m-15";
  e.decision.change = Change::resolved;
  e.decision.outcome = Outcome::nothing;
  e.decision.severity = Severity::low;
  e.decision.reasons.clear();
  e.decision.skills.clear();
  e.decision.queue.clear();
  e.decision.note = "the conversation ended: customer_left";
  e.decision.trigger = {false, "", "m-15", 9, {3, 1090}, at(300)};
  e.turns = 10;
  e.first_signal_turn.reset();
  e.headline = "The case is closed: the conversation ended.";
  e.handoff_id.clear();
  return e;
}

Handoff sample_handoff() {
  Handoff h;
  h.envelope =
      envelope("0f1e2d3c4b5a69788796a5b4c3d2e1f0", "loopbreaker.handoff.v1", 1, Severity::high);
  h.escalation_id = "e0d1c2b3a4958677a8b9cadbecfd0e1f";
  fill_who(h);
  h.severity = Severity::high;
  h.priority = 80;
  h.subject = "Gold customer, asked three times: where is order A-17?";
  h.summary = {
      "Wants to know where order A-17 is.",
      "The bot pointed to My Account three times; the customer said that this did not help.",
      "The customer asked for the same thing three times and the bot kept giving the same answer.",
      "Annoyed, and more so with each answer.",
      "Order A-17; a card number was given and is not shown.",
      "Say that you have read the conversation, and answer the question itself.",
      "Forty-one seconds in conversation; no earlier escalation."};
  h.reasons = {loop_reason()};
  h.first_signal_turn = 4;
  h.identifiers = {{{IdentifierKind::order, "A-17", {}}, 0, 3},
                   {{IdentifierKind::card, "[card]", {}}, 6, 1}};
  h.attempts = {
      {"You can track your orders under My Account.", 3, "rejected by the customer", 1, 5}};
  h.unanswered_question = "Where is order A-17?";
  h.human_requests = {{6, "m-7", HumanRequest::Outcome::pending}};
  h.mood = {{0, Score{0}}, {2, Score{2500}}, {4, Score{4800}}, {6, Score{7100}}};
  h.bot_confidence = {{1, Score{6200}}, {3, Score{4100}}, {5, Score{3900}}};
  h.context = {{"plan", "family"}};
  h.suggested_queue = "orders";
  h.suggested_skills = {"orders", "english"};
  h.thread = {
      {0, Participant::customer, at(5), "Where is my order A-17?", false},
      {1, Participant::bot, at(6), "You can track your orders under My Account.", false},
      {2, Participant::customer, at(15), "It is not there. Where is A-17?", false},
      {3, Participant::bot, at(16), "You can track your orders under My Account.", false},
      {4, Participant::customer, at(28), "That is not what I asked. Where is order A-17?", false},
      {5, Participant::bot, at(29), "You can track your orders under My Account.", false},
      {6, Participant::customer, at(41), "I paid with [card], let me talk to a person!", false}};
  h.turns_total = 7;
  h.first_position = {3, 1001};
  h.last_position = {3, 1050};
  h.policy = kPolicy;
  h.redactions = {{"card", 1}};
  return h;
}

SessionSummary sample_summary() {
  SessionSummary s;
  s.envelope = envelope("c0ffee00112233445566778899aabbcc", "loopbreaker.session.summary.v1", 4,
                        Severity::normal);
  s.envelope.causation_id = "m-15";
  s.envelope.time = at(300);
  fill_who(s);
  s.path = "bot_to_human";
  s.ended_by = "customer_left";
  s.outcome = "escalated";
  s.started_at = at(5);
  s.ended_at = at(300);
  s.turns = 10;
  s.customer_turns = 5;
  s.bot_turns = 3;
  s.agent_turns = 2;
  s.escalations = 1;
  s.strongest = Outcome::escalate;
  s.primary_rule = "bot-loop";
  s.time_to_escalation = DurationMs{36'000};
  s.time_to_human = DurationMs{55'000};
  s.loop_peak = Score{8200};
  s.frustration_peak = Score{7100};
  s.loop_cycles = 2;
  s.rephrases = 2;
  s.bot_repeats = 2;
  s.failed_attempts = 2;
  s.human_requests = 1;
  s.rating_score = 450;
  s.rating_scale = 500;
  s.policy = kPolicy;
  return s;
}

DeadLetter sample_dead_letter() {
  static constexpr std::string_view kValue =
      R"({"specversion":"1.0","type":"conversation.message","data":{"participant":"robot","text":"ann@example.org")";
  Record record = record_of(kValue, "c-881");
  record.position = {3, 1066};
  EventDecoder decoder(DecodeSettings{});
  const auto refused = decoder.decode(record);
  return make_dead_letter(record, "conversation-events", std::get<DecodeFailure>(refused),
                          PayloadForm::redacted, [](std::string_view text) {
                            std::string redacted(text);
                            const auto found = redacted.find("ann@example.org");
                            if (found != std::string::npos) redacted.replace(found, 15, "[email]");
                            return redacted;
                          });
}

}  // namespace loopbreaker::codec
