// Plain read-committed reader over all partitions of several topics: for `tail`, checks and tests.
// Joins no group.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "kafka/settings.h"
#include "loopbreaker/ports.h"
#include "loopbreaker/result.h"
#include "loopbreaker/types.h"

namespace loopbreaker::kafka {

/// One record with bytes of its own.
struct TopicRecord {
  std::string topic;
  std::int32_t partition = 0;
  std::int64_t offset = 0;
  TimeMs timestamp = kNoTime;
  std::optional<std::string> key;
  std::optional<std::string> value;  ///< nullopt: tombstone
  std::vector<std::pair<std::string, std::string>> headers;
};

enum class ReadFrom { beginning, end };

class TopicReader {
 public:
  virtual ~TopicReader() = default;
  /// The next record of any partition, in order within its partition; nullopt when none came within
  /// `wait`.
  virtual Result<std::optional<TopicRecord>> next(DurationMs wait) = 0;
  /// Everything that could be read when the reader was opened has been returned.
  virtual bool at_end() const = 0;
};

/// Reads `topics` (names as on the cluster). Uses: brokers, client_id, consumer. Fails when a topic
/// does not exist.
Result<std::unique_ptr<TopicReader>> open_topic_reader(const Settings&,
                                                       const std::vector<std::string>& topics,
                                                       ReadFrom from);
/// One partition from an offset on.
Result<std::unique_ptr<TopicReader>> open_partition_reader(const Settings&,
                                                           const std::string& topic,
                                                           std::int32_t partition,
                                                           std::int64_t offset);

/// The first offset of a partition whose record is of that time or later; its end when there is
/// none.
Result<std::int64_t> offset_of_time(const Settings&, const std::string& topic,
                                    std::int32_t partition, TimeMs time);
/// First offset that can be read, and where a read-committed reader ends.
Result<LogRange> partition_range(const Settings&, const std::string& topic, std::int32_t partition);

}  // namespace loopbreaker::kafka
