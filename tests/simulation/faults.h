// Which faults a run has, how often, and where processes die.
#pragma once

#include <cstdint>
#include <functional>

#include "coverage.h"
#include "scheduler.h"

namespace loopbreaker::simulation {

/// Per mille of the occasions, 0 = never. Each seed has some of them, so that faults meet in many
/// combinations and a rare one is not drowned by the others.
struct FaultRates {
  int kill = 0;  ///< at each named point
  int request_lost = 0, answer_lost = 0, request_late = 0, request_twice = 0;
  int output_refused = 0;
  int poll_failed = 0, ask_failed = 0, state_read_failed = 0, init_failed = 0;
  int store_write_failed = 0, store_read_failed = 0;
  int held_after_commit = 0;
  int stall = 0;  ///< a door that takes seconds
};

/// No fault holds a door up for longer.
constexpr DurationMs kStallMax{100'000};

/// What the doors of one process ask before they do anything.
struct Environment {
  Scheduler& scheduler;
  Coverage& coverage;
  const FaultRates* rates;    ///< none while everything heals
  std::function<void()> die;  ///< of this process; does not return
  bool closing = false;       ///< asked to stop: a short time that deserves its share of faults

  bool fault(int FaultRates::*rate, Seen what) {
    if (!scheduler.chance.per_mille(rates->*rate * (closing ? 6 : 1))) return false;
    coverage(what);
    return true;
  }
  /// `weight`: of a point that is passed seldom.
  void kill_point(Seen where, int weight = 1) {
    if (!scheduler.chance.per_mille(rates->kill * weight)) return;
    coverage(where);
    die();
  }
  /// Others may run here; now and then for long.
  void breathe() {
    if (scheduler.chance.per_mille(rates->stall))
      scheduler.sleep(DurationMs{
          scheduler.chance.between(500, scheduler.chance.one_in(3) ? kStallMax.ms : 20'000)});
    else
      scheduler.breathe();
  }
};

}  // namespace loopbreaker::simulation
