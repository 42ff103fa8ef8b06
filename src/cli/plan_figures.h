// The figures of a plan: the built-in ones, with those of a recorded benchmark or of the command
// line in their place.
#pragma once

#include <string>
#include <vector>

#include "loopbreaker/result.h"
#include "plan/figures.h"

namespace loopbreaker::cli {

/// bench/figures.toml as compiled in. REQUIRES (a test holds it): it is whole.
plan::Figures builtin_figures();

/// Figures of a file over those that are there: TOML or JSON in the layout of bench/figures.toml
/// ({"figures": {"worker_events": {"value": 61000, "how": …, "source": …}}}, or the value alone),
/// or the JSON of build/release/bench/pipeline_bench --benchmark_out=FILE. The error begins with
/// the path.
Status read_figures(const std::string& path, plan::Figures& figures);

/// "worker_events=60k/s"; the error says what is wrong with it.
Status set_figure(const std::string& assignment, plan::Figures& figures);

}  // namespace loopbreaker::cli
