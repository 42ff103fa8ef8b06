// Who runs next, and what time it is.
#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>

#include "chance.h"
#include "fiber.h"
#include "loopbreaker/types.h"

namespace loopbreaker::simulation {

/// Thrown out of a door instead of a process that dies there.
struct Killed {};

class Scheduler {
 public:
  Scheduler(std::uint64_t seed, TimeMs start) : chance(seed), now_(start) {}

  using TaskId = std::uint64_t;
  TaskId start(std::function<void()> body);
  /// The task never wakes up by itself any more; where it waits, Killed is thrown.
  void kill(TaskId id);
  void freeze(TaskId id, bool frozen);
  bool over(TaskId id) const { return !tasks_.contains(id); }

  /// Calls `what` at `at` (or now, if that is past), outside of any task.
  void at(TimeMs at, std::function<void()> what);
  void after(DurationMs d, std::function<void()> what) { at(now_ + d, std::move(what)); }

  /// From inside of a task.
  void sleep(DurationMs d);
  /// A moment in which others may run.
  void breathe();

  /// One task or one timer. False when nothing waits for anything.
  bool step();

  TimeMs now() const { return now_; }
  std::size_t tasks() const { return tasks_.size(); }
  std::uint64_t steps() const { return steps_; }
  Chance chance;

 private:
  struct Task {
    std::unique_ptr<Fiber> fiber;
    TimeMs wake;
    bool killed = false, frozen = false;
  };
  void wait(TimeMs until);

  TimeMs now_;
  std::uint64_t steps_ = 0;
  TaskId last_id_ = 0;
  std::map<TaskId, Task> tasks_;
  std::multimap<TimeMs, std::function<void()>> timers_;
  Task* running_ = nullptr;
};

}  // namespace loopbreaker::simulation
