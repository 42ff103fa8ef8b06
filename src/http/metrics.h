// What a processor counts, as Prometheus text. Counting is a few relaxed additions; adding up
// happens on a scrape.
#pragma once

#include <memory>
#include <string>

#include "runtime/telemetry.h"

namespace loopbreaker::http {

/// Thread-safe. Everything since it was made; nothing is ever reset.
class Metrics final : public runtime::Telemetry {
 public:
  Metrics();
  ~Metrics() override;

  void event(EventType) override;
  void duplicate() override;
  void late() override;
  void time_clamped() override;
  void time_missing() override;
  void key_mismatch() override;
  void unknown_type() override;
  void dead_letter(DeadReason) override;
  void decision(std::string_view rule, Outcome, Change, bool shadow) override;
  void session_closed(bool idle) override;
  void event_to_decision(DurationMs) override;
  void commit(DurationMs, std::size_t records, std::size_t bytes) override;
  void aborted() override;
  void recovery(std::string_view cause, DurationMs) override;
  void replayed(std::uint64_t events) override;
  void set_lag(std::int32_t partition, std::int64_t events) override;
  void drop_partition(std::int32_t partition) override;
  void set_table(std::int32_t partition, std::size_t in_memory, std::size_t bytes,
                 std::size_t spilled) override;
  void set_store_bytes(std::uint64_t) override;
  void set_stream_time(std::int32_t partition, TimeMs) override;
  void set_replay(std::int32_t partition, std::int64_t events, DurationMs span,
                  DurationMs state_age) override;
  void client_renewed(std::string_view which) override;

  /// The whole in the Prometheus text format, version 0.0.4.
  std::string text() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace loopbreaker::http
