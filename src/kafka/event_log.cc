// The consumer of the input topic: membership, start positions, batches.
#include "kafka/event_log.h"

#include <fmt/format.h>
#include <librdkafka/rdkafka.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <vector>

#include "kafka/client.h"
#include "kafka/group_member.h"
#include "kafka/messages.h"

namespace loopbreaker::kafka {
namespace {

struct DestroyList {
  void operator()(rd_kafka_topic_partition_list_t* list) const {
    rd_kafka_topic_partition_list_destroy(list);
  }
};
using PartitionList = std::unique_ptr<rd_kafka_topic_partition_list_t, DestroyList>;

constexpr std::int64_t kNotStarted = -1;

/// Prefetched records of all partitions of a member, up to a fetch more. Each takes some 750 bytes.
constexpr std::size_t kQueued = 20'000;

/// Of run.drain_timeout (5 s by default) a worker may take 3 for saving its sessions.
constexpr auto kCloseMax = std::chrono::seconds(2);
/// So often in a minute an identity may be lost to a broker that was held up; two processes that
/// share one take it from each other every second or two.
constexpr std::size_t kLostMax = 6;
constexpr int kWakeMax = 100;  ///< ms; without an answer the fetcher wakes by itself, later

class ConsumerLog final : public EventLog, public GroupMember {
 public:
  explicit ConsumerLog(const Settings& s) : settings_(s) {}
  ~ConsumerLog() override {
    batch_.release();
    if (queue_) rd_kafka_queue_destroy(queue_);
  }

  Status open() {
    Properties p = reading_properties(settings_);
    p.emplace_back("queued.min.messages", std::to_string(kQueued));
    p.emplace_back("group.id", settings_.group);
    // Static membership: a restart within the session time-out gets its partitions back without a
    // rebalance.
    if (!settings_.instance_id.empty()) p.emplace_back("group.instance.id", settings_.instance_id);
    // Eager: cooperative-sticky can loop for ever in librdkafka before 2.6.1.
    p.emplace_back("partition.assignment.strategy", "range");
    // A dead process's partitions must be owned again within 30 s; 45 s by default.
    p.emplace_back("session.timeout.ms", "15000");
    // The heartbeat tells of a rebalance, and while one member has not heard of it all others stand
    // still.
    p.emplace_back("heartbeat.interval.ms", "1000");
    p.emplace_back("enable.partition.eof", "true");
    // How soon a deleted topic, or new partitions, are noticed; 5 min by default.
    p.emplace_back("topic.metadata.refresh.interval.ms", "30000");
    Hooks hooks{.owner = this, .rebalance = &ConsumerLog::on_rebalance, .delivered = nullptr};
    auto client = Client::open(Kind::consumer, settings_, p, hooks);
    if (!client) return client.error();
    client_ = std::move(*client);
    rd_kafka_poll_set_consumer(rk());
    queue_ = rd_kafka_queue_get_consumer(rk());
    return Ok{};
  }

  Status join(AssignmentListener& listener) override {
    listener_ = &listener;
    PartitionList list(rd_kafka_topic_partition_list_new(1));
    rd_kafka_topic_partition_list_add(list.get(), topic().c_str(), RD_KAFKA_PARTITION_UA);
    if (const auto code = rd_kafka_subscribe(rk(), list.get())) {
      return translate(
          code, fmt::format("cannot join group '{}' on topic '{}'", settings_.group, topic()));
    }
    return Ok{};
  }

  Result<std::span<const Record>> poll(DurationMs wait, std::size_t max) override {
    batch_.release();
    if (fatal_) return replace();
    if (pending_) {
      Error e = std::move(*pending_);
      pending_.reset();
      return e;
    }
    if (moved_) {
      if (auto ok = assign(); !ok) return ok.error();
    }
    keep_fetching();
    // A batch call waits its whole time-out unless the batch is full. So wait for one record, then
    // take what is there. Rebalances are served inside these calls; with one record asked for, they
    // come before it.
    if (batch_.take(queue_, static_cast<int>(std::clamp<std::int64_t>(wait.ms, 0, 60'000)), 1) ==
            1 &&
        max > 1) {
      const int before = rebalances_;
      batch_.take(queue_, 0, max - 1);
      if (rebalances_ != before) {
        // Partitions changed hands inside the batch: what of it came before is no longer ours, and
        // the positions given for the new assignment stand. Fetch from them again.
        batch_.release();
        moved_ = !positions_.empty();
      }
    }
    count_ = 0;
    for (const auto* message : batch_.messages()) {
      if (auto ok = add(*message); !ok) {
        if (!pending_ || ok.error().action > pending_->action) pending_ = ok.error();
      }
    }
    if (count_ == 0 && fatal_) return replace();
    if (count_ == 0 && !pending_ && positions_.empty()) look_for_topic();
    if (count_ == 0 && pending_) {
      Error e = std::move(*pending_);
      pending_.reset();
      return e;
    }
    return std::span<const Record>(records_.data(), count_);
  }

  Status start(std::int32_t partition, std::int64_t offset) override {
    auto it = positions_.find(partition);
    if (it == positions_.end()) {
      return Error{fmt::format("cannot start '{}' partition {}: it is not assigned to this member",
                               topic(), partition),
                   Action::recover};
    }
    if (offset < 0) {
      return Error{
          fmt::format("cannot start '{}' partition {} at offset {}", topic(), partition, offset),
          Action::stop};
    }
    it->second = {.next = offset, .at_end = false};
    moved_ = true;
    return Ok{};
  }

  Result<CommittedOffset> committed(std::int32_t partition) override {
    PartitionList list(rd_kafka_topic_partition_list_new(1));
    rd_kafka_topic_partition_list_add(list.get(), topic().c_str(), partition);
    // Under read_committed this waits while a dead producer's transaction is open, so it must be
    // able to outlast one.
    const auto wait = static_cast<int>(settings_.transaction_timeout.ms + settings_.ask_timeout.ms);
    auto code = rd_kafka_committed(rk(), list.get(), wait);
    const auto& answer = list->elems[0];
    if (!code) code = answer.err;
    if (code) {
      return translate(
          code,
          fmt::format("cannot read the committed offset of group '{}' for '{}' partition {}",
                      settings_.group, topic(), partition),
          client_->last_words());
    }
    CommittedOffset out;
    if (answer.offset < 0) return out;
    out.offset = answer.offset;
    if (answer.metadata)
      out.metadata.assign(static_cast<const char*>(answer.metadata), answer.metadata_size);
    return out;
  }

  Result<LogRange> range(std::int32_t partition) override {
    return topic_range(*client_, topic(), partition);
  }
  std::optional<std::int64_t> known_end(std::int32_t partition) const override {
    std::int64_t low = 0, high = -1;
    if (rd_kafka_get_watermark_offsets(rk(), topic().c_str(), partition, &low, &high) || high < 0)
      return std::nullopt;
    return high;
  }
  bool at_end(std::int32_t partition) const override {
    auto it = positions_.find(partition);
    return it != positions_.end() && it->second.at_end;
  }
  Result<std::int32_t> partition_count() override { return topic_partitions(*client_, topic()); }

  void leave() override {
    batch_.release();
    count_ = 0;
    close();  // calls revoked() for what is still assigned
    positions_.clear();
  }

  GroupMetadata group_metadata() const override {
    return GroupMetadata(rd_kafka_consumer_group_metadata(rk()));
  }
  const std::string& input_topic() const override { return topic(); }

  /// See renew_consumer(): the next poll puts a new client in place.
  void renew() {
    fatal_ = Error{fmt::format("the consumer of '{}' does not move", topic()), Action::recover};
  }

 private:
  rd_kafka_t* rk() const { return client_->get(); }
  const std::string& topic() const { return settings_.topics.input; }

  static void on_rebalance(void* owner, int code, rd_kafka_topic_partition_list_t* list) {
    static_cast<ConsumerLog*>(owner)->rebalance(code, *list);
  }

  /// In this librdkafka a consumer can wait for ever to be closed, as after its broker was
  /// restarted again and again. All is committed by then: after some seconds it is left behind, and
  /// a process that was told to stop stops.
  void close() {
    const std::unique_ptr<rd_kafka_queue_t, decltype(&rd_kafka_queue_destroy)> closing(
        rd_kafka_queue_new(rk()), rd_kafka_queue_destroy);
    if (auto* refused = rd_kafka_consumer_close_queue(rk(), closing.get()))
      return rd_kafka_error_destroy(refused);  // one with a fatal error is as good as closed
    const auto end = std::chrono::steady_clock::now() + kCloseMax;
    while (!rd_kafka_consumer_closed(rk()) && std::chrono::steady_clock::now() < end) {
      auto* event = rd_kafka_queue_poll(closing.get(), 100);
      if (event == nullptr) continue;
      if (rd_kafka_event_type(event) == RD_KAFKA_EVENT_REBALANCE)
        rebalance(rd_kafka_event_error(event), *rd_kafka_event_topic_partition_list(event));
      rd_kafka_event_destroy(event);
    }
  }

  void rebalance(int code, const rd_kafka_topic_partition_list_t& list) {
    ++rebalances_;
    std::vector<std::int32_t> partitions;
    for (int i = 0; i < list.cnt; ++i) partitions.push_back(list.elems[i].partition);
    std::ranges::sort(partitions);
    if (code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
      positions_.clear();
      for (auto p : partitions) positions_[p] = {};
      listener_->assigned(partitions);
      if (auto ok = assign(); !ok) pending_ = ok.error();
      for (const auto& [p, position] : positions_) {
        if (position.next == kNotStarted && !pending_) {
          pending_ =
              Error{fmt::format("'{}' partition {} was assigned and not started", topic(), p),
                    Action::recover};
        }
      }
      return;
    }
    const bool lost = rd_kafka_assignment_lost(rk()) != 0;
    listener_->revoked(partitions, lost);
    positions_.clear();
    moved_ = false;
    rd_kafka_assign(rk(), nullptr);
  }

  // A consumer with a fatal error is of no more use: a new one joins in its place. A broker that
  // was away may know an older id of this member than the member itself, and a join that was tried
  // again takes the identity from the first try: however often brokers go away, that mends itself.
  // An identity that two processes share is lost again and again while they are there, and only an
  // operator can mend that.
  Error replace() {
    Error why = std::move(*fatal_);
    fatal_.reset();
    if (client_->disconnects() == 0) {
      const auto now = std::chrono::steady_clock::now();
      std::erase_if(replaced_, [&](auto at) { return now - at > std::chrono::minutes(1); });
      if (replaced_.size() >= kLostMax) {
        why.action = Action::stop;
        return why;
      }
      replaced_.push_back(now);
    }
    std::vector<std::int32_t> partitions;
    for (const auto& [partition, position] : positions_) partitions.push_back(partition);
    if (!partitions.empty()) listener_->revoked(partitions, true);
    positions_.clear();
    moved_ = false;
    pending_.reset();
    batch_.release();
    if (queue_) rd_kafka_queue_destroy(queue_);
    queue_ = nullptr;
    client_.reset();
    if (auto ok = open(); !ok) return ok.error();
    if (auto ok = join(*listener_); !ok) return ok.error();
    return Error{why.message + "; a new consumer joins in its place", Action::retry};
  }

  // Once the queue is full librdkafka does not look again for up to a second, unless its
  // connection to the broker has something else to do. So a question wakes it when half of the
  // queue is used up. Nothing is being fetched then: the answer does not wait for a fetch.
  void keep_fetching() {
    const std::size_t queued = rd_kafka_queue_length(queue_);
    // A batch may have been taken since the fetcher found it full.
    if (queued > kQueued / 2) {
      full_ = true;
      return;
    }
    if (!full_ || positions_.empty()) return;
    full_ = false;
    std::int64_t low = 0, high = 0;
    rd_kafka_query_watermark_offsets(rk(), topic().c_str(), positions_.begin()->first, &low, &high,
                                     kWakeMax);
  }

  // All start positions at once. Assigning again is a barrier: what was fetched for the old
  // positions is never seen.
  Status assign() {
    PartitionList list(rd_kafka_topic_partition_list_new(static_cast<int>(positions_.size())));
    for (auto& [partition, position] : positions_) {
      if (position.next == kNotStarted) continue;
      position.at_end = false;
      rd_kafka_topic_partition_list_add(list.get(), topic().c_str(), partition)->offset =
          position.next;
    }
    moved_ = false;
    if (const auto code = rd_kafka_assign(rk(), list.get())) {
      return translate(code, fmt::format("cannot assign partitions of '{}'", topic()), {},
                       Action::recover);
    }
    settle();
    return Ok{};
  }

  // To assign again while partitions of the assignment before are still stopping makes
  // librdkafka stop them twice, which ends the process (confluentinc/librdkafka#5573). It
  // happens when a rebalance was waiting while positions were moved, as after a broker's restart.
  // That they have stopped is reported through the queue that these questions go through: the first
  // is answered behind the stopping, the second behind its report.
  void settle() const {
    for (int i = 0; i < 3; ++i) {
      rd_kafka_topic_partition_list_t* list = nullptr;
      if (rd_kafka_assignment(rk(), &list) == RD_KAFKA_RESP_ERR_NO_ERROR)
        rd_kafka_topic_partition_list_destroy(list);
    }
  }

  Status add(const rd_kafka_message_t& message) {
    if (message.err && message.err != RD_KAFKA_RESP_ERR__PARTITION_EOF) return failure(message);
    auto it = positions_.find(message.partition);
    if (it == positions_.end() || it->second.next == kNotStarted)
      return Ok{};  // of an assignment that is over
    Position& position = it->second;
    // Gaps are normal (control records, aborted transactions, compaction); going back never is.
    if (message.offset < position.next) {
      return Error{
          fmt::format("'{}' partition {} went back from offset {} to {}: was the topic made anew?",
                      topic(), message.partition, position.next, message.offset),
          Action::recover};
    }
    position.at_end = message.err == RD_KAFKA_RESP_ERR__PARTITION_EOF;
    if (position.at_end) return Ok{};
    position.next = message.offset + 1;
    if (records_.size() == count_) records_.emplace_back();
    view(message, records_[count_++]);
    return Ok{};
  }

  // A topic that is deleted takes its partitions away without a word: whoever has none asks now and
  // then whether there still is one.
  void look_for_topic() {
    const auto now = std::chrono::steady_clock::now();
    if (now < next_look_) return;
    next_look_ = now + std::chrono::seconds(2);
    auto there = topic_partitions(*client_, topic());
    if (!there && there.error().action == Action::stop) pending_ = there.error();
  }

  Status failure(const rd_kafka_message_t& message) {
    auto code = message.err;
    // The client has left the group by itself and rejoins with this poll; revoked() tells the
    // owner.
    if (code == RD_KAFKA_RESP_ERR__MAX_POLL_EXCEEDED) return Ok{};
    if (code == RD_KAFKA_RESP_ERR__FATAL) {
      char text[512];
      const auto cause = rd_kafka_fatal_error(rk(), text, sizeof text);
      Error e = translate(cause, fmt::format("the consumer of '{}' cannot go on", topic()),
                          fmt::format(" ({})", text), Action::recover);
      fatal_ =
          std::move(e);  // dealt with after this batch: the client cannot be let go of within it
      return Ok{};
    }
    if (code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART ||
        code == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC) {
      // A broker that has just started may say so of a topic that it is about to learn of: believe
      // a second look.
      if (auto there = topic_partitions(*client_, topic());
          there || there.error().action != Action::stop) {
        return Error{fmt::format("topic '{}' was not to be found for a moment", topic()),
                     Action::retry};
      }
    }
    const char* said = rd_kafka_message_errstr(&message);
    const std::string where =
        message.partition >= 0 ? fmt::format(" partition {}", message.partition) : "";
    return translate(code, fmt::format("cannot read '{}'{}", topic(), where),
                     said ? fmt::format(" ({})", said) : client_->last_words());
  }

  Settings settings_;
  std::unique_ptr<Client> client_;
  rd_kafka_queue_t* queue_ = nullptr;
  AssignmentListener* listener_ = nullptr;

  struct Position {
    std::int64_t next = kNotStarted;  // the next offset expected, or a later one
    bool at_end = false;  // nothing has come since the broker said that this was the end
  };
  std::map<std::int32_t, Position> positions_;  // of every assigned partition
  bool full_ = false;                           // the queue was, and the fetcher may be asleep
  bool moved_ = false;  // positions were changed by start() and are not yet assigned
  int rebalances_ = 0;
  std::optional<Error> pending_;
  std::optional<Error> fatal_;  // the client must be replaced before anything else
  std::vector<std::chrono::steady_clock::time_point> replaced_;
  std::chrono::steady_clock::time_point next_look_ =
      std::chrono::steady_clock::now() + std::chrono::seconds(2);

  MessageBatch batch_;
  std::vector<Record> records_;  // the first count_ are the batch; the rest keep their memory
  std::size_t count_ = 0;
};

}  // namespace

void DestroyGroupMetadata::operator()(rd_kafka_consumer_group_metadata_s* metadata) const {
  if (metadata) rd_kafka_consumer_group_metadata_destroy(metadata);
}

Result<std::unique_ptr<EventLog>> make_event_log(const Settings& settings) {
  auto log = std::make_unique<ConsumerLog>(settings);
  if (auto ok = log->open(); !ok) return ok.error();
  return std::unique_ptr<EventLog>(std::move(log));
}

Status renew_consumer(EventLog& log) {
  auto* consumer = dynamic_cast<ConsumerLog*>(&log);
  if (!consumer) return Error{"only a Kafka consumer can be renewed", Action::stop};
  consumer->renew();
  return Ok{};
}

}  // namespace loopbreaker::kafka
