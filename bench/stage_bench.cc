// Where the time of one event goes: the partition is watched through the hooks that it has anyway,
// and the time between two of them is a stage.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "codec/policy_toml.h"
#include "conversations.h"
#include "runtime/partition.h"
#include "text/analyzer.h"
#include "text/passing_analyzer.h"
#include "text/redact.h"

namespace {

using namespace loopbreaker;

enum Stage : std::size_t {
  kDecode,  ///< JSON to event
  kRedact,
  kFind,    ///< deadlines that are due, the session's place in the table
  kText,    ///< what is heard in the message
  kFold,    ///< the turn and the signals
  kDecide,  ///< where nothing is published: rules, next deadline
  kOutput,  ///< where something is: decide, compose, summarise, encode, close
  kStages
};
constexpr std::array<const char*, kStages> kNames = {"decode", "redact", "find",  "text",
                                                     "fold",   "decide", "output"};

class Watch {
 public:
  using Clock = std::chrono::steady_clock;
  void start() { last_ = Clock::now(); }
  /// What has passed since the mark before belongs to this stage.
  void mark(Stage stage) {
    const Clock::time_point now = Clock::now();
    spent_[stage] += now - last_;
    ++marks_[stage];
    last_ = now;
  }
  /// Nanoseconds, without what the marks themselves take.
  double spent(Stage stage) const {
    const double gross = static_cast<double>(std::chrono::nanoseconds(spent_[stage]).count());
    return gross - static_cast<double>(marks_[stage]) * mark_costs();
  }

 private:
  static double mark_costs() {
    static const double nanoseconds = [] {
      constexpr int kMany = 100'000;
      Watch watch;
      watch.start();
      const Clock::time_point begin = Clock::now();
      for (int i = 0; i < kMany; ++i) watch.mark(kDecode);
      return static_cast<double>(std::chrono::nanoseconds(Clock::now() - begin).count()) / kMany;
    }();
    return nanoseconds;
  }

  Clock::time_point last_;
  std::array<Clock::duration, kStages> spent_{};
  std::array<std::uint64_t, kStages> marks_{};
};

class WatchedAnalyzer final : public text::PassingAnalyzer {
 public:
  WatchedAnalyzer(Analyzer& analyzer, Watch& watch) : PassingAnalyzer(analyzer), watch_(watch) {}
  const MessageAnalysis& analyze(std::string_view text, Participant who,
                                 std::string_view language) override {
    watch_.mark(kFind);
    const MessageAnalysis& heard = PassingAnalyzer::analyze(text, who, language);
    watch_.mark(kText);
    return heard;
  }

 private:
  Watch& watch_;
};

class WatchedTelemetry final : public runtime::Telemetry {
 public:
  explicit WatchedTelemetry(Watch& watch) : watch_(watch) {}
  void event(EventType) override { watch_.mark(kRedact); }

 private:
  Watch& watch_;
};

struct Pass {
  std::array<double, kStages> nanoseconds{};  ///< per event
  std::uint64_t hash = 0;                     ///< of all that was published
};

Pass pass(Analyzer& analyzer) {
  Watch watch;
  WatchedAnalyzer watched(analyzer, watch);
  WatchedTelemetry telemetry(watch);
  auto redactor = text::make_redactor({.secret = "bench"});
  bool decoded = false;
  runtime::Intake intake({}, [&](std::string_view t, std::string& scratch) {
    if (!std::exchange(decoded, true)) watch.mark(kDecode);
    return (*redactor)->redact(t, scratch);
  });
  runtime::Workbench workbench{
      codec::default_policy(), watched, intake, telemetry, nullptr, {}, {}};
  workbench.observer = [&](const Session&, const Event&) { watch.mark(kFold); };
  runtime::Partition partition(0, workbench);
  Pass out;
  watch.start();
  bench::consume_all(partition, bench::conversations(), [&] {
    const std::vector<OutRecord> published = partition.take_outputs();
    watch.mark(published.empty() ? kDecide : kOutput);
    for (const OutRecord& record : published)
      out.hash = out.hash * 31 + std::hash<std::string_view>{}(*record.value);
    decoded = false;
    watch.start();
  });
  for (std::size_t stage = 0; stage < kStages; ++stage) {
    out.nanoseconds[stage] =
        watch.spent(static_cast<Stage>(stage)) / static_cast<double>(bench::conversations().size());
  }
  return out;
}

/// The median of some passes, after one that fills what is remembered between messages.
const std::array<double, kStages>& stages() {
  static const std::array<double, kStages> all = [] {
    constexpr std::size_t kPasses = 7;
    const auto analyzer = text::make_analyzer();
    const std::uint64_t expected = pass(*analyzer).hash;
    std::array<std::vector<double>, kStages> seen;
    for (std::size_t i = 0; i < kPasses; ++i) {
      const Pass one = pass(*analyzer);
      if (one.hash != expected) {
        std::fprintf(stderr, "stage_bench: the outputs differ between two passes\n");
        std::exit(1);
      }
      for (std::size_t s = 0; s < kStages; ++s) seen[s].push_back(one.nanoseconds[s]);
    }
    std::array<double, kStages> medians;
    for (std::size_t s = 0; s < kStages; ++s) {
      std::nth_element(seen[s].begin(), seen[s].begin() + kPasses / 2, seen[s].end());
      medians[s] = seen[s][kPasses / 2];
    }
    return medians;
  }();
  return all;
}

/// Time per event of all events, whether they come to that stage or not: the rows add up.
void report(benchmark::State& state, std::size_t which) {
  double nanoseconds = 0;
  for (std::size_t s = 0; s < kStages; ++s)
    if (which == s || which == kStages) nanoseconds += stages()[s];
  for (auto _ : state) state.SetIterationTime(nanoseconds * 1e-9);
}

[[maybe_unused]] const bool kRegistered = [] {
  for (std::size_t s = 0; s <= kStages; ++s) {
    const std::string name = std::string("stage_") + (s == kStages ? "all" : kNames[s]);
    benchmark::RegisterBenchmark(name.c_str(), report, s)->UseManualTime()->Iterations(1);
  }
  return true;
}();

}  // namespace
