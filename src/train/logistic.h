// Logistic regression over hashed features and a vector: the trainer behind text/linear.h.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace loopbreaker::train {

struct Example {
  std::vector<std::uint32_t> features;  ///< hashes, see text/linear_features.h
  std::array<float, 128> vector{};      ///< of length one, or zero
  bool positive = false;
  float weight = 1;
  int group = 0;  ///< examples of a group are held out together
};

struct LogisticSettings {
  int bits = 16;  ///< 2^bits weights
  int epochs = 12;
  float rate = 0.3F;  ///< of AdaGrad
  float l2 = 1e-6F;   ///< per step
  float vector = 1;   ///< how much the vector counts against the n-grams
};

struct LogisticModel {
  std::vector<float> weights;
  std::array<float, 128> vector{};
  float bias = 0;
  double log_odds(const Example& e) const;

 private:
  friend LogisticModel fit(std::span<const Example* const>, const LogisticSettings&);
};

/// The same model for the same examples in the same order: shuffled by a fixed rule.
LogisticModel fit(std::span<const Example* const> examples, const LogisticSettings& settings);

/// Log-odds of each example from a model that has seen no example of its group; groups are dealt
/// to `folds`.
std::vector<double> held_out(std::span<const Example> examples, const LogisticSettings& settings,
                             int folds, const std::function<void()>& step);

std::vector<bool> labels_of(std::span<const Example> examples);
std::vector<const Example*> pointers_to(std::span<const Example> examples);
std::vector<double> judge(const LogisticModel& model, std::span<const Example> examples);

/// Heads as one file of text/linear.h. REQUIRES: all of 2^bits weights.
std::string pack_heads(std::span<const LogisticModel> heads, int bits);

}  // namespace loopbreaker::train
