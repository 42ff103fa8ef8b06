// The sentence vectors as they are used: what was distilled, without what is common to a trade.
#pragma once

#include <string>

#include "text/vectors.h"
#include "train/corpus.h"

namespace loopbreaker::train {

/// The rows of a table without the mean directions of CLINC150, HWU64, Bitext and Banking77, as far
/// as the corpus has them. What all messages of a trade share says whose customer speaks, not what
/// for; and customers of one operator are only ever compared with each other.
Result<std::string> without_trades(const Corpus& corpus, std::string rows,
                                   const std::string& features);

}  // namespace loopbreaker::train
