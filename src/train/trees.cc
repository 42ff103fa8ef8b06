// Gradient boosting over histograms; see trees.h. Trees grow leaf by leaf, the largest gain first.
#include "train/trees.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "loopbreaker/types.h"

namespace loopbreaker::train {
namespace {

constexpr double kMilli = 1000.0;
constexpr double kLeafMax = 4.0;  // nats; keeps pure leaves finite

struct Sum {
  double gradient = 0, curvature = 0;
  Sum& operator+=(const Sum& o) {
    gradient += o.gradient;
    curvature += o.curvature;
    return *this;
  }
  friend Sum operator-(Sum a, const Sum& b) {
    a.gradient -= b.gradient;
    a.curvature -= b.curvature;
    return a;
  }
};

struct Branch {
  double gain = 0;
  std::size_t feature = 0;
  int bin = 0;  ///< rows in bins up to it go left
};

/// A leaf while its tree grows. `low` and `high` bound its value, so that constrained features keep
/// their direction.
struct Growing {
  std::vector<std::uint32_t> rows;
  Sum sum;
  double low = -kLeafMax, high = kLeafMax;
  std::optional<Branch> best;
  std::size_t node = 0;
};

class Booster {
 public:
  Booster(const TreeData& data, const TreeSettings& settings)
      : data_(data), settings_(settings), margin_(data.rows()), slopes_(data.rows()) {
    make_bins();
  }

  text::Trees grow() {
    double positive = 0, all = 0;
    for (std::size_t i = 0; i < data_.rows(); ++i) {
      positive += data_.labels[i] * data_.weights[i];
      all += data_.weights[i];
    }
    const double base = std::log(positive / (all - positive));
    std::ranges::fill(margin_, base);
    text::Trees trees;
    trees.base = milli(base);
    for (int t = 0; t < settings_.trees; ++t) {
      number_ = static_cast<std::uint64_t>(t);
      if (!grow_one(trees)) break;
    }
    return trees;
  }

 private:
  static std::int32_t milli(double nats) {
    return static_cast<std::int32_t>(std::lround(nats * kMilli));
  }

  void make_bins() {
    bins_.resize(data_.values.size());
    edges_.resize(data_.features);
    std::vector<std::int32_t> column(data_.rows());
    for (std::size_t f = 0; f < data_.features; ++f) {
      for (std::size_t i = 0; i < data_.rows(); ++i) column[i] = data_.row(i)[f];
      std::ranges::sort(column);
      auto& edges = edges_[f];  // a row is in the first bin whose edge is not below it
      std::vector<std::int32_t> distinct = column;
      distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
      const auto bins = static_cast<std::size_t>(settings_.bins);
      if (distinct.size() <= bins) {
        for (std::size_t k = 0; k + 1 < distinct.size(); ++k)
          edges.push_back(distinct[k] + (distinct[k + 1] - distinct[k]) / 2);
      } else {
        // Half of the edges by rows, half by values: rare high values matter as much as common low
        // ones.
        for (std::size_t k = 1; k < bins / 2; ++k) {
          edges.push_back(column[k * column.size() / (bins / 2)]);
          edges.push_back(distinct[k * distinct.size() / (bins / 2)]);
        }
        std::ranges::sort(edges);
        edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
        if (!edges.empty() && edges.back() == distinct.back()) edges.pop_back();
      }
      for (std::size_t i = 0; i < data_.rows(); ++i) {
        const auto at = std::ranges::lower_bound(edges, data_.row(i)[f]);
        bins_[i * data_.features + f] = static_cast<std::uint8_t>(at - edges.begin());
      }
    }
  }

  int direction(std::size_t feature) const {
    return settings_.direction.empty() ? 0 : settings_.direction[feature];
  }

  bool may_ask(std::size_t feature) const {
    if (settings_.per_tree >= 1) return true;
    const std::uint64_t mixed = (number_ * 1009 + feature + 1) * 0x9E3779B97F4A7C15ull;
    return static_cast<double>(mixed >> 11) * 0x1p-53 < settings_.per_tree;
  }

  double value_of(const Sum& sum, double low, double high) const {
    return std::clamp(-sum.gradient / (sum.curvature + settings_.ridge), low, high);
  }
  /// How much a leaf of this value lowers the loss, to second order.
  double worth(const Sum& sum, double value) const {
    return -(sum.gradient * value + 0.5 * (sum.curvature + settings_.ridge) * value * value);
  }

  std::optional<Branch> best_branch(const Growing& leaf) const {
    std::optional<Branch> best;
    const double as_is = worth(leaf.sum, value_of(leaf.sum, leaf.low, leaf.high));
    std::vector<Sum> histogram;
    for (std::size_t f = 0; f < data_.features; ++f) {
      const auto& edges = edges_[f];
      if (edges.empty() || !may_ask(f)) continue;
      histogram.assign(edges.size() + 1, {});
      for (std::uint32_t i : leaf.rows) histogram[bins_[i * data_.features + f]] += slopes_[i];
      Sum left;
      for (std::size_t b = 0; b < edges.size(); ++b) {
        left += histogram[b];
        const Sum right = leaf.sum - left;
        if (left.curvature < settings_.leaf_curvature) continue;
        if (right.curvature < settings_.leaf_curvature) break;
        const double l = value_of(left, leaf.low, leaf.high);
        const double r = value_of(right, leaf.low, leaf.high);
        if (direction(f) * (r - l) < 0) continue;
        const double gain = worth(left, l) + worth(right, r) - as_is;
        if (gain > settings_.gain && (!best || gain > best->gain)) {
          best = Branch{gain, f, static_cast<int>(b)};
        }
      }
    }
    return best;
  }

  /// False when nothing is left to gain.
  bool grow_one(text::Trees& trees) {
    Growing all;
    all.rows.resize(data_.rows());
    for (std::size_t i = 0; i < data_.rows(); ++i) {
      all.rows[i] = static_cast<std::uint32_t>(i);
      const double p = 1 / (1 + std::exp(-margin_[i]));
      slopes_[i] = {(p - data_.labels[i]) * data_.weights[i],
                    std::max(p * (1 - p), 1e-6) * data_.weights[i]};
      all.sum += slopes_[i];
    }
    all.best = best_branch(all);
    if (!all.best) return false;

    const std::size_t root = trees.nodes.size();
    trees.roots.push_back(static_cast<std::uint16_t>(root));
    trees.nodes.emplace_back();
    all.node = root;
    std::vector<Growing> leaves;
    leaves.push_back(std::move(all));
    while (static_cast<int>(leaves.size()) < settings_.leaves) {
      auto next = std::ranges::max_element(leaves, [](const Growing& a, const Growing& b) {
        return (a.best ? a.best->gain : -1) < (b.best ? b.best->gain : -1);
      });
      if (!next->best) break;
      auto [left, right] = split(*next, trees);
      *next = std::move(left);
      leaves.push_back(std::move(right));
    }
    for (const Growing& leaf : leaves) {
      const double value = settings_.rate * value_of(leaf.sum, leaf.low, leaf.high);
      trees.nodes[leaf.node].value = milli(value);
      // What is added here is what the product will add.
      for (std::uint32_t i : leaf.rows) margin_[i] += trees.nodes[leaf.node].value / kMilli;
    }
    return true;
  }

  std::pair<Growing, Growing> split(Growing& leaf, text::Trees& trees) {
    const Branch& branch = *leaf.best;
    Growing left, right;
    for (std::uint32_t i : leaf.rows) {
      Growing& side = bins_[i * data_.features + branch.feature] <= branch.bin ? left : right;
      side.rows.push_back(i);
      side.sum += slopes_[i];
    }
    left.low = right.low = leaf.low;
    left.high = right.high = leaf.high;
    const int way = direction(branch.feature);
    if (way != 0) {
      const double middle =
          (value_of(left.sum, leaf.low, leaf.high) + value_of(right.sum, leaf.low, leaf.high)) / 2;
      (way > 0 ? left.high : left.low) = middle;
      (way > 0 ? right.low : right.high) = middle;
    }
    left.node = trees.nodes.size();
    right.node = left.node + 1;
    trees.nodes.resize(trees.nodes.size() + 2);
    text::TreeNode& node = trees.nodes[leaf.node];
    node.feature = static_cast<std::int16_t>(branch.feature);
    node.threshold = edges_[branch.feature][static_cast<std::size_t>(branch.bin)];
    node.left = static_cast<std::uint16_t>(left.node);
    node.right = static_cast<std::uint16_t>(right.node);
    node.value = milli(settings_.rate * value_of(leaf.sum, leaf.low, leaf.high));
    left.best = best_branch(left);
    right.best = best_branch(right);
    return {std::move(left), std::move(right)};
  }

  const TreeData& data_;
  const TreeSettings& settings_;
  std::vector<double> margin_;
  std::vector<Sum> slopes_;                       // of the loss, per row
  std::vector<std::uint8_t> bins_;                // per row and feature
  std::vector<std::vector<std::int32_t>> edges_;  // per feature
  std::uint64_t number_ = 0;                      // of the tree that grows
};

}  // namespace

text::Trees grow_trees(const TreeData& data, const TreeSettings& settings) {
  return Booster(data, settings).grow();
}

}  // namespace loopbreaker::train
