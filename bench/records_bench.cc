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

/// The line through the sizes of all sessions over their kept turns.
void session_bytes_by_turns(benchmark::State& state) {
  double n = 0, x = 0, y = 0, xx = 0, xy = 0;
  for (auto _ : state) {
    bench::each_state_record(
        bench::all_open(), bench::kAgainAndAgain, [&](const OutRecord& record) {
          const auto session = codec::decode_session_as_kept(*record.value);
          if (!session) return;  // a marker
          const auto turns = static_cast<double>(session->session.turns.size());
          const auto bytes = static_cast<double>(record.key.size() + record.value->size());
          n += 1, x += turns, y += bytes, xx += turns * turns, xy += turns * bytes;
        });
  }
  const double spread = n * xx - x * x;
  if (spread <= 0) return state.SkipWithError("all sessions are of the same length");
  const double slope = (n * xy - x * y) / spread;
  state.counters["bytes of a turn"] = slope;
  state.counters["bytes besides"] = (y - slope * x) / n;
  state.counters["turns"] = x / n;
}
BENCHMARK(session_bytes_by_turns)->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace
