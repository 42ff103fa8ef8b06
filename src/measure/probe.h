// Looks at the outputs from outside, as a ticketing system would: read committed, with the time at
// which each could be read.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "kafka/settings.h"
#include "kafka/topic_reader.h"
#include "loopbreaker/result.h"
#include "measure/histogram.h"

namespace loopbreaker::measure {

/// Microseconds of the wall clock.
std::int64_t wall_us();

struct Seen {
  std::uint64_t escalations = 0, handoffs = 0, summaries = 0, dead_letters = 0;
  std::uint64_t checksum =
      0;  ///< sum of the hashes of all values: contents count, their order does not
  std::int64_t first_us = 0;  ///< when the first and the last could be read; 0: none yet
  std::int64_t last_us = 0;
  std::uint64_t all() const { return escalations + handoffs + summaries + dead_letters; }
};

/// An escalation that an event caused, as a reader of its partition meets it.
struct Decided {
  std::int64_t due_us = 0;   ///< the event's time
  std::int64_t took_us = 0;  ///< from then until it could be read
  std::int32_t partition = 0;
};

class Probe {
 public:
  /// Reads the outputs from their beginning, on a thread of its own, until it is destroyed.
  static Result<std::unique_ptr<Probe>> start(const kafka::Settings& settings);
  ~Probe();

  Seen seen() const;
  /// Latencies in microseconds of escalations that an event caused, from the event's time to when
  /// they could be read; only events in [from, to).
  void measure(TimeMs from, TimeMs to);
  Histogram latencies() const;
  /// Each of them by itself, in the order in which they could be read.
  std::vector<Decided> decided() const;
  /// Waits until nothing more has come for `quiet`.
  void settle(DurationMs quiet) const;
  Status status() const;

 private:
  explicit Probe(std::unique_ptr<kafka::TopicReader> reader, kafka::Names names);
  void read();
  void take(const kafka::TopicRecord& record, std::int64_t now);

  std::unique_ptr<kafka::TopicReader> reader_;
  kafka::Names names_;
  mutable std::mutex mutex_;
  Seen seen_;
  Histogram latencies_;
  std::vector<Decided> decided_;
  TimeMs from_ = kEndOfTime, to_ = kNoTime;
  Status status_ = Ok{};
  std::atomic<bool> over_{false};
  std::thread thread_;
};

}  // namespace loopbreaker::measure
