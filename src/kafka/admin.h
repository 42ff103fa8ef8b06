// Asking and changing the cluster: topics and their configuration.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "kafka/settings.h"
#include "loopbreaker/result.h"

namespace loopbreaker::kafka {

struct NewTopic {
  std::string name;
  std::int32_t partitions = 1;
  std::int32_t replication = 1;  ///< -1: the broker's default
  std::map<std::string, std::string> config;
};

struct TopicState {
  std::string name;
  std::int32_t partitions = 0;
  std::int32_t replication = 0;
  std::map<std::string, std::string> config;  ///< effective, defaults included
};

class Admin {
 public:
  virtual ~Admin() = default;
  /// True when made, false when a topic of that name was there already (its settings are not looked
  /// at).
  virtual Result<bool> create(const NewTopic&) = 0;
  /// nullopt: no such topic.
  virtual Result<std::optional<TopicState>> describe(const std::string& topic) = 0;
  /// -1: no such topic. Cheaper than describe().
  virtual Result<std::int32_t> partition_count(const std::string& topic) = 0;
  virtual Result<std::vector<std::string>> topics() = 0;
  /// What the cluster calls itself; empty where it has no name, as mock brokers.
  virtual Result<std::string> cluster_id() = 0;
  virtual Status remove(const std::string& topic) = 0;
  /// Members that the group's coordinator counts now; 0 for a group nobody knows.
  virtual Result<int> group_members(const std::string& group) = 0;
};

/// Uses: brokers, client_id, producer (for the security properties).
Result<std::unique_ptr<Admin>> make_admin(const Settings&);

}  // namespace loopbreaker::kafka
