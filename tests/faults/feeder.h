// Conversations into the input topic at a steady pace, from a thread of its own, whatever happens
// to the broker meanwhile. What it had to send twice is in the topic twice: an event with its id is
// folded once.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "loopbreaker/types.h"

namespace loopbreaker::testing {

struct FeederSettings {
  std::string brokers, topic;
  std::uint64_t seed = 1;
  double events_per_second = 3'000;  ///< 0: as fast as it goes
  std::uint64_t events = 0;          ///< 0: until stop()
  std::uint64_t sessions = 0;        ///< 0: without end
  std::uint64_t skip = 0;            ///< begins behind so many events of its conversations
  std::uint64_t poison_every = 0;    ///< one record in so many is of no use; 0: none
  DurationMs later{0};               ///< event times begin so much after those of others
  int partition = -1;                ///< -1: by the key
  std::string id_prefix = "chat";
};

class Feeder {
 public:
  explicit Feeder(FeederSettings settings);
  ~Feeder();  ///< stops

  void stop();  ///< and waits until everything is acknowledged
  void wait();  ///< until all `events` are sent and acknowledged
  std::uint64_t sent() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// One event of a conversation, as JSON, and its session id.
struct Spoken {
  std::string key, json;
  TimeMs time;
};

/// Sends what `next` gives until it gives nothing. `transactions`: the sizes of transactions to
/// write in, every third of them aborted; 0: without.
std::uint64_t send_all(const std::string& brokers, const std::string& topic,
                       const std::function<std::optional<Spoken>()>& next,
                       std::size_t transactions = 0);

}  // namespace loopbreaker::testing
