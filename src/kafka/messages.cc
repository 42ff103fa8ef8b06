// Takes messages off a queue and shows them as records.
#include "kafka/messages.h"

#include <librdkafka/rdkafka.h>

namespace loopbreaker::kafka {

std::size_t MessageBatch::take(rd_kafka_queue_s* queue, int wait_ms, std::size_t max) {
  if (messages_.size() < count_ + max) messages_.resize(count_ + max);
  const auto n = rd_kafka_consume_batch_queue(queue, wait_ms, messages_.data() + count_, max);
  if (n <= 0) return 0;
  count_ += static_cast<std::size_t>(n);
  return static_cast<std::size_t>(n);
}

void MessageBatch::release() {
  for (std::size_t i = 0; i < count_; ++i) rd_kafka_message_destroy(messages_[i]);
  count_ = 0;
}

void view(const rd_kafka_message_s& m, Record& record) {
  record.position = {m.partition, m.offset};
  rd_kafka_timestamp_type_t type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
  const auto timestamp = rd_kafka_message_timestamp(&m, &type);
  record.timestamp = type == RD_KAFKA_TIMESTAMP_NOT_AVAILABLE ? kNoTime : TimeMs{timestamp};
  record.key.reset();
  record.value.reset();
  // A null pointer is an absent key or a tombstone; an empty one has a pointer and no length.
  if (m.key) record.key.emplace(static_cast<const char*>(m.key), m.key_len);
  if (m.payload) record.value.emplace(static_cast<const char*>(m.payload), m.len);
  record.headers.clear();
  rd_kafka_headers_t* headers = nullptr;
  if (rd_kafka_message_headers(&m, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR) return;
  const char* name = nullptr;
  const void* value = nullptr;
  std::size_t size = 0;
  for (std::size_t i = 0;
       rd_kafka_header_get_all(headers, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR;
       ++i) {
    record.headers.push_back({name, value ? std::string_view(static_cast<const char*>(value), size)
                                          : std::string_view()});
  }
}

}  // namespace loopbreaker::kafka
