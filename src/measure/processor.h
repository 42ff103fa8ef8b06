// Loopbreaker itself under measurement: the processes of `loopbreaker run`, with a group and a
// directory of their own.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "kafka/settings.h"
#include "loopbreaker/result.h"
#include "measure/child.h"
#include "measure/probe.h"
#include "measure/topics.h"
#include "measure/traffic.h"

namespace loopbreaker::measure {

/// What a drain took.
struct Drain {
  std::uint64_t events = 0;
  double seconds = 0;  ///< from the start of the process to when its last output could be read
  double first_seconds = 0;  ///< to when its first could
  Usage usage;
  Seen seen;
};

struct Restart {
  std::uint64_t before = 0;  ///< outputs when it was killed
  double first_output_seconds =
      0;  ///< from the start of the new process to when the first output of its own could be read
  double whole_seconds = 0;  ///< to when the last could
  Seen seen;
};

struct Latency {
  Histogram us;
  double late_ms = 0;  ///< by how much the load was behind its schedule at most
  double cores = 0;    ///< of the process, without the warm-up
  double peak_bytes = 0;
  double seconds = 0;  ///< that the figures without the warm-up are of
};

class Bench {
 public:
  struct Options {
    std::vector<std::string> run;  ///< further arguments of `loopbreaker run`
    std::filesystem::path dir;     ///< for state directories and logs; must exist
  };
  Bench(kafka::Settings settings, Topics& topics, Options options);

  /// From an input topic that holds `events` events: everything, then a clean end.
  Result<Drain> drain(std::uint64_t events);
  /// kill -9 when half of `outputs`, all that the input makes, can be read; then a new process to
  /// the end.
  Result<Restart> restart(std::uint64_t outputs);
  /// Open loop at `rate` for warm-up and measurement. `mark` is called at the beginning and at the
  /// end of what is measured: for what only the caller can see.
  Result<Latency> latency(Traffic& traffic, double rate, double warm_seconds, double seconds,
                          const std::function<void()>& mark);

 private:
  /// From nothing: no outputs, no state, a group that nobody knows.
  Status begin();
  Result<Child> start(bool to_the_end) const;
  std::string log() const;
  Error failed(const std::string& what) const;

  kafka::Settings settings_;
  Topics& topics_;
  Options options_;
  int runs_ = 0;
};

}  // namespace loopbreaker::measure
