// Loops: how many are noticed at a rate of false alarms, and how late.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "quality/sections.h"

namespace loopbreaker::quality {
namespace {

struct Loop {
  Sample sample;
  std::vector<EventNumber> asks;
  double before = 0;  ///< highest value before the first ask
  double best = -1;   ///< highest value from there on; -1 when it is not above `before`

  /// An alarm above the threshold, and none too early.
  bool caught(double threshold) const { return best > threshold && !(before > threshold); }
  /// Asks that the customer made between the first one and `at`, both included, less one.
  int extra_asks(EventNumber at) const {
    return static_cast<int>(std::upper_bound(asks.begin(), asks.end(), at) - asks.begin()) - 1;
  }
  int extra_asks_above(double threshold) const {
    for (const PlayedTurn& turn : sample.session->turns)
      if (value_of(turn.signals, Signal::loop) > threshold) return extra_asks(turn.event);
    return 0;
  }
  /// -1 when the policy did nothing, or not after the first ask.
  EventNumber decided() const {
    const EventNumber at = sample.session->first_decision();
    return at >= asks.front() ? at : -1;
  }
};

std::vector<Loop> loops_of(const Labelled& data, bool hard) {
  std::vector<Loop> out;
  for (const Sample& s : samples(data, [](const SessionTruth& t) { return t.kind == "loop"; })) {
    if (s.set->hard() != hard) continue;
    Loop loop{s, ask_numbers(s), 0, 0};
    if (loop.asks.empty()) continue;
    for (const PlayedTurn& turn : s.session->turns) {
      const double v = value_of(turn.signals, Signal::loop);
      double& side = turn.event < loop.asks.front() ? loop.before : loop.best;
      side = std::max(side, v);
    }
    if (!(loop.best > loop.before)) loop.best = -1;
    out.push_back(std::move(loop));
  }
  return out;
}

/// The value that `budget` of 1,000 normal sessions exceed. `peaks` in falling order.
double threshold_at(const std::vector<double>& peaks, Weights weights, double budget) {
  double all = 0;
  for (std::size_t i = 0; i < peaks.size(); ++i) all += weights.empty() ? 1 : weights[i];
  const double allowed = std::floor(all * budget / 1000);
  double passed = 0;
  for (std::size_t i = 0; i < peaks.size(); ++i) {
    passed += weights.empty() ? 1 : weights[i];
    if (passed > allowed) return peaks[i];
  }
  return 0;
}

double recall_at(const std::vector<Loop>& loops, Weights weights, double threshold) {
  double caught = 0, all = 0;
  for (std::size_t i = 0; i < loops.size(); ++i) {
    const double w = weights.empty() ? 1 : weights[i];
    all += w;
    if (loops[i].caught(threshold)) caught += w;
  }
  return all > 0 ? caught / all : 0;
}

void add_mean(Report& report, const Evaluation& e, const std::string& name,
              std::vector<int> values) {
  if (values.empty()) return report.add(name, std::nullopt);
  const auto mean = [&](Weights w) -> std::optional<double> {
    double sum = 0;
    for (std::size_t i = 0; i < values.size(); ++i) sum += (w.empty() ? 1 : w[i]) * values[i];
    return sum / static_cast<double>(values.size());
  };
  const auto interval = bootstrap(e.sampling, name, values.size(), mean);
  const double value = *mean({});
  std::sort(values.begin(), values.end());
  report.add(name, value, interval,
             fmt::format("p90 {}", values[static_cast<std::size_t>(.9 * values.size())]));
}

Curve::Line caught_by(const std::string& name, const std::vector<int>& extra, std::size_t all) {
  Curve::Line line{name, {}};
  for (int n = 0; n <= 5; ++n) {
    const auto within = std::count_if(extra.begin(), extra.end(), [&](int x) { return x <= n; });
    line.points.emplace_back(n, static_cast<double>(within) / static_cast<double>(all));
  }
  return line;
}

void measure(const Evaluation& e, Report& report, const std::string& tag,
             const std::vector<Loop>& loops, const std::vector<double>& peaks, Curve& recall) {
  Curve delay{fmt::format("{}s: share noticed by the n-th extra ask", tag),
              "extra asks after the first",
              "share of the loops",
              5,
              true,
              {}};
  for (const int budget : {10, 5, 2}) {
    const double threshold = threshold_at(peaks, {}, budget);
    std::vector<int> extra;
    for (const Loop& loop : loops)
      if (loop.caught(threshold)) extra.push_back(loop.extra_asks_above(threshold));
    delay.lines.push_back(
        caught_by(fmt::format("{} false alarms per 1,000", budget), extra, loops.size()));
    const std::string name = fmt::format("{} recall @{}/1000", tag, budget);
    // Drawn from normal sessions and loops together: the threshold varies, too.
    const auto figure = [&](Weights w) -> std::optional<double> {
      const Weights normal = w.subspan(0, peaks.size()), stuck = w.subspan(peaks.size());
      return recall_at(loops, stuck, threshold_at(peaks, normal, budget));
    };
    report.add(name, recall_at(loops, {}, threshold),
               bootstrap(e.sampling, name, peaks.size() + loops.size(), figure),
               fmt::format("{} loops, {} normal", loops.size(), peaks.size()));
    add_mean(report, e, fmt::format("{} extra asks @{}/1000", tag, budget), extra);
  }
  std::vector<bool> hits;
  std::vector<int> extra;
  std::size_t early = 0;
  for (const Loop& loop : loops) {
    const EventNumber at = loop.decided();
    hits.push_back(at >= 0);
    if (at >= 0) extra.push_back(loop.extra_asks(at));
    early += at < 0 && loop.sample.session->first_decision() >= 0;
  }
  delay.lines.push_back(caught_by("policy", extra, loops.size()));
  add_share(report, e, tag + " recall, default policy", hits);
  add_mean(report, e, tag + " extra asks, default policy", extra);
  report.add(tag + " alarms before the loop, /1000",
             1000.0 * static_cast<double>(early) / static_cast<double>(loops.size()), {}, "", 1);
  Curve::Line line{tag + "s", {}};
  for (double budget = 0; budget <= 30; budget += .5)
    line.points.emplace_back(budget, recall_at(loops, {}, threshold_at(peaks, {}, budget)));
  recall.lines.push_back(std::move(line));
  report.curves.push_back(std::move(delay));
}

}  // namespace

void loop_section(const Evaluation& e, Report& report) {
  const std::vector<Sample> normal = normal_samples(e.data);
  std::vector<double> peaks;
  for (const Sample& s : normal) peaks.push_back(s.session->peak(Signal::loop));
  std::sort(peaks.begin(), peaks.end(), std::greater<>());
  Curve recall{"Loops noticed, by false alarms",
               "false alarms per 1,000 normal sessions",
               "recall",
               30,
               true,
               {}};
  for (const bool hard : {false, true}) {
    const std::vector<Loop> loops = loops_of(e.data, hard);
    if (loops.empty()) continue;
    const std::string tag = hard ? "hard loop" : "loop";
    measure(e, report, tag, loops, peaks, recall);
    for (const char* kind : {"once", "normal"}) {
      std::vector<bool> alarmed;
      for (const Sample& s : samples(e.data, [&](const SessionTruth& t) { return t.kind == kind; }))
        if (s.set->hard() == hard) alarmed.push_back(s.session->first_decision() >= 0);
      add_share(report, e,
                fmt::format("{} set: {} sessions alarmed by default policy, /1000", tag, kind),
                alarmed, 1000, 1);
    }
  }
  if (recall.lines.empty()) return;
  report.curves.push_back(std::move(recall));
  const double threshold = threshold_at(peaks, {}, 10);
  std::map<std::string, std::vector<bool>> by_set;
  for (const Sample& s : normal)
    by_set[s.set->name].push_back(s.session->peak(Signal::loop) > threshold);
  for (const auto& [set, alarms] : by_set)
    add_share(report, e, fmt::format("loop false alarms @10/1000, {}", set), alarms, 1000, 1, true);
}

}  // namespace loopbreaker::quality
