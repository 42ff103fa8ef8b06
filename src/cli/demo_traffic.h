// What the demo replays: generated and hand-written conversations with their labels, or a file
// without.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "loopbreaker/result.h"
#include "loopbreaker/types.h"
#include "workload/conversation.h"

namespace loopbreaker::cli {

struct DemoEvent {
  TimeMs time;  ///< event time; kNoTime when a line has none
  std::string key;
  std::string json;
  bool ends = false;  ///< ends its conversation
};

struct DemoTraffic {
  std::vector<DemoEvent> events;                  ///< in the order to send
  std::map<std::string, workload::Label> labels;  ///< by session; empty for a file
  std::size_t sessions = 0;
  bool cut = false;  ///< the file has more than was taken
};

DemoTraffic made_up_traffic(std::uint64_t seed);
/// At most `max` events of a file of canonical events.
Result<DemoTraffic> traffic_of_file(const std::string& path, std::size_t max);

}  // namespace loopbreaker::cli
