// Internal: what the producer must know of the consumer whose offsets it commits.
#pragma once

#include <memory>
#include <string>

struct rd_kafka_consumer_group_metadata_s;

namespace loopbreaker::kafka {

struct DestroyGroupMetadata {
  void operator()(rd_kafka_consumer_group_metadata_s*) const;
};
using GroupMetadata = std::unique_ptr<rd_kafka_consumer_group_metadata_s, DestroyGroupMetadata>;

/// The EventLog of this folder is one.
class GroupMember {
 public:
  virtual ~GroupMember() = default;
  /// Member, generation and instance as of now: with them the broker refuses the offsets of a
  /// zombie.
  virtual GroupMetadata group_metadata() const = 0;
  virtual const std::string& input_topic() const = 0;
};

}  // namespace loopbreaker::kafka
