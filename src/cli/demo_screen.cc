// See demo_screen.h.
#include "cli/demo_screen.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <vector>

#include "cli/render_json.h"
#include "cli/render_paint.h"

namespace loopbreaker::cli {
namespace {

constexpr std::size_t kQuoteColumn = 10;

constexpr int kWatch = 1, kOffer = 2, kEscalate = 3;
int rank(std::string_view decision) {
  return decision == "escalate" ? kEscalate
         : decision == "offer"  ? kOffer
         : decision == "watch"  ? kWatch
                                : 0;
}

struct Label {
  std::string_view text;
  Style style;
};
Label label_of(const OutputHead& head) {
  if (head.decision == "escalate") return {"ESCALATE", Style::alert};
  if (head.decision == "offer") return {"offer", Style::yellow};
  if (head.decision == "watch") return {"watch", Style::cyan};
  if (head.status == "acknowledged") return {"picked up", Style::green};
  if (head.status == "withdrawn") return {"withdrawn", Style::green};
  return {"resolved", Style::green};
}

/// How much a handoff shows to somebody who sees one for the first time: several reasons, evidence,
/// a conversation of readable length, given identifiers.
int striking(const Json& data) {
  const std::vector<Json> reasons = data.list("reasons");
  const std::size_t turns = data.list("thread").size();
  std::size_t evidence = 0;
  int told = 0;
  for (const Json& reason : reasons) {
    evidence += reason.list("evidence").size();
    if (reason.text("signal") == "loop") told = 4;
  }
  // "Nobody picked up the case" tells less than what the case is about.
  if (!reasons.empty() && reasons.front().text("signal") == "waiting") told -= 8;
  const int length = turns < 6 ? 0 : turns <= 18 ? static_cast<int>(turns) / 2 : 4;
  return static_cast<int>(std::min<std::size_t>(reasons.size(), 4)) * 3 +
         static_cast<int>(std::min<std::size_t>(evidence, 8)) + length + told +
         (data.list("identifiers").empty() ? 0 : 2) + (data.text("decision") == "escalate" ? 4 : 0);
}

bool always_to_a_human(const workload::Label& label) {
  return !label.category.empty() || label.tier == "enterprise" || label.tier == "vip";
}

/// "3 conversations", "1 conversation".
std::string counted(std::size_t n, std::string_view what) {
  return fmt::format("{} {}{}", n, what, n == 1 ? "" : "s");
}

struct Verdict {
  std::size_t stuck = 0, noticed = 0, watched = 0, by_policy = 0, unexpected = 0;
  std::vector<std::string> missed;
};
Verdict judge(const DemoTraffic& traffic, const std::map<std::string, DemoScreen::Case>& cases) {
  Verdict v;
  for (const auto& [session, label] : traffic.labels) {
    const auto found = cases.find(session);
    const int decision = found == cases.end() ? 0 : found->second.strength;
    if (stuck(label.kind)) {
      ++v.stuck;
      if (decision >= kOffer) {
        ++v.noticed;
      } else if (decision > 0) {
        ++v.watched;
      } else {
        v.missed.push_back(fmt::format("{} ({})", session, name_of(label.kind)));
      }
    } else if (decision >= kOffer) {
      ++(always_to_a_human(label) ? v.by_policy : v.unexpected);
    }
  }
  return v;
}

}  // namespace

DemoScreen::DemoScreen(const RenderOptions& options, bool json, bool live)
    : options_(options), json_(json), live_(live) {}

void DemoScreen::print(std::string_view text) {
  clear_status();
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

void DemoScreen::headline(std::string_view text) {
  if (json_) return;
  std::string out;
  append_wrapped(out, Painter(options_.color), Style::bold, text, 0, 0, options_.width);
  print(out);
}

void DemoScreen::escalation(std::string_view json) {
  const auto head = read_output(json);
  if (!head) return;
  if (head->status == "acknowledged") picked_up_.insert(head->session_id);
  Case& mine = cases_[head->session_id];
  if (rank(head->decision) > mine.strength) {
    mine.strength = rank(head->decision);
    mine.title = head->title.empty() ? head->rule : head->title;
  }
  if (json_) return print(std::string(json) + "\n");

  const Painter painter(options_.color);
  const Label label = label_of(*head);
  const std::string name = std::string(label.text) + (head->status == "upgraded" ? "+" : "");
  std::string out =
      painter.paint(Style::dim, head->clock) + "  " +
      painter.paint(label.style, fmt::format("{:<10}", name)) + " " +
      painter.paint(Style::bold, fmt::format("{:<16}", fit_columns(head->session_id, 16))) + " ";
  const std::size_t column = 8 + 2 + 10 + 1 + 16 + 1;
  std::string why = head->title.empty() ? head->headline : head->title;
  if (head->reasons > 1) why += fmt::format(" and {} more", head->reasons - 1);
  out += fit_columns(why, options_.width > column ? options_.width - column : 20) + "\n";
  if (rank(head->decision) >= kOffer && !head->quote.empty() && head->quote != mine.quote) {
    mine.quote = head->quote;
    out.append(kQuoteColumn, ' ');
    out += painter.paint(Style::cyan,
                         fit_columns("“" + head->quote + "”", options_.width - kQuoteColumn)) +
           "\n";
  }
  print(out);
}

void DemoScreen::handoff(std::string_view json) {
  if (json_) return print(std::string(json) + "\n");
  JsonDocument document;
  const int score = striking(document.parse(json).at("data"));
  if (score >= best_.score) best_ = {std::string(json), score};
}

void DemoScreen::summary(std::string_view json) {
  if (const auto head = read_output(json)) ended_.insert(head->session_id);
  if (json_) print(std::string(json) + "\n");
}

void DemoScreen::dead_letter(std::string_view json) {
  ++dead_letters_;
  print(json_ ? std::string(json) + "\n" : render_dead_letter(json, options_));
}

void DemoScreen::status(const DemoProgress& p) {
  if (json_) return;
  const std::size_t quarter = p.total == 0 ? 0 : p.sent * 4 / p.total;
  if (!live_ && quarter <= quarter_shown_) return;
  quarter_shown_ = quarter;
  const std::string text =
      fmt::format("{}  {} of {} events, {} stuck so far, {} picked up by a person", p.clock, p.sent,
                  p.total, of_strength(kEscalate) + of_strength(kOffer), picked_up_.size());
  const std::string line =
      Painter(options_.color).paint(Style::dim, fit_columns(text, options_.width - 1));
  if (live_) {
    std::fputs(("\r" + line + "\x1b[K").c_str(), stdout);
    std::fflush(stdout);
    status_shown_ = true;
  } else {
    print(line + "\n");
  }
}

void DemoScreen::clear_status() {
  if (!status_shown_) return;
  std::fputs("\r\x1b[K", stdout);
  status_shown_ = false;
}

void DemoScreen::most_striking() {
  if (json_ || best_.json.empty()) return;
  print("\n");
  headline("What the human receives (the most striking of the handoffs):");
  print(render_handoff(best_.json, options_));
}

void DemoScreen::tally(const DemoTraffic& traffic) {
  if (json_) return tally_json(traffic);
  const Painter painter(options_.color);
  std::string out = "\n";
  const auto line = [&](Style style, const std::string& text) {
    append_wrapped(out, painter, style, text, 0, 2, options_.width);
  };
  line(Style::bold, fmt::format("{}, {}: {} escalated, {} offered a person, {} watched",
                                counted(traffic.sessions, "conversation"),
                                counted(traffic.events.size(), "event"), of_strength(kEscalate),
                                of_strength(kOffer), of_strength(kWatch)));
  std::map<std::string, std::size_t> by_title;
  for (const auto& [session, c] : cases_) {
    if (c.strength > 0) ++by_title[c.title];
  }
  std::vector<std::pair<std::size_t, std::string>> rules;
  for (const auto& [title, n] : by_title) rules.emplace_back(n, title);
  std::sort(rules.begin(), rules.end(), std::greater<>());
  std::string list;
  for (const auto& [n, title] : rules)
    list += fmt::format("{}{} × {}", list.empty() ? "" : ", ", n, title);
  if (!list.empty()) line(Style::plain, "by main reason: " + list);
  if (!traffic.labels.empty()) {
    const Verdict v = judge(traffic, cases_);
    std::string text = fmt::format(
        "against the labels: {} got stuck with their bot, {} of them noticed", v.stuck, v.noticed);
    if (v.watched > 0) text += fmt::format(", {} more under watch", v.watched);
    text += v.missed.empty()
                ? ", none missed"
                : fmt::format(", {} missed: {}", v.missed.size(), fmt::join(v.missed, ", "));
    line(v.missed.empty() ? Style::green : Style::yellow, text);
    text =
        fmt::format("not stuck: {} passed on because such cases always go to a human", v.by_policy);
    text += v.unexpected == 0 ? ", no false alarm" : ", " + counted(v.unexpected, "false alarm");
    line(v.unexpected == 0 ? Style::green : Style::yellow, text);
  }
  if (dead_letters_ > 0) line(Style::magenta, counted(dead_letters_, "dead letter"));
  print(out);
}

std::size_t DemoScreen::of_strength(int strength) const {
  return static_cast<std::size_t>(std::count_if(
      cases_.begin(), cases_.end(), [&](const auto& c) { return c.second.strength == strength; }));
}

void DemoScreen::tally_json(const DemoTraffic& traffic) const {
  const Verdict v = judge(traffic, cases_);
  fmt::print(
      "{{\"type\":\"loopbreaker.demo.tally\",\"sessions\":{},\"events\":{},\"escalate\":{},"
      "\"offer\":{},\"watch\":{},"
      "\"labelled\":{},\"stuck\":{},\"noticed\":{},\"watched\":{},\"missed\":{},\"always_to_a_"
      "human\":{},"
      "\"false_alarms\":{},\"summaries\":{},\"dead_letters\":{}}}\n",
      traffic.sessions, traffic.events.size(), of_strength(kEscalate), of_strength(kOffer),
      of_strength(kWatch), !traffic.labels.empty(), v.stuck, v.noticed, v.watched, v.missed.size(),
      v.by_policy, v.unexpected, ended_.size(), dead_letters_);
}

void DemoScreen::what_next(bool from_file) {
  if (json_) return;
  std::string out = "\n";
  append_wrapped(out, Painter(options_.color), Style::bold, "Try next", 0, 0, options_.width);
  if (!from_file)
    out +=
        "  loopbreaker demo --input FILE                 the same with your own conversations "
        "(NDJSON)\n";
  out +=
      "  loopbreaker explain \"nobody ever calls me back\"  what is heard in a message\n"
      "  loopbreaker policy show                       the rules that decided here\n"
      "  loopbreaker generate --sessions 500 | loopbreaker backtest - --out results\n"
      "  ./dev kafka start && loopbreaker topics create && loopbreaker run\n"
      "                                                the same processor on a real Kafka\n";
  print(out);
}

}  // namespace loopbreaker::cli
