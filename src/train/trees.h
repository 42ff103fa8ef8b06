// Grows an ensemble of small trees by gradient boosting on the logistic loss. Deterministic: no
// chance, one order.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "text/trees.h"

namespace loopbreaker::train {

/// Rows of features with a label and a weight each.
struct TreeData {
  std::size_t features = 0;
  std::vector<std::int32_t> values;  ///< row after row
  std::vector<std::uint8_t> labels;  ///< 0 or 1
  std::vector<double> weights;       ///< above 0

  std::size_t rows() const { return labels.size(); }
  std::span<const std::int32_t> row(std::size_t i) const {
    return std::span(values).subspan(i * features, features);
  }
};

struct TreeSettings {
  int trees = 150;
  int leaves = 8;               ///< per tree at most
  int bins = 64;                ///< thresholds tried per feature, at quantiles; at most 255
  double rate = 0.1;            ///< share of each tree's step that is taken
  double ridge = 1.0;           ///< added to the curvature of a leaf
  double leaf_curvature = 4.0;  ///< least sum of curvature in a leaf (a quarter per undecided row)
  double gain = 0.0;            ///< least gain of a branch
  double per_tree = 1.0;  ///< share of the features that a tree may ask for; which ones goes round
  /// Per feature: +1 the log-odds may only rise with it, -1 only fall, 0 either. Empty: all 0.
  std::vector<int> direction;
};

/// REQUIRES: rows of both labels.
text::Trees grow_trees(const TreeData&, const TreeSettings&);

}  // namespace loopbreaker::train
