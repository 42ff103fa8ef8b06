// The doors to the outside: the log the events come from, the log the answers go to, the local store.
// Each has a real implementation and an in-memory twin.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "loopbreaker/result.h"
#include "loopbreaker/types.h"

namespace loopbreaker {

struct Header {
  std::string_view name;
  std::string_view value;
};

/// One record of a log. Views live until the next call on whoever gave it.
struct Record {
  Position position;
  TimeMs timestamp = kNoTime;             ///< log time
  std::optional<std::string_view> key;
  std::optional<std::string_view> value;  ///< nullopt: tombstone
  std::vector<Header> headers;
};

/// A position in the group's offsets.
struct CommittedOffset {
  std::int64_t offset = -1;  ///< next to consume; -1 when the group has none
  std::string metadata;      ///< as committed with it; <= 200 bytes without NUL
};

struct LogRange {
  std::int64_t start = 0;    ///< first offset that can be read
  std::int64_t end = 0;      ///< one past the last that a read-committed reader can see
};

/// Told by EventLog::poll, on the polling thread.
class AssignmentListener {
 public:
  virtual ~AssignmentListener() = default;
  /// New partitions. The listener must call EventLog::start for each before returning.
  virtual void assigned(std::span<const std::int32_t> partitions) = 0;
  /// About to lose them: the last moment to commit for them. `lost`: already someone else's, do not commit.
  virtual void revoked(std::span<const std::int32_t> partitions, bool lost) = 0;
};

/// One worker's membership in the consumer group of the input topic.
class EventLog {
 public:
  virtual ~EventLog() = default;
  virtual Status join(AssignmentListener&) = 0;
  /// Waits up to `wait` for the first record, then takes what is there, at most `max`. May call the listener.
  virtual Result<std::span<const Record>> poll(DurationMs wait, std::size_t max) = 0;
  /// Reads `partition` from `offset` on. Also used to go back after a recovery.
  virtual Status start(std::int32_t partition, std::int64_t offset) = 0;
  /// Stable committed offset of the group (waits for open transactions, up to a time-out).
  virtual Result<CommittedOffset> committed(std::int32_t partition) = 0;
  /// Asks the broker, which may take as long as a fetch that waits for records.
  virtual Result<LogRange> range(std::int32_t partition) = 0;
  /// One past the last record of `partition` as the broker told it with the latest fetch; asks nobody. nullopt before the first.
  virtual std::optional<std::int64_t> known_end(std::int32_t partition) const = 0;
  /// The last polls reached the end of `partition` (as the broker says it, so control records at the end do not matter).
  virtual bool at_end(std::int32_t partition) const = 0;
  virtual Result<std::int32_t> partition_count() = 0;
  virtual void leave() = 0;
};

enum class Topic : std::uint8_t { escalations, handoffs, summaries, dead_letters, state };
inline constexpr int kTopics = 5;

/// One record to write. Its partition number is the input's.
struct OutRecord {
  Topic topic = Topic::escalations;
  std::int32_t partition = 0;
  std::string key;
  std::optional<std::string> value;  ///< nullopt: tombstone
};

struct OffsetToCommit {
  std::int32_t partition = 0;
  std::int64_t offset = 0;
  std::string metadata;
};

/// One Kafka transaction as a value.
struct Transaction {
  std::vector<OutRecord> records;
  std::vector<OffsetToCommit> offsets;  ///< never empty: offsets are what fences a zombie
};

/// What a commit left behind.
struct CommitReceipt {
  /// Per partition: one past the offset of its last record in the state topic, from the delivery reports.
  std::vector<std::pair<std::int32_t, std::int64_t>> state_end;
};

/// One worker's transactional producer.
class OutputLog {
 public:
  virtual ~OutputLog() = default;
  /// (Re-)initialises the transactional id: fences the past holder, ends its open transaction. Makes a new client if the
  /// old one is unusable.
  virtual Status init() = 0;
  /// begin, produce, offsets, commit. An error with Action::recover or Action::stop leaves the outcome unknown or aborted:
  /// the caller must init() and recover from what is committed. Never returns Action::retry.
  virtual Result<CommitReceipt> commit(const Transaction&, EventLog& members_of) = 0;
};

/// Reads the compacted state topic, read committed.
class StateLog {
 public:
  virtual ~StateLog() = default;
  virtual Result<LogRange> range(std::int32_t partition) = 0;
  /// All records of `partition` from `from` (or the log's start, if later) to the end at the time of the call, in order.
  /// Returns the position after the last. Stops with the sink's error.
  virtual Result<std::int64_t> read(std::int32_t partition, std::int64_t from,
                                    const std::function<Status(const Record&)>& sink) = 0;
  /// No transaction is open in `partition`: what read() finds from now on is all that was committed until now.
  virtual Result<bool> settled(std::int32_t partition) = 0;
};

/// Changes of one partition that are stored together or not at all.
struct StoreBatch {
  std::int32_t partition = 0;
  struct Put { std::string key; std::optional<std::string> value; };  ///< nullopt: delete
  std::vector<Put> puts;
  std::string progress;  ///< the partition's progress record, in the same batch
};

/// The local store: a cache of the state topic. Keys are those of the state topic. Safe to use from several workers,
/// each with its own partitions.
class StateStore {
 public:
  virtual ~StateStore() = default;
  virtual Result<std::optional<std::string>> get(std::int32_t partition, std::string_view key) = 0;
  virtual Result<std::optional<std::string>> progress(std::int32_t partition) = 0;
  /// Records whose keys begin with `prefix`, in key order. Stops with the sink's error.
  virtual Status each(std::int32_t partition, std::string_view prefix,
                      const std::function<Status(std::string_view key, std::string_view value)>& sink) = 0;
  virtual Status write(const StoreBatch&) = 0;
  virtual Status drop(std::int32_t partition) = 0;
  virtual Result<std::vector<std::int32_t>> partitions() = 0;
  virtual Status flush() = 0;
  virtual std::uint64_t bytes() const = 0;
};

/// Wall-clock time, handed in.
class WallClock {
 public:
  virtual ~WallClock() = default;
  virtual TimeMs now() = 0;
};

}  // namespace loopbreaker
