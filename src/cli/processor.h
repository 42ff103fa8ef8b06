// The processor as a value: what `run` and `demo` start, and stop.
#pragma once

#include <memory>

#include "cli/config.h"
#include "loopbreaker/result.h"

namespace loopbreaker::cli {

class RunningProcessor {
 public:
  virtual ~RunningProcessor() = default;
  /// Asks all workers to drain, commit and leave. Returns at once.
  virtual void stop() = 0;
  /// Waits until all workers have left: by stop(), by --until-caught-up, or by a failure, which is returned.
  virtual Status wait() = 0;
  /// All assigned partitions are live and caught up with what was there when last looked at.
  virtual bool caught_up() const = 0;
};

struct StartOptions {
  /// Refuse to start on topics that cannot hold the promises. Off only for the demo's brokers, which answer no such questions.
  bool check_topics = true;
};

/// Opens everything (store, topics, clients) and starts the workers. Fails before any worker runs.
Result<std::unique_ptr<RunningProcessor>> start_processor(const Config&, const StartOptions& = {});

}  // namespace loopbreaker::cli
