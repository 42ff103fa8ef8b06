// What the Kafka adapters need to know: where, as whom, and which topics. No librdkafka type leaves
// this folder.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "loopbreaker/ports.h"
#include "loopbreaker/result.h"
#include "loopbreaker/types.h"

namespace loopbreaker::kafka {

/// The topics' names on the cluster.
struct Names {
  std::string input = "conversation-events";
  std::string escalations = "escalations";
  std::string handoffs = "handoffs";
  std::string summaries = "session-summaries";
  std::string dead_letters = "dead-letters";
  std::string state = "session-state";

  const std::string& of(Topic) const;
  /// All six with `prefix` put before them.
  Names with_prefix(std::string_view prefix) const;
};

/// One worker's clients.
struct Settings {
  std::string brokers = "127.0.0.1:9092";  ///< bootstrap list, comma-separated host:port
  std::string group = "loopbreaker";
  std::string instance_id;  ///< group.instance.id; empty: a dynamic member
  std::string
      transactional_id;  ///< stable per worker slot, so that a restart fences its own past at once
  std::string client_id = "lb";    ///< short: it is part of every request
  DurationMs ask_timeout{10'000};  ///< how long one question to the cluster may take
  /// How long an open transaction of a dead worker may hold up readers.
  DurationMs transaction_timeout{15'000};
  /// Any librdkafka property, last word; those that would break the protocol are refused by
  /// validate().
  std::map<std::string, std::string> consumer, producer;
  Names topics;
};

/// Checks every value, and each passed-through property by name and value, without connecting to
/// anything.
Status validate(const Settings&);

}  // namespace loopbreaker::kafka
