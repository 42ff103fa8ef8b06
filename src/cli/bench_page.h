// The report of a benchmark: every figure beside its target, conditions and command, as Markdown,
// as a page and as JSON, with plots.
#pragma once

#include <string>

#include "cli/bench_results.h"

namespace loopbreaker::cli {

/// Writes report.md, report.html, results.json and the plots into `dir`, and prints the table of
/// targets.
Status write_bench_report(const BenchResults& results, const std::string& dir);

}  // namespace loopbreaker::cli
