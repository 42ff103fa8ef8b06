// librdkafka's mock brokers inside this process, for the demo and for error paths. They throw away
// transactional offsets, show aborted records and never fence: nothing about exactly-once can be
// shown with them. Nor do they answer what admin.h asks.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "loopbreaker/result.h"

namespace loopbreaker::kafka {

class MockCluster {
 public:
  virtual ~MockCluster() = default;
  /// For Settings::brokers.
  virtual std::string brokers() const = 0;
  virtual Status create_topic(const std::string& topic, std::int32_t partitions) = 0;
};

/// Runs until destroyed. REQUIRES: it outlives its clients.
Result<std::unique_ptr<MockCluster>> start_mock_cluster(int brokers = 1);

}  // namespace loopbreaker::kafka
