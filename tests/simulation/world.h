// One run: processes over one broker, disturbed as the seed says, healed, and compared with the
// undisturbed run.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "coverage.h"
#include "loopbreaker/types.h"

namespace loopbreaker::simulation {

struct RunResult {
  std::optional<std::string> failure;  ///< what was not as it must be; nullopt: all was
  Coverage coverage;
  std::uint64_t steps = 0;
  DurationMs simulated;
};

/// `tell`: every line that the processes log, with the time and who says it, to standard error.
RunResult run_seed(std::uint64_t seed, bool tell = false);

/// The command that repeats a run.
std::string how_to_repeat(std::uint64_t seed);

}  // namespace loopbreaker::simulation
