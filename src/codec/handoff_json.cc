// The handoff packet as JSON. See output_json.h. What has a fixed bound is written first; the lists
// then share the rest in the order of their priority, so that the packet is below its bound
// whatever is in it.
#include <algorithm>

#include "codec/names.h"
#include "codec/output_json.h"
#include "codec/output_parts.h"

namespace loopbreaker::codec {
namespace {

void write_summary(JsonWriter& out, const PlainSummary& summary) {
  out.begin_object("summary");
  out.member_if("wants", summary.wants, Limit::sentence);
  out.member_if("tried", summary.tried, Limit::sentence);
  out.member_if("why", summary.why, Limit::sentence);
  out.member_if("mood", summary.mood, Limit::sentence);
  out.member_if("identifiers", summary.identifiers, Limit::sentence);
  out.member_if("first_step", summary.first_step, Limit::sentence);
  out.member_if("history", summary.history, Limit::sentence);
  out.end_object();
}

void write_identifier(JsonWriter& out, const GivenIdentifier& given) {
  out.begin_object();
  out.member("kind", name_of(given.identifier.kind), Limit::word);
  out.member("value", given.identifier.value, Limit::word);
  out.member_integer("first_turn", given.first_turn);
  out.member_integer("times", given.times);
  out.end_object();
}

void write_attempt(JsonWriter& out, const HandoffAttempt& attempt) {
  out.begin_object();
  out.member("what", attempt.what, Limit::sentence);
  out.member_integer("times", attempt.times);
  out.member("outcome", attempt.outcome, Limit::word);
  out.member_integer("first_turn", attempt.first_turn);
  out.member_integer("last_turn", attempt.last_turn);
  out.end_object();
}

void write_request(JsonWriter& out, const HumanRequest& request) {
  out.begin_object();
  out.member("message_id", request.event_id, Limit::id);
  out.member_integer("turn", request.turn);
  out.member("outcome", to_string(request.outcome), Limit::word);
  out.end_object();
}

void write_mood(JsonWriter& out, const MoodPoint& point) {
  out.begin_object();
  out.member_integer("turn", point.turn);
  out.member("frustration", point.frustration);
  out.end_object();
}

void write_confidence(JsonWriter& out, const std::pair<std::uint32_t, Score>& point) {
  out.begin_object();
  out.member_integer("turn", point.first);
  out.member("confidence", point.second);
  out.end_object();
}

void write_pair(JsonWriter& out, const std::pair<std::string, std::string>& pair) {
  out.begin_object();
  out.member("name", pair.first, Limit::word);
  out.member("value", pair.second, Limit::word);
  out.end_object();
}

void write_count(JsonWriter& out, const std::pair<std::string, std::uint32_t>& count) {
  out.begin_object();
  out.member("kind", count.first, Limit::word);
  out.member_integer("count", count.second);
  out.end_object();
}

void write_turn(JsonWriter& out, const HandoffTurn& turn) {
  out.begin_object();
  out.member_integer("turn", turn.number);
  out.member("participant", to_string(turn.participant), Limit::word);
  out.member("time", turn.time);
  const bool whole = out.member("text", turn.text, Limit::turn);
  if (turn.cut || !whole) out.member_boolean("cut", true);
  out.end_object();
}

void write_place(JsonWriter& out, std::string_view name, Position position) {
  out.begin_object(name);
  out.source(position);
  out.end_object();
}

/// A list of which the budget allows some elements, the first or the last.
template <class T, class Write>
class Section {
 public:
  enum class Keep : std::uint8_t { first, last };
  Section(std::string_view name, const std::vector<T>& items, Keep keep, Write write)
      : name_(name), items_(items), keep_(keep), write_(write) {}

  /// Takes at most `most` of the budget.
  void fit(Budget& budget, std::size_t most) {
    Budget share = budget.share(most);
    if (keep_ == Keep::first) {
      kept_.add_first(items_, share, write_);
    } else {
      kept_.add_last(items_, share, write_);
    }
    budget.give_back(share);
  }
  void write(JsonWriter& out, std::vector<std::string>& cut) const {
    note_left_out(cut, name_, kept_.size(), items_.size());
    if (items_.empty()) return;
    out.begin_array(name_);
    if (keep_ == Keep::first) {
      kept_.write(out);
    } else {
      kept_.write_backwards(out);
    }
    out.end_array();
  }

 private:
  std::string_view name_;
  const std::vector<T>& items_;
  Keep keep_;
  Write write_;
  Parts kept_;
};

template <class T, class Write>
Section<T, Write> first_of(std::string_view name, const std::vector<T>& items, Write write) {
  return {name, items, Section<T, Write>::Keep::first, write};
}

template <class T, class Write>
Section<T, Write> last_of(std::string_view name, const std::vector<T>& items, Write write) {
  return {name, items, Section<T, Write>::Keep::last, write};
}

void write_fixed(JsonWriter& out, const Handoff& handoff) {
  write_envelope(out, handoff.envelope, handoff.session_id, handoff.session_id,
                 "urn:loopbreaker:handoff:v1");
  out.begin_object("data");
  out.member("escalation_id", handoff.escalation_id, Limit::id);
  out.member("session_id", handoff.session_id, Limit::session_id);
  write_who(out, handoff);
  out.member("decision", name_of(handoff.outcome), Limit::word);
  out.member("severity", name_of(handoff.severity), Limit::word);
  out.member_integer("priority", handoff.priority);
  out.member("subject", handoff.subject, Limit::word);
  write_summary(out, handoff.summary);
  out.member_if("unanswered_question", handoff.unanswered_question, Limit::sentence);
  out.member_if("suggested_queue", handoff.suggested_queue, Limit::word);
  out.member_integer("turns_total", handoff.turns_total);
  write_first_signal(out, handoff.first_signal_turn, handoff.turns_total);
  out.begin_object("transcript_ref");
  write_place(out, "first", handoff.first_position);
  write_place(out, "last", handoff.last_position);
  out.end_object();
  write_policy(out, handoff.policy);
}

}  // namespace

void encode(const Handoff& handoff, std::string& out) {
  out.clear();
  JsonWriter json(out);
  write_fixed(json, handoff);
  static constexpr std::size_t kNames = 512;  // of the lists below, their brackets, the end
  const std::size_t fixed = json.cost() + kCutCost + kNames + Limit::id;
  require_at_most("the fixed part of a handoff", fixed, kHandoffBytesMax);
  Budget budget(kHandoffBytesMax - fixed);

  auto identifiers = first_of("identifiers", handoff.identifiers, write_identifier);
  auto attempts = first_of("attempts", handoff.attempts, write_attempt);
  auto requests = first_of("human_requests", handoff.human_requests, write_request);
  auto skills = first_of("suggested_skills", handoff.suggested_skills,
                         [](JsonWriter& o, const std::string& s) { o.string(s, Limit::word); });
  auto mood = last_of("sentiment_trail", handoff.mood, write_mood);
  auto confidence = last_of("bot_confidence", handoff.bot_confidence, write_confidence);
  auto context = first_of("context", handoff.context, write_pair);
  auto redactions = first_of("redaction", handoff.redactions, write_count);
  auto thread = last_of("thread", handoff.thread, write_turn);

  static constexpr std::size_t kKiB = 1024;
  Budget reason_share = budget.share(12 * kKiB);
  ReasonList reasons(handoff.reasons, reason_share);
  budget.give_back(reason_share);
  identifiers.fit(budget, 4 * kKiB);
  attempts.fit(budget, 8 * kKiB);
  requests.fit(budget, 3 * kKiB);
  skills.fit(budget, 1 * kKiB);
  mood.fit(budget, 2 * kKiB);
  confidence.fit(budget, 2 * kKiB);
  context.fit(budget, 4 * kKiB);
  redactions.fit(budget, 1 * kKiB);
  Budget evidence_share = budget.share(14 * kKiB);
  reasons.add_evidence(evidence_share);
  budget.give_back(evidence_share);
  thread.fit(budget, kHandoffBytesMax);

  std::vector<std::string> cut;
  reasons.write(json);
  reasons.note(cut);
  identifiers.write(json, cut);
  attempts.write(json, cut);
  requests.write(json, cut);
  skills.write(json, cut);
  mood.write(json, cut);
  confidence.write(json, cut);
  context.write(json, cut);
  redactions.write(json, cut);
  thread.write(json, cut);
  cut.insert(cut.end(), handoff.cut.begin(), handoff.cut.end());
  write_cut(json, cut);
  json.end_object();
  json.end_object();
  require_at_most("a handoff", out.size(), kHandoffBytesMax);
}

}  // namespace loopbreaker::codec
