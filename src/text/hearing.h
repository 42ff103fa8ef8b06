// From matched phrases and the look of a message to the scores of what is heard in it.
#pragma once

#include <vector>

#include "loopbreaker/analysis.h"
#include "text/lexicon.h"
#include "text/tokens.h"

namespace loopbreaker::text {

/// Fills scores, phrases, categories, asks_for and the flags of `out`. `lexicon` may be null (no
/// pack for the language): then only structure is heard. `matches` come from the lexicon's half for
/// this participant.
void hear(const Tokens& tokens, bool customer, const Lexicon* lexicon,
          const std::vector<Match>& matches, MessageAnalysis& out);

}  // namespace loopbreaker::text
