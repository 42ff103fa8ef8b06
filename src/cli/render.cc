// Rendering of escalations, summaries and dead letters; handoffs are in render_handoff.cc.
#include "cli/render.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "cli/render_json.h"
#include "cli/render_paint.h"

namespace loopbreaker::cli {
namespace {

bool is_set(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0';
}

/// "raised" by its strength, the others by what they mean for the one who waits.
Style style_of(std::string_view status, std::string_view decision) {
  if (decision == "escalate") return Style::alert;
  if (decision == "offer") return Style::yellow;
  if (decision == "watch") return Style::cyan;
  return status == "withdrawn" || status == "resolved" ? Style::green : Style::plain;
}

std::string reason_words(const Json& reason) {
  std::string words = reason.text("title");
  if (words.empty()) words = reason.text("rule");
  const std::string value = reason.text("value");
  if (!value.empty()) {
    words +=
        fmt::format(" ({} {}, needs {})", reason.text("fact"), value, reason.text("threshold"));
  }
  return words;
}

/// The customer's words that carried the primary reason: the latest.
std::string quote_of(const Json& data) {
  std::string quote;
  for (const Json& reason : data.list("reasons")) {
    for (const Json& evidence : reason.list("evidence")) {
      if (evidence.text("participant") == "customer") quote = evidence.text("excerpt");
    }
    if (!quote.empty()) break;
  }
  return quote;
}

constexpr std::size_t kIndent = 10;

}  // namespace

RenderOptions render_options(std::FILE* to, std::string_view color) {
  RenderOptions options;
  const int fd = ::fileno(to);
  const bool terminal = ::isatty(fd) != 0;
  const char* term = std::getenv("TERM");
  const bool dumb = term != nullptr && std::string_view(term) == "dumb";
  options.color =
      color == "always" || (color != "never" && terminal && !dumb && !is_set("NO_COLOR"));
  winsize size{};
  if (terminal && ::ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    options.width = size.ws_col;
  } else if (is_set("COLUMNS")) {
    const long columns = std::strtol(std::getenv("COLUMNS"), nullptr, 10);
    if (columns > 0 && columns < 10'000) options.width = static_cast<std::size_t>(columns);
  }
  // Longer lines are hard to read, however wide the window is.
  options.width = std::clamp<std::size_t>(options.width, 40, 120);
  return options;
}

std::string render_escalation(std::string_view json, const RenderOptions& options) {
  JsonDocument document;
  const Json event = document.parse(json);
  const Json data = event.at("data");
  if (!data.is_object()) return unreadable(json, options);
  const Painter painter(options.color);
  const std::string status = data.text("status"), decision = data.text("decision");
  std::string label = decision.empty() ? status : decision;
  if (status == "upgraded") label += "+";
  if (decision == "escalate")
    std::transform(label.begin(), label.end(), label.begin(), [](char c) {
      return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });

  std::string out = painter.paint(Style::dim, clock_of(event.text("time"))) + "  ";
  out += painter.paint(style_of(status, decision), fmt::format("{:<12}", label)) + " ";
  out += painter.paint(Style::bold, fit_columns(data.text("session_id"), 40));
  const std::string severity = data.text("severity"), queue = data.text("suggested_queue");
  if (!decision.empty()) {
    std::string more = "  " + severity;
    if (!queue.empty()) more += ", for " + queue;
    if (const std::string tier = data.text("tier"); !tier.empty() && tier != "standard")
      more += ", " + tier;
    out += painter.paint(Style::dim, more);
  }
  out += '\n';
  const auto line = [&](Style style, std::string_view text) {
    if (text.empty()) return;
    out.append(kIndent, ' ');
    append_wrapped(out, painter, style, text, kIndent, kIndent, options.width);
  };
  line(Style::plain, data.text("headline"));
  if (data.text("note") != data.text("headline")) line(Style::plain, data.text("note"));
  const std::vector<Json> reasons = data.list("reasons");
  for (std::size_t i = 0; i < reasons.size(); ++i) {
    line(Style::dim, (i == 0 ? "why: " : "and: ") + reason_words(reasons[i]));
  }
  if (const std::string quote = quote_of(data); !quote.empty())
    line(Style::cyan, "“" + quote + "”");
  return out;
}

std::string render_summary(std::string_view json, const RenderOptions& options) {
  JsonDocument document;
  const Json event = document.parse(json);
  const Json data = event.at("data");
  if (!data.is_object()) return unreadable(json, options);
  const Painter painter(options.color);
  const Json turns = data.at("turns");
  std::string out = painter.paint(Style::dim, clock_of(event.text("time"))) + "  ";
  out += painter.paint(Style::green,
                       fmt::format("{:<12}", data.flag("amended") ? "ended*" : "ended")) +
         " ";
  out += painter.paint(Style::bold, fit_columns(data.text("session_id"), 40)) + '\n';
  std::string path = data.text("path");
  std::replace(path.begin(), path.end(), '_', ' ');
  std::string text = fmt::format(
      "{}, {} ({}); {} messages: {} customer, {} bot, {} agent; {}", path, data.text("outcome"),
      data.text("ended_by"), turns.number("total"), turns.number("customer"), turns.number("bot"),
      turns.number("agent"), time_between(data.text("started_at"), data.text("ended_at")));
  if (const auto n = data.number("escalations"); n > 0) {
    text += fmt::format("; escalated {} ({}) by {}", n == 1 ? "once" : fmt::format("{} times", n),
                        data.text("strongest"), data.text("primary_rule"));
  }
  if (data.at("rating").is_object()) {
    text += fmt::format("; rated {} of {}", data.at("rating").text("score"),
                        data.at("rating").text("scale"));
  }
  out.append(kIndent, ' ');
  append_wrapped(out, painter, Style::plain, text, kIndent, kIndent, options.width);
  return out;
}

std::string render_dead_letter(std::string_view json, const RenderOptions& options) {
  JsonDocument document;
  const Json event = document.parse(json);
  const Json data = event.at("data");
  if (!data.is_object()) return unreadable(json, options);
  const Painter painter(options.color);
  const Json source = data.at("source");
  std::string out = painter.paint(Style::dim, clock_of(event.text("time"))) + "  ";
  out += painter.paint(Style::magenta, fmt::format("{:<12}", "dead letter")) + " ";
  out += painter.paint(Style::bold, data.text("reason"));
  out += painter.paint(Style::dim, fmt::format("  {}[{}] offset {}, {} bytes", data.text("topic"),
                                               source.number("partition"), source.number("offset"),
                                               data.number("length")));
  out += '\n';
  const auto line = [&](Style style, std::string_view text) {
    if (text.empty()) return;
    out.append(kIndent, ' ');
    append_wrapped(out, painter, style, text, kIndent, kIndent, options.width);
  };
  line(Style::plain, data.text("detail"));
  line(Style::dim, fit_columns(data.text("payload"), 240));
  return out;
}

std::string render_output(std::string_view json, const RenderOptions& options) {
  JsonDocument document;
  const std::string type = document.parse(json).text("type");
  if (type.starts_with("loopbreaker.escalation.")) return render_escalation(json, options);
  if (type.starts_with("loopbreaker.handoff.")) return render_handoff(json, options);
  if (type.starts_with("loopbreaker.session.summary.")) return render_summary(json, options);
  if (type.starts_with("loopbreaker.dead-letter.")) return render_dead_letter(json, options);
  return unreadable(json, options);
}

std::optional<OutputHead> read_output(std::string_view json) {
  JsonDocument document;
  const Json event = document.parse(json);
  const Json data = event.at("data");
  if (!data.is_object() || !event.text("type").starts_with("loopbreaker.")) return std::nullopt;
  OutputHead head;
  head.type = event.text("type");
  head.clock = clock_of(event.text("time"));
  head.session_id = data.text("session_id");
  head.escalation_id = data.text("escalation_id");
  head.status = data.text("status");
  head.decision = data.text("decision");
  head.severity = data.text("severity");
  head.headline = data.text("headline");
  head.trigger_event_id = data.at("trigger").text("event_id");
  head.priority = data.number("priority");
  head.quote = quote_of(data);
  const std::vector<Json> reasons = data.list("reasons");
  head.reasons = reasons.size();
  if (!reasons.empty()) {
    head.rule = reasons.front().text("rule");
    head.title = reasons.front().text("title");
  }
  return head;
}

}  // namespace loopbreaker::cli
