// Bytes to decision in one thread: decode, redact, fold, decide, compose, encode. On recorded
// conversations where LOOPBREAKER_DATA points to them, on generated ones otherwise.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <functional>
#include <string>

#include "codec/policy_toml.h"
#include "conversations.h"
#include "runtime/partition.h"
#include "text/analyzer.h"
#include "text/redact.h"

namespace {

using namespace loopbreaker;

using bench::conversations;

/// Runs all lines through one partition; returns a hash over everything published, and how much it
/// was.
std::pair<std::uint64_t, std::size_t> run(bool judge_only_decode) {
  auto redactor = text::make_redactor({.secret = "bench"});
  static const auto analyzer = text::make_analyzer();  // as in a process that has run for a while
  runtime::Intake intake({}, [&](std::string_view t, std::string& scratch) {
    return (*redactor)->redact(t, scratch);
  });
  runtime::Telemetry telemetry;
  runtime::Workbench workbench{
      codec::default_policy(), *analyzer, intake, telemetry, nullptr, {}, {}};
  runtime::Partition partition(0, workbench);
  std::uint64_t hash = 0;
  std::size_t outputs = 0;
  std::int64_t offset = 0;
  for (const std::string& line : conversations()) {
    Record record;
    record.position = {0, offset++};
    record.value = line;
    if (judge_only_decode) {
      auto taken = intake.take(record);
      outputs += taken.index() == 0;
      continue;
    }
    if (!partition.consume(record)) std::abort();
    for (const OutRecord& out : partition.take_outputs()) {
      hash = hash * 31 + std::hash<std::string_view>{}(*out.value);
      ++outputs;
    }
  }
  return {hash, outputs};
}

void bytes_to_decision(benchmark::State& state) {
  const auto expected = run(false);
  for (auto _ : state) {
    const auto got = run(false);
    if (got != expected || got.second == 0)
      state.SkipWithError("the outputs differ between two runs");
  }
  state.counters["events/s"] = benchmark::Counter(
      static_cast<double>(conversations().size()) * static_cast<double>(state.iterations()),
      benchmark::Counter::kIsRate);
  state.counters["outputs"] = static_cast<double>(expected.second);
}
BENCHMARK(bytes_to_decision)->Unit(benchmark::kMillisecond);

void decode_and_redact(benchmark::State& state) {
  for (auto _ : state)
    if (run(true).second != conversations().size())
      state.SkipWithError("not every line is an event");
  state.counters["events/s"] = benchmark::Counter(
      static_cast<double>(conversations().size()) * static_cast<double>(state.iterations()),
      benchmark::Counter::kIsRate);
}
BENCHMARK(decode_and_redact)->Unit(benchmark::kMillisecond);

}  // namespace
