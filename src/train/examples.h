// Texts as examples for the linear models.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "loopbreaker/analysis.h"
#include "text/models.h"
#include "text/tokens.h"
#include "train/logistic.h"

namespace loopbreaker::train {

class ExampleMaker {
 public:
  explicit ExampleMaker(text::Models models = text::builtin_models());
  ExampleMaker(const ExampleMaker&) = delete;

  Example make(std::string_view text, bool positive, float weight, int group);

 private:
  text::Models models_;
  text::Tokens tokens_;
  text::Encoder encoder_;
};

/// What the phrases of the pack hear, without any linear model: labels must not depend on the
/// models that are made from them.
class PhraseLabels {
 public:
  PhraseLabels();
  Score hear(Heard what, std::string_view text, Participant who);

 private:
  std::unique_ptr<Analyzer> analyzer_;
  MessageAnalysis heard_;
};

/// Group of a text by its hash, so that folds are fixed.
int group_of(std::string_view key);

}  // namespace loopbreaker::train
