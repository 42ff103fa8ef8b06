#include "cli/bench_flags.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>

namespace loopbreaker::cli {

bool BenchFlags::wants(std::string_view part) const {
  return only.empty() || std::ranges::find(only, part) != only.end();
}

Status BenchFlags::check_parts(std::span<const std::string_view> all) const {
  for (const std::string& part : only)
    if (std::ranges::find(all, part) == all.end())
      return Error{fmt::format("--only {}: there are {}", part, fmt::join(all, ", "))};
  return Ok{};
}

void add_topic_flags(CLI::App& app, BenchFlags& flags) {
  app.add_option("--partitions", flags.partitions, "Of each topic that is made")
      ->capture_default_str();
  app.add_option("--replication", flags.replication,
                 "Of each topic that is made; -1: the broker's default")
      ->capture_default_str();
  app.add_option("--prefix", flags.prefix, "Of the names of all topics that are made");
  app.add_option("--run", flags.run, "A further argument of `loopbreaker run`; may be repeated");
  app.add_option("--log-dir", flags.log_dir,
                 "The broker's log directory, if it is on this machine: bytes on its disk");
}

std::string load_average() {
  std::ifstream file("/proc/loadavg");
  std::string one;
  file >> one;
  return one;
}

}  // namespace loopbreaker::cli
