// The session summary as JSON, and once more when something comes after the end. See output_json.h.
#include <simdjson.h>

#include "codec/output_json.h"
#include "codec/output_parts.h"

namespace loopbreaker::codec {
namespace {

namespace dom = simdjson::dom;

void write_rating(JsonWriter& out, std::int32_t score, std::int32_t scale) {
  out.begin_object("rating");
  out.member_hundredths("score", score);
  out.member_hundredths("scale", scale);
  out.end_object();
}

/// Writes again what was read, as it was.
void copy(JsonWriter& out, const dom::element& value) {
  switch (value.type()) {
    case dom::element_type::OBJECT:
      out.begin_object();
      for (const auto& [name, member] : dom::object(value)) {
        out.name(name);
        copy(out, member);
      }
      return out.end_object();
    case dom::element_type::ARRAY:
      out.begin_array();
      for (const dom::element element : dom::array(value)) copy(out, element);
      return out.end_array();
    case dom::element_type::STRING:
      out.string(value.get_string().value_unsafe());
      return;
    case dom::element_type::INT64:
      return out.integer(value.get_int64().value_unsafe());
    case dom::element_type::UINT64:
      return out.unsigned_integer(value.get_uint64().value_unsafe());
    case dom::element_type::DOUBLE:
      return out.number(value.get_double().value_unsafe());
    case dom::element_type::BOOL:
      return out.boolean(value.get_bool().value_unsafe());
    case dom::element_type::NULL_VALUE:
      return out.null();
  }
}

/// The path of a session that an agent joined after all.
std::string_view path_with_agent(std::string_view path) {
  if (path == "bot_only") return "bot_to_human";
  if (path == "customer_only") return "human_only";
  return path;
}

void amend_data(JsonWriter& out, const dom::object& data, const Event& late) {
  const bool rated = late.type == EventType::rating;
  out.begin_object("data");
  for (const auto& [name, value] : data) {
    if (name == "amended" || (name == "rating" && rated)) continue;
    out.name(name);
    std::string_view path;
    if (name == "path" && late.type == EventType::agent_joined && !value.get_string().get(path)) {
      out.string(path_with_agent(path));
    } else {
      copy(out, value);
    }
  }
  if (rated) write_rating(out, late.rating_score, late.rating_scale);
  out.member_boolean("amended", true);
  out.end_object();
}

}  // namespace

void encode(const SessionSummary& summary, std::string& out) {
  out.clear();
  JsonWriter json(out);
  write_envelope(json, summary.envelope, summary.session_id, summary.session_id,
                 "urn:loopbreaker:session-summary:v1");
  json.begin_object("data");
  json.member("session_id", summary.session_id, Limit::session_id);
  write_who(json, summary);
  json.member("path", summary.path, Limit::word);
  json.member("ended_by", summary.ended_by, Limit::word);
  json.member("outcome", summary.outcome, Limit::word);
  json.member("started_at", summary.started_at);
  json.member("ended_at", summary.ended_at);
  json.begin_object("turns");
  json.member_integer("total", summary.turns);
  json.member_integer("customer", summary.customer_turns);
  json.member_integer("bot", summary.bot_turns);
  json.member_integer("agent", summary.agent_turns);
  json.end_object();
  json.member_integer("escalations", summary.escalations);
  json.member("strongest", name_of(summary.strongest), Limit::word);
  json.member_if("primary_rule", summary.primary_rule, Limit::id);
  if (summary.time_to_escalation) {
    json.member_integer("time_to_escalation_ms", summary.time_to_escalation->ms);
  }
  if (summary.time_to_human) json.member_integer("time_to_human_ms", summary.time_to_human->ms);
  json.member("loop_peak", summary.loop_peak);
  json.member("frustration_peak", summary.frustration_peak);
  json.member_integer("loop_cycles", summary.loop_cycles);
  json.member_integer("rephrases", summary.rephrases);
  json.member_integer("bot_repeats", summary.bot_repeats);
  json.member_integer("failed_attempts", summary.failed_attempts);
  json.member_integer("human_requests", summary.human_requests);
  json.member_integer("human_requests_ignored", summary.human_requests_ignored);
  json.member_integer("context_losses", summary.context_losses);
  write_words(json, "categories", summary.categories,
              std::min<std::size_t>(summary.categories.size(), kCategories));
  write_policy(json, summary.policy);
  if (summary.rating_score >= 0) write_rating(json, summary.rating_score, summary.rating_scale);
  json.member_boolean("amended", summary.amended);
  json.end_object();
  json.end_object();
  require_at_most("a session summary", out.size(), kSummaryBytesMax);
}

Result<std::string> amend_summary(std::string_view published, std::string_view new_id,
                                  std::uint32_t sequence, const Event& late) {
  dom::parser parser;
  dom::object event, data;
  if (parser.parse(published.data(), published.size()).get_object().get(event) ||
      event["data"].get_object().get(data)) {
    return Error{
        "the summary kept in a closed marker is not a summary event: the state is "
        "damaged; delete the local store, it is rebuilt from the state topic"};
  }
  std::string out;
  out.reserve(published.size() + 64);
  JsonWriter json(out);
  json.begin_object();
  for (const auto& [name, value] : event) {
    if (name == "data") {
      amend_data(json, data, late);
      continue;
    }
    json.name(name);
    if (name == "id") {
      json.string(new_id, Limit::id);
    } else if (name == "sequence") {
      json.string(sequence_text(sequence));
    } else if (name == "causationid" && !late.id.empty()) {
      json.string(late.id, Limit::id);
    } else {
      copy(json, value);
    }
  }
  json.end_object();
  return out;
}

}  // namespace loopbreaker::codec
