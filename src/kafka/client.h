// Internal: one librdkafka handle with its configuration, last words and callbacks. Declares
// librdkafka's structs only by name, so that its header stays in the .cc files of this folder.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kafka/settings.h"
#include "loopbreaker/result.h"

struct rd_kafka_s;
struct rd_kafka_message_s;
struct rd_kafka_topic_partition_list_s;

namespace loopbreaker::kafka {

using Properties = std::vector<std::pair<std::string, std::string>>;

enum class Kind { producer, consumer };

/// What a client tells its owner. The functions are called on the thread that polls.
struct Hooks {
  void* owner = nullptr;
  void (*rebalance)(void* owner, int code, rd_kafka_topic_partition_list_s* partitions) = nullptr;
  void (*delivered)(void* owner, const rd_kafka_message_s*) = nullptr;
};

class Client {
 public:
  /// `ours` first, then over it what the settings pass through for this kind.
  static Result<std::unique_ptr<Client>> open(Kind, const Settings&, const Properties& ours,
                                              Hooks hooks = {});
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  rd_kafka_s* get() const { return handle_; }
  /// How long one question to the cluster may take.
  int ask_ms() const { return ask_ms_; }

  /// The latest failure the client logged, as " (...)", or nothing. Says why a call timed out.
  std::string last_words() const;
  /// How often the connection to a broker was lost so far.
  int disconnects() const;

 private:
  struct Notes;  // what callbacks write; may outlive the client

  Client(Hooks hooks, int ask_ms);

  int ask_ms_;
  std::shared_ptr<Notes> notes_;
  rd_kafka_s* handle_ = nullptr;
};

/// What every client of a kind gets: brokers, name, network behaviour.
Properties common_properties(const Settings&);
/// Of a consumer that loses nothing and sees only what is committed.
Properties reading_properties(const Settings&);

/// A librdkafka error code in words, with what to do about it. `doing` is a sentence without full
/// stop, e.g. "cannot read topic 'x'"; `other` is for codes that say nothing about what would help.
Error translate(int code, std::string_view doing, std::string_view detail = {},
                Action other = Action::retry);

/// Partition count of a topic, asked from the cluster now. A missing topic is Action::stop.
Result<std::int32_t> topic_partitions(const Client&, const std::string& topic);

/// Low watermark and what a read-committed reader sees as the end.
Result<LogRange> topic_range(const Client&, const std::string& topic, std::int32_t partition);

}  // namespace loopbreaker::kafka
