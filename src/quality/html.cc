// The report as one page: figures, curves as SVG, and the conversations that went wrong.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "quality/report.h"

namespace loopbreaker::quality {
namespace {

constexpr std::string_view kHead = R"(<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Detection quality</title>
<style>
:root { --ink:#1c2430; --soft:#5c6675; --line:#dfe3e8; --paper:#fff; --shade:#f5f7f9; --good:#17703c; --bad:#b3261e; --mark:#b26a00; }
* { box-sizing:border-box }
body { margin:0 auto; max-width:1120px; padding:28px 24px 80px; font:15px/1.5 system-ui,"Segoe UI","DejaVu Sans",sans-serif; color:var(--ink); background:var(--paper) }
h1 { font-size:26px; margin:0 0 4px } h2 { font-size:20px; margin:44px 0 6px } h3 { font-size:15px; margin:0 0 6px }
p.lead, .soft { color:var(--soft) } p { margin:4px 0 12px; max-width:75ch }
nav a { margin-right:16px; color:#0b57a4 }
svg { overflow:visible }
table { border-collapse:collapse; width:100%; font-variant-numeric:tabular-nums } th { text-align:left; font-weight:600; color:var(--soft); border-bottom:2px solid var(--line) }
td, th { padding:4px 10px 4px 0; vertical-align:top } td { border-bottom:1px solid var(--line) } .num { text-align:right; white-space:nowrap }
tr.detail td { color:var(--soft); font-size:13px } tr.detail td:first-child { padding-left:22px }
tr.part td { padding-top:18px; font-weight:600; border-bottom:2px solid var(--line) }
.yes { color:var(--good); font-weight:600 } .no { color:var(--bad); font-weight:600 }
.bar { display:inline-block; width:150px; height:10px; background:var(--shade); position:relative; vertical-align:middle }
.curves { display:grid; grid-template-columns:repeat(auto-fill,minmax(480px,1fr)); gap:22px }
figure { margin:0; padding:14px; border:1px solid var(--line); border-radius:6px } figcaption { font-weight:600; margin-bottom:4px }
.key { font-size:13px; color:var(--soft) } .key span { white-space:nowrap } .key i { display:inline-block; width:18px; height:3px; margin:0 5px 3px 10px; vertical-align:middle }
details.case { border:1px solid var(--line); border-radius:6px; margin:10px 0 } details.case summary { cursor:pointer; padding:10px 14px; background:var(--shade) }
.case .said { padding:8px 14px 14px } .turn { margin:7px 0; display:flex; gap:10px } .who { flex:0 0 72px; color:var(--soft); font-size:13px; padding-top:4px; text-align:right }
.bubble { padding:5px 11px; border-radius:10px; max-width:640px; overflow-wrap:anywhere } .customer .bubble { background:#e7f0fb } .bot .bubble { background:var(--shade) } .agent .bubble { background:#e9f6ec }
.asked .bubble { box-shadow:0 0 0 2px var(--mark) }
.heard { font-size:12px; color:var(--soft); padding-top:5px; white-space:nowrap } .heard b { color:var(--mark); font-weight:600 }
.decided { margin:8px 0 8px 82px; padding:6px 12px; border-left:3px solid var(--bad); background:#fdf0ef; font-size:14px; max-width:720px } .decided.offer { border-color:var(--mark); background:#fdf5e8 } .decided.watch { border-color:var(--soft); background:var(--shade) }
.quiet { margin:8px 0 0 82px; font-size:14px; color:var(--soft) }
</style></head><body>
)";

constexpr std::array<std::string_view, 6> kColours = {"#0b57a4", "#b3261e", "#17703c",
                                                      "#b26a00", "#6a3fa0", "#3d4a5c"};

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

// --- figures
// ---------------------------------------------------------------------------------------

/// The words before a figure's first space or colon tell which part it belongs to.
std::string part_of(const Figure& f) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 11> kParts = {{
      {"hard loop", "Loops: customers who ask the same in vain"},
      {"loop", "Loops: customers who ask the same in vain"},
      {"re-ask", "Turns that ask the same unmet need again"},
      {"same need", "The same need in other words"},
      {"bot repeat", "Answers that say the same again"},
      {"annoyed", "Customers who became annoyed"},
      {"dissatisfied", "Turns that people rated low"},
      {"ConvAbuse", "Abuse"},
      {"human request", "Requests for a person"},
      {"bot failure", "Answers in which the bot fails"},
      {"policy", "What the policy decides"},
  }};
  for (const auto& [start, title] : kParts)
    if (f.name.starts_with(start)) return std::string(title);
  return "Other figures";
}

/// A figure between 0 and 1 as a dot with its interval; the target as a tick.
std::string bar(const Figure& f, const std::optional<Target>& target) {
  if (!f.value || f.decimals != 3 || *f.value > 1) return "";
  std::string out =
      R"(<svg width="150" height="12" viewBox="0 0 150 12"><rect y="5" width="150" height="2" fill="#dfe3e8"/>)";
  if (f.interval)
    out += fmt::format(R"(<rect x="{:.1f}" y="4" width="{:.1f}" height="4" fill="#9fb8d3"/>)",
                       150 * f.interval->low,
                       150 * std::max(.004, f.interval->high - f.interval->low));
  if (target)
    out += fmt::format(R"(<rect x="{:.1f}" y="0" width="2" height="12" fill="#1c2430"/>)",
                       150 * target->value - 1);
  return out +
         fmt::format(R"(<circle cx="{:.1f}" cy="6" r="4" fill="#0b57a4"/></svg>)", 150 * *f.value);
}

std::string figures(const Report& report) {
  std::string out =
      "<table><tr><th>figure</th><th class=num>value</th><th class=num>95 % interval</th><th></th>"
      "<th>n</th><th class=num>target</th><th></th></tr>\n";
  std::string part;
  for (const Figure& f : report.figures) {
    if (const std::string title = part_of(f); title != part) {
      part = title;
      out += fmt::format("<tr class=part><td colspan=7>{}</td></tr>\n", escaped(part));
    }
    const auto target = target_of(f.name);
    std::string verdict;
    if (target && f.value) {
      const bool ok = target->at_least ? *f.value >= target->value : *f.value <= target->value;
      verdict = ok ? "<span class=yes>reached</span>" : "<span class=no>missed</span>";
    }
    out += fmt::format(
        "<tr{}><td>{}</td><td class=num>{}</td><td class=num>{}</td><td>{}</td><td>{}</td>"
        "<td class=num>{}</td><td>{}</td></tr>\n",
        f.detail ? " class=detail" : "", escaped(f.name),
        f.value ? fmt::format("{:.{}f}", *f.value, f.decimals) : "–",
        f.interval ? fmt::format("{:.{}f} – {:.{}f}", f.interval->low, f.decimals, f.interval->high,
                                 f.decimals)
                   : "",
        bar(f, target),
        escaped(f.n) + (f.seen ? fmt::format(" (seen: {:.{}f})", *f.seen, f.decimals) : ""),
        target ? fmt::format("{} {}", target->at_least ? "≥" : "≤", target->value) : "", verdict);
  }
  return out + "</table>\n";
}

// --- curves
// ----------------------------------------------------------------------------------------

constexpr double kLeft = 44, kTop = 10, kWidth = 400, kHeight = 220;

/// At most about 300 points: those that move the pen by half a pixel.
std::string path_of(const Curve& curve, const Curve::Line& line) {
  std::string out;
  double last_x = -10, last_y = -10;
  for (std::size_t i = 0; i < line.points.size(); ++i) {
    const double x = kLeft + kWidth * std::min(1.0, line.points[i].first / curve.x_max);
    const double y = kTop + kHeight * (1 - line.points[i].second);
    const bool end = i == 0 || i + 1 == line.points.size();
    if (!end && std::abs(x - last_x) + std::abs(y - last_y) < 1) continue;
    if (curve.steps && !out.empty()) out += fmt::format("H{:.1f}", x);
    out += fmt::format("{}{:.1f} {:.1f}", out.empty() ? "M" : "L", x, y);
    last_x = x;
    last_y = y;
  }
  return out;
}

std::string chart(const Curve& curve) {
  std::string out = fmt::format(
      "<figure><figcaption>{}</figcaption><svg width=\"100%\" viewBox=\"0 0 460 276\" "
      "font-size=\"11\" "
      "fill=\"#5c6675\">",
      escaped(curve.title));
  for (int i = 0; i <= 5; ++i) {
    const double y = kTop + kHeight * (1 - i / 5.0), x = kLeft + kWidth * i / 5.0;
    out += fmt::format(R"(<path d="M{0} {1}H{2}M{3} {4}V{5}" stroke="#e6e9ed" fill="none"/>)",
                       kLeft, y, kLeft + kWidth, x, kTop, kTop + kHeight);
    out += fmt::format(R"(<text x="{}" y="{}" text-anchor="end">{:.1f}</text>)", kLeft - 7, y + 4,
                       i / 5.0);
    const double label = curve.x_max * i / 5.0;
    out +=
        fmt::format(R"(<text x="{}" y="{}" text-anchor="middle">{}</text>)", x, kTop + kHeight + 16,
                    curve.x_max > 1 ? fmt::format("{:.0f}", label) : fmt::format("{:.1f}", label));
  }
  out += fmt::format(R"(<text x="{}" y="{}" text-anchor="middle">{}</text>)", kLeft + kWidth / 2,
                     kTop + kHeight + 36, escaped(curve.x));
  out += fmt::format(
      R"svg(<text transform="translate(11 {}) rotate(-90)" text-anchor="middle">{}</text>)svg",
      kTop + kHeight / 2, escaped(curve.y));
  std::string key = "<div class=key>";
  for (std::size_t i = 0; i < curve.lines.size(); ++i) {
    const std::string_view colour = kColours[i % kColours.size()];
    out += fmt::format(R"(<path d="{}" stroke="{}" stroke-width="2" fill="none"/>)",
                       path_of(curve, curve.lines[i]), colour);
    key += fmt::format("<span><i style=\"background:{}\"></i>{}</span> ", colour,
                       escaped(curve.lines[i].name));
  }
  return out + "</svg>" + key + "</div></figure>\n";
}

// --- conversations
// ---------------------------------------------------------------------------------

constexpr Score kWorthSaying = Score::percent(20);

/// What is new after this message.
std::string heard(const PlayedTurn& turn, const PlayedTurn* before) {
  std::string out;
  for (const Signal s : {Signal::rephrase, Signal::bot_repeat, Signal::loop, Signal::frustration,
                         Signal::human_request, Signal::failed_attempts, Signal::context_loss}) {
    const Score v = turn.signals[static_cast<int>(s)];
    if (v < kWorthSaying || (before && before->signals[static_cast<int>(s)] == v)) continue;
    std::string name(name_of(s));
    std::replace(name.begin(), name.end(), '_', ' ');
    const bool strong = v >= Score::percent(50);
    out += fmt::format("{}{}{} {:.2f}{}", out.empty() ? "" : " · ", strong ? "<b>" : "", name,
                       v.to_double(), strong ? "</b>" : "");
  }
  return out;
}

std::string who(Participant p) {
  switch (p) {
    case Participant::customer:
      return "customer";
    case Participant::bot:
      return "bot";
    case Participant::agent:
      return "agent";
    default:
      return "system";
  }
}

std::string verdict(const PlayedDecision& d) {
  std::string out = fmt::format("<div class=\"decided {}\"><b>{}</b>", name_of(d.outcome),
                                d.outcome == Outcome::escalate ? "escalated"
                                : d.outcome == Outcome::offer  ? "offered a person"
                                                               : "watched");
  for (const PlayedReason& r : d.reasons)
    out += fmt::format("<br>{} <span class=soft>({}, {}): {}</span>", escaped(r.title),
                       escaped(r.rule), escaped(r.value), escaped(r.why));
  return out + "</div>\n";
}

std::string conversation(const Case& c, std::size_t number, bool open) {
  std::string out = fmt::format(
      "<details class=case{}><summary><b>{}.</b> {} <span class=soft>— {}, {}, {} "
      "messages</span></summary>"
      "<div class=said>\n",
      open ? " open" : "", number, escaped(c.what), escaped(c.set), escaped(c.session_id),
      c.session->turns.size());
  bool decided = false;
  const PlayedTurn* before = nullptr;
  for (const PlayedTurn& turn : c.session->turns) {
    const std::string said = who(turn.participant);
    const bool asked = std::find(c.marked.begin(), c.marked.end(), turn.event) != c.marked.end();
    out += fmt::format(
        "<div class=\"turn {}{}\"><div class=who>{}</div><div class=bubble>{}</div><div "
        "class=heard>{}</div></div>\n",
        said, asked ? " asked" : "", said, escaped(turn.text), heard(turn, before));
    before = &turn;
    for (const PlayedDecision& d : c.session->decisions) {
      if (d.event != turn.event) continue;
      out += verdict(d);
      decided = true;
    }
  }
  if (!decided) out += "<div class=quiet>Nothing was decided.</div>\n";
  return out + "</div></details>\n";
}

std::string cases(const std::vector<Case>& list) {
  std::string out;
  for (std::size_t i = 0; i < list.size(); ++i) out += conversation(list[i], i + 1, i < 3);
  return out;
}

}  // namespace

std::string to_html(const Report& report) {
  int with_target = 0, good = 0;
  for (const Figure& f : report.figures) {
    const auto target = target_of(f.name);
    if (!target || !f.value) continue;
    ++with_target;
    good += target->at_least ? *f.value >= target->value : *f.value <= target->value;
  }
  std::string out(kHead);
  out += "<h1>Detection quality</h1>\n";
  out += fmt::format(
      "<p class=lead>{} of {} figures reach their targets. Intervals are 95 %, by resampling "
      "sessions or messages, seed {}.</p>\n",
      good, with_target, report.seed);
  for (const std::string& note : report.notes)
    out += fmt::format("<p class=soft>{}</p>\n", escaped(note));
  out += "<nav><a href=\"#figures\">Figures</a>";
  if (!report.curves.empty()) out += "<a href=\"#curves\">Curves</a>";
  if (!report.misses.empty()) out += "<a href=\"#misses\">Worst misses</a>";
  if (!report.false_alarms.empty()) out += "<a href=\"#false\">Worst false alarms</a>";
  out +=
      "</nav>\n<h2 id=figures>Figures</h2>\n<p class=soft>The dot is the figure, the band its "
      "interval, the "
      "tick the target on conversations that nothing was learnt from.</p>\n" +
      figures(report);
  if (!report.curves.empty()) {
    out += "<h2 id=curves>Curves</h2>\n<div class=curves>\n";
    for (const Curve& curve : report.curves) out += chart(curve);
    out += "</div>\n";
  }
  const std::string legend =
      "<p class=soft>Beside each message: the signals that changed with it, from 0.2 up, bold from "
      "0.5. Framed "
      "messages are "
      "those that the label speaks of.</p>\n";
  if (!report.misses.empty())
    out +=
        "<h2 id=misses>Worst misses</h2>\n<p class=soft>People who needed help and did not get it, "
        "those of whom "
        "least was noticed first, each kind in turn.</p>\n" +
        legend + cases(report.misses);
  if (!report.false_alarms.empty())
    out +=
        "<h2 id=false>Worst false alarms</h2>\n<p class=soft>Ordinary conversations that were "
        "escalated or "
        "offered a person, those in which most was heard first, each kind in turn.</p>\n" +
        legend + cases(report.false_alarms);
  return out + "</body></html>\n";
}

}  // namespace loopbreaker::quality
