// Traffic: many conversations at once, their events in time order, from one seed.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "loopbreaker/types.h"
#include "workload/conversation.h"

namespace loopbreaker::workload {

struct WorkloadSettings {
  std::uint64_t seed = 1;
  double stuck_share = 0.08;  ///< 0..1: conversations in which the bot does not help
  double events_per_second =
      0;  ///< mean, in event time; 0: as many as `open_sessions` make at a natural pace
  std::uint32_t open_sessions =
      0;  ///< mean number of conversations going on; 0: as many as the rate needs at a natural
          ///< pace. With both, the pauses are stretched or squeezed to fit
  std::uint64_t sessions = 0;  ///< conversations to begin; 0: without end
  bool even =
      false;  ///< event n is stamped start + n / events_per_second exactly; order stays as it was
  TimeMs start{1'767'225'600'000};  ///< 2026-01-01T00:00:00Z
  std::string id_prefix = "chat";   ///< session ids are "<prefix>-<number>", numbers from 0
};

/// One event. Views and pointers live until the next call.
struct WorkloadEvent {
  std::string_view json;  ///< canonical CloudEvent, structured mode, without newline
  std::string_view key;   ///< session id
  TimeMs time;
  const Label* label = nullptr;  ///< of the whole conversation
  std::uint32_t index = 0;       ///< of the event in its conversation
  bool last = false;             ///< of its conversation
};

/// Deterministic: equal settings give equal events on every machine. One seed gives the same
/// conversations at any rate.
class Workload {
 public:
  explicit Workload(WorkloadSettings settings);
  ~Workload();
  Workload(Workload&&) noexcept;

  /// The next event in time order. False when all conversations are over.
  bool next(WorkloadEvent& out);
  /// Conversations begun and not yet over.
  std::size_t open() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Means over the conversations that the default settings make, which turn rates into numbers of
/// sessions.
inline constexpr std::int64_t kMeanEventsX10 = 129;  ///< events of a conversation, times ten
inline constexpr DurationMs kMeanDuration{207'000};  ///< first to last event

}  // namespace loopbreaker::workload
