// Which worker of this process works on which partition: a hand-over waits for the old worker's
// last write (recovery rule 13).
#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>

namespace loopbreaker::runtime {

class Leases {
 public:
  /// Waits until no other worker of this process holds the partition.
  void acquire(std::int32_t partition, int worker) {
    std::unique_lock lock(mutex_);
    freed_.wait(lock, [&] {
      auto it = holders_.find(partition);
      return it == holders_.end() || it->second == worker;
    });
    holders_[partition] = worker;
  }
  void release(std::int32_t partition, int worker) {
    {
      std::lock_guard lock(mutex_);
      auto it = holders_.find(partition);
      if (it == holders_.end() || it->second != worker) return;
      holders_.erase(it);
    }
    freed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable freed_;
  std::map<std::int32_t, int> holders_;
};

}  // namespace loopbreaker::runtime
