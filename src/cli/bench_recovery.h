// loopbreaker bench recovery: what failures cost, as a table of figures and their targets.
#pragma once

#include <CLI/CLI.hpp>

namespace loopbreaker::cli {

/// Adds the subcommand to `bench`.
void add_bench_recovery(CLI::App& bench, int& exit_code);

}  // namespace loopbreaker::cli
