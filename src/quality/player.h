// Recorded events through the core and the policy, without a broker: what `backtest` and `evaluate`
// do.
#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "loopbreaker/policy.h"
#include "loopbreaker/result.h"
#include "quality/recording.h"
#include "runtime/partition.h"

namespace loopbreaker::quality {

/// A stream of events, in the order in which they would be consumed. Deadlines that the input does
/// not reach stay pending; there is no wall clock.
class Player {
 public:
  /// Both outlive the player.
  Player(const Policy& policy, Analyzer& analyzer, int partitions = 1);
  ~Player();

  void on_fold(runtime::FoldObserver);
  void on_decision(runtime::DecisionObserver);

  /// `line`: one canonical event. Bad ones become dead letters among the outputs.
  /// REQUIRES: 0 <= partition < partitions.
  Status consume(std::string_view line, int partition = 0);
  /// What was published since the last call.
  std::vector<OutRecord> take_outputs();
  /// Sessions that the input has left open so far.
  std::size_t open_sessions() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Keeps what a player hears and decides.
class Recorder {
 public:
  explicit Recorder(Player& player);
  /// Everything so far; the recorder begins anew.
  Recording take();

 private:
  void folded(const Session&, const Event&);
  void decided(const Session&, const Decision&);

  Recording recording_;
};

}  // namespace loopbreaker::quality
