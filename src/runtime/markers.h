// Closed sessions that are still remembered, so that a late event amends and never reopens them
// (recovery rules 6, 7, 17).
#pragma once

#include <absl/container/flat_hash_map.h>

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "loopbreaker/session.h"
#include "runtime/id_hash.h"

namespace loopbreaker::runtime {

class Markers {
 public:
  struct Known {
    TimeMs closed_log_time;
    std::int64_t as_of = -1;
    bool idle = false;
    std::optional<ClosedSession> unsaved;  ///< goes into the next transaction
  };

  Known* find(std::string_view id) {
    auto it = known_.find(id);
    return it == known_.end() ? nullptr : &it->second;
  }
  /// A session was just closed, or its marker amended.
  void put(ClosedSession closed) {
    std::string id = closed.id;
    Known& known = known_[id];
    if (known.closed_log_time != closed.closed_log_time || !queued(known))
      order_.push_back({closed.closed_log_time, id});
    known = {closed.closed_log_time, closed.as_of, closed.idle, std::move(closed)};
    pending_.push_back(std::move(id));
  }
  /// Read back during recovery.
  void restore(std::string_view id, Known known) {
    order_.push_back({known.closed_log_time, std::string(id)});
    known_.insert_or_assign(std::string(id), std::move(known));
  }
  /// The session was opened anew: its record replaces the marker. True when the marker was not yet
  /// saved.
  bool forget(std::string_view id) {
    auto it = known_.find(id);
    if (it == known_.end()) return false;
    bool unsaved = it->second.unsaved.has_value();
    known_.erase(it);
    return unsaved;
  }
  /// Calls `write(const ClosedSession&)` for every marker not yet saved.
  template <class Write>
  void save(Write write) {
    for (const std::string& id : pending_) {
      Known* known = find(id);
      if (!known || !known->unsaved)
        continue;  // opened anew, or written already: one write per key (rule 7)
      write(*known->unsaved);
      known->unsaved.reset();
    }
    pending_.clear();
  }
  /// Calls `bury(id)` for saved markers whose grace ended before `log_time`, and forgets them: at
  /// most so many, the rest comes with the next call.
  template <class Bury>
  void expire(TimeMs log_time, DurationMs grace, std::size_t most, Bury bury) {
    while (most > 0 && !order_.empty() && order_.front().closed + grace < log_time) {
      Entry entry = std::move(order_.front());
      order_.pop_front();
      Known* known = find(entry.id);
      if (!known || known->closed_log_time != entry.closed)
        continue;  // opened anew or closed again since
      if (known->unsaved) {
        order_.push_front(std::move(entry));  // not before it has been saved itself
        return;
      }
      bury(entry.id);
      known_.erase(entry.id);
      --most;
    }
  }
  bool any_unsaved() const { return !pending_.empty(); }
  std::size_t size() const { return known_.size(); }

 private:
  struct Entry {
    TimeMs closed;
    std::string id;
  };
  static bool queued(const Known& known) { return known.as_of >= 0; }

  absl::flat_hash_map<std::string, Known, IdHash, IdEqual> known_;
  std::deque<Entry> order_;  ///< by closing, which is by log time as far as the log is
  std::vector<std::string> pending_;
};

}  // namespace loopbreaker::runtime
