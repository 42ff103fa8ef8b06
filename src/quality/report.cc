#include "quality/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace loopbreaker::quality {
namespace {

struct NamedTarget {
  std::string_view figure;
  bool at_least;
  double value;
};

// What is wanted on conversations of other customers, bots and trades than those learnt from.
constexpr std::array<NamedTarget, 25> kTargets = {{
    {"loop recall @10/1000", true, .84},
    {"loop recall @2/1000", true, .66},
    {"loop extra asks @10/1000", false, 2.1},
    {"hard loop recall @10/1000", true, .69},
    {"hard loop recall @2/1000", true, .46},
    {"loop recall, default policy", true, .78},
    {"hard loop recall, default policy", true, .62},
    {"re-ask AP", true, .57},
    {"same need AUC Banking77", true, .95},
    {"same need AUC HINT3 mean", true, .845},
    {"same need AUC repairqa", true, .82},
    {"bot repeat F1", true, .78},
    {"annoyed AP", true, .45},
    {"annoyed at 0.5 F1", true, .45},
    {"dissatisfied turn: best F1 / human", true, .65},
    {"ConvAbuse F1", true, .76},
    {"human request NLU++ F1", true, .9},
    {"human request HINT3 F1", true, .48},
    {"human request false positives /1000 messages", false, .3},
    {"bot failure F1", true, .98},
    {"policy: false escalations /1000 normal sessions", false, 10},
    {"policy: false escalations or offers /1000 normal sessions", false, 20},
    {"policy: recall annoyed", true, .4},
    {"policy: recall human requests", true, .85},
    {"policy: mean recall (annoyed, loops, human requests)", true, .65},
}};

bool reached(const Target& target, double value) {
  return target.at_least ? value >= target.value : value <= target.value;
}

/// A JSON string; only what must be is escaped.
std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

}  // namespace

std::optional<Target> target_of(std::string_view figure) {
  for (const NamedTarget& t : kTargets)
    if (t.figure == figure) return Target{t.at_least, t.value};
  return std::nullopt;
}

void add_seen(Report& report, const Report& seen) {
  for (Figure& f : report.figures)
    for (const Figure& s : seen.figures)
      if (s.name == f.name) f.seen = s.value;
}

std::string to_table(const Report& report) {
  const bool twice = std::any_of(report.figures.begin(), report.figures.end(),
                                 [](const Figure& f) { return f.seen.has_value(); });
  std::string out =
      fmt::format("{:<62} {}{:>8}  {:<16} {:<22} {:<9}\n", "figure", twice ? "    seen " : "",
                  twice ? "left out" : "value", "95 % interval", "n", "target");
  int with_target = 0, good = 0;
  for (const Figure& f : report.figures) {
    const auto target = target_of(f.name);
    const std::string value = f.value ? fmt::format("{:.{}f}", *f.value, f.decimals) : "-";
    const std::string interval = f.interval ? fmt::format("{:.{}f}..{:.{}f}", f.interval->low,
                                                          f.decimals, f.interval->high, f.decimals)
                                            : "";
    std::string wanted, verdict;
    if (target) {
      wanted = fmt::format("{} {}", target->at_least ? ">=" : "<=", target->value);
      if (f.value) {
        const bool ok = reached(*target, *f.value);
        ++with_target;
        good += ok;
        verdict = ok ? "yes" : "NO";
      }
    }
    const std::string seen =
        f.seen ? fmt::format("{:>8.{}f} ", *f.seen, f.decimals) : std::string(twice ? 9 : 0, ' ');
    out += fmt::format("{:<62} {}{:>8}  {:<16} {:<22} {:<9} {}", (f.detail ? "  " : "") + f.name,
                       seen, value, interval, f.n, wanted, verdict);
    out.erase(out.find_last_not_of(' ') + 1);
    out += '\n';
  }
  out += fmt::format("\n{} of {} figures reach their targets; intervals by resampling, seed {}\n",
                     good, with_target, report.seed);
  for (const std::string& note : report.notes) out += note + "\n";
  return out;
}

std::string to_json(const Report& report) {
  std::string out = "[";
  for (const Figure& f : report.figures) {
    const auto target = target_of(f.name);
    out += fmt::format("{}\n {{\"metric\": {}, \"value\": {}", out.size() > 1 ? "," : "",
                       quoted(f.name), f.value ? fmt::format("{}", *f.value) : "null");
    out += f.interval ? fmt::format(", \"ci\": [{}, {}]", f.interval->low, f.interval->high)
                      : std::string(", \"ci\": null");
    out += fmt::format(", \"n\": {}", quoted(f.n));
    if (f.seen) out += fmt::format(", \"seen\": {}", *f.seen);
    if (target) {
      out +=
          fmt::format(", \"target\": [\"{}\", {}]", target->at_least ? ">=" : "<=", target->value);
      out += fmt::format(", \"pass\": {}",
                         f.value ? (reached(*target, *f.value) ? "true" : "false") : "null");
    } else {
      out += ", \"target\": null, \"pass\": null";
    }
    out += "}";
  }
  return out + "\n]\n";
}

}  // namespace loopbreaker::quality
