// Writing planned events and labels as JSON.
#include "workload/conversation.h"

#include <fmt/format.h>

#include <iterator>

namespace loopbreaker::workload {
namespace {

using Out = std::back_insert_iterator<std::string>;

void quoted(std::string& out, std::string_view text) {
  out += '"';
  for (char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      fmt::format_to(Out(out), "\\u{:04x}", static_cast<unsigned>(c));
    } else {
      out += c;
    }
  }
  out += '"';
}

void field(std::string& out, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  out += ",\"";
  out += name;
  out += "\":";
  quoted(out, value);
}

/// RFC 3339 in UTC with milliseconds. Days to date after Howard Hinnant's civil_from_days.
void timestamp(std::string& out, TimeMs time) {
  constexpr std::int64_t kDay = 86'400'000;
  std::int64_t days = time.ms / kDay;
  std::int64_t rest = time.ms % kDay;
  if (rest < 0) {
    rest += kDay;
    --days;
  }
  days += 719'468;
  const std::int64_t era = (days >= 0 ? days : days - 146'096) / 146'097;
  const std::int64_t doe = days - era * 146'097;
  const std::int64_t yoe = (doe - doe / 1'460 + doe / 36'524 - doe / 146'096) / 365;
  const std::int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
  const std::int64_t mp = (5 * doy + 2) / 153;
  const std::int64_t day = doy - (153 * mp + 2) / 5 + 1;
  const std::int64_t month = mp < 10 ? mp + 3 : mp - 9;
  const std::int64_t year = yoe + era * 400 + (month <= 2 ? 1 : 0);
  fmt::format_to(Out(out), "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", year, month, day,
                 rest / 3'600'000, rest / 60'000 % 60, rest / 1'000 % 60, rest % 1'000);
}

std::string_view type_of(EventType type) {
  switch (type) {
    case EventType::started:
      return "conversation.started";
    case EventType::message:
      return "conversation.message";
    case EventType::bot_action:
      return "conversation.bot_action";
    case EventType::transfer:
      return "conversation.transfer";
    case EventType::agent_joined:
      return "conversation.agent_joined";
    case EventType::agent_left:
      return "conversation.agent_left";
    case EventType::rating:
      return "conversation.rating";
    case EventType::ended:
      return "conversation.ended";
    case EventType::unknown:
      break;
  }
  return "conversation.note";
}

std::string_view said_by(Participant p) {
  constexpr std::string_view kNames[] = {"customer", "bot", "agent", "system"};
  return kNames[static_cast<int>(p)];
}

std::string_view status_of(TransferStatus s) {
  constexpr std::string_view kNames[] = {"",          "requested", "queued",   "accepted",
                                         "completed", "failed",    "cancelled"};
  return kNames[static_cast<int>(s)];
}

void strings(std::string& out, std::string_view name, const std::vector<std::string>& values) {
  fmt::format_to(Out(out), ",\"{}\":[", name);
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i > 0) out += ',';
    quoted(out, values[i]);
  }
  out += ']';
}

}  // namespace

std::string_view name_of(Kind kind) {
  constexpr std::string_view kNames[kKinds] = {
      "normal",        "once",       "sensitive",        "loop",
      "human_request", "frustrated", "phantom_transfer", "context_loss"};
  return kNames[static_cast<int>(kind)];
}

std::string to_json(const Label& label, bool complete) {
  std::string out = "{\"session_id\":";
  quoted(out, label.session_id);
  field(out, "kind", name_of(label.kind));
  fmt::format_to(Out(out), ",\"stuck\":{},\"loop\":{},\"human_request\":{}", stuck(label.kind),
                 label.kind == Kind::loop, !label.human_request_event_ids.empty());
  field(out, "outcome", label.outcome);
  field(out, "domain", label.domain);
  field(out, "need", label.need);
  field(out, "category", label.category);
  field(out, "tier", label.tier);
  strings(out, "ask_event_ids", label.ask_event_ids);
  strings(out, "human_request_event_ids", label.human_request_event_ids);
  fmt::format_to(Out(out), ",\"events\":{},\"complete\":{}}}", label.events, complete);
  return out;
}

std::string event_id(const Conversation& conversation, std::size_t index) {
  return conversation.session_id + "-" + std::to_string(index);
}

void write_event(const Conversation& conversation, std::size_t index, TimeMs time,
                 std::string& out) {
  const Beat& beat = conversation.beats[index];
  out = "{\"specversion\":\"1.0\",\"id\":";
  quoted(out, event_id(conversation, index));
  field(out, "source", "loopbreaker/workload");
  field(out, "type", type_of(beat.type));
  out += ",\"time\":\"";
  timestamp(out, time);
  out += '"';
  field(out, "subject", conversation.session_id);
  field(out, "datacontenttype", "application/json");
  out += ",\"data\":{\"session_id\":";
  quoted(out, conversation.session_id);
  switch (beat.type) {
    case EventType::started:
      field(out, "customer_id", conversation.customer_id);
      field(out, "channel", conversation.channel);
      field(out, "language", "en");
      field(out, "tier", conversation.tier);
      field(out, "tenant", conversation.tenant);
      if (!conversation.attributes.empty()) {
        out += ",\"attributes\":{";
        for (std::size_t i = 0; i < conversation.attributes.size(); ++i) {
          if (i > 0) out += ',';
          quoted(out, conversation.attributes[i].first);
          out += ':';
          quoted(out, conversation.attributes[i].second);
        }
        out += '}';
      }
      break;
    case EventType::message:
      field(out, "participant", said_by(beat.participant));
      out += ",\"text\":";
      quoted(out, beat.text);
      field(out, "channel", conversation.channel);
      field(out, "intent", beat.intent);
      if (beat.confidence >= 0) {
        fmt::format_to(Out(out), ",\"confidence\":{}.{:02}", beat.confidence / 100,
                       beat.confidence % 100);
      }
      field(out, "answer_id", beat.answer_id);
      if (beat.fallback) out += ",\"fallback\":true";
      break;
    case EventType::bot_action:
      field(out, "name", beat.name);
      field(out, "outcome", beat.outcome == ActionOutcome::success ? "success" : "failure");
      break;
    case EventType::transfer:
      field(out, "status", status_of(beat.transfer));
      field(out, "queue", beat.queue);
      break;
    case EventType::rating:
      fmt::format_to(Out(out), ",\"score\":{},\"scale\":5", beat.rating);
      break;
    case EventType::ended:
      field(out, "reason", beat.reason);
      break;
    case EventType::agent_joined:
    case EventType::agent_left:
    case EventType::unknown:
      break;
  }
  out += "}}";
}

}  // namespace loopbreaker::workload
