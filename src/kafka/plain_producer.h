// Idempotent producer without transactions, for `generate` and `replay`: what a contact centre's
// pipeline would do.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "kafka/settings.h"
#include "loopbreaker/ports.h"
#include "loopbreaker/result.h"
#include "loopbreaker/types.h"

namespace loopbreaker::kafka {

struct PlainRecord {
  std::int32_t partition = -1;  ///< -1: by the key, exactly as Kafka's Java producer does
  std::optional<std::string_view> key;
  std::optional<std::string_view> value;
  TimeMs timestamp = kNoTime;  ///< kNoTime: now
  std::span<const Header> headers;
};

class PlainProducer {
 public:
  virtual ~PlainProducer() = default;
  /// Copies the record and returns; waits only while the client's queue is full. Returns the
  /// failure of any earlier record as soon as it is known.
  virtual Status send(const PlainRecord&) = 0;
  /// Waits until everything sent is acknowledged, at most `wait`.
  virtual Status flush(DurationMs wait = {60'000}) = 0;
  /// Acknowledged so far.
  virtual std::uint64_t delivered() const = 0;
};

/// Uses: brokers, client_id, producer. Fails when the topic does not exist or the broker cannot be
/// reached.
Result<std::unique_ptr<PlainProducer>> make_plain_producer(const Settings&,
                                                           const std::string& topic);

}  // namespace loopbreaker::kafka
