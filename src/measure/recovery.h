// What a failure costs: the log's bytes while nothing fails, and how long the processor needs until
// it is at work again after something did.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "kafka/settings.h"
#include "loopbreaker/result.h"
#include "measure/fleet.h"
#include "measure/traffic.h"

namespace loopbreaker::measure {

/// What was written while conversations went on at their own pace, without start and end.
struct LogShare {
  double seconds = 0;
  double events = 0;
  double input_bytes = 0;  ///< keys and values
  double state_bytes = 0;  ///< keys and values of session-state
  /// In the segments, compressed and with all that the log adds; 0 where the disk is not seen.
  double input_log = 0, state_log = 0, offsets_log = 0, transactions_log = 0;
};

/// A million sessions, then what happens to their process.
struct Restarts {
  double sessions = 0, events = 0;
  double load_seconds = 0;   ///< until the backlog they came from was folded
  double peak_bytes = 0;     ///< resident, until then
  double rocksdb_bytes = 0;  ///< of the local store then
  double leave_seconds = 0;  ///< SIGTERM until the process had ended
  Start stopped;             ///< the start after it
  double kill_unsaved = 0;   ///< events that a restart would replay when it was killed
  Start killed;              ///< the start after kill -9
  double wipe_unsaved = 0;
  double state_log_bytes = 0;  ///< session-state on the broker's disk then
  Start wiped;                 ///< the start after kill -9 without its disk
};

struct Replay {
  double events = 0;
  Start start;
};

struct Memory {
  double sessions = 0, peak_bytes = 0, load_seconds = 0;
};

/// A rolling restart as a reader of the decisions sees it.
struct Rolling {
  double normal_p50_ms = 0, normal_p99_ms = 0;
  struct One {
    double leave_seconds = 0;
    double first_event = 0;     ///< as of Start
    double pause_seconds = 0;   ///< the longest that a decision of any partition waited
    double normal_seconds = 0;  ///< from SIGTERM until decisions came as soon as before
  };
  std::vector<One> restarts;
};

class Recovery {
 public:
  struct Options {
    std::uint64_t sessions = 1'000'000, turns = 10;
    double rate = 20'000;    ///< events per second while something fails
    double age_seconds = 0;  ///< how long the load goes on before a failure: state.max_age and more
    int partitions = 4, replication = -1;
    std::vector<std::string> run;  ///< further arguments of `loopbreaker run`
    std::filesystem::path dir;     ///< for state directories and logs; must exist
    std::string prefix, log_dir;
    std::uint64_t seed = 1;
    std::function<bool()> go_on;
    std::function<void(const std::string&)> say;  ///< what is going on
  };
  Recovery(kafka::Settings settings, Traffic& traffic, Options options);

  /// `conversations` begin per second; of `seconds`, the second half is counted.
  Result<LogShare> log_share(double conversations, double seconds);
  Result<Restarts> restarts();
  /// One worker that must fold `events` events again.
  Result<Replay> replay(std::uint64_t events);
  Result<Memory> memory(const std::string& table_bytes);
  Result<Rolling> rolling(int processes, double apart_seconds);

 private:
  struct World;
  Result<std::unique_ptr<World>> make(int partitions);
  /// Fills the input with sessions that are open now.
  Result<std::uint64_t> fill(const World& world, std::uint64_t sessions, std::uint64_t events);

  kafka::Settings settings_;
  Traffic& traffic_;
  Options options_;
  int worlds_ = 0;
};

}  // namespace loopbreaker::measure
