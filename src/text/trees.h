// A small ensemble of decision trees over integers, evaluated in integers.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "loopbreaker/result.h"

namespace loopbreaker::text {

/// One place in a tree. A branch sends features[feature] <= threshold left, everything else right.
struct TreeNode {
  std::int16_t feature = -1;  ///< -1: a leaf
  std::uint16_t left = 0;     ///< position in the ensemble's nodes
  std::uint16_t right = 0;
  std::int32_t threshold = 0;
  std::int32_t value =
      0;  ///< 1/1000 nat: of a leaf what it adds; of a branch the mean of what is below it
  bool operator==(const TreeNode&) const = default;
};

/// The sum of its trees is a log-odds. Trees stand one behind the other, each from its root on.
struct Trees {
  static constexpr int kLeavesMax = 64;  ///< per tree

  std::int32_t base = 0;  ///< 1/1000 nat, before any tree
  std::vector<TreeNode> nodes;
  std::vector<std::uint16_t> roots;

  /// 1/1000 nat. REQUIRES: every feature that a branch asks for is there.
  std::int32_t log_odds(std::span<const std::int32_t> features) const;
  /// Adds to `out[i]` what feature i contributed, in 1/1000 nat: along each tree's path, the change
  /// of the mean at every branch that asked for it. With `base` and the roots' values they sum up
  /// to log_odds.
  void contributions(std::span<const std::int32_t> features, std::span<std::int32_t> out) const;
  bool operator==(const Trees&) const = default;
};

/// The same sums, several times faster: instead of walking down every tree, all branches of all
/// trees are asked feature by feature, and each that sends right strikes out the leaves on its
/// left; the first leaf left over is where the walk would have ended (Lucchese et al., QuickScorer,
/// SIGIR 2015). Only as many branches are looked at as send right.
class TreeScorer {
 public:
  TreeScorer() = default;
  explicit TreeScorer(const Trees&);
  /// As Trees::log_odds.
  std::int32_t log_odds(std::span<const std::int32_t> features) const;
  /// As Trees::contributions.
  void contributions(std::span<const std::int32_t> features, std::span<std::int32_t> out) const;

 private:
  struct Branch {
    std::int32_t threshold;
    std::uint32_t tree;
    std::uint64_t stays;  ///< leaves that are left when it sends right
  };
  struct Share {
    std::uint32_t feature;
    std::int32_t change;
  };
  /// Calls `f` with the leaf of each tree in which the walk would have ended.
  template <class F>
  void each_leaf(std::span<const std::int32_t> features, F&& f) const;

  std::int32_t base_ = 0;
  std::vector<Branch> branches_;      ///< feature by feature, thresholds rising
  std::vector<std::uint32_t> ends_;   ///< per feature: one past its branches
  std::vector<std::int32_t> values_;  ///< of the leaves, tree by tree, left to right
  std::vector<std::uint32_t> first_;  ///< per tree: its first leaf among them
  std::vector<Share> shares_;         ///< of the branches on the path to each leaf, leaf by leaf
  std::vector<std::uint32_t> shares_end_;  ///< per leaf: one past its shares
};

/// As text: "base N", then for each tree "tree" and its nodes in order, one per line,
/// "FEATURE THRESHOLD LEFT RIGHT VALUE" or "leaf VALUE"; FEATURE by name, LEFT and RIGHT count from
/// the tree's root.
std::string to_text(const Trees&, std::span<const std::string_view> feature_names);
/// Reads what to_text writes. Every path ends in a leaf, or it is refused. Errors name the line.
Result<Trees> parse_trees(std::string_view text, std::span<const std::string_view> feature_names);

}  // namespace loopbreaker::text
