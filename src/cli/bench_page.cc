#include "cli/bench_page.h"

#include <fmt/format.h>

#include <array>
#include <fstream>
#include <optional>
#include <set>

#include "cli/svg_plot.h"
#include "codec/json_writer.h"

namespace loopbreaker::cli {
namespace {

/// A figure that has a target.
struct Target {
  std::string_view label, part, figure, unit;
  double factor;  ///< from the figure as it was measured to `unit`
  double limit;
  bool at_least;  ///< else at most
};

// Parts are named in bench/run.sh; latencies get theirs below, for each rate that was measured.
constexpr std::array kTargets{
    Target{"In process, one thread: bytes to outputs", "pipeline", "bytes_to_decision events/s",
           "events/s", 1, 500'000, true},
    Target{"Analysis of one message", "text", "BM_AnalyzeStar per message", "µs", 1e6, 1.5, false},
    Target{"Asks for memory per event that publishes nothing, in steady state", "allocation",
           "allocations_per_event/iterations:1 steady", "", 1, 0, false},
    Target{"Peak resident memory of a drain", "cluster", "drain, memory at most", "MB", 1, 300,
           false},
    Target{"Memory of an open session of 10 turns, in the table", "memory",
           "session_of_10_turns/iterations:1 in the table", "bytes", 1, 4'096, false},
    Target{"Memory of an open session, spilled", "memory",
           "session_of_10_turns/iterations:1 spilled", "bytes", 1, 200, false},
    Target{"kill -9 in mid-drain, to the first new output", "restart",
           "restart after kill -9, to the first new output", "s", 1, 3, false},
};

struct Curve {
  std::string_view axis, title, x_label;
};
constexpr std::array kCurves{
    Curve{"sessions", "CPU time per event as open sessions grow", "conversations open"},
    Curve{"partitions", "CPU time per event as partitions grow", "partitions"},
    Curve{"workers", "CPU time per event as workers grow", "workers"},
    Curve{"message-bytes", "CPU time per event as messages grow", "bytes of a message"},
};
constexpr std::string_view kPerCore = "drain, per core-second of the process";

struct Row {
  std::string label, target, unit, part, met;  ///< met: "yes", "no" or empty
  Series measured;
};

std::string number(double v) {
  if (v >= 1'000) {
    std::string digits = fmt::format("{:.0f}", v);
    for (std::size_t i = digits.size(); i > 3; i -= 3) digits.insert(i - 3, ",");
    return digits;
  }
  return fmt::format("{:.3g}", v);
}

Row row(std::string label, const std::string& part, const Series& series, std::string unit,
        double factor, std::optional<double> limit, bool at_least) {
  Row made{std::move(label), "", std::move(unit), part, "", series};
  for (double& v : made.measured.all) v *= factor;
  if (limit) {
    made.target = fmt::format("{} {}", at_least ? "≥" : "≤", number(*limit));
    const double median = made.measured.median();
    made.met = (at_least ? median >= *limit : median <= *limit) ? "yes" : "no";
  }
  return made;
}

class Report {
 public:
  Report(const BenchResults& results, std::string dir) : r_(results), dir_(std::move(dir)) {}

  Status write() {
    collect_targets();
    collect_rest();
    plot();
    for (const auto& [name, text] :
         {std::pair("report.md", markdown()), std::pair("report.html", html()),
          std::pair("results.json", json())})
      if (Status saved = save(name, text); !saved) return saved;
    return failed_;
  }

  void print() const {
    for (const Row& one : targets_) {
      fmt::print("{:<72} {:>12} {:<9} {:<10} {}\n", one.label, number(one.measured.median()),
                 one.unit, one.target, one.met == "no" ? "not met" : "");
    }
    fmt::print("\nThe whole of it: {0}/report.html, {0}/report.md, {0}/results.json\n", dir_);
  }

 private:
  void add(const std::string& label, const std::string& part, const std::string& figure,
           const std::string& unit, double factor, std::optional<double> limit, bool at_least) {
    const Series* found = r_.find(part, figure);
    if (!found) return;
    shown_.insert({part, figure});
    targets_.push_back(row(label, part, *found, unit, factor, limit, at_least));
  }

  void ratio(const std::string& label, const std::string& part, const Series* a, const Series* b,
             double limit, bool at_least) {
    if (!a || !b) return;
    targets_.push_back(
        row(label, part, Series{"", {a->median() / b->median()}}, "×", 1, limit, at_least));
  }

  void collect_targets() {
    for (const Target& t : kTargets)
      add(std::string(t.label), std::string(t.part), std::string(t.figure), std::string(t.unit),
          t.factor, t.limit, t.at_least);
    add("Drain, full analysis, exactly once", "cluster", "drain", "events/s", 1, {}, true);
    ratio("Drain over the floor (consume + parse, 2 consumers)", "cluster",
          r_.find("cluster", "drain"), r_.find("cluster", "floor: consume + parse, 2 consumers"),
          0.3, true);
    const auto rate = [&](const char* run) {
      return r_.find("peers", std::string("drain-") + run + " events_per_s");
    };
    ratio("Drain over Kafka Streams' (commits each 1 s), same run", "peers", rate("loopbreaker"),
          rate("ks-1000"), 3, true);
    ratio("Drain over Kafka Streams' (commits each 100 ms), same run", "peers", rate("loopbreaker"),
          rate("ks-100"), 3, true);
    for (const std::string& at : rates()) {
      add("Latency p50 " + at, "cluster", "latency p50 " + at, "ms", 1, 12, false);
      add("Latency p99 " + at, "cluster", "latency p99 " + at, "ms", 1, 25, false);
      add("Latency p99.9 " + at, "cluster", "latency p99.9 " + at, "ms", 1, 100, false);
    }
    const std::string at = "at 20000 events/s";
    add("Cores of the process " + at, "cluster", "cores of the process " + at, "cores", 1, 0.15,
        false);
    add("Bytes in the log beyond input and outputs " + at, "cluster",
        "state bytes in the log " + at, "B/event", 1, 30, false);
  }

  /// "at N events/s", by N.
  std::vector<std::string> rates() const {
    std::map<double, std::string> found;
    if (r_.parts("cluster").empty()) return {};
    static constexpr std::string_view kStart = "latency p50 at ";
    for (const auto& [name, series] : r_.of("cluster"))
      if (name.starts_with(kStart))
        found[std::strtod(name.c_str() + kStart.size(), nullptr)] =
            name.substr(kStart.size() - std::string_view("at ").size());
    std::vector<std::string> all;
    for (const auto& [rate, text] : found) all.push_back(text);
    return all;
  }

  void collect_rest() {
    for (const std::string& part : r_.parts("")) {
      if (part.starts_with("scale-")) continue;
      for (const auto& [name, series] : r_.of(part)) {
        if (series.all.empty() || shown_.contains({part, name}) || name.ends_with(" real_time"))
          continue;
        rest_.push_back(row(name, part, series, series.unit, 1, {}, true));
      }
    }
  }

  void plot() {
    for (const Curve& curve : kCurves) {
      const std::string prefix = fmt::format("scale-{}-", curve.axis);
      Plot plot{std::string(curve.title), std::string(curve.x_label), "µs per event", {}};
      for (const std::string& part : r_.parts(prefix)) {
        const double x = std::strtod(part.c_str() + prefix.size(), nullptr);
        const Series* per_core = r_.find(part, std::string(kPerCore));
        if (per_core && x > 0) plot.points.emplace_back(x, 1e6 / per_core->median());
      }
      if (plot.points.empty()) continue;
      const std::string file = fmt::format("{}.svg", curve.axis);
      if (Status saved = save(file, svg(plot)); !saved) failed_ = saved;
      plots_.push_back({file, svg(plot), r_.parts(prefix)});
    }
  }

  std::string markdown() const {
    std::string out = "# Benchmark\n\n" + r_.conditions() +
                      "\nMedians; the lowest and the highest in brackets where there is more than "
                      "one run. Commands are below.\n\n| figure | measured | target | met | part "
                      "|\n|---|---|---|---|---|\n";
    for (const Row& one : targets_)
      out += fmt::format("| {} | {} | {} | {} | {} |\n", one.label, shown(one), one.target, one.met,
                         one.part);
    for (const Plotted& p : plots_)
      out += fmt::format("\n![{}]({})\n\n{}", p.file, p.file, commands(p.parts, "    ", "\n"));
    out +=
        "\n## Everything else that was measured\n\n| figure | measured | part |\n|---|---|---|\n";
    for (const Row& one : rest_)
      out += fmt::format("| {} | {} | {} |\n", one.label, shown(one), one.part);
    out += "\n## Commands\n\n";
    for (const std::string& part : r_.parts(""))
      if (!part.starts_with("scale-"))
        out += fmt::format("    {:<12} {}\n", part, r_.command(part));
    return out;
  }

  std::string html() const {
    std::string out =
        "<!doctype html><meta charset=\"utf-8\"><title>Loopbreaker: "
        "benchmark</title><style>body{font:15px/1.4 sans-serif;max-width:70em;margin:2em "
        "auto;padding:0 1em}table{border-collapse:collapse}td,th{border-bottom:1px solid "
        "#ddd;padding:.3em .7em;text-align:left}.no{color:#b00}.yes{color:#070}pre{white-space:pre-"
        "wrap;background:#f6f6f6;padding:.7em}</style><h1>Benchmark</h1><pre>" +
        escaped(r_.conditions()) +
        "</pre><p>Medians; the lowest and the highest in brackets where there is more than one "
        "run.<table><tr><th>figure<th>measured<th>target<th>met<th>part";
    for (const Row& one : targets_)
      out += fmt::format("<tr><td>{}<td>{}<td>{}<td class=\"{}\">{}<td>{}\n", escaped(one.label),
                         shown(one), one.target, one.met, one.met, one.part);
    out += "</table>";
    for (const Plotted& p : plots_)
      out += p.svg + "<pre>" + escaped(commands(p.parts, "", "\n")) + "</pre>";
    out += "<h2>Everything else that was measured</h2><table><tr><th>figure<th>measured<th>part";
    for (const Row& one : rest_)
      out += fmt::format("<tr><td>{}<td>{}<td>{}\n", escaped(one.label), shown(one), one.part);
    out += "</table><h2>Commands</h2><pre>";
    for (const std::string& part : r_.parts(""))
      if (!part.starts_with("scale-"))
        out += escaped(fmt::format("{:<12} {}\n", part, r_.command(part)));
    return out + "</pre>\n";
  }

  std::string json() const {
    std::string out;
    codec::JsonWriter json(out);
    json.begin_object();
    json.member("conditions", r_.conditions(), codec::JsonWriter::kWhole);
    json.begin_array("figures");
    for (const auto* rows : {&targets_, &rest_}) {
      for (const Row& one : *rows) {
        json.begin_object();
        json.member("figure", one.label, codec::JsonWriter::kWhole);
        json.member_if("unit", one.unit, codec::JsonWriter::kWhole);
        json.name("median");
        json.number(one.measured.median());
        json.begin_array("all");
        for (const double v : one.measured.all) json.number(v);
        json.end_array();
        json.member_if("target", one.target, codec::JsonWriter::kWhole);
        json.member_if("met", one.met, codec::JsonWriter::kWhole);
        json.member("part", one.part, codec::JsonWriter::kWhole);
        json.member_if("command", r_.command(one.part), codec::JsonWriter::kWhole);
        json.end_object();
      }
    }
    json.end_array();
    json.end_object();
    out += '\n';
    return out;
  }

  static std::string shown(const Row& one) {
    std::string text = number(one.measured.median());
    if (one.measured.all.size() > 1)
      text += fmt::format(" ({}–{})", number(one.measured.least()), number(one.measured.most()));
    return one.unit.empty() ? text : text + " " + one.unit;
  }

  static std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) out += c == '&' ? "&amp;" : c == '<' ? "&lt;" : std::string(1, c);
    return out;
  }

  std::string commands(const std::vector<std::string>& parts, std::string_view before,
                       std::string_view after) const {
    std::string out;
    for (const std::string& part : parts)
      out += fmt::format("{}{}{}", before, r_.command(part), after);
    return out;
  }

  Status save(const std::string& name, const std::string& text) const {
    std::ofstream file(dir_ + "/" + name);
    file << text;
    if (!file.flush()) return Error{dir_ + "/" + name + " cannot be written", Action::stop};
    return Ok{};
  }

  struct Plotted {
    std::string file, svg;
    std::vector<std::string> parts;
  };
  const BenchResults& r_;
  const std::string dir_;
  std::vector<Row> targets_, rest_;
  std::set<std::pair<std::string, std::string>> shown_;
  std::vector<Plotted> plots_;
  Status failed_ = Ok{};
};

}  // namespace

Status write_bench_report(const BenchResults& results, const std::string& dir) {
  Report report(results, dir);
  if (Status written = report.write(); !written) return written;
  report.print();
  return Ok{};
}

}  // namespace loopbreaker::cli
