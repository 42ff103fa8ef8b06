// From what is committed to a partition that can go on: the local store plus the tail of
// session-state, then the input.
#pragma once

#include <functional>
#include <memory>

#include "runtime/partition.h"

namespace loopbreaker::runtime {

enum class FirstStart : std::uint8_t { earliest, latest };

struct RecoverySettings {
  FirstStart first_start =
      FirstStart::earliest;     ///< where to begin when the group has never committed
  DurationMs patience{30'000};  ///< wait so long for the progress record that matches the offset
  DurationMs store_age_max{
      12 * 3'600'000};  ///< an older local store is dropped: half of delete.retention.ms
  std::string group, input_topic, state_topic;  ///< named in messages
};

struct RecoveryDoors {
  EventLog& events;
  OutputLog& outputs;
  StateLog& state;
  StateStore& store;
  WallClock& clock;
  std::function<void(DurationMs)> sleep;
};

struct Recovered {
  std::unique_ptr<Partition> partition;
  std::int64_t read_from = 0;
  std::string note;  ///< one line for the log: how it went
};

/// Refuses (Action::stop) when what is committed does not fit together; never guesses.
Result<Recovered> recover(std::int32_t partition, Workbench& bench, const RecoveryDoors& doors,
                          const RecoverySettings& settings);

}  // namespace loopbreaker::runtime
