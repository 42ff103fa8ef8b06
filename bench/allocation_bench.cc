// How often one event asks for memory, once a process and a session have run for a while: each
// session keeps as many turns as it may, and nothing is decided.
#include <benchmark/benchmark.h>

#include <atomic>
#include <cstdlib>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "codec/policy_toml.h"
#include "conversations.h"
#include "runtime/partition.h"
#include "text/analyzer.h"
#include "text/redact.h"

namespace {

std::uint64_t allocations = 0;  // the benchmark has one thread

}  // namespace

[[gnu::noinline]] void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace {

using namespace loopbreaker;

/// Checked; what there is to ask for is said in README.md.
constexpr double kSteadyMax = 4;

struct Asked {
  std::uint64_t events = 0, times = 0;
  void add(std::uint64_t asked) {
    ++events;
    times += asked;
  }
  double per_event() const {
    return events == 0 ? 0 : static_cast<double>(times) / static_cast<double>(events);
  }
};

struct Counts {
  Asked quiet;   ///< events that publish nothing
  Asked steady;  ///< of these, those of sessions whose kept turns are all in use
};

Counts run(Analyzer& analyzer) {
  auto redactor = text::make_redactor({.secret = "bench"});
  runtime::Intake intake({}, [&](std::string_view t, std::string& scratch) {
    return (*redactor)->redact(t, scratch);
  });
  runtime::Telemetry telemetry;
  runtime::Workbench workbench{
      codec::default_policy(), analyzer, intake, telemetry, nullptr, {}, {}};
  std::uint32_t turns = 0;
  workbench.observer = [&](const Session& session, const Event&) { turns = session.turn_count; };
  runtime::Partition partition(0, workbench);
  Counts counts;
  std::uint64_t before = allocations;
  bench::consume_all(partition, bench::conversations(), [&] {
    const std::uint64_t asked = allocations - before;
    if (partition.take_outputs().empty()) {
      counts.quiet.add(asked);
      if (turns > Session::kTurnsMax) counts.steady.add(asked);
    }
    turns = 0;
    before = allocations;
  });
  return counts;
}

void allocations_per_event(benchmark::State& state) {
  const auto analyzer = text::make_analyzer();
  run(*analyzer);
  Counts counts;
  for (auto _ : state) counts = run(*analyzer);
  state.counters["quiet"] = counts.quiet.per_event();
  state.counters["steady"] = counts.steady.per_event();
  if (counts.steady.per_event() > kSteadyMax) state.SkipWithError("more allocations than allowed");
}
BENCHMARK(allocations_per_event)->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace
