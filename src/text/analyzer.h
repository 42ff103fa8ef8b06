// Makes the Analyzer: normalise and tokenise once, then sketch, phrases, structure and entities
// from the same tokens.
#pragma once

#include <memory>
#include <string>

#include "loopbreaker/analysis.h"
#include "text/models.h"
#include "text/packs.h"

namespace loopbreaker::text {

/// What an analyzer is made of; built in where nothing else is said.
struct AnalyzerParts {
  PhrasePacks packs = builtin_packs();
  Models models = builtin_models();
};

/// With the phrase packs and the models at these paths in place of the built-in ones; empty: built
/// in.
Result<AnalyzerParts> load_parts(const std::string& packs, const std::string& models);

std::unique_ptr<Analyzer> make_analyzer(const AnalyzerParts& parts);

/// An analyzer that hears the phrases of `packs` and judges by `models`. Both are shared; scratch
/// memory belongs to the instance, so make one per worker.
std::unique_ptr<Analyzer> make_analyzer(const PhrasePacks& packs, const Models& models);

/// With the built-in models.
std::unique_ptr<Analyzer> make_analyzer(const PhrasePacks& packs);

/// With the built-in packs and models, which are made once per process.
std::unique_ptr<Analyzer> make_analyzer();

}  // namespace loopbreaker::text
