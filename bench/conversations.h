// The input of the benchmarks of the whole pipeline: recorded conversations where LOOPBREAKER_DATA
// points to them, generated ones otherwise.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "cli/event_head.h"
#include "cli/ndjson.h"
#include "codec/rfc3339.h"
#include "runtime/partition.h"
#include "workload/workload.h"

namespace loopbreaker::bench {

/// A record as it comes from Kafka: the key is the session's id.
struct Recorded {
  std::string key, value;
  Record record(std::int64_t offset) const {
    Record r;
    r.position = {0, offset};
    r.key = key;
    r.value = value;
    return r;
  }
};

inline std::vector<Recorded> read_conversations() {
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
  std::vector<Recorded> all;
  cli::HeadReader heads;
  for (std::string& line : lines) {
    std::string key(heads.read(line).session_id);
    all.push_back({std::move(key), std::move(line)});
  }
  return all;
}

inline const std::vector<Recorded>& conversations() {
  static const std::vector<Recorded> all = read_conversations();
  return all;
}

/// The same conversations, all of them going on at once: first the first event of each, then the
/// second of each, four milliseconds apart.
inline std::vector<Recorded> read_all_open() {
  std::unordered_map<std::string_view, std::size_t> seen;
  std::vector<std::pair<std::size_t, const Recorded*>> order;
  for (const Recorded& r : conversations()) order.emplace_back(seen[r.key]++, &r);
  std::ranges::stable_sort(order, {}, &std::pair<std::size_t, const Recorded*>::first);
  std::vector<Recorded> all;
  TimeMs time{1'767'225'600'000};
  for (const auto& [number, recorded] : order) {
    all.push_back(*recorded);
    std::string& value = all.back().value;
    static constexpr std::string_view kName = "\"time\"";
    const std::size_t name = value.find(kName);
    const std::size_t begin = value.find('"', name + kName.size()) + 1;
    if (name == std::string::npos || begin == 0) continue;
    value.replace(begin, value.find('"', begin) - begin, codec::format_rfc3339(time).view());
    time = time + DurationMs{4};
  }
  return all;
}

inline const std::vector<Recorded>& all_open() {
  static const std::vector<Recorded> all = read_all_open();
  return all;
}

/// Takes all records as the worker takes a batch: `taken()` after each.
template <class Taken>
void consume_all(runtime::Partition& partition, const std::vector<Recorded>& all, Taken taken) {
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (std::size_t n = runtime::Partition::kPrefetchSteps; n > 0; --n)
      if (i + n < all.size()) partition.prefetch(all[i + n].record(0), static_cast<int>(n));
    if (!partition.consume(all[i].record(static_cast<std::int64_t>(i)))) std::abort();
    taken();
  }
}

}  // namespace loopbreaker::bench
