// What events are judged with, as the configuration says: everything around the core that changes
// what it computes. One of each per thread.
#pragma once

#include <memory>

#include "cli/config.h"
#include "loopbreaker/core.h"
#include "loopbreaker/result.h"
#include "runtime/intake.h"
#include "text/analyzer.h"
#include "text/redact.h"

namespace loopbreaker::cli {

struct CoreParts {
  std::unique_ptr<Analyzer> analyzer;
  std::unique_ptr<text::Redactor> redactor;
  std::unique_ptr<runtime::Intake> intake;
};

/// `parts`: phrases and models, shared by all threads.
Result<CoreParts> make_core_parts(const Config& config, const text::AnalyzerParts& parts);

}  // namespace loopbreaker::cli
