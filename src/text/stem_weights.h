// Weights of words as one operator's customers use them, in place of the built-in ones.
#pragma once

#include <cstdint>
#include <string_view>

#include "loopbreaker/result.h"
#include "text/frozen_index.h"

namespace loopbreaker::text {

/// Hash of a stem to its weight in 1/1000 nat.
using StemWeights = FrozenIndex<std::uint16_t>;

/// "hash TAB weight" per line. `name` stands for the text in errors.
Result<StemWeights> parse_stem_weights(std::string_view text, std::string_view name);

}  // namespace loopbreaker::text
