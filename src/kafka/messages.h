// Internal: the messages of one librdkafka queue, taken in batches.
#pragma once

#include <span>
#include <vector>

#include "loopbreaker/ports.h"

struct rd_kafka_queue_s;
struct rd_kafka_message_s;

namespace loopbreaker::kafka {

/// Holds the messages that the views of the last batch point into.
class MessageBatch {
 public:
  MessageBatch() = default;
  ~MessageBatch() { release(); }
  MessageBatch(const MessageBatch&) = delete;
  MessageBatch& operator=(const MessageBatch&) = delete;

  /// Appends up to `max` messages of `queue`; waits up to `wait_ms` for them unless there are that
  /// many.
  std::size_t take(rd_kafka_queue_s* queue, int wait_ms, std::size_t max);
  void release();
  std::span<rd_kafka_message_s* const> messages() const { return {messages_.data(), count_}; }

 private:
  std::vector<rd_kafka_message_s*> messages_;
  std::size_t count_ = 0;
};

/// Fills `record` with views into `message`. REQUIRES: the message carries no error.
void view(const rd_kafka_message_s& message, Record& record);

}  // namespace loopbreaker::kafka
