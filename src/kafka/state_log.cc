// Reads a partition of the state topic from a position to the end as it is now.
#include "kafka/state_log.h"

#include <fmt/format.h>
#include <librdkafka/rdkafka.h>

#include <algorithm>
#include <chrono>

#include "kafka/client.h"
#include "kafka/messages.h"
#include "kafka/topic_reader.h"

namespace loopbreaker::kafka {
namespace {

using Clock = std::chrono::steady_clock;
constexpr auto kSilenceMax = std::chrono::seconds(30);
constexpr std::size_t kBatch = 4096;

class Reader final : public StateLog {
 public:
  explicit Reader(const Settings& s) : settings_(s) {}

  Status open() {
    Properties p = reading_properties(settings_);
    // Control records and compaction leave gaps, so that the last offset may never be seen: the
    // broker says the end.
    p.emplace_back("enable.partition.eof", "true");
    auto client = Client::open(Kind::consumer, settings_, p);
    if (!client) return client.error();
    client_ = std::move(*client);
    return Ok{};
  }

  Result<LogRange> range(std::int32_t partition) override {
    return topic_range(*client_, topic(), partition);
  }

  Result<bool> settled(std::int32_t partition) override {
    if (!sees_all_) {
      Settings raw = settings_;
      raw.consumer["isolation.level"] = "read_uncommitted";
      auto client = Client::open(Kind::consumer, raw, reading_properties(raw));
      if (!client) return client.error();
      sees_all_ = std::move(*client);
    }
    auto all = topic_range(*sees_all_, topic(), partition);
    if (!all) return all.error();
    auto committed = range(partition);
    if (!committed) return committed.error();
    // What was begun in between only makes this say no.
    return committed->end >= all->end;
  }

  Result<std::int64_t> read(std::int32_t partition, std::int64_t from,
                            const std::function<Status(const Record&)>& sink) override {
    auto now = range(partition);
    if (!now) return now.error();
    from = std::max(from, now->start);
    if (from >= now->end) return std::max(from, now->end);
    Fetch fetch(*client_, topic(), partition);
    if (auto ok = fetch.start(from); !ok) return ok.error();
    return drain(fetch, partition, now->end, sink);
  }

 private:
  // One partition being fetched into a queue of its own, so that nothing of an earlier read can be
  // in it. No group is needed for this, nor the right to one.
  struct Fetch {
    Fetch(const Client& client, const std::string& name, std::int32_t p)
        : topic(rd_kafka_topic_new(client.get(), name.c_str(), nullptr)),
          queue(rd_kafka_queue_new(client.get())),
          partition(p) {}
    ~Fetch() {
      batch.release();
      if (started) rd_kafka_consume_stop(topic, partition);
      rd_kafka_queue_destroy(queue);
      rd_kafka_topic_destroy(topic);
    }
    Fetch(const Fetch&) = delete;
    Fetch& operator=(const Fetch&) = delete;

    Status start(std::int64_t offset) {
      if (rd_kafka_consume_start_queue(topic, partition, offset, queue) != 0) {
        return translate(rd_kafka_last_error(),
                         fmt::format("cannot read '{}' partition {} from offset {}",
                                     rd_kafka_topic_name(topic), partition, offset));
      }
      started = true;
      return Ok{};
    }

    rd_kafka_topic_t* topic;
    rd_kafka_queue_t* queue;
    std::int32_t partition;
    bool started = false;
    MessageBatch batch;
  };

  Result<std::int64_t> drain(Fetch& fetch, std::int32_t partition, std::int64_t end,
                             const std::function<Status(const Record&)>& sink) {
    auto heard = Clock::now();
    Record record;
    std::int64_t position = -1;
    while (true) {
      fetch.batch.release();
      if (fetch.batch.take(fetch.queue, 100, 1) == 1) fetch.batch.take(fetch.queue, 0, kBatch - 1);
      for (const auto* message : fetch.batch.messages()) {
        if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
          if (message->offset >= end) return message->offset;
          continue;
        }
        if (message->err) {
          return translate(message->err,
                           fmt::format("cannot read '{}' partition {}", topic(), partition),
                           client_->last_words());
        }
        heard = Clock::now();
        if (message->offset >= end) return end;  // written since: not asked for
        if (message->offset < position) {
          return Error{fmt::format("'{}' partition {} went back from offset {} to {}", topic(),
                                   partition, position, message->offset),
                       Action::recover};
        }
        position = message->offset + 1;
        view(*message, record);
        if (auto ok = sink(record); !ok) return ok.error();
      }
      if (position == end) return end;
      if (Clock::now() - heard > kSilenceMax) {
        return Error{
            fmt::format("reading '{}' partition {} came to offset {} of {} and then heard nothing "
                        "for {} s{}",
                        topic(), partition, position, end,
                        std::chrono::duration_cast<std::chrono::seconds>(kSilenceMax).count(),
                        client_->last_words()),
            Action::retry};
      }
    }
  }

  const std::string& topic() const { return settings_.topics.state; }

  Settings settings_;
  std::unique_ptr<Client> client_;
  std::unique_ptr<Client> sees_all_;  ///< open transactions too; opened when first asked
};

}  // namespace

Result<std::unique_ptr<StateLog>> make_state_log(const Settings& settings) {
  auto log = std::make_unique<Reader>(settings);
  if (auto ok = log->open(); !ok) return ok.error();
  return std::unique_ptr<StateLog>(std::move(log));
}

}  // namespace loopbreaker::kafka
