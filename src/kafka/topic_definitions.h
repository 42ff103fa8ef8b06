// The topics as they are meant to be: topics/*.toml, compiled in.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "kafka/settings.h"
#include "loopbreaker/result.h"

namespace loopbreaker::kafka {

struct TopicDefinition {
  std::string name;  ///< default name, without prefix; also that of its file
  std::string description;
  std::string key;     ///< what the record key is
  std::string value;   ///< what the record value is
  std::string schema;  ///< JSON Schema file beside it; empty: not JSON
  std::int32_t partitions = 0;
  std::map<std::string, std::string> config;  ///< topic properties to create it with
};

/// In the order: input, escalations, handoffs, summaries, dead letters, state.
Result<std::vector<TopicDefinition>> topic_definitions();

/// The name that the definition's topic has on this cluster. REQUIRES: a definition from
/// topic_definitions().
const std::string& cluster_name(const TopicDefinition&, const Names&);

}  // namespace loopbreaker::kafka
