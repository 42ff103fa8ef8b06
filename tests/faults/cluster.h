// What an operator, or bad luck, does to a cluster. Straight through librdkafka: nothing here is
// the product's code, so that what it says is independent of what is tested.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace loopbreaker::testing {

/// A partition's offsets: where it begins, what a read-committed reader sees, where it ends.
struct Ends {
  std::int64_t start = 0, stable = 0, end = 0;
};

/// Every function throws std::runtime_error when the cluster does not do as asked.
class Cluster {
 public:
  explicit Cluster(std::string brokers);
  ~Cluster();

  Ends ends(const std::string& topic, int partition);
  /// Committed offsets of a group, -1 where there is none.
  std::vector<std::int64_t> committed(const std::string& group, const std::string& topic,
                                      int partitions);

  void delete_records(const std::string& topic, int partition, std::int64_t before);
  void raise_partitions(const std::string& topic, int partitions);
  /// All of the topic's configuration; what is not named goes back to the broker's defaults.
  void configure(const std::string& topic, const std::map<std::string, std::string>& config);
  /// As `kafka-consumer-groups --reset-offsets` does; the group must be empty.
  void set_offset(const std::string& group, const std::string& topic, int partition,
                  std::int64_t offset, const std::string& metadata = {});
  /// Waits for the members to be gone.
  void delete_group(const std::string& group);

  /// The broker's process, when it is one that ./dev started here; without one the test is skipped.
  bool owns_broker() const;
  void signal_broker(int signal);
  void stop_broker(int signal);  ///< and waits until it is gone
  void start_broker();           ///< and waits until it answers
  /// Since its last start it has opened a coordinator before that was loaded: see README.md.
  bool opened_too_early() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace loopbreaker::testing
