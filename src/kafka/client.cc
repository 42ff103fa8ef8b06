// Makes librdkafka handles and turns their errors into words.
#include "kafka/client.h"

#include <fmt/format.h>
#include <librdkafka/rdkafka.h>
#include <syslog.h>

#include <atomic>
#include <chrono>
#include <future>
#include <mutex>
#include <thread>

#include "kafka/log.h"
#include "kafka/spinning.h"

namespace loopbreaker::kafka {
namespace {

constexpr auto kDestroyMax = std::chrono::seconds(3);

/// Never destroyed: clients that were left behind may log to the very end of the process.
struct Sink {
  std::mutex mutex;
  std::function<void(std::string_view)> write;
};
Sink& sink() {
  static Sink* const one = new Sink;
  return *one;
}

}  // namespace

struct Client::Notes {
  explicit Notes(Hooks h) : hooks(h) {}

  void note(std::string line) {
    std::lock_guard lock(mutex);
    last_words = std::move(line);
  }

  static void on_log(const rd_kafka_t* rk, int level, const char* facility, const char* text) {
    auto* notes = static_cast<Notes*>(rd_kafka_opaque(rk));
    // A connection that fails is an error to librdkafka at once, and often passes: keep it, it may
    // explain a time-out.
    if (notes && level <= LOG_ERR) notes->note(text);
    std::lock_guard lock(sink().mutex);
    if (sink().write) sink().write(fmt::format("kafka: {}: {}", facility, text));
  }

  static void on_error(rd_kafka_t*, int code, const char* reason, void* opaque) {
    auto* notes = static_cast<Notes*>(opaque);
    if (code == RD_KAFKA_RESP_ERR__TRANSPORT || code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN)
      ++notes->disconnects;
    notes->note(reason);
  }

  static void on_rebalance(rd_kafka_t*, rd_kafka_resp_err_t code,
                           rd_kafka_topic_partition_list_t* partitions, void* opaque) {
    const Hooks& hooks = static_cast<Notes*>(opaque)->hooks;
    hooks.rebalance(hooks.owner, code, partitions);
  }

  static void on_delivered(rd_kafka_t*, const rd_kafka_message_t* message, void* opaque) {
    const Hooks& hooks = static_cast<Notes*>(opaque)->hooks;
    hooks.delivered(hooks.owner, message);
  }

  const Hooks hooks;
  std::mutex mutex;
  std::string last_words;
  std::atomic<int> disconnects{0};
};

void set_log_sink(std::function<void(std::string_view line)> s) {
  std::lock_guard lock(sink().mutex);
  sink().write = std::move(s);
}

Result<std::unique_ptr<Client>> Client::open(Kind kind, const Settings& settings,
                                             const Properties& ours, Hooks hooks) {
  const bool consumes = kind == Kind::consumer;
  const std::string_view section = consumes ? "kafka.consumer" : "kafka.producer";
  const auto& theirs = consumes ? settings.consumer : settings.producer;
  char text[512];
  std::unique_ptr<rd_kafka_conf_t, decltype(&rd_kafka_conf_destroy)> conf(rd_kafka_conf_new(),
                                                                          rd_kafka_conf_destroy);
  for (const auto& [name, value] : ours) {
    if (rd_kafka_conf_set(conf.get(), name.c_str(), value.c_str(), text, sizeof text) !=
        RD_KAFKA_CONF_OK) {
      return Error{fmt::format("librdkafka does not take {}={}: {}", name, value, text),
                   Action::stop};
    }
  }
  for (const auto& [name, value] : theirs) {
    if (rd_kafka_conf_set(conf.get(), name.c_str(), value.c_str(), text, sizeof text) !=
        RD_KAFKA_CONF_OK) {
      return Error{
          fmt::format(
              "[{}] {} = \"{}\" is not accepted: {}; librdkafka's CONFIGURATION.md lists what is",
              section, name, value, text),
          Action::stop};
    }
  }
  std::unique_ptr<Client> client(new Client(hooks, static_cast<int>(settings.ask_timeout.ms)));
  rd_kafka_conf_set_opaque(conf.get(), client->notes_.get());
  rd_kafka_conf_set_log_cb(conf.get(), Notes::on_log);
  rd_kafka_conf_set_error_cb(conf.get(), Notes::on_error);
  if (hooks.rebalance) rd_kafka_conf_set_rebalance_cb(conf.get(), Notes::on_rebalance);
  if (hooks.delivered) rd_kafka_conf_set_dr_msg_cb(conf.get(), Notes::on_delivered);
  nap_instead_of_spinning(conf.get());
  client->handle_ =
      rd_kafka_new(consumes ? RD_KAFKA_CONSUMER : RD_KAFKA_PRODUCER, conf.get(), text, sizeof text);
  if (!client->handle_) {
    return Error{fmt::format("[{}] cannot make a Kafka client: {}", section, text), Action::stop};
  }
  conf.release();  // the handle owns it now
  return client;
}

Client::Client(Hooks hooks, int ask_ms) : ask_ms_(ask_ms), notes_(std::make_shared<Notes>(hooks)) {}

Client::~Client() {
  if (!handle_) return;
  // In this librdkafka a handle can wait for ever to be destroyed, as when a topic was deleted
  // while it was read from. A process that must end, or make a new client, cannot wait with it:
  // after some seconds the handle is left behind.
  auto ended = std::make_shared<std::promise<void>>();
  auto wait = ended->get_future();
  std::thread([handle = handle_, notes = notes_, ended] {
    // Owners that must leave a group have done so; without this flag a forgotten close would call
    // back into them.
    rd_kafka_destroy_flags(handle, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
    ended->set_value();
  }).detach();
  wait.wait_for(kDestroyMax);
}

std::string Client::last_words() const {
  std::lock_guard lock(notes_->mutex);
  return notes_->last_words.empty() ? "" : " (" + notes_->last_words + ")";
}

int Client::disconnects() const { return notes_->disconnects; }

Properties common_properties(const Settings& s) {
  return {
      {"bootstrap.servers", s.brokers}, {"client.id", s.client_id},           {"log_level", "5"},
      {"socket.nagle.disable", "true"},  // small requests must not wait for each other
      {"reconnect.backoff.ms", "50"},   {"reconnect.backoff.max.ms", "1000"},  // 10 s by default: a
                                                                               // restarted broker
                                                                               // should be found at
                                                                               // once

  };
}

Properties reading_properties(const Settings& s) {
  Properties p = common_properties(s);
  p.insert(p.end(),
           {
               {"enable.auto.commit", "false"},
               {"enable.auto.offset.store", "false"},
               {"auto.offset.reset",
                "error"},  // a position that is gone is for an operator to decide about
               {"isolation.level", "read_committed"},
               {"check.crcs", "true"},  // off by default: a flipped bit would be folded
               // The fetcher sleeps up to 1 s once either bound is passed: it must take longer than
               // that to use up a full queue, or someone wakes it (ConsumerLog::keep_fetching).
               {"queued.min.messages", "500000"},
               {"queued.max.messages.kbytes", "131072"},
               {"fetch.wait.max.ms",
                "50"},  // also how long a new start position may wait for the fetch under way
               {"fetch.error.backoff.ms", "100"},
           });
  return p;
}

Error translate(int code, std::string_view doing, std::string_view detail, Action other) {
  const auto err = static_cast<rd_kafka_resp_err_t>(code);
  const std::string_view said = rd_kafka_err2str(err);
  auto error = [&](Action action, std::string_view what_to_do) {
    return Error{fmt::format("{}: {}{}{}{}", doing, said, detail, what_to_do.empty() ? "" : "; ",
                             what_to_do),
                 action};
  };
  switch (err) {
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
    case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
    case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
      return error(Action::stop,
                   "make the topics with 'loopbreaker topics create', or mend their names");
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED:
      return error(Action::stop, "give this client's principal the right to do so");
    case RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED:
    case RD_KAFKA_RESP_ERR__AUTHENTICATION:
    case RD_KAFKA_RESP_ERR__SSL:
      return error(Action::stop,
                   "check the security properties in [kafka.consumer] and [kafka.producer]");
    case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
    case RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE:
      return error(Action::stop,
                   "raise the topic's max.message.bytes to 1048588 or more, or lower "
                   "message.max.bytes in [kafka.producer]");
    case RD_KAFKA_RESP_ERR_INVALID_TRANSACTION_TIMEOUT:
      return error(Action::stop,
                   "lower kafka.transaction_timeout to the broker's transaction.max.timeout.ms");
    case RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID:
      return error(Action::stop,
                   "another process uses the same identity: was the state directory copied? Give "
                   "each its own");
    case RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
    case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
      return error(Action::stop,
                   "the position is no longer in the log: retention has removed it, or the topic "
                   "was made anew");
    case RD_KAFKA_RESP_ERR_INCONSISTENT_GROUP_PROTOCOL:
      return error(
          Action::stop,
          "other members of the group use another assignment strategy: use a group of its own");
    case RD_KAFKA_RESP_ERR_INVALID_RECORD:
    case RD_KAFKA_RESP_ERR_POLICY_VIOLATION:
    case RD_KAFKA_RESP_ERR_INVALID_CONFIG:
    case RD_KAFKA_RESP_ERR_UNSUPPORTED_VERSION:
    case RD_KAFKA_RESP_ERR_INVALID_SESSION_TIMEOUT:
    case RD_KAFKA_RESP_ERR_GROUP_MAX_SIZE_REACHED:
    case RD_KAFKA_RESP_ERR_INVALID_REPLICATION_FACTOR:
    case RD_KAFKA_RESP_ERR_INVALID_PARTITIONS:
    case RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION:
      return error(Action::stop, "");
    case RD_KAFKA_RESP_ERR__TRANSPORT:
    case RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN:
    case RD_KAFKA_RESP_ERR__RESOLVE:
    case RD_KAFKA_RESP_ERR__TIMED_OUT:
    case RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE:
    case RD_KAFKA_RESP_ERR__WAIT_COORD:
      return error(other, "is the broker up, and kafka.brokers right?");
    case RD_KAFKA_RESP_ERR__FATAL:
    case RD_KAFKA_RESP_ERR__FENCED:
    case RD_KAFKA_RESP_ERR__STATE:
    case RD_KAFKA_RESP_ERR__INCONSISTENT:
    case RD_KAFKA_RESP_ERR__MAX_POLL_EXCEEDED:
    case RD_KAFKA_RESP_ERR_PRODUCER_FENCED:
    case RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH:
    case RD_KAFKA_RESP_ERR_UNKNOWN_PRODUCER_ID:
    case RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER:
    case RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION:
    case RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID:
    case RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS:
      return error(Action::recover, "");
    default:
      return error(other, "");
  }
}

Result<std::int32_t> topic_partitions(const Client& client, const std::string& topic) {
  std::unique_ptr<rd_kafka_topic_t, decltype(&rd_kafka_topic_destroy)> handle(
      rd_kafka_topic_new(client.get(), topic.c_str(), nullptr), rd_kafka_topic_destroy);
  const std::string doing = fmt::format("cannot look up topic '{}'", topic);
  if (!handle) return translate(rd_kafka_last_error(), doing);
  const rd_kafka_metadata_t* metadata = nullptr;
  const auto code = rd_kafka_metadata(client.get(), 0, handle.get(), &metadata, client.ask_ms());
  if (code) return translate(code, doing, client.last_words());
  std::unique_ptr<const rd_kafka_metadata_t, decltype(&rd_kafka_metadata_destroy)> owner(
      metadata, rd_kafka_metadata_destroy);
  if (metadata->topic_cnt != 1) return translate(RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC, doing);
  if (metadata->topics[0].err) return translate(metadata->topics[0].err, doing);
  return static_cast<std::int32_t>(metadata->topics[0].partition_cnt);
}

Result<LogRange> topic_range(const Client& client, const std::string& topic,
                             std::int32_t partition) {
  LogRange range;
  const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(client.ask_ms());
  while (true) {
    // Under read_committed the upper one is the last stable offset: what is behind an open
    // transaction is not counted.
    const auto code = rd_kafka_query_watermark_offsets(client.get(), topic.c_str(), partition,
                                                       &range.start, &range.end, client.ask_ms());
    if (!code) return range;
    // A leader that has just been chosen, as for a new topic, does not know it yet.
    // And a busy client's list of topics may be renewed just now.
    const bool passing = code == RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION ||
                         code == RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE ||
                         code == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION;
    if (passing && std::chrono::steady_clock::now() < until) {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
      continue;
    }
    return translate(code,
                     fmt::format("cannot ask for the range of '{}' partition {}", topic, partition),
                     client.last_words());
  }
}

}  // namespace loopbreaker::kafka
