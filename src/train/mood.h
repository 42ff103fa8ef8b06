// What the mood recipe gives to others.
#pragma once

#include "loopbreaker/result.h"
#include "train/logistic.h"
#include "train/recipe.h"

namespace loopbreaker::train {

/// Heads of customer.linear: what a turn adds to the log-odds of an annoyed customer, and of one
/// who had been asked to be impatient and rude.
struct MoodHeads {
  LogisticModel mood, rude;
  LogisticModel annoying;  ///< of bot.linear: what a reply adds
};
Result<MoodHeads> mood_heads(const Job&);

}  // namespace loopbreaker::train
