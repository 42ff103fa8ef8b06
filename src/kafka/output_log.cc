// The transactional producer: one transaction at a time, short, and never reused after a doubt.
#include "kafka/output_log.h"

#include <fmt/format.h>
#include <librdkafka/rdkafka.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <map>
#include <optional>

#include "kafka/client.h"
#include "kafka/group_member.h"

namespace loopbreaker::kafka {
namespace {

using Clock = std::chrono::steady_clock;

/// How long a coordinator may be busy with a transaction after it has answered its end: the markers
/// in all partitions are written by then, or nearly always.
constexpr std::chrono::milliseconds kSettling{4};

struct DestroyError {
  void operator()(rd_kafka_error_t* e) const { rd_kafka_error_destroy(e); }
};
using KafkaError = std::unique_ptr<rd_kafka_error_t, DestroyError>;

struct DestroyTopic {
  void operator()(rd_kafka_topic_t* t) const { rd_kafka_topic_destroy(t); }
};
struct DestroyList {
  void operator()(rd_kafka_topic_partition_list_t* list) const {
    rd_kafka_topic_partition_list_destroy(list);
  }
};

class ProducerLog final : public OutputLog {
 public:
  explicit ProducerLog(const Settings& s) : settings_(s) {}
  ~ProducerLog() override { discard(); }

  Status init() override {
    discard();
    if (auto ok = open(); !ok) return ok;
    const auto until = Clock::now() + std::chrono::seconds(30);
    while (true) {
      KafkaError e(rd_kafka_init_transactions(client_->get(), 5'000));
      if (!e) break;
      const bool again = rd_kafka_error_is_retriable(e.get()) && Clock::now() < until;
      if (again) continue;
      Error error = translate(
          rd_kafka_error_code(e.get()),
          fmt::format("cannot initialise transactional id '{}'", settings_.transactional_id),
          fmt::format(" ({}){}", rd_kafka_error_string(e.get()), client_->last_words()));
      discard();
      return error;
    }
    // Ask for the topics now: the first record to one that is unknown waits up to 1 s.
    for (int i = 0; i < kTopics; ++i) {
      const std::string& name = settings_.topics.of(static_cast<Topic>(i));
      auto partitions = topic_partitions(*client_, name);
      if (!partitions) {
        discard();
        return partitions.error();
      }
      topics_[i].reset(rd_kafka_topic_new(client_->get(), name.c_str(), nullptr));
    }
    return Ok{};
  }

  Result<CommitReceipt> commit(const Transaction& t, EventLog& members_of) override {
    if (!client_)
      return Error{"the producer must be initialised before it commits", Action::recover};
    auto* member = dynamic_cast<GroupMember*>(&members_of);
    if (!member)
      return Error{"a Kafka transaction needs the offsets of a Kafka consumer", Action::stop};
    if (t.offsets.empty()) {
      // Fencing happens when offsets are added: a transaction without them could be a zombie's.
      return Error{"a transaction without offsets was to be committed", Action::stop};
    }
    if (doubtful_) {
      // The last commit was answered, but a connection was lost in it: a delayed copy of its
      // request could end this transaction. A new epoch makes the broker refuse that copy.
      if (auto ok = init(); !ok) return undecided(ok.error());
    }
    const int disconnects = client_->disconnects();
    refused_.reset();
    state_end_.clear();
    deadline_ = Clock::now() + std::chrono::milliseconds(settings_.transaction_timeout.ms);
    if (auto ok = transact(t, *member); !ok) {
      discard();
      return undecided(ok.error());
    }
    while (rd_kafka_poll(client_->get(), 0) > 0) {
    }
    doubtful_ = client_->disconnects() != disconnects;
    return CommitReceipt{{state_end_.begin(), state_end_.end()}};
  }

 private:
  Status open() {
    Properties p = common_properties(settings_);
    p.insert(p.end(),
             {
                 {"transactional.id", settings_.transactional_id},
                 {"transaction.timeout.ms", std::to_string(settings_.transaction_timeout.ms)},
                 {"enable.idempotence", "true"},
                 {"acks", "all"},
                 {"compression.type", "lz4"},
                 {"linger.ms", "1"},
                 // Back-to-back transactions meet CONCURRENT_TRANSACTIONS and wait this long, 100
                 // ms by default.
                 {"retry.backoff.ms", "2"},
                 {"queue.buffering.max.kbytes", "65536"},
             });
    Hooks hooks{.owner = this, .rebalance = nullptr, .delivered = &ProducerLog::on_delivered};
    auto client = Client::open(Kind::producer, settings_, p, hooks);
    if (!client) return client.error();
    client_ = std::move(*client);
    return Ok{};
  }

  // The client is not used again after any failure: the same id is initialised anew by init(),
  // which ends what is open.
  void discard() {
    for (auto& topic : topics_) topic.reset();
    client_.reset();
    doubtful_ = false;
  }

  // Whatever happened, the caller must not simply call again.
  static Error undecided(Error e) {
    if (e.action == Action::retry) e.action = Action::recover;
    return e;
  }

  Status transact(const Transaction& t, const GroupMember& member) {
    if (KafkaError e{rd_kafka_begin_transaction(client_->get())})
      return failed(e.get(), "cannot begin a transaction");
    // Records first: they are on their way while send_offsets waits for its two answers. But right
    // after another transaction the coordinator is still busy with that one; asking again for
    // offsets then waits retry.backoff.ms, asking again for the partitions of records 20 ms.
    const bool busy = Clock::now() - last_end_ < kSettling;
    if (busy) {
      if (auto ok = send_offsets(t, member); !ok) return abort(ok.error());
    }
    for (const auto& record : t.records) {
      if (auto ok = produce(record); !ok) return abort(ok.error());
    }
    if (!busy) {
      if (auto ok = send_offsets(t, member); !ok) return abort(ok.error());
    }
    // commit_transaction flushes in steps of 10 ms: with every delivery reported before, it has
    // nothing to flush.
    while (rd_kafka_outq_len(client_->get()) > 0) {
      rd_kafka_poll(client_->get(), 1);
      if (refused_) return abort(*refused_);
      if (Clock::now() > deadline_) {
        return abort(Error{fmt::format("records were not acknowledged within {} ms{}",
                                       settings_.transaction_timeout.ms, client_->last_words()),
                           Action::recover});
      }
    }
    if (refused_) return abort(*refused_);
    KafkaError e(rd_kafka_commit_transaction(client_->get(), remaining_ms()));
    last_end_ = Clock::now();
    if (!e) return Ok{};
    Error error = failed(e.get(), "cannot commit a transaction").error();
    if (rd_kafka_error_txn_requires_abort(e.get())) return abort(error);
    return error;
  }

  Status produce(const OutRecord& record) {
    auto* topic = topics_[static_cast<int>(record.topic)].get();
    while (true) {
      // Copied: after a failure the client may still hold the bytes when the caller has let go of
      // the transaction.
      const int result = rd_kafka_produce(
          topic, record.partition, RD_KAFKA_MSG_F_COPY,
          record.value ? const_cast<char*>(record.value->data()) : nullptr,
          record.value ? record.value->size() : 0, record.key.data(), record.key.size(), nullptr);
      if (result == 0) return Ok{};
      const auto code = rd_kafka_last_error();
      if (code == RD_KAFKA_RESP_ERR__QUEUE_FULL && Clock::now() < deadline_) {
        rd_kafka_poll(client_->get(), 5);
        if (refused_) return *refused_;
        continue;
      }
      return refusal(code, settings_.topics.of(record.topic), record.partition,
                     record.value ? record.value->size() : 0);
    }
  }

  Status send_offsets(const Transaction& t, const GroupMember& member) {
    std::unique_ptr<rd_kafka_topic_partition_list_t, DestroyList> list(
        rd_kafka_topic_partition_list_new(static_cast<int>(t.offsets.size())));
    for (const auto& o : t.offsets) {
      auto* element =
          rd_kafka_topic_partition_list_add(list.get(), member.input_topic().c_str(), o.partition);
      element->offset = o.offset;
      // Metadata ends at a NUL byte in librdkafka, and brokers bound it.
      if (o.metadata.find('\0') != std::string::npos || o.metadata.size() > 200) {
        return Error{fmt::format("offset metadata of partition {} is not fit to be committed: {} "
                                 "bytes, or a NUL in it",
                                 o.partition, o.metadata.size()),
                     Action::stop};
      }
      if (!o.metadata.empty()) {
        // librdkafka frees it with the list, by free().
        element->metadata = ::strndup(o.metadata.data(), o.metadata.size());
        element->metadata_size = o.metadata.size();
      }
    }
    // The request groups by topic as it walks the list: unsorted, a topic would be sent twice.
    rd_kafka_topic_partition_list_sort(list.get(), nullptr, nullptr);
    const GroupMetadata metadata = member.group_metadata();
    if (!metadata) return Error{"the consumer is no longer a member of its group", Action::recover};
    KafkaError e(rd_kafka_send_offsets_to_transaction(client_->get(), list.get(), metadata.get(),
                                                      remaining_ms()));
    if (!e) return Ok{};
    Error error = failed(e.get(), "cannot add offsets to a transaction").error();
    // Joining again after a broker's restart, this very process may have taken its identity from
    // the member it was before. The consumer, asked next, knows whether it is shared with another.
    if (rd_kafka_error_code(e.get()) == RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID)
      error.action = Action::recover;
    return error;
  }

  // Ends the transaction for the sake of readers behind it. Should this fail, too, init() ends it.
  Status abort(Error why) {
    KafkaError e(rd_kafka_abort_transaction(client_->get(), 3'000));
    return why;
  }

  Status failed(const rd_kafka_error_t* e, std::string_view doing) {
    // The report of a refused record may still wait to be served.
    while (!refused_ && rd_kafka_poll(client_->get(), 0) > 0) {
    }
    auto code = rd_kafka_error_code(e);
    std::string said = fmt::format(" ({})", rd_kafka_error_string(e));
    // A record that was refused is the cause; what the transaction says of it is only the
    // consequence.
    if (refused_) return *refused_;
    return translate(code, doing, said + client_->last_words(), Action::recover);
  }

  Error refusal(int code, const std::string& topic, std::int32_t partition,
                std::size_t bytes) const {
    return translate(code,
                     fmt::format("cannot write a record of {} bytes to '{}' partition {}", bytes,
                                 topic, partition),
                     client_->last_words(), Action::recover);
  }

  static void on_delivered(void* owner, const rd_kafka_message_t* message) {
    auto& self = *static_cast<ProducerLog*>(owner);
    if (!message->err) {
      if (message->rkt == self.topics_[static_cast<int>(Topic::state)].get()) {
        auto& end = self.state_end_[message->partition];
        end = std::max(end, message->offset + 1);
      }
      return;
    }
    if (self.refused_) return;
    // What was purged by an abort was not refused by anyone.
    if (message->err == RD_KAFKA_RESP_ERR__PURGE_QUEUE ||
        message->err == RD_KAFKA_RESP_ERR__PURGE_INFLIGHT)
      return;
    self.refused_ = self.refusal(message->err, rd_kafka_topic_name(message->rkt),
                                 message->partition, message->len);
  }

  int remaining_ms() const {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline_ - Clock::now()).count();
    return static_cast<int>(std::max<std::int64_t>(left, 100));
  }

  Settings settings_;
  std::unique_ptr<Client> client_;
  std::array<std::unique_ptr<rd_kafka_topic_t, DestroyTopic>, kTopics> topics_;
  std::optional<Error> refused_;  // the first record of this transaction that was not taken
  std::map<std::int32_t, std::int64_t> state_end_;
  bool doubtful_ = false;  // a connection was lost during the last commit
  Clock::time_point deadline_, last_end_{};
};

}  // namespace

Result<std::unique_ptr<OutputLog>> make_output_log(const Settings& settings) {
  if (settings.transactional_id.empty())
    return Error{"the producer has no transactional id", Action::stop};
  return std::unique_ptr<OutputLog>(std::make_unique<ProducerLog>(settings));
}

}  // namespace loopbreaker::kafka
