// What a partition writes to the state topic over whole conversations: how many records, how large.
#include <benchmark/benchmark.h>

#include <string>

#include "codec/policy_toml.h"
#include "codec/session_record.h"
#include "conversations.h"
#include "runtime/partition.h"
#include "text/analyzer.h"

namespace {

using namespace loopbreaker;

constexpr int kEventsPerCommit = 200;

struct Saved {
  double records = 0, bytes = 0;
  void add(const OutRecord& record) {
    ++records;
    bytes += static_cast<double>(record.key.size() + record.value->size());
  }
  double each() const { return records > 0 ? bytes / records : 0; }
};

void saved_records(benchmark::State& state) {
  const auto analyzer = text::make_analyzer();
  runtime::Intake intake({}, [](std::string_view text, std::string&) { return text; });
  runtime::Telemetry telemetry;
  runtime::Workbench workbench{codec::default_policy(), *analyzer, intake, telemetry, nullptr,
                               DurationMs{300'000},     {}};
  Saved sessions, markers;
  for (auto _ : state) {
    runtime::Partition partition(0, workbench);
    int events = 0;
    const auto commit = [&] {
      Transaction tx;
      partition.prepare(tx, TimeMs{0}, /*save_all=*/false);
      if (!partition.commit_done(-1, TimeMs{0})) std::abort();
      for (const OutRecord& record : tx.records) {
        if (record.topic != Topic::state || record.key == runtime::kProgressKey) continue;
        if (!record.value) continue;  // the grace of a marker is over
        const auto kind = codec::kind_of(*record.value);
        if (!kind) return state.SkipWithError("a record is of no kind");
        (*kind == codec::RecordKind::closed ? markers : sessions).add(record);
      }
    };
    bench::consume_all(partition, bench::all_open(), [&] {
      if (++events % kEventsPerCommit == 0) commit();
    });
    commit();
  }
  const auto all = static_cast<double>(bench::all_open().size());
  if (markers.records == 0) return state.SkipWithError("no session was closed");
  state.counters["bytes of a marker"] = markers.each();
  state.counters["bytes of a session"] = sessions.each();
  state.counters["markers per event"] = markers.records / all;
  state.counters["sessions per event"] = sessions.records / all;
}
BENCHMARK(saved_records)->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace
