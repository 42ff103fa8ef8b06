// All that is learnt, as one immutable value: built in, or with parts taken from files.
#pragma once

#include <memory>
#include <string>

#include "loopbreaker/result.h"
#include "text/answers_apart.h"
#include "text/linear.h"
#include "text/loop_model.h"
#include "text/mood_model.h"
#include "text/stem_weights.h"
#include "text/vectors.h"

namespace loopbreaker::text {

/// Cheap to copy: the parts are shared. No part is ever null but those at the end.
struct Models {
  std::shared_ptr<const VectorTable> vectors;
  std::shared_ptr<const LinearModel> customer;  ///< heads: see CustomerHead
  std::shared_ptr<const MoodModel> mood;
  std::shared_ptr<const LinearModel> bot;  ///< heads: see BotHead
  std::shared_ptr<const LoopModel> loops;
  /// In place of the built-in weights, where it has one.
  std::shared_ptr<const StemWeights> stems = nullptr;
  /// What an operator's bot answers to different requests.
  std::shared_ptr<const AnswersApart> apart = nullptr;
};

/// What a customer's message is judged for, and a bot's.
enum CustomerHead { kAbuse, kDissatisfied, kHumanRequest, kMoodHead, kRude, kCustomerHeads };
enum BotHead { kBotFailure, kAnnoying, kBotHeads };

/// What the features of one word add to all heads: first those of the customer's model, then those
/// of the bot's. REQUIRES: `spelling` is in normal form, `word` its hash.
WordSums word_sums(const Models& models, std::string_view spelling, std::uint32_t word);

/// The models in the binary, read once per process.
const Models& builtin_models();

/// The built-in models with those parts replaced that `folder` has a file for (the names are those
/// in src/text/models). Errors name the file.
Result<Models> load_models(const std::string& folder);

/// A vector table from its two files, and the scale of its cosines beside them (vectors_scale.txt)
/// where there is one.
Result<VectorTable> read_vectors(const std::string& rows, const std::string& features);

}  // namespace loopbreaker::text
