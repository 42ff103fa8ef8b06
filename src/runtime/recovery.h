// From what is committed to a partition that can go on: the local store plus the tail of
// session-state, then the input.
#pragma once

#include <functional>
#include <memory>

#include "codec/progress.h"
#include "runtime/partition.h"

namespace loopbreaker::runtime {

enum class FirstStart : std::uint8_t { earliest, latest };

struct RecoverySettings {
  FirstStart first_start =
      FirstStart::earliest;     ///< where to begin when the group has never committed
  DurationMs patience{30'000};  ///< wait so long for the progress record that matches the offset
  /// Of any producer of the group: so long after it began, a transaction is over.
  DurationMs transaction_timeout{10'000};
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
  std::function<void()> alive;  ///< called now and then, however long it takes
};

struct Recovered {
  std::unique_ptr<Partition> partition;
  std::int64_t read_from = 0;
  std::string note;  ///< one line for the log: how it went
  /// The group's offset was older than what it had committed, and was put right.
  bool offset_mended = false;
};

/// What the group answers is our own commit, but not the last one: session-state holds a later one.
/// Both were committed in one transaction, so the group's coordinator has lost what came after; one
/// that began to serve before it had loaded its log does so until it is started again. An offset
/// that an operator has set has no metadata of ours.
bool is_older(const CommittedOffset& committed, const codec::Progress& progress);

/// Refuses (Action::stop) when what is committed does not fit together; never guesses. `since`: the
/// partition has been this worker's at least since then.
Result<Recovered> recover(std::int32_t partition, Workbench& bench, const RecoveryDoors& doors,
                          const RecoverySettings& settings, TimeMs since);

}  // namespace loopbreaker::runtime
