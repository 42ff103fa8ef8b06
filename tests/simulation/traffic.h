// What the input topic holds in a run, and what an undisturbed run makes of it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "broker.h"
#include "coverage.h"
#include "loopbreaker/analysis.h"
#include "loopbreaker/policy.h"
#include "loopbreaker/ports.h"

namespace loopbreaker::simulation {

/// Per topic and record key (the session; for dead letters the bad record's): values in order.
using Outputs = std::map<std::pair<Topic, std::string>, std::vector<std::string>>;

struct Traffic {
  std::vector<std::vector<Entry>> input;  ///< by partition; `appended` is set by the run
  bool follows_wall_clock = false;        ///< deadlines fire on the wall clock too
  TimeMs first{}, last{};                 ///< log time
  Outputs expected;
  Coverage coverage;
};

/// So long after the last record every deadline has passed that passes at all.
inline constexpr DurationMs kAfterwards{2 * 3'600'000};

/// Made when first asked for, then kept.
const Traffic& traffic(std::uint64_t number);

/// What all processes of a run share; it has no state.
Analyzer& analyzer();
const Policy& policy();
/// Another one: other rules, the same time-outs.
const Policy& other_policy();

}  // namespace loopbreaker::simulation
