#include "cli/session_text.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include "codec/names.h"
#include "loopbreaker/core.h"

namespace loopbreaker::cli {
namespace {

std::string_view name_of(Escalation::Phase phase) {
  switch (phase) {
    case Escalation::Phase::open:
      return "open";
    case Escalation::Phase::acknowledged:
      return "acknowledged";
    default:
      return "none";
  }
}

std::string escalation_text(const Session& s) {
  if (s.escalation.phase == Escalation::Phase::none) return "-";
  return fmt::format("{} {} ({})", loopbreaker::name_of(s.escalation.outcome),
                     name_of(s.escalation.phase), s.escalation.rule);
}

}  // namespace

std::string time_text(TimeMs t) {
  if (t == kNoTime || t == kEndOfTime) return "-";
  std::int64_t seconds = t.ms / 1000, ms = t.ms % 1000;
  if (ms < 0) {
    ms += 1000;
    --seconds;
  }
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(static_cast<std::time_t>(seconds)),
                     ms);
}

std::string session_line(const Session& s) {
  return fmt::format("{}  {}  turns {}  loop {:.2f}  frustration {:.2f}  escalation {}", s.id,
                     time_text(s.last_event_at), s.turn_count, s[Signal::loop].now.to_double(),
                     s[Signal::frustration].now.to_double(), escalation_text(s));
}

std::string session_text(const Session& s) {
  std::string out = fmt::format(
      "session {}\n  customer {}  channel {}  tier {}  language {}\n  started {}  last event {}\n",
      s.id, s.customer_id.empty() ? "-" : s.customer_id, s.channel.empty() ? "-" : s.channel,
      s.tier.empty() ? "-" : s.tier, s.language.empty() ? "-" : s.language, time_text(s.started_at),
      time_text(s.last_event_at));
  out += fmt::format(
      "  turns {} (customer {}, bot {}, agent {}), folded through offset {} of partition {}\n",
      s.turn_count, s.customer_turns, s.bot_turns, s.agent_turns, s.as_of,
      s.first_position.partition);
  out += fmt::format("  escalation {}\n\nsignals\n", escalation_text(s));
  for (int i = 0; i < kSignals; ++i) {
    const auto signal = static_cast<Signal>(i);
    const SignalState& state = s[signal];
    if (state.peak.raw == 0 && state.count == 0) continue;
    out += fmt::format("  {:<16} now {:.2f}  peak {:.2f}  count {}\n", loopbreaker::name_of(signal),
                       state.now.to_double(), state.peak.to_double(), state.count);
    for (const Evidence& e : state.evidence)
      out += fmt::format("      turn {:>3} {} \"{}\"\n", e.turn, codec::to_string(e.participant),
                         e.excerpt);
  }
  out += "\nturns\n";
  if (s.opening)
    out += fmt::format("  {:>4} {:<8} {}\n", s.opening->number,
                       codec::to_string(s.opening->participant), s.opening->text);
  for (const Turn& t : s.turns)
    out += fmt::format("  {:>4} {:<8} {}  [loop {:.2f}, frustration {:.2f}]\n", t.number,
                       codec::to_string(t.participant), t.text, t[Signal::loop].to_double(),
                       t[Signal::frustration].to_double());
  return out;
}

std::string session_json(const Session& s, bool full) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> w(buffer);
  w.SetMaxDecimalPlaces(4);
  auto text = [&](const char* key, std::string_view value) {
    w.Key(key);
    w.String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
  };
  auto number = [&](const char* key, std::int64_t value) {
    w.Key(key);
    w.Int64(value);
  };
  w.StartObject();
  text("session_id", s.id);
  text("customer_id", s.customer_id);
  text("channel", s.channel);
  text("tier", s.tier);
  text("started_at", time_text(s.started_at));
  text("last_event_at", time_text(s.last_event_at));
  number("turns", s.turn_count);
  number("as_of", s.as_of);
  number("partition", s.first_position.partition);
  text("escalation", escalation_text(s));
  w.Key("signals");
  w.StartObject();
  for (int i = 0; i < kSignals; ++i) {
    const auto signal = static_cast<Signal>(i);
    w.Key(std::string(loopbreaker::name_of(signal)).c_str());
    w.StartObject();
    w.Key("now");
    w.Double(s[signal].now.to_double());
    w.Key("peak");
    w.Double(s[signal].peak.to_double());
    number("count", s[signal].count);
    w.EndObject();
  }
  w.EndObject();
  if (full) {
    w.Key("thread");
    w.StartArray();
    auto turn = [&](const Turn& t) {
      w.StartObject();
      number("number", t.number);
      text("participant", codec::to_string(t.participant));
      text("time", time_text(t.time));
      text("text", t.text);
      w.EndObject();
    };
    if (s.opening) turn(*s.opening);
    for (const Turn& t : s.turns) turn(t);
    w.EndArray();
  }
  w.EndObject();
  return std::string(buffer.GetString(), buffer.GetSize());
}

}  // namespace loopbreaker::cli
