// When to look at a session again: a queue by (time, session), lazily kept.
#pragma once

#include <queue>
#include <vector>

#include "loopbreaker/thin_string.h"
#include "loopbreaker/types.h"

namespace loopbreaker::runtime {

struct DeadlineEntry {
  TimeMs at;
  ThinString session;  ///< its id
};

/// Entries come out by time, then by session id, so that the order of decisions is the same
/// everywhere. An entry is only a hint: a session's deadline mostly moves later with each event, so
/// its entry is moved when it comes up, not before.
class DeadlineQueue {
 public:
  void add(TimeMs at, const ThinString& session) { queue_.push({at, session}); }
  bool due(TimeMs before) const { return !queue_.empty() && queue_.top().at < before; }
  DeadlineEntry pop() {
    DeadlineEntry e = queue_.top();
    queue_.pop();
    return e;
  }
  std::size_t size() const { return queue_.size(); }

 private:
  struct Later {
    bool operator()(const DeadlineEntry& a, const DeadlineEntry& b) const {
      return a.at != b.at ? a.at > b.at : a.session.view() > b.session.view();
    }
  };
  std::priority_queue<DeadlineEntry, std::vector<DeadlineEntry>, Later> queue_;
};

}  // namespace loopbreaker::runtime
