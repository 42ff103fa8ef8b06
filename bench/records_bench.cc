// What a partition writes to the state topic over whole conversations: how many records, how large.
#include <benchmark/benchmark.h>

#include "codec/session_record.h"
#include "state_records.h"

namespace {

using namespace loopbreaker;

struct Saved {
  double records = 0, bytes = 0;
  void add(const OutRecord& record) {
    ++records;
    bytes += static_cast<double>(record.key.size() + record.value->size());
  }
  double each() const { return records > 0 ? bytes / records : 0; }
};

void saved_records(benchmark::State& state) {
  Saved sessions, markers;
  bool known = true;
  for (auto _ : state) {
    bench::each_state_record(bench::all_open(), {}, [&](const OutRecord& record) {
      const auto kind = codec::kind_of(*record.value);
      known = known && kind;
      if (kind) (*kind == codec::RecordKind::closed ? markers : sessions).add(record);
    });
  }
  const auto all = static_cast<double>(bench::all_open().size());
  if (!known) return state.SkipWithError("a record is of no kind");
  if (markers.records == 0) return state.SkipWithError("no session was closed");
  state.counters["bytes of a marker"] = markers.each();
  state.counters["bytes of a session"] = sessions.each();
  state.counters["markers per event"] = markers.records / all;
  state.counters["sessions per event"] = sessions.records / all;
}
BENCHMARK(saved_records)->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace
