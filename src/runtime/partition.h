// One partition of the input as a state machine: records and time go in; answers and saved state
// come out as a transaction.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "codec/outline.h"
#include "codec/progress.h"
#include "loopbreaker/core.h"
#include "loopbreaker/ports.h"
#include "runtime/deadlines.h"
#include "runtime/intake.h"
#include "runtime/markers.h"
#include "runtime/session_table.h"
#include "runtime/telemetry.h"

namespace loopbreaker::runtime {

/// Keys of the state topic and the local store.
inline constexpr std::string_view kProgressKey = "progress";
inline constexpr std::string_view kSessions = "s/";
inline std::string session_key(std::string_view id) { return std::string(kSessions).append(id); }

/// Sees every session right after an event was folded into it: `backtest --turns`.
using FoldObserver = std::function<void(const Session&, const Event&)>;
/// Sees every decision right after it was composed: `evaluate`.
using DecisionObserver = std::function<void(const Session&, const Decision&)>;

/// What a partition works with; shared by the partitions of a worker, outlives them.
struct Workbench {
  const Policy& policy;
  Analyzer& analyzer;
  Intake& intake;
  Telemetry& telemetry;
  StateStore* store = nullptr;  ///< none in a backtest: nothing is ever spilled there
  DurationMs max_age{0};        ///< state.max_age; 0 = save every touched session at each commit
  FoldObserver observer;
  DecisionObserver decided = {};
  /// Events of a partition that a recovery may have to fold again: sessions that lie further back
  /// are saved sooner than max_age.
  std::int64_t max_replay = INT64_MAX;
  /// Deadlines that fire one after the other before the worker may commit: a million sessions may
  /// end at the same time, and neither memory nor a transaction holds all of their summaries.
  std::size_t deadlines_at_once = SIZE_MAX;
};

class Partition {
 public:
  Partition(std::int32_t number, Workbench& bench);

  // Recovery, before the first record.
  /// Where the group stands. Records come from `read_from` on: replay_from, or the fingerprinted
  /// record before it.
  void restore_progress(const codec::Progress& progress, std::int64_t read_from);
  /// What is known of a record of the local store; the record itself is read when it is needed.
  Status restore(std::string_view id, const codec::Outline& outline);

  /// Wall-clock time from here on: only ages unsaved sessions.
  void set_wall_clock(TimeMs now) { wall_ = now; }
  /// Takes the next record. Below the committed offset it is folded and never judged (recovery rule
  /// 15). False: not yet, deadlines_at_once of those before it have fired; a commit may come now,
  /// and then the same record again.
  Result<bool> consume(const Record& record);
  static constexpr int kPrefetchSteps = SessionTable::kPrefetchSteps;
  /// The record will be consumed as the n-th from now: what it needs of memory is fetched
  /// meanwhile.
  void prefetch(const Record& record, int n) const {
    if (record.key) table_.prefetch(*record.key, n);
  }
  /// Stream time follows the wall clock: only when caught up. False: as with consume.
  Result<bool> follow(TimeMs stream_time);

  // Commit: prepare, send, then commit_done; after a failed or unclear commit the partition is
  // thrown away and recovered.
  bool has_news() const;                                ///< something to commit
  bool has_urgent() const { return !urgent_.empty(); }  ///< decisions wait for a commit
  std::size_t pending_bytes() const;                    ///< rough size of the next transaction
  /// Moves everything that is due into `tx`. `save_all`: every unsaved session (hand-over,
  /// shut-down, memory pressure). `budget`: bytes after which sessions that may wait do.
  void prepare(Transaction& tx, TimeMs wall, bool save_all, std::size_t budget = SIZE_MAX);
  /// The transaction has committed: the local store follows. `state_end`: position after its
  /// records, -1 if unknown.
  Status commit_done(std::int64_t state_end, TimeMs wall);
  /// Spills clean sessions until at most `limit` bytes are in memory.
  void shrink(std::size_t limit);

  /// Without a log to commit to: what was decided since the last call.
  std::vector<OutRecord> take_outputs();

  std::int32_t number() const { return number_; }
  std::int64_t next_offset() const { return next_; }
  bool live() const { return next_ >= live_from_; }
  std::int64_t left_to_replay() const { return live() ? 0 : live_from_ - next_; }  ///< events
  TimeMs stream_time() const { return stream_time_; }
  const SessionTable& table() const { return table_; }
  std::size_t markers() const { return markers_.size(); }
  std::size_t deadlines_pending() const { return deadlines_.size(); }
  void report() const;  ///< sizes, to the telemetry

 private:
  /// Where the event being handled stands in time.
  struct Moment {
    std::int64_t offset;
    TimeMs stream_before, log_before, log_time, wall;
    bool live;
    bool bent_by_clock = false;  ///< the event's time was moved because of the wall clock
  };

  Status handle(const Event& event, const Moment& moment);
  /// True when the event belonged to a closed session and is dealt with.
  Result<bool> take_late(const Event& event, const Moment& moment);
  /// False when as many as may fire at once have fired, and more are due.
  Result<bool> fire_deadlines(TimeMs before, const Moment& moment);
  void fire(Slot& slot, const NextDeadline& deadline, const Moment& moment);
  void judge(Slot& slot, TimeMs now, std::string_view deadline, bool ending, const Moment& moment);
  void close(Slot& slot, std::string_view ended_by, bool idle, TimeMs at, const Moment& moment);
  void schedule(Slot& slot);
  void publish(Topic topic, std::string_view key, std::string value);
  void count(const codec::DecodeNotes& notes);
  /// Whether what is not saved of the session has waited long enough.
  bool due(const Slot& slot, TimeMs wall) const;
  Status verify_fingerprint(const Record& record);
  /// The record of a session or its marker, from the local store.
  Result<std::optional<std::string>> stored(std::string_view id);

  const std::int32_t number_;
  Workbench& bench_;
  SessionTable table_;
  Markers markers_;
  DeadlineQueue deadlines_;

  codec::Progress progress_;    ///< as last committed
  std::int64_t next_ = 0;       ///< next offset to consume
  std::int64_t live_from_ = 0;  ///< committed offset at recovery: below it nothing is decided
  std::int64_t counted_ = -1;   ///< the last record that telemetry was told of
  std::int64_t last_offset_ = -1;
  TimeMs last_timestamp_ = kNoTime;
  std::string last_record_;  ///< what fingerprints the record at last_offset_
  TimeMs stream_time_ = kNoTime;
  TimeMs followed_ = kNoTime;  ///< stream time as the wall clock last set it
  TimeMs log_time_ = kNoTime;  ///< highest record timestamp seen
  TimeMs wall_{0};             ///< ages unsaved sessions

  std::vector<OutRecord> outbox_;
  std::size_t outbox_bytes_ = 0;
  std::vector<TimeMs> urgent_;  ///< log times of the records whose decisions wait for a commit
  StoreBatch store_batch_;
  std::string json_;      ///< scratch: an output is encoded here and copied once its size is known
  bool changed_ = false;  ///< state changed without an event (a deadline on the wall clock)
};

}  // namespace loopbreaker::runtime
