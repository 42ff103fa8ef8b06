// What all measurements on a cluster are told, and what all say of the machine.
#pragma once

#include <CLI/CLI.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/cluster_flags.h"
#include "loopbreaker/result.h"

namespace loopbreaker::cli {

struct BenchFlags {
  ClusterFlags cluster;
  std::vector<std::string> files, only, run;
  std::string prefix, log_dir, out;
  int partitions = 4, replication = -1;

  bool wants(std::string_view part) const;
  /// An error when --only names a part that is not one of `all`, which ascend.
  Status check_parts(std::span<const std::string_view> all) const;
};

/// Adds --partitions, --replication, --prefix, --run and --log-dir. `flags` must outlive the parse.
void add_topic_flags(CLI::App& app, BenchFlags& flags);

/// Of the last minute, as the system says it.
std::string load_average();

}  // namespace loopbreaker::cli
