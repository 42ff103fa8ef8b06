// The open sessions of one partition: in memory up to a budget, the coldest spilled to the local
// store.
#pragma once

#include <absl/container/flat_hash_map.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <optional>
#include <string_view>
#include <vector>

#include "loopbreaker/result.h"
#include "loopbreaker/session.h"
#include "runtime/id_hash.h"

namespace loopbreaker::runtime {

/// A session in memory and what the commit protocol knows about it.
struct Slot {
  Session session;
  std::int64_t unsaved_from =
      -1;  ///< offset of the oldest event not in a saved record; -1: equal to its saved record
  TimeMs stream_before = kNoTime;   ///< stream time before that event
  TimeMs log_before = kNoTime;      ///< log time before that event
  TimeMs unsaved_since = kNoTime;   ///< wall clock, for state.max_age
  std::int32_t must_save = -1;      ///< >= 0: its place among those saved in the next transaction
  std::uint32_t bytes = 0;          ///< as last measured
  TimeMs scheduled = kEndOfTime;    ///< time of its valid entry in the deadline queue
  std::list<Slot>::iterator place;  ///< itself, wherever it is
};

/// Bytes that a session holds, strings and vectors included; of what others hold too, its part.
std::size_t memory_of(const Session&);

class SessionTable {
 public:
  /// Reads a spilled session back; nullopt when the store has none under that id.
  using Loader = std::function<Result<std::optional<Session>>(std::string_view id)>;
  explicit SessionTable(Loader loader) : loader_(std::move(loader)) {}

  /// The session's slot, read back when it was spilled; nullptr when it is not open.
  Result<Slot*> find(std::string_view id);
  /// Fetches into the cache what an event of this session will look at, if it is in memory. The
  /// sessions of a partition are far more than fit there, and each event is of another one. What is
  /// found only by way of something else comes a step later: to be called for each event
  /// kPrefetchSteps events before it, then kPrefetchSteps - 1, ... and 1.
  void prefetch(std::string_view id, int events_before) const;
  static constexpr int kPrefetchSteps = 4;
  /// REQUIRES: not open.
  Slot& open(Session session);
  /// A session in the store, during recovery.
  void restore_spilled(std::string_view id, TimeMs deadline, std::int64_t as_of);
  void close(Slot& slot);

  /// Notes that the slot is about to change because of the event at `offset`.
  void touch(Slot& slot, std::int64_t offset, TimeMs stream_before, TimeMs log_before, TimeMs wall);
  /// Changed by a decision or a deadline: saved in the next transaction, whatever its age (rule 5).
  void must_save(Slot& slot);
  /// One of them; nullptr when there is none.
  Slot* next_that_must_be_saved() { return must_save_.empty() ? nullptr : must_save_.back(); }
  /// Its record has been written: clean again.
  void saved(Slot& slot);

  /// Of the sessions with unsaved changes the one with the oldest; nullptr when all are saved.
  const Slot* oldest_unsaved() const { return unsaved_.empty() ? nullptr : &unsaved_.front(); }
  Slot* oldest_unsaved() { return unsaved_.empty() ? nullptr : &unsaved_.front(); }
  std::size_t unsaved_count() const { return unsaved_.size(); }

  /// The coldest session that may leave memory (equal to its saved record: recovery rule 9);
  /// nullptr if none may.
  Slot* coldest() { return clean_.empty() ? nullptr : &clean_.front(); }
  void spill(Slot& slot, TimeMs deadline);

  /// What is known of a spilled session.
  struct Spilled {
    TimeMs deadline;     ///< its next deadline
    TimeMs scheduled;    ///< time of its entry in the deadline queue
    std::int64_t as_of;  ///< as in its record
  };
  Slot* find_in_memory(std::string_view id);
  Spilled* find_spilled(std::string_view id);

  std::size_t in_memory() const { return index_.size(); }
  std::size_t spilled() const { return spilled_.size(); }
  std::size_t bytes() const { return bytes_; }
  template <class Visit>
  void each_in_memory(Visit visit) const {
    for (const Slot& s : unsaved_) visit(s.session);
    for (const Slot& s : clean_) visit(s.session);
  }

 private:
  using Place = std::list<Slot>::iterator;
  Slot& insert(std::list<Slot>& list, Session session);
  void measure(Slot& slot);
  void need_not_save(Slot& slot);

  Loader loader_;
  std::list<Slot> unsaved_;       ///< by oldest unsaved event
  std::vector<Slot*> must_save_;  ///< in no order
  std::list<Slot> clean_;         ///< by the time it was last saved, coldest first
  absl::flat_hash_map<std::string_view, Place, IdHash, IdEqual>
      index_;  ///< views into the slots' session ids
  absl::flat_hash_map<std::uint64_t, Spilled>
      spilled_;  ///< by stable_hash of the id; the store has the last word
  std::size_t bytes_ = 0;
};

}  // namespace loopbreaker::runtime
