// Which worker of this process works on which partition: a hand-over waits for the old worker's
// last write (recovery rule 13).
#pragma once

#include <cstdint>
#include <map>
#include <mutex>

namespace loopbreaker::runtime {

class Leases {
 public:
  /// False while another worker of this process holds the partition: ask again a little later.
  bool try_acquire(std::int32_t partition, int worker) {
    std::lock_guard lock(mutex_);
    return holders_.emplace(partition, worker).first->second == worker;
  }
  void release(std::int32_t partition, int worker) {
    std::lock_guard lock(mutex_);
    auto it = holders_.find(partition);
    if (it != holders_.end() && it->second == worker) holders_.erase(it);
  }

 private:
  std::mutex mutex_;
  std::map<std::int32_t, int> holders_;
};

}  // namespace loopbreaker::runtime
