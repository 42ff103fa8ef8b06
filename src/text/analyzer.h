// Makes the Analyzer: normalise and tokenise once, then sketch, phrases, structure and entities
// from the same tokens.
#pragma once

#include <memory>

#include "loopbreaker/analysis.h"
#include "text/packs.h"

namespace loopbreaker::text {

/// An analyzer that hears the phrases of `packs`. The compiled packs and the stem table are shared;
/// scratch memory belongs to the instance, so make one per worker.
std::unique_ptr<Analyzer> make_analyzer(const PhrasePacks& packs);

/// With the built-in packs, which are compiled once per process.
std::unique_ptr<Analyzer> make_analyzer();

}  // namespace loopbreaker::text
