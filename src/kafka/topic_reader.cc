// Reads all partitions of some topics into one queue.
#include "kafka/topic_reader.h"

#include <fmt/format.h>
#include <librdkafka/rdkafka.h>

#include <map>

#include "kafka/client.h"
#include "kafka/messages.h"

namespace loopbreaker::kafka {
namespace {

struct Source {
  std::string topic;
  std::int32_t partition = 0;
  std::int64_t from = 0;
  std::int64_t end = 0;  // when opened
};

class QueueReader final : public TopicReader {
 public:
  ~QueueReader() override {
    batch_.release();
    for (const auto& [topic, partition] : started_) rd_kafka_consume_stop(topic, partition);
    if (queue_) rd_kafka_queue_destroy(queue_);
    for (auto& [name, topic] : topics_) rd_kafka_topic_destroy(topic);
  }

  Status connect(const Settings& settings) {
    Properties p = reading_properties(settings);
    p.emplace_back("enable.partition.eof", "true");
    auto client = Client::open(Kind::consumer, settings, p);
    if (!client) return client.error();
    client_ = std::move(*client);
    queue_ = rd_kafka_queue_new(client_->get());
    return Ok{};
  }

  Status start(const Source& source) {
    auto& topic = topics_[source.topic];
    if (!topic) topic = rd_kafka_topic_new(client_->get(), source.topic.c_str(), nullptr);
    if (rd_kafka_consume_start_queue(topic, source.partition, source.from, queue_) != 0) {
      return translate(rd_kafka_last_error(), fmt::format("cannot read '{}' partition {}",
                                                          source.topic, source.partition));
    }
    started_.emplace_back(topic, source.partition);
    if (source.from < source.end) behind_[{source.topic, source.partition}] = source.end;
    return Ok{};
  }

  Result<std::optional<TopicRecord>> next(DurationMs wait) override {
    if (next_ == batch_.messages().size()) {
      batch_.release();
      next_ = 0;
      if (batch_.take(queue_, static_cast<int>(wait.ms), 1) == 1) batch_.take(queue_, 0, 999);
    }
    while (next_ < batch_.messages().size()) {
      const auto& m = *batch_.messages()[next_++];
      const std::string topic = m.rkt ? rd_kafka_topic_name(m.rkt) : "";
      if (m.err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
        reached(topic, m.partition, m.offset);
        continue;
      }
      if (m.err) {
        return translate(m.err, fmt::format("cannot read '{}' partition {}", topic, m.partition),
                         client_->last_words());
      }
      reached(topic, m.partition, m.offset + 1);
      return std::optional(copy(m, topic));
    }
    return std::optional<TopicRecord>();
  }

  bool at_end() const override { return behind_.empty(); }

  const Client& client() const { return *client_; }

 private:
  void reached(const std::string& topic, std::int32_t partition, std::int64_t offset) {
    auto it = behind_.find({topic, partition});
    if (it != behind_.end() && offset >= it->second) behind_.erase(it);
  }

  TopicRecord copy(const rd_kafka_message_t& m, const std::string& topic) {
    view(m, record_);
    TopicRecord out{.topic = topic,
                    .partition = m.partition,
                    .offset = m.offset,
                    .timestamp = record_.timestamp,
                    .key = {},
                    .value = {},
                    .headers = {}};
    if (record_.key) out.key.emplace(*record_.key);
    if (record_.value) out.value.emplace(*record_.value);
    for (const auto& h : record_.headers) out.headers.emplace_back(h.name, h.value);
    return out;
  }

  std::unique_ptr<Client> client_;
  rd_kafka_queue_t* queue_ = nullptr;
  std::map<std::string, rd_kafka_topic_t*> topics_;
  std::vector<std::pair<rd_kafka_topic_t*, std::int32_t>> started_;
  std::map<std::pair<std::string, std::int32_t>, std::int64_t>
      behind_;  // not yet read to what was the end at opening
  MessageBatch batch_;
  std::size_t next_ = 0;
  Record record_;
};

}  // namespace

Result<std::unique_ptr<TopicReader>> open_topic_reader(const Settings& settings,
                                                       const std::vector<std::string>& topics,
                                                       ReadFrom from) {
  auto reader = std::make_unique<QueueReader>();
  if (auto ok = reader->connect(settings); !ok) return ok.error();
  for (const auto& topic : topics) {
    auto partitions = topic_partitions(reader->client(), topic);
    if (!partitions) return partitions.error();
    for (std::int32_t p = 0; p < *partitions; ++p) {
      auto range = topic_range(reader->client(), topic, p);
      if (!range) return range.error();
      Source source{topic, p, from == ReadFrom::beginning ? range->start : range->end, range->end};
      if (auto ok = reader->start(source); !ok) return ok.error();
    }
  }
  return std::unique_ptr<TopicReader>(std::move(reader));
}

Result<std::unique_ptr<TopicReader>> open_partition_reader(const Settings& settings,
                                                           const std::string& topic,
                                                           std::int32_t partition,
                                                           std::int64_t offset) {
  auto reader = std::make_unique<QueueReader>();
  if (auto ok = reader->connect(settings); !ok) return ok.error();
  auto range = topic_range(reader->client(), topic, partition);
  if (!range) return range.error();
  if (auto ok = reader->start({topic, partition, offset, range->end}); !ok) return ok.error();
  return std::unique_ptr<TopicReader>(std::move(reader));
}

Result<std::int64_t> offset_of_time(const Settings& settings, const std::string& topic,
                                    std::int32_t partition, TimeMs time) {
  auto client = Client::open(Kind::consumer, settings, reading_properties(settings));
  if (!client) return client.error();
  std::unique_ptr<rd_kafka_topic_partition_list_t, decltype(&rd_kafka_topic_partition_list_destroy)>
      list(rd_kafka_topic_partition_list_new(1), rd_kafka_topic_partition_list_destroy);
  auto* element = rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), partition);
  element->offset = time.ms;
  auto code = rd_kafka_offsets_for_times((*client)->get(), list.get(), (*client)->ask_ms());
  if (!code) code = list->elems[0].err;
  if (code) {
    return translate(code,
                     fmt::format("cannot look up a time in '{}' partition {}", topic, partition),
                     (*client)->last_words());
  }
  if (list->elems[0].offset >= 0) return list->elems[0].offset;
  auto range = topic_range(**client, topic, partition);
  if (!range) return range.error();
  return range->end;
}

Result<LogRange> partition_range(const Settings& settings, const std::string& topic,
                                 std::int32_t partition) {
  auto client = Client::open(Kind::consumer, settings, reading_properties(settings));
  if (!client) return client.error();
  return topic_range(**client, topic, partition);
}

}  // namespace loopbreaker::kafka
