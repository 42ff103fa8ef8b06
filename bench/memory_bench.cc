// What an open session of ten turns holds of memory: in the table, and after it was spilled.
#include <benchmark/benchmark.h>
#include <malloc.h>

#include <cstdlib>
#include <new>
#include <string>
#include <unordered_map>
#include <vector>

#include "codec/policy_toml.h"
#include "conversations.h"
#include "runtime/partition.h"
#include "text/analyzer.h"

namespace {

std::int64_t held = 0;  // bytes, as the allocator rounds them; the benchmark has one thread

}  // namespace

[[gnu::noinline]] void* operator new(std::size_t size) {
  void* memory = std::malloc(size);
  if (!memory) throw std::bad_alloc();
  held += static_cast<std::int64_t>(malloc_usable_size(memory));
  return memory;
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
  held -= static_cast<std::int64_t>(malloc_usable_size(memory));
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept {
  ::operator delete(memory);
}

namespace {

using namespace loopbreaker;

constexpr int kTurns = 10;

/// Has everything and keeps nothing.
class NoStore final : public StateStore {
 public:
  Result<std::optional<std::string>> get(std::int32_t, std::string_view) override {
    return std::optional<std::string>{};
  }
  Result<std::optional<std::string>> progress(std::int32_t) override {
    return std::optional<std::string>{};
  }
  Status each(std::int32_t, std::string_view,
              const std::function<Status(std::string_view, std::string_view)>&) override {
    return Ok{};
  }
  Status write(const StoreBatch&) override { return Ok{}; }
  Status drop(std::int32_t) override { return Ok{}; }
  Result<std::vector<std::int32_t>> partitions() override { return std::vector<std::int32_t>{}; }
  Status flush() override { return Ok{}; }
  std::uint64_t bytes() const override { return 0; }
};

/// Conversations of at least ten messages, each up to its tenth; all of them going on at once.
std::vector<bench::Recorded> ten_turns() {
  const auto says = [](const bench::Recorded& r) {
    return r.value.find("\"conversation.message\"") != std::string::npos;
  };
  std::unordered_map<std::string, int> messages, taken;
  for (const bench::Recorded& r : bench::all_open()) messages[r.key] += says(r);
  std::vector<bench::Recorded> all;
  for (const bench::Recorded& r : bench::all_open()) {
    if (messages[r.key] < kTurns || taken[r.key] == kTurns) continue;
    taken[r.key] += says(r);
    all.push_back(r);
  }
  return all;
}

void session_of_10_turns(benchmark::State& state) {
  const std::vector<bench::Recorded> all = ten_turns();
  const auto analyzer = text::make_analyzer();
  runtime::Intake intake({}, [](std::string_view text, std::string&) { return text; });
  runtime::Telemetry telemetry;
  NoStore store;
  runtime::Workbench workbench{codec::default_policy(), *analyzer, intake, telemetry, &store,
                               DurationMs{300'000},     {}};
  double in_table = 0, counted = 0, spilled = 0;
  for (auto _ : state) {
    auto partition = std::make_unique<runtime::Partition>(0, workbench);
    bench::consume_all(*partition, all, [&] { partition->take_outputs(); });
    const auto sessions = static_cast<double>(partition->table().in_memory());
    const std::int64_t before = held;
    {
      Transaction tx;
      partition->prepare(tx, TimeMs{0}, /*save_all=*/true);
      if (!partition->commit_done(-1, TimeMs{0})) return state.SkipWithError("not committed");
    }
    counted = static_cast<double>(partition->table().bytes()) / sessions;
    partition->shrink(0);
    const std::int64_t small = held;
    if (sessions < 100 || partition->table().in_memory() != 0 ||
        static_cast<double>(partition->table().spilled()) != sessions)
      return state.SkipWithError("sessions are not where they should be");
    partition.reset();
    in_table = static_cast<double>(before - held) / sessions;
    spilled = static_cast<double>(small - held) / sessions;
  }
  state.counters["in the table"] = in_table;
  state.counters["by the table's own count"] = counted;
  state.counters["spilled"] = spilled;
}
BENCHMARK(session_of_10_turns)->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace
