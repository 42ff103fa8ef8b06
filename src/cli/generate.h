// The schedule of an open loop: when each event is due, whatever became of those before it.
#pragma once

#include <chrono>
#include <cstdint>

namespace loopbreaker::cli {

class OpenLoop {
 public:
  /// `rate` in events per second; 0: everything is due at once.
  explicit OpenLoop(double rate) : rate_(rate) {}

  /// After the start.
  std::chrono::nanoseconds due(std::uint64_t event) const {
    if (rate_ <= 0) return {};
    return std::chrono::nanoseconds(
        static_cast<std::int64_t>(static_cast<double>(event) / rate_ * 1e9));
  }
  void sent(std::chrono::nanoseconds late) {
    if (late > max_late_) max_late_ = late;
  }
  std::chrono::nanoseconds max_lateness() const { return max_late_; }

 private:
  double rate_;
  std::chrono::nanoseconds max_late_{0};
};

}  // namespace loopbreaker::cli
