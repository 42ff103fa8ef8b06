// The producer of `generate` and `replay`.
#include "kafka/plain_producer.h"

#include <fmt/format.h>
#include <librdkafka/rdkafka.h>

#include <string>

#include "kafka/client.h"

namespace loopbreaker::kafka {
namespace {

class IdempotentProducer final : public PlainProducer {
 public:
  explicit IdempotentProducer(std::string topic) : topic_(std::move(topic)) {}
  ~IdempotentProducer() override {
    if (handle_) rd_kafka_topic_destroy(handle_);
  }

  Status open(const Settings& settings) {
    Properties p = common_properties(settings);
    p.insert(p.end(),
             {
                 {"enable.idempotence", "true"},
                 {"acks", "all"},
                 {"compression.type", "lz4"},
                 {"linger.ms", "2"},
                 {"partitioner",
                  "murmur2_random"},  // Java's default; librdkafka's own would place keys elsewhere
                 {"queue.buffering.max.messages", "500000"},
                 {"queue.buffering.max.kbytes", "131072"},
             });
    Hooks hooks{
        .owner = this, .rebalance = nullptr, .delivered = &IdempotentProducer::on_delivered};
    auto client = Client::open(Kind::producer, settings, p, hooks);
    if (!client) return client.error();
    client_ = std::move(*client);
    if (auto partitions = topic_partitions(*client_, topic_); !partitions)
      return partitions.error();
    handle_ = rd_kafka_topic_new(client_->get(), topic_.c_str(), nullptr);
    return Ok{};
  }

  Status send(const PlainRecord& r) override {
    while (true) {
      if (refused_) return *refused_;
      const auto code = produce(r);
      if (code == RD_KAFKA_RESP_ERR__QUEUE_FULL) {
        rd_kafka_poll(client_->get(), 10);
        continue;
      }
      // Delivery reports pile up unless they are served; one look per record would be most of the
      // work.
      if ((++sent_ & 255) == 0) rd_kafka_poll(client_->get(), 0);
      if (code) return refusal(code, r.partition, r.value ? r.value->size() : 0);
      return Ok{};
    }
  }

  Status flush(DurationMs wait) override {
    const auto code = rd_kafka_flush(client_->get(), static_cast<int>(wait.ms));
    if (refused_) return *refused_;
    if (code) {
      return translate(code,
                       fmt::format("{} records to '{}' are not acknowledged after {} ms",
                                   rd_kafka_outq_len(client_->get()), topic_, wait.ms),
                       client_->last_words());
    }
    return Ok{};
  }

  std::uint64_t delivered() const override { return delivered_; }

 private:
  rd_kafka_resp_err_t produce(const PlainRecord& r) {
    rd_kafka_headers_t* headers = nullptr;
    if (!r.headers.empty()) {
      headers = rd_kafka_headers_new(r.headers.size());
      for (const auto& h : r.headers) {
        rd_kafka_header_add(headers, h.name.data(), static_cast<ssize_t>(h.name.size()),
                            h.value.data(), static_cast<ssize_t>(h.value.size()));
      }
    }
    // An empty key is not a missing one: it needs a pointer.
    const char* key = r.key ? (r.key->data() ? r.key->data() : "") : nullptr;
    const char* value = r.value ? (r.value->data() ? r.value->data() : "") : nullptr;
    // librdkafka's macros cast their argument without parentheses: plain names only.
    const std::size_t key_size = r.key ? r.key->size() : 0,
                      value_size = r.value ? r.value->size() : 0;
    void* const bytes = const_cast<char*>(value);
    const std::int64_t timestamp = r.timestamp == kNoTime ? 0 : r.timestamp.ms;
    const std::int32_t partition = r.partition;
    const auto code =
        rd_kafka_producev(client_->get(), RD_KAFKA_V_RKT(handle_), RD_KAFKA_V_PARTITION(partition),
                          RD_KAFKA_V_KEY(key, key_size), RD_KAFKA_V_VALUE(bytes, value_size),
                          RD_KAFKA_V_TIMESTAMP(timestamp), RD_KAFKA_V_HEADERS(headers),
                          RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_END);
    if (code && headers) rd_kafka_headers_destroy(headers);
    return code;
  }

  static void on_delivered(void* owner, const rd_kafka_message_t* message) {
    auto& self = *static_cast<IdempotentProducer*>(owner);
    if (!message->err) {
      ++self.delivered_;
    } else if (!self.refused_) {
      self.refused_ = self.refusal(message->err, message->partition, message->len);
    }
  }

  Error refusal(int code, std::int32_t partition, std::size_t bytes) const {
    return translate(code,
                     fmt::format("cannot write a record of {} bytes to '{}' partition {}", bytes,
                                 topic_, partition),
                     client_->last_words(), Action::recover);
  }

  std::string topic_;
  std::unique_ptr<Client> client_;
  rd_kafka_topic_t* handle_ = nullptr;
  std::optional<Error> refused_;
  std::uint64_t sent_ = 0, delivered_ = 0;
};

}  // namespace

Result<std::unique_ptr<PlainProducer>> make_plain_producer(const Settings& settings,
                                                           const std::string& topic) {
  auto producer = std::make_unique<IdempotentProducer>(topic);
  if (auto ok = producer->open(settings); !ok) return ok.error();
  return std::unique_ptr<PlainProducer>(std::move(producer));
}

}  // namespace loopbreaker::kafka
