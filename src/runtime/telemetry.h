// What the runtime tells about itself. Counting never changes what is computed, and replayed events
// are not counted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "loopbreaker/core.h"
#include "loopbreaker/types.h"

namespace loopbreaker::runtime {

/// Called from all workers: implementations are thread-safe. Every method does nothing by default.
class Telemetry {
 public:
  virtual ~Telemetry() = default;
  virtual void event(EventType) {}
  virtual void duplicate() {}
  virtual void late() {}
  virtual void time_clamped() {}
  virtual void time_missing() {}
  virtual void key_mismatch() {}
  virtual void unknown_type() {}
  virtual void dead_letter(DeadReason) {}
  virtual void decision(std::string_view /*rule*/, Outcome, Change, bool /*shadow*/) {}
  virtual void session_closed(bool /*idle*/) {}
  /// From the record's log time to the commit that published its decision.
  virtual void event_to_decision(DurationMs) {}
  virtual void commit(DurationMs, std::size_t /*records*/, std::size_t /*bytes*/) {}
  virtual void aborted() {}
  virtual void recovery(std::string_view /*cause*/, DurationMs) {}
  virtual void replayed(std::uint64_t /*events*/) {}
  virtual void set_lag(std::int32_t /*partition*/, std::int64_t /*events*/) {}
  virtual void drop_partition(std::int32_t) {}
  virtual void set_table(std::int32_t /*partition*/, std::size_t /*in_memory*/,
                         std::size_t /*bytes*/, std::size_t /*spilled*/) {}
  virtual void set_store_bytes(std::uint64_t) {}
  virtual void set_stream_time(std::int32_t /*partition*/, TimeMs) {}
  /// What a recovery of now would read again, in events and in log time, and how long the oldest
  /// unsaved change has waited.
  virtual void set_replay(std::int32_t /*partition*/, std::int64_t /*events*/, DurationMs /*span*/,
                          DurationMs /*state_age*/) {}
  /// A Kafka client was made anew: after a doubtful transaction, or by the watchdog.
  virtual void client_renewed(std::string_view /*which*/) {}
};

}  // namespace loopbreaker::runtime
