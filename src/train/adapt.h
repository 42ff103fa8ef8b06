// Fits what is learnt to an operator's own conversations, without labels: the vectors by a linear
// map, the weights of words by how often the customers use them, and which of the bot's answers are
// two although they are worded alike.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "loopbreaker/result.h"
#include "text/models.h"
#include "text/packs.h"
#include "train/weak_pairs.h"

namespace loopbreaker::train {

struct AdaptSettings {
  std::size_t pairs =
      6'000;  ///< of either sort, to fit with; half as many to choose and to judge with
  std::uint64_t seed = 1;
  std::function<void(std::string_view what, double done)> progress = [](std::string_view, double) {
  };
};

/// A figure on sessions that nothing was fitted or chosen on.
struct AdaptFigure {
  std::string name;
  std::size_t pairs = 0;
  double before = 0, after = 0;
  double low = 0, high = 0;  ///< 95 % interval of the change, by resampling pairs; none for shares
};

/// A file of the adapted models.
struct ModelFile {
  std::string name;
  std::string bytes;
};

struct Adapted {
  std::size_t sessions_fit = 0, sessions_choose = 0, sessions_held = 0;
  std::string chosen;                  ///< what was found best, in words
  std::vector<AdaptFigure> figures;    ///< on the held sessions
  std::optional<std::string> refused;  ///< why these files must not be used
  std::vector<ModelFile> files;
  std::vector<FrequentAnswer> answers;
};

/// `sessions` are split by their ids: half to fit, a quarter to choose, a quarter to judge. With
/// `later` ones, those judge, and three quarters are fitted on. `labels` are of both. The same logs
/// give the same bytes. Fails when the logs are too small to tell anything.
Result<Adapted> adapt(const std::vector<LogSession>& sessions, const std::vector<LogSession>& later,
                      const std::vector<PairLabel>& labels, const text::PhrasePacks& packs,
                      const AdaptSettings& settings);

}  // namespace loopbreaker::train
