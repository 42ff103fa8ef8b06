#include "scheduler.h"

#include <algorithm>
#include <utility>

namespace loopbreaker::simulation {

Scheduler::TaskId Scheduler::start(std::function<void()> body) {
  const TaskId id = ++last_id_;
  Task& task = tasks_[id];
  task.fiber = std::make_unique<Fiber>(std::move(body));
  task.wake = now_;
  return id;
}

void Scheduler::kill(TaskId id) {
  auto it = tasks_.find(id);
  if (it == tasks_.end()) return;
  it->second.killed = true;
  it->second.frozen = false;
  it->second.wake = now_;
}

void Scheduler::freeze(TaskId id, bool frozen) {
  if (auto it = tasks_.find(id); it != tasks_.end() && !it->second.killed)
    it->second.frozen = frozen;
}

void Scheduler::at(TimeMs at, std::function<void()> what) {
  timers_.emplace(std::max(at, now_), std::move(what));
}

void Scheduler::wait(TimeMs until) {
  Task& self = *running_;
  if (self.killed) throw Killed{};
  self.wake = until;
  Fiber::pause();
  if (self.killed) throw Killed{};
}

void Scheduler::sleep(DurationMs d) { wait(now_ + d); }

void Scheduler::breathe() { wait(now_ + DurationMs{chance.one_in(3) ? chance.below(4) : 0}); }

bool Scheduler::step() {
  ++steps_;
  TimeMs first = kEndOfTime;
  for (const auto& [id, task] : tasks_)
    if (!task.frozen) first = std::min(first, task.wake);
  if (!timers_.empty() && timers_.begin()->first <= std::max(first, now_)) {
    auto node = timers_.extract(timers_.begin());
    now_ = std::max(now_, node.key());
    node.mapped()();
    return true;
  }
  if (first == kEndOfTime) return false;
  now_ = std::max(now_, first);
  std::int64_t ready = 0;
  for (const auto& [id, task] : tasks_) ready += !task.frozen && task.wake <= now_;
  std::int64_t pick = chance.below(ready);
  for (auto it = tasks_.begin(); it != tasks_.end(); ++it) {
    Task& task = it->second;
    if (task.frozen || task.wake > now_ || pick-- > 0) continue;
    if (task.killed && !task.fiber->started()) {
      tasks_.erase(it);
      return true;
    }
    running_ = &task;
    task.fiber->resume();
    running_ = nullptr;
    if (task.fiber->done()) tasks_.erase(it);
    return true;
  }
  return true;
}

}  // namespace loopbreaker::simulation
