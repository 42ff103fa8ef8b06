// Runs the real worker over the in-memory twins, and the reference run that it is compared with.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "codec/policy_toml.h"
#include "memory_log.h"
#include "runtime/worker.h"
#include "text/analyzer.h"

namespace loopbreaker::testing {

/// What was published about one session, in order: topic and value.
using Published = std::map<std::string, std::vector<std::pair<Topic, std::string>>>;

inline Published by_session(const MemoryBroker& broker) {
  Published out;
  for (const auto& [topic, records] : broker.published)
    for (const OutRecord& r : records) out[r.key].push_back({topic, r.value.value_or("")});
  return out;
}

inline std::string_view as_is(std::string_view text, std::string&) { return text; }

/// Everything one worker works with.
struct Bench {
  explicit Bench(StateStore* store, DurationMs max_age = {})
      : analyzer(text::make_analyzer()),
        intake({}, as_is),
        workbench{codec::default_policy(), *analyzer, intake, telemetry, store, max_age, {}} {}
  std::unique_ptr<Analyzer> analyzer;
  runtime::Intake intake;
  runtime::Telemetry telemetry;
  runtime::Workbench workbench;
};

/// One thread, one event per step, in memory, no faults, nothing saved.
inline Published reference(const MemoryBroker& broker) {
  Bench bench(nullptr);
  MemoryBroker out(0);
  for (std::size_t p = 0; p < broker.input.size(); ++p) {
    runtime::Partition partition(static_cast<std::int32_t>(p), bench.workbench);
    for (std::size_t i = 0; i < broker.input[p].size(); ++i) {
      const StoredRecord& stored = broker.input[p][i];
      Record record;
      record.position = {static_cast<std::int32_t>(p), static_cast<std::int64_t>(i)};
      record.timestamp = stored.timestamp;
      if (stored.key) record.key = *stored.key;
      if (stored.value) record.value = *stored.value;
      if (!partition.consume(record)) throw std::runtime_error("the reference run failed");
      for (OutRecord& r : partition.take_outputs()) out.published[r.topic].push_back(std::move(r));
    }
  }
  return by_session(out);
}

/// Thrown instead of a process that dies.
struct Killed {};

/// Commits, and dies before or after one of them took effect.
class MortalOutputLog final : public OutputLog {
 public:
  MortalOutputLog(OutputLog& inner, int commits_to_live, bool after)
      : inner_(inner), left_(commits_to_live), after_(after) {}
  Status init() override { return inner_.init(); }
  Result<CommitReceipt> commit(const Transaction& tx, EventLog& log) override {
    const bool last = left_-- == 0;
    if (last && !after_) throw Killed{};
    auto receipt = inner_.commit(tx, log);
    if (last) throw Killed{};
    return receipt;
  }

 private:
  OutputLog& inner_;
  int left_;
  bool after_;
};

struct RunOptions {
  DurationMs max_age{0};
  std::size_t table_bytes = 1 << 30;
  std::size_t commit_max_bytes = 16 << 10;  ///< small, so that there are many commits
  DurationMs commit_max_interval{1'000};
  std::size_t batch_max = 50;
  std::deque<MemoryOutputLog::Fault> faults;
  int commits_to_live = -1;  ///< dies at this commit; -1 = lives
  bool dies_after_commit = false;
  bool state_is_settled = true;
};

/// Runs a worker to the end of the input. Returns false when it died, as asked for.
inline Result<bool> run_worker(MemoryBroker& broker, StateStore& store,
                               const RunOptions& options = {}) {
  MemoryEventLog events(broker, options.batch_max);
  MemoryOutputLog outputs(broker);
  outputs.faults = options.faults;
  MortalOutputLog mortal(outputs, options.commits_to_live, options.dies_after_commit);
  MemoryStateLog state(broker);
  state.settled_now = options.state_is_settled;
  ManualClock clock;
  runtime::Leases leases;
  Bench bench(&store, options.max_age);
  runtime::WorkerSettings settings;
  settings.follow_wall_clock = false;
  settings.table_bytes = options.table_bytes;
  settings.commit_max_bytes = options.commit_max_bytes;
  settings.commit_max_interval = options.commit_max_interval;
  settings.recovery.patience = DurationMs{50};
  settings.recovery.transaction_timeout = DurationMs{0};
  settings.recovery.group = "group";
  settings.recovery.input_topic = "input";
  settings.recovery.state_topic = "state";
  OutputLog* log = options.commits_to_live >= 0 ? static_cast<OutputLog*>(&mortal) : &outputs;
  runtime::Worker worker(settings, bench.workbench,
                         {events, *log, state, store, clock, leases, [](DurationMs) {},
                          [](std::string_view, std::string) {}});
  std::atomic<bool> stop{false}, over{false};
  std::thread watcher([&] {
    while (!over && !worker.caught_up()) std::this_thread::yield();
    stop = true;
  });
  std::optional<Error> error;
  bool lived = true;
  try {
    if (Status ok = worker.run(stop); !ok) error = ok.error();
  } catch (const Killed&) {
    lived = false;
  }
  over = true;
  watcher.join();
  if (error) return *error;
  return lived;
}

}  // namespace loopbreaker::testing
