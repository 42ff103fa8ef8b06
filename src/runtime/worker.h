// One worker: a consumer, a transactional producer and the partitions it was given. Shares nothing
// but the local store.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "runtime/leases.h"
#include "runtime/partition.h"
#include "runtime/recovery.h"

namespace loopbreaker::runtime {

struct WorkerSettings {
  int number = 0;
  DurationMs commit_min_interval{10};      ///< decisions are published at most so often
  DurationMs commit_max_interval{1'000};   ///< and everything else at the latest after so long
  std::size_t commit_max_bytes = 8 << 20;  ///< a transaction ends here (rule 16)
  bool follow_wall_clock = true;
  DurationMs allowed_delay{30'000};
  std::size_t table_bytes = 1 << 30;    ///< of this worker
  std::int64_t max_replay = INT64_MAX;  ///< events that this worker may have to fold again
  std::int64_t long_replay = 10'000;    ///< events from which partitions are replayed in turn
  std::size_t deadlines_at_once = 256;  ///< of a partition, before a commit may come
  DurationMs stall_after{0};            ///< without progress while there is lag; 0: no watchdog
  RecoverySettings recovery;
};

struct WorkerDoors {
  EventLog& events;
  OutputLog& outputs;
  StateLog& state;
  StateStore& store;
  WallClock& clock;
  Leases& leases;
  std::function<void(DurationMs)> sleep;
  std::function<void(std::string_view level, std::string message)>
      log;  ///< level: "info", "warning", "error"
  /// Puts a new consumer in place of `events`' own, which rejoins; none: the watchdog only ends.
  std::function<Status()> renew_events = {};
};

class Worker final : public AssignmentListener {
 public:
  Worker(WorkerSettings settings, Workbench bench, WorkerDoors doors);

  /// Until `stop` is set, or an error that only an operator can mend. Drains, commits and leaves
  /// the group at the end.
  Status run(const std::atomic<bool>& stop);

  /// Read from other threads.
  bool caught_up() const { return caught_up_.load(std::memory_order_relaxed); }
  bool recovering() const { return recovering_.load(std::memory_order_relaxed); }
  TimeMs last_sign_of_life() const { return {alive_.load(std::memory_order_relaxed)}; }
  int partitions_owned() const { return owned_.load(std::memory_order_relaxed); }

  void assigned(std::span<const std::int32_t> partitions) override;
  void revoked(std::span<const std::int32_t> partitions, bool lost) override;

 private:
  Status step();
  /// Hands the record to its partition, with commits in between where very many deadlines come
  /// before it.
  Status take(Partition& partition, const Record& record);
  Status commit(bool save_all);
  /// Whose news a transaction takes.
  enum class Taking : std::uint8_t {
    urgent,     ///< of partitions where decisions wait: each one more costs the broker requests and
                ///< a marker, and whoever waits time
    news,       ///< of all partitions
    everything  ///< and every unsaved session
  };
  Status commit_once(Taking taking);
  /// From the beginning of one commit to that of the next, so that commits do not take all the
  /// time.
  DurationMs rest(bool lagging) const;
  /// The same for one that takes decisions alone.
  DurationMs urgent_after(bool lagging) const;
  Status maybe_commit(bool lagging, bool within_batch);
  Status recover_partition(std::int32_t number, std::string_view cause);
  /// Partitions with long replays are read one after the other: the first is at work again after a
  /// part of the time, and what waits for it is handled while the others are read.
  Status start_next();
  void moved();    ///< there was progress
  Status watch();  ///< the watchdog: an error when nothing moves in spite of a new consumer
  Status recover_all(const Error& cause);
  void look_around(bool idle);
  /// Events that wait in the log; nullopt when the broker does not say.
  std::optional<std::int64_t> lag_of(const Partition& partition);
  void forget_all();      ///< partitions that know nothing and have nothing to commit
  void count_owned();     ///< after partitions came or went
  DurationMs back_off();  ///< before the next try
  /// False when the wait is over without it.
  bool wait_for_lease(std::int32_t number);

  WorkerSettings settings_;
  Workbench bench_;
  WorkerDoors doors_;
  std::map<std::int32_t, std::unique_ptr<Partition>> partitions_;
  std::map<std::int32_t, std::int64_t> waiting_;  ///< recovered, not yet read; from which offset on
  std::optional<Error> failure_;  ///< raised inside a callback, dealt with after poll
  bool more_due_ = false;         ///< deadlines, by the wall clock: the next step goes on with them
  bool assigned_once_ = false;
  TimeMs assigned_at_{};  ///< when the partitions became this worker's
  /// Outside of the group: nothing was assigned since, not even no partition.
  std::optional<TimeMs> outside_since_;
  /// What it left, freed when it is destroyed itself: a million sessions take seconds, which a
  /// drain may not have.
  std::map<std::int32_t, std::unique_ptr<Partition>> left_;
  bool leaving_ = false;  ///< the last commit has been tried: nothing is saved once more
  TimeMs last_commit_{}, last_commit_of_all_{};
  DurationMs last_commit_took_{0};
  TimeMs last_report_{};
  int recoveries_in_a_row_ = 0;  ///< that were followed by a failure, not by a commit
  int waits_in_a_row_ = 0;
  TimeMs last_recovery_{};
  TimeMs last_progress_{};  ///< consumed, committed, or nothing to do
  std::map<std::int32_t, std::int64_t>
      reported_;                ///< partition to its next offset at the last report
  std::int64_t lag_ = 0;        ///< of all partitions, when last asked for
  bool renewed_ = false;        ///< the watchdog has done what it can, and nothing has moved since
  bool commit_failed_ = false;  ///< what is recovered from now

  std::atomic<bool> caught_up_{false};
  std::atomic<bool> recovering_{true};
  std::atomic<std::int64_t> alive_{0};
  std::atomic<int> owned_{0};
};

}  // namespace loopbreaker::runtime
