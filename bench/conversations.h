// The input of the benchmarks of the whole pipeline: recorded conversations where LOOPBREAKER_DATA
// points to them, generated ones otherwise.
#pragma once

#include <cstdlib>
#include <string>
#include <vector>

#include "cli/ndjson.h"
#include "workload/workload.h"

namespace loopbreaker::bench {

inline std::vector<std::string> read_conversations() {
  std::vector<std::string> lines;
  if (const char* data = std::getenv("LOOPBREAKER_DATA")) {
    auto reader = cli::NdjsonReader::open(std::string(data) + "/sessions/star.ndjson.gz");
    std::string_view line;
    while (reader && reader->next(line)) lines.emplace_back(line);
  }
  if (lines.empty()) {
    workload::WorkloadSettings settings;
    settings.sessions = 5'000;
    workload::Workload workload(settings);
    workload::WorkloadEvent event;
    while (workload.next(event)) lines.emplace_back(event.json);
  }
  return lines;
}

/// Events, one JSON text each.
inline const std::vector<std::string>& conversations() {
  static const std::vector<std::string> all = read_conversations();
  return all;
}

}  // namespace loopbreaker::bench
