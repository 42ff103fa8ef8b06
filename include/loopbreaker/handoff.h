// What goes out: escalation event, handoff packet, session summary, dead letter. Values; src/codec/output_json.h writes them.
// All text is redacted with plain tokens ([card]).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "loopbreaker/decision.h"
#include "loopbreaker/session.h"

namespace loopbreaker {

/// Attributes of the CloudEvent around every output.
struct Envelope {
  std::string id;             ///< deterministic, see make_output_id
  std::string type;           ///< "loopbreaker.escalation.raised.v1", …
  std::string source;         ///< "/loopbreaker/<policy name>"
  std::string subject;        ///< session id
  TimeMs time;                ///< event time or deadline of the trigger
  std::string causation_id;   ///< event id of the trigger
  std::uint32_t sequence = 0; ///< number of the output in its session
  Severity severity = Severity::normal;
};

struct PolicyRef {
  std::string name;
  std::uint32_t version = 1;
  std::string hash;
};

struct EscalationEvent {
  Envelope envelope;
  std::string session_id, customer_id, tier, tenant, channel, language;
  Decision decision;
  PolicyRef policy;
  std::uint32_t turns = 0;
  std::optional<std::uint32_t> first_signal_turn;  ///< turn at which the primary signal first passed its threshold
  std::string headline;        ///< one plain sentence
  std::string handoff_id;      ///< of the packet that goes with it; empty when there is none
};

struct HandoffTurn {
  std::uint32_t number = 0;
  Participant participant = Participant::customer;
  TimeMs time;
  std::string text;
  bool cut = false;            ///< text is not whole
};

struct HandoffAttempt {
  std::string what;            ///< what the bot answered or did
  std::uint32_t times = 0;
  std::string outcome;         ///< "failed", "rejected by the customer", "repeated", "answered"
  std::uint32_t first_turn = 0, last_turn = 0;
};

/// The summary an agent reads in ten seconds: plain sentences, no jargon, no scores. Empty = nothing to say.
struct PlainSummary {
  std::string wants;           ///< what the customer wants
  std::string tried;           ///< what the bot tried and how it ended
  std::string why;             ///< why this came to you
  std::string mood;
  std::string identifiers;
  std::string first_step;
  std::string history;         ///< earlier escalations in this session, time in conversation
};

struct Handoff {
  Envelope envelope;
  std::string escalation_id;
  std::string session_id, customer_id, tier, tenant, channel, language;
  Outcome outcome = Outcome::escalate;
  Severity severity = Severity::normal;
  std::int32_t priority = 0;
  std::string subject;         ///< one line, <= 120 bytes: fits a ticket's subject
  PlainSummary summary;
  std::vector<Reason> reasons;
  std::optional<std::uint32_t> first_signal_turn;
  std::vector<GivenIdentifier> identifiers;
  std::vector<HandoffAttempt> attempts;
  std::string unanswered_question;
  std::vector<HumanRequest> human_requests;
  std::vector<MoodPoint> mood;
  std::vector<std::pair<std::uint32_t, Score>> bot_confidence;  ///< turn, confidence
  std::vector<std::pair<std::string, std::string>> context;     ///< attributes of the conversation
  std::string suggested_queue;
  std::vector<std::string> suggested_skills;
  std::vector<HandoffTurn> thread;     ///< oldest first; gaps in `number` are turns left out
  std::uint32_t turns_total = 0;
  Position first_position, last_position;  ///< where the whole thread is in the input
  PolicyRef policy;
  /// Kinds and counts of what was redacted in the texts of this packet, e.g. {"card", 2}.
  std::vector<std::pair<std::string, std::uint32_t>> redactions;
  /// What was cut to keep the packet small, in words; filled by compose and by the encoder.
  std::vector<std::string> cut;
};

struct SessionSummary {
  Envelope envelope;
  std::string session_id, customer_id, tier, tenant, channel, language;
  std::string path;            ///< "bot_only", "bot_to_human", "human_only", "customer_only"
  std::string ended_by;        ///< reason of conversation.ended, or "idle"
  std::string outcome;         ///< "solved", "escalated", "abandoned", "ended"
  TimeMs started_at, ended_at;
  std::uint32_t turns = 0, customer_turns = 0, bot_turns = 0, agent_turns = 0;
  std::uint32_t escalations = 0;
  Outcome strongest = Outcome::nothing;
  std::string primary_rule;
  std::optional<DurationMs> time_to_escalation;  ///< from start
  std::optional<DurationMs> time_to_human;       ///< from raised to an agent joining
  Score loop_peak, frustration_peak;
  std::uint32_t loop_cycles = 0, rephrases = 0, bot_repeats = 0, failed_attempts = 0, human_requests = 0,
                human_requests_ignored = 0, context_losses = 0;
  std::int32_t rating_score = -1, rating_scale = 0;
  std::vector<std::string> categories;
  bool amended = false;        ///< published again because of a late event
  PolicyRef policy;
};

/// Why a record is of no use to anybody. Names as in metrics and outputs.
enum class DeadReason : std::uint8_t {
  empty_value,        ///< no value
  too_large,          ///< above the limit of 1 MiB
  bad_utf8,
  bad_json,           ///< not JSON, cut, or nested too deep
  not_an_event,       ///< JSON, but not a CloudEvent with type and data
  bad_version,        ///< specversion other than 1.x
  bad_field,          ///< a field that is needed has the wrong type or value
  no_session,         ///< neither data.session_id nor a key
  key_mismatch,       ///< strict mode: key is not the session id
};
inline constexpr int kDeadReasons = 9;
std::string_view name_of(DeadReason);

struct DeadLetter {
  Envelope envelope;
  DeadReason reason = DeadReason::bad_json;
  std::string detail;          ///< where and what, for people
  std::string topic;
  Position position;
  TimeMs log_time;             ///< the record's timestamp
  std::string key;             ///< <= 256 bytes, made valid UTF-8
  std::uint64_t length = 0;    ///< bytes of the value
  std::string sha256;          ///< of the value, hex
  std::string payload;         ///< as the setting says: empty, redacted text, or base64 of the original; <= 64 KiB
  std::string payload_form;    ///< "none", "redacted", "original"
  bool payload_cut = false;
};

}  // namespace loopbreaker
