// Money, and what a customer gave that an agent needs: order numbers, references, names, dates,
// redacted tokens.
#pragma once

#include <vector>

#include "loopbreaker/analysis.h"
#include "text/tokens.h"

namespace loopbreaker::text {

void extract_amounts(const Tokens& tokens, std::vector<Amount>& out);
/// REQUIRES: `amounts` are those of the same tokens; numbers inside them identify nothing.
void extract_identifiers(const Tokens& tokens, const std::vector<Amount>& amounts,
                         std::vector<Identifier>& out);

}  // namespace loopbreaker::text
