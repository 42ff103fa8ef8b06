// See examples.h.
#include "train/examples.h"

#include <cmath>
#include <utility>

#include "text/analyzer.h"
#include "text/linear.h"
#include "text/stem.h"

namespace loopbreaker::train {

ExampleMaker::ExampleMaker(text::Models models)
    : models_(std::move(models)), encoder_(models_.vectors) {
  tokens_.models = &models_;
}

Example ExampleMaker::make(std::string_view text, bool positive, float weight, int group) {
  Example e;
  e.positive = positive;
  e.weight = weight;
  e.group = group;
  text::tokenise(text, tokens_);
  const auto add = [&](std::uint32_t f) { e.features.push_back(f); };
  for (const text::Token& t : tokens_.all) {
    text::for_word_features(tokens_.spelling(t), tokens_.feature_word(t), add);
  }
  text::for_text_features(tokens_, add);
  const text::VectorSum& v = encoder_.sum(tokens_);
  double square = 0;
  for (std::int32_t x : v) square += static_cast<double>(x) * x;
  if (square > 0) {
    for (std::size_t i = 0; i < v.size(); ++i) {
      e.vector[i] = static_cast<float>(v[i] / std::sqrt(square));
    }
  }
  return e;
}

PhraseLabels::PhraseLabels() {
  const auto silent = [](int heads) {
    constexpr int kBits = 4;
    LogisticModel none;
    none.weights.assign(std::size_t{1} << kBits, 0);
    none.bias = -20;
    const std::vector<LogisticModel> all(static_cast<std::size_t>(heads), none);
    return std::make_shared<const text::LinearModel>(
        text::LinearModel::own(pack_heads(all, kBits), "silent").value());
  };
  text::Models models = text::builtin_models();
  models.customer = silent(text::kCustomerHeads);
  models.bot = silent(text::kBotHeads);
  analyzer_ = text::make_analyzer(text::builtin_packs(), models);
}

Score PhraseLabels::hear(Heard what, std::string_view text, Participant who) {
  heard_ = analyzer_->analyze(text, who, "en");
  return heard_[what];
}

int group_of(std::string_view key) { return static_cast<int>(text::word_hash(key) >> 8 & 0xFFFF); }

}  // namespace loopbreaker::train
