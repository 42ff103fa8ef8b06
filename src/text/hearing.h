// From matched phrases and the look of a message to the scores of what is heard in it.
#pragma once

#include <cstdint>
#include <vector>

#include "loopbreaker/analysis.h"
#include "text/lexicon.h"
#include "text/tokens.h"

namespace loopbreaker::text {

/// Things for which a phrase was found and taken back: negated, quoted or a false friend.
struct TakenBack {
  std::uint32_t bits = 0;
  bool has(Heard h) const { return (bits >> static_cast<int>(h) & 1) != 0; }
  void add(Heard h) { bits |= 1u << static_cast<int>(h); }
};

/// Fills scores, phrases, categories, asks_for and the flags of `out`. `lexicon` may be null (no
/// pack for the language): then only structure is heard. `matches` come from the lexicon's half for
/// this participant.
TakenBack hear(const Tokens& tokens, bool customer, const Lexicon* lexicon,
               const std::vector<Match>& matches, MessageAnalysis& out);

}  // namespace loopbreaker::text
