// Bytes to decision in one thread: decode, redact, fold, decide, compose, encode. On recorded
// conversations where LOOPBREAKER_DATA points to them, on generated ones otherwise.
#include <benchmark/benchmark.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "codec/policy_toml.h"
#include "conversations.h"
#include "runtime/partition.h"
#include "text/analyzer.h"
#include "text/redact.h"

namespace {

using namespace loopbreaker;

using Records = std::vector<bench::Recorded>;

runtime::Intake redacting_intake() {
  std::shared_ptr<text::Redactor> redactor =
      std::move(text::make_redactor({.secret = "bench"})).value();
  return runtime::Intake({}, [redactor](std::string_view t, std::string& scratch) {
    return redactor->redact(t, scratch);
  });
}

/// Runs all records through one partition; returns a hash over everything published, and how much
/// it was.
std::pair<std::uint64_t, std::size_t> run(const Records& records, Analyzer& analyzer) {
  runtime::Intake intake = redacting_intake();
  runtime::Telemetry telemetry;
  runtime::Workbench workbench{
      codec::default_policy(), analyzer, intake, telemetry, nullptr, {}, {}};
  runtime::Partition partition(0, workbench);
  std::uint64_t hash = 0;
  std::size_t outputs = 0;
  bench::consume_all(partition, records, [&] {
    for (const OutRecord& out : partition.take_outputs()) {
      hash = hash * 31 + std::hash<std::string_view>{}(*out.value);
      ++outputs;
    }
  });
  return {hash, outputs};
}

void count(benchmark::State& state, const Records& records) {
  state.counters["events/s"] = benchmark::Counter(
      static_cast<double>(records.size()) * static_cast<double>(state.iterations()),
      benchmark::Counter::kIsRate);
}

/// `worn`: as in a process that has run for a while and has heard these messages before. Else each
/// pass begins with nothing in memory: what is heard again, it hears from these conversations.
void decide_all(benchmark::State& state, const Records& records, bool worn = true) {
  auto analyzer = text::make_analyzer();
  const auto expected = run(records, *analyzer);
  for (auto _ : state) {
    if (!worn) {
      state.PauseTiming();
      analyzer = text::make_analyzer();
      state.ResumeTiming();
    }
    const auto got = run(records, *analyzer);
    if (got != expected || got.second == 0)
      state.SkipWithError("the outputs differ between two runs");
  }
  count(state, records);
  state.counters["outputs"] = static_cast<double>(expected.second);
}
void bytes_to_decision(benchmark::State& state) { decide_all(state, bench::conversations()); }
BENCHMARK(bytes_to_decision)->Unit(benchmark::kMillisecond);

void bytes_to_decision_first_heard(benchmark::State& state) {
  decide_all(state, bench::conversations(), false);
}
BENCHMARK(bytes_to_decision_first_heard)->Unit(benchmark::kMillisecond);

/// Thousands of sessions open: each event's lies far from the caches.
void bytes_to_decision_all_open(benchmark::State& state) { decide_all(state, bench::all_open()); }
BENCHMARK(bytes_to_decision_all_open)->Unit(benchmark::kMillisecond);

/// What a recovery does with events that are below the committed offset: folded, never judged.
void replayed_all_open(benchmark::State& state) {
  // A replay meets no end of a session: what ends is saved.
  Records records;
  for (const bench::Recorded& r : bench::all_open())
    if (r.value.find("conversation.ended") == std::string::npos) records.push_back(r);
  runtime::Intake intake = redacting_intake();
  runtime::Telemetry telemetry;
  auto analyzer = text::make_analyzer();
  runtime::Workbench workbench{
      codec::default_policy(), *analyzer, intake, telemetry, nullptr, {}, {}};
  const auto open_after = [&](std::int64_t committed) {
    runtime::Partition partition(0, workbench);
    codec::Progress progress;
    progress.committed = committed;
    partition.restore_progress(progress, 0);
    bench::consume_all(partition, records, [] {});
    return partition.table().in_memory();
  };
  const auto expected = open_after(static_cast<std::int64_t>(records.size()));
  for (auto _ : state)
    if (open_after(static_cast<std::int64_t>(records.size())) != expected || expected == 0)
      state.SkipWithError("not the same sessions");
  count(state, records);
}
BENCHMARK(replayed_all_open)->Unit(benchmark::kMillisecond);

void decode_and_redact(benchmark::State& state) {
  const Records& records = bench::conversations();
  runtime::Intake intake = redacting_intake();
  for (auto _ : state) {
    std::size_t events = 0;
    for (const bench::Recorded& recorded : records)
      events += intake.take(recorded.record(0)).index() == 0;
    if (events != records.size()) state.SkipWithError("not every line is an event");
  }
  count(state, records);
}
BENCHMARK(decode_and_redact)->Unit(benchmark::kMillisecond);

}  // namespace
