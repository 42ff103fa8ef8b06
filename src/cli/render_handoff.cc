// The handoff as an agent sees it: what is wanted and what to do first, then the conversation with
// the telling messages marked, and last, dimmed, where it came from.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "cli/render.h"
#include "cli/render_json.h"
#include "cli/render_paint.h"

namespace loopbreaker::cli {
namespace {

constexpr std::size_t kLabel = 12;    // columns of the labels on the left
constexpr std::size_t kSpeaker = 24;  // columns before what was said: mark, number, clock, speaker

/// What a message says about why this was escalated.
struct Mark {
  std::string text;
  int count = 0;
};

class HandoffPage {
 public:
  HandoffPage(const Json& event, const RenderOptions& options)
      : event_(event), data_(event.at("data")), options_(options), painter_(options.color) {}

  std::string write() {
    title();
    summary();
    conversation();
    footer();
    return std::move(out_);
  }

 private:
  void rule() { out_ += painter_.paint(Style::dim, repeat("─", options_.width)) + "\n"; }
  static std::string repeat(std::string_view what, std::size_t n) {
    std::string out;
    for (std::size_t i = 0; i < n; ++i) out += what;
    return out;
  }

  void labelled(std::string_view label, std::string_view text, Style style = Style::plain) {
    if (text.empty()) return;
    out_ += painter_.paint(Style::bold, fmt::format("{:<{}}", label, kLabel));
    append_wrapped(out_, painter_, style, text, kLabel, kLabel, options_.width);
  }

  void title() {
    const std::string decision = data_.text("decision"), severity = data_.text("severity");
    const Style style = decision == "escalate" ? Style::alert : Style::yellow;
    rule();
    std::string subject = data_.text("subject");
    if (subject.empty()) subject = "A customer needs help";
    append_wrapped(out_, painter_, Style::bold, subject, 0, 0, options_.width);
    std::string who;
    const auto add = [&](const std::string& part) {
      if (!part.empty()) who += (who.empty() ? "" : " · ") + part;
    };
    add(decision == "offer" ? "offer a person" : decision);
    add(severity);
    add(data_.text("session_id"));
    add(data_.text("customer_id"));
    add(data_.text("tier"));
    add(data_.text("tenant"));
    add(data_.text("channel"));
    if (const std::string queue = data_.text("suggested_queue"); !queue.empty())
      add("for " + queue);
    for (const Json& skill : data_.list("suggested_skills")) add(skill.as_text());
    append_wrapped(out_, painter_, style, who, 0, 0, options_.width);
    rule();
  }

  void summary() {
    const Json s = data_.at("summary");
    labelled("Wants", s.text("wants"));
    labelled("Tried", s.text("tried"));
    labelled("Why you", s.text("why"));
    labelled("Mood", s.text("mood") + trail());
    labelled("Given", s.text("identifiers"));
    labelled("Do first", s.text("first_step"), Style::green);
    labelled("Before", s.text("history"));
    std::string context;
    for (const Json& pair : data_.list("context")) {
      context += (context.empty() ? "" : ", ") + pair.text("name") + " " + pair.text("value");
    }
    labelled("Context", context);
    std::string removed;
    for (const Json& kind : data_.list("redaction")) {
      removed += fmt::format("{}{} {}", removed.empty() ? "" : ", ", kind.number("count"),
                             kind.text("kind"));
    }
    labelled("Hidden", removed.empty() ? "" : removed + " (personal data, not stored)");
  }

  /// Frustration over the messages as a little curve.
  std::string trail() const {
    static constexpr const char* kBars[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    const std::vector<Json> points = data_.list("sentiment_trail");
    if (points.size() < 2) return {};
    std::string out = "  ";
    for (const Json& point : points) {
      out += kBars[std::clamp(static_cast<int>(point.fraction("frustration") * 8), 0, 7)];
    }
    return out;
  }

  /// Which messages carried a reason, and in what way.
  std::map<std::int64_t, Mark> marks() const {
    std::map<std::int64_t, Mark> out;
    for (const Json& reason : data_.list("reasons")) {
      std::string title = reason.text("title");
      if (title.empty()) title = reason.text("rule");
      for (const Json& evidence : reason.list("evidence")) {
        std::string note = title;
        const std::int64_t turn = evidence.number("turn");
        if (!evidence.text("resembles_turn").empty() && evidence.number("resembles_turn") < turn) {
          note += fmt::format(", like {}", evidence.number("resembles_turn") + 1);
        }
        auto& [all, count] = out[turn];
        // Two say enough; the reasons are in order of weight.
        if (count == 2 || all.find(title) != std::string::npos) continue;
        all += (all.empty() ? "" : "; ") + note;
        ++count;
      }
    }
    return out;
  }

  void conversation() {
    const std::vector<Json> thread = data_.list("thread");
    if (thread.empty()) return;
    const auto marked = marks();
    rule();
    std::int64_t next = 0;
    for (const Json& turn : thread) {
      const std::int64_t number = turn.number("turn");
      if (number > next) {
        out_ +=
            painter_.paint(Style::dim, fmt::format("    … {} message{} left out …", number - next,
                                                   number - next == 1 ? "" : "s")) +
            "\n";
      }
      next = number + 1;
      message(turn, number, marked);
    }
    if (const std::int64_t total = data_.number("turns_total"); total > next) {
      out_ += painter_.paint(Style::dim, fmt::format("    … {} more …", total - next)) + "\n";
    }
  }

  void message(const Json& turn, std::int64_t number, const std::map<std::int64_t, Mark>& marked) {
    const std::string speaker = turn.text("participant");
    const auto mark = marked.find(number);
    const bool telling = mark != marked.end();
    out_ += telling ? painter_.paint(Style::alert, "▶ ") : std::string("  ");
    out_ += painter_.paint(Style::dim,
                           fmt::format("{:>3} {} ", number + 1, clock_of(turn.text("time"))));
    const Style voice = speaker == "customer" ? Style::cyan
                        : speaker == "agent"  ? Style::green
                                              : Style::dim;
    out_ += painter_.paint(voice, fmt::format("{:<9}", speaker));
    std::string text = turn.text("text");
    if (turn.flag("cut")) text += " […]";
    append_wrapped(out_, painter_, speaker == "customer" ? Style::bold : Style::plain, text,
                   kSpeaker, kSpeaker, options_.width);
    if (!telling) return;
    out_.append(kSpeaker, ' ');
    append_wrapped(out_, painter_, Style::yellow, "↑ " + mark->second.text, kSpeaker, kSpeaker + 2,
                   options_.width);
  }

  void footer() {
    rule();
    for (const Json& reason : data_.list("reasons")) {
      const std::string counterfactual = reason.text("counterfactual");
      small(fmt::format("rule {} v{}: {} {} (needs {}){}", reason.text("rule"),
                        reason.number("rule_version"), reason.text("fact"), reason.text("value"),
                        reason.text("threshold"),
                        counterfactual.empty() ? "" : "; " + counterfactual));
    }
    const Json policy = data_.at("policy"),
               first = data_.at("transcript_ref").at("first").at("source"),
               last = data_.at("transcript_ref").at("last").at("source");
    std::string place;
    if (last.is_object()) {
      place = fmt::format(", whole conversation: partition {} offsets {} to {}",
                          last.number("partition"), first.number("offset"), last.number("offset"));
    }
    small(fmt::format("policy {} v{} {}{}", policy.text("name"), policy.number("version"),
                      policy.text("hash"), place));
    std::string cut;
    for (const Json& entry : data_.list("cut")) cut += (cut.empty() ? "" : "; ") + entry.as_text();
    if (!cut.empty()) small("left out to keep this short: " + cut);
  }
  void small(std::string_view text) {
    append_wrapped(out_, painter_, Style::dim, text, 0, 2, options_.width);
  }

  const Json event_, data_;
  const RenderOptions& options_;
  const Painter painter_;
  std::string out_;
};

}  // namespace

std::string render_handoff(std::string_view json, const RenderOptions& options) {
  JsonDocument document;
  const Json event = document.parse(json);
  if (!event.at("data").is_object()) return unreadable(json, options);
  return HandoffPage(event, options).write();
}

}  // namespace loopbreaker::cli
