// The loop model: what an exchange says, and how exchanges add up. Read from a text that `train`
// writes.
#pragma once

#include <string>
#include <string_view>

#include "loopbreaker/exchange.h"
#include "loopbreaker/result.h"
#include "text/trees.h"

namespace loopbreaker::text {

struct LoopModel {
  LoopScale scale;
  Trees trees;        ///< over ExchangeFeatures
  TreeScorer scorer;  ///< made from them
  bool operator==(const LoopModel& o) const { return scale == o.scale && trees == o.trees; }
};

/// "scale NAME NUMBER" for each member of the scale, then the trees.
std::string to_text(const LoopModel&);
/// Reads what to_text writes; "#" begins a comment. Errors name the line in `name`.
Result<LoopModel> parse_loop_model(std::string_view text, std::string_view name);

}  // namespace loopbreaker::text
