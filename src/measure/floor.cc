#include "measure/floor.h"

#include <sys/resource.h>

#include <atomic>
#include <limits>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include "codec/event_json.h"
#include "kafka/event_log.h"
#include "measure/probe.h"

namespace loopbreaker::measure {
namespace {

struct Shared {
  std::atomic<std::uint64_t> read{0}, refused{0};
  std::mutex mutex;
  std::map<std::int32_t, std::int64_t> next;  ///< offset by partition
  std::int64_t first_us = std::numeric_limits<std::int64_t>::max(), last_us = 0;
  Status status = Ok{};
};

/// Begins where another consumer of the group stopped.
class InTurn final : public AssignmentListener {
 public:
  InTurn(EventLog& log, Shared& shared) : log_(log), shared_(shared) {}
  void assigned(std::span<const std::int32_t> partitions) override {
    const std::lock_guard lock(shared_.mutex);
    for (const std::int32_t partition : partitions)
      (void)log_.start(partition, shared_.next[partition]);
  }
  void revoked(std::span<const std::int32_t>, bool) override {}

 private:
  EventLog& log_;
  Shared& shared_;
};

Status consume(const kafka::Settings& settings, std::uint64_t events, bool parse, Shared& shared) {
  auto log = kafka::make_event_log(settings);
  if (!log) return log.error();
  InTurn listener(**log, shared);
  if (Status joined = (*log)->join(listener); !joined) return joined;
  codec::EventDecoder decoder(codec::DecodeSettings{});
  std::int64_t first_us = 0, last_us = 0;
  while (shared.read < events) {
    auto records = (*log)->poll({50}, 4096);
    if (!records) return records.error();
    if (records->empty()) continue;
    last_us = wall_us();
    if (first_us == 0) first_us = last_us;
    if (parse) {
      for (const Record& record : *records)
        if (std::holds_alternative<codec::DecodeFailure>(decoder.decode(record))) ++shared.refused;
      last_us = wall_us();
    }
    const std::lock_guard lock(shared.mutex);
    for (const Record& record : *records)
      shared.next[record.position.partition] = record.position.offset + 1;
    shared.read += records->size();
  }
  (*log)->leave();
  const std::lock_guard lock(shared.mutex);
  if (first_us != 0) shared.first_us = std::min(shared.first_us, first_us);
  shared.last_us = std::max(shared.last_us, last_us);
  return Ok{};
}

double cpu_seconds() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

}  // namespace

Result<Floor> measure_floor(const kafka::Settings& settings, std::uint64_t events, int consumers,
                            bool parse) {
  Shared shared;
  const double cpu = cpu_seconds();
  std::vector<std::thread> threads;
  for (int i = 0; i < consumers; ++i) {
    threads.emplace_back([&] {
      Status status = consume(settings, events, parse, shared);
      if (status) return;
      const std::lock_guard lock(shared.mutex);
      shared.status = status;
      shared.read = events;
    });
  }
  for (std::thread& thread : threads) thread.join();
  if (!shared.status) return shared.status.error();
  if (shared.refused > 0)
    return Error{"some of the records are no events: was the topic filled by something else?"};
  Floor floor;
  floor.events = events;
  floor.seconds = static_cast<double>(shared.last_us - shared.first_us) / 1e6;
  floor.cpu_seconds = cpu_seconds() - cpu;
  return floor;
}

}  // namespace loopbreaker::measure
