// Phrases and linear models together make the scores of a message.
#pragma once

#include <vector>

#include "loopbreaker/analysis.h"
#include "text/hearing.h"
#include "text/models.h"
#include "text/tokens.h"

namespace loopbreaker::text {

/// 1/(1+exp(-x)), x in 1/1000 nat.
Score probability(std::int32_t log_odds);

class Judge {
 public:
  /// Fills out.judged and raises or takes back the scores in `out`. REQUIRES: `out` holds what
  /// hear() heard, `taken_back` is what it returned, and out.sketch is made.
  void judge(const Tokens& tokens, const Models& models, bool customer, TakenBack taken_back,
             MessageAnalysis& out);

 private:
  void explain(const Tokens& tokens, const LinearModel& model, int head, Heard what,
               MessageAnalysis& out);
  std::vector<std::int32_t> shares_;
};

}  // namespace loopbreaker::text
