// The flags of every command that only reads from or writes to Kafka, and the settings they come
// to.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "cli/config.h"
#include "kafka/settings.h"
#include "loopbreaker/result.h"

namespace loopbreaker::cli {

struct ClusterFlags {
  ConfigArguments arguments;
  std::string brokers, topic_prefix;  ///< empty: from the configuration
};

/// Adds --brokers, --topic-prefix, --config and --set. `flags` must outlive the parse.
void add_cluster_flags(CLI::App& app, ClusterFlags& flags);

/// What a configuration says about the cluster; identities are the caller's.
kafka::Settings client_settings(const Config& config);

/// The configuration as `run` would have it, so that one file and one environment serve all
/// commands.
Result<Config> cluster_config(const ClusterFlags& flags);
Result<kafka::Settings> cluster_settings(const ClusterFlags& flags);

}  // namespace loopbreaker::cli
