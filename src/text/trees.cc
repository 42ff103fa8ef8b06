// Trees: evaluation, and the text they are kept as.
#include "text/trees.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <optional>

namespace loopbreaker::text {
namespace {

constexpr std::size_t kNodesMax = UINT16_MAX;

std::optional<std::int32_t> number(std::string_view word) {
  std::int32_t value = 0;
  const auto [end, bad] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (bad != std::errc{} || end != word.data() + word.size()) return std::nullopt;
  return value;
}

/// At most five words of a line; a sixth says that there were more.
std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  while (words.size() < 6) {
    const std::size_t from = line.find_first_not_of(" \t\r");
    if (from == std::string_view::npos) break;
    const std::size_t to = std::min(line.find_first_of(" \t\r", from), line.size());
    words.push_back(line.substr(from, to - from));
    line.remove_prefix(to);
  }
  return words;
}

class Reader {
 public:
  explicit Reader(std::span<const std::string_view> names) : names_(names) {}

  /// Empty when the line is all right, else what is wrong with it.
  std::string take(std::string_view line) {
    const auto words = words_of(line);
    if (words.empty() || words[0].starts_with('#')) return {};
    if (words[0] == "base" && words.size() == 2) {
      const auto base = number(words[1]);
      if (!base) return "base must be a whole number";
      trees_.base = *base;
      return {};
    }
    if (words[0] == "tree" && words.size() == 1) {
      std::string wrong = close();
      trees_.roots.push_back(static_cast<std::uint16_t>(trees_.nodes.size()));
      return wrong;
    }
    if (trees_.roots.empty()) return "expected \"base\" or \"tree\"";
    if (trees_.nodes.size() == kNodesMax) return "too many nodes";
    return words[0] == "leaf" ? leaf(words) : branch(words);
  }

  /// The tree read last is complete.
  std::string close() const {
    if (trees_.roots.empty()) return {};
    const std::size_t root = trees_.roots.back();
    if (trees_.nodes.size() == root) return "a tree without nodes";
    if (trees_.nodes.size() - root > 2 * Trees::kLeavesMax - 1) return "a tree of too many leaves";
    std::vector<int> parents(trees_.nodes.size() - root);
    for (std::size_t i = root; i < trees_.nodes.size(); ++i) {
      const TreeNode& node = trees_.nodes[i];
      // Children come after their branch, so every path ends.
      if (node.feature >= 0 && (node.left <= i || node.left >= trees_.nodes.size() ||
                                node.right <= i || node.right >= trees_.nodes.size())) {
        return "a branch of the tree before leads out of it";
      }
      if (node.feature < 0) continue;
      if (++parents[node.left - root] > 1 || ++parents[node.right - root] > 1)
        return "two branches of the tree before lead to one node";
    }
    return {};
  }

  Trees take_trees() { return std::move(trees_); }

 private:
  std::string leaf(const std::vector<std::string_view>& words) {
    const auto value = words.size() == 2 ? number(words[1]) : std::nullopt;
    if (!value) return "expected \"leaf VALUE\"";
    TreeNode node;
    node.value = *value;
    trees_.nodes.push_back(node);
    return {};
  }

  std::string branch(const std::vector<std::string_view>& words) {
    if (words.size() != 5) return "expected \"FEATURE THRESHOLD LEFT RIGHT VALUE\"";
    const auto name = std::ranges::find(names_, words[0]);
    if (name == names_.end()) return "there is no feature \"" + std::string(words[0]) + "\"";
    std::array<std::int32_t, 4> n{};
    for (std::size_t i = 0; i < n.size(); ++i) {
      const auto value = number(words[i + 1]);
      if (!value) return "\"" + std::string(words[i + 1]) + "\" is no whole number";
      n[i] = *value;
    }
    const std::int64_t root = trees_.roots.back();
    const std::int64_t left = root + n[1], right = root + n[2];
    if (n[1] < 0 || n[2] < 0 || left > UINT16_MAX || right > UINT16_MAX) return "no such node";
    TreeNode node;
    node.feature = static_cast<std::int16_t>(name - names_.begin());
    node.threshold = n[0];
    node.left = static_cast<std::uint16_t>(left);
    node.right = static_cast<std::uint16_t>(right);
    node.value = n[3];
    trees_.nodes.push_back(node);
    return {};
  }

  std::span<const std::string_view> names_;
  Trees trees_;
};

}  // namespace

std::int32_t Trees::log_odds(std::span<const std::int32_t> features) const {
  std::int32_t sum = base;
  for (std::size_t at : roots) {
    while (nodes[at].feature >= 0) {
      const TreeNode& node = nodes[at];
      at = features[static_cast<std::size_t>(node.feature)] <= node.threshold ? node.left
                                                                              : node.right;
    }
    sum += nodes[at].value;
  }
  return sum;
}

void Trees::contributions(std::span<const std::int32_t> features,
                          std::span<std::int32_t> out) const {
  for (std::size_t at : roots) {
    while (nodes[at].feature >= 0) {
      const TreeNode& node = nodes[at];
      const auto feature = static_cast<std::size_t>(node.feature);
      at = features[feature] <= node.threshold ? node.left : node.right;
      out[feature] += nodes[at].value - node.value;
    }
  }
}

namespace {

/// Numbers a tree's leaves from left to right and finds out which a branch has on its left.
class Walk {
 public:
  struct Found {
    std::size_t node;
    std::uint64_t left;
  };
  struct Step {
    std::int16_t feature;
    std::int32_t change;  ///< of the mean
  };
  explicit Walk(const Trees& trees) : trees_(trees) {}

  /// The tree from `root` on: `branch(Found)` for its branches, `leaf(value, steps)` for its leaves
  /// with the steps that lead there.
  template <class Branch, class Leaf>
  void tree(std::size_t root, Branch branch, Leaf leaf) {
    leaves_ = 0;
    visit(root, branch, leaf);
  }

 private:
  template <class Branch, class Leaf>
  std::uint64_t visit(std::size_t at, Branch& branch, Leaf& leaf) {
    const TreeNode& node = trees_.nodes[at];
    if (node.feature < 0) {
      leaf(node.value, steps_);
      return 1ull << leaves_++;
    }
    const auto below = [&](std::size_t child) {
      steps_.push_back({node.feature, trees_.nodes[child].value - node.value});
      const std::uint64_t leaves = visit(child, branch, leaf);
      steps_.pop_back();
      return leaves;
    };
    const std::uint64_t left = below(node.left);
    branch(Found{at, left});
    return left | below(node.right);
  }

  const Trees& trees_;
  std::vector<Step> steps_;
  int leaves_ = 0;
};

}  // namespace

TreeScorer::TreeScorer(const Trees& trees) : base_(trees.base) {
  Walk walk(trees);
  std::vector<std::pair<std::int16_t, Branch>> all;
  for (std::size_t t = 0; t < trees.roots.size(); ++t) {
    first_.push_back(static_cast<std::uint32_t>(values_.size()));
    const auto branch = [&](Walk::Found found) {
      const TreeNode& node = trees.nodes[found.node];
      all.push_back({node.feature, {node.threshold, static_cast<std::uint32_t>(t), ~found.left}});
    };
    const auto leaf = [&](std::int32_t value, const std::vector<Walk::Step>& steps) {
      values_.push_back(value);
      for (const Walk::Step& step : steps)
        shares_.push_back({static_cast<std::uint32_t>(step.feature), step.change});
      shares_end_.push_back(static_cast<std::uint32_t>(shares_.size()));
    };
    walk.tree(trees.roots[t], branch, leaf);
  }
  std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
    return std::pair(a.first, a.second.threshold) < std::pair(b.first, b.second.threshold);
  });
  for (const auto& [feature, branch] : all) {
    if (ends_.size() <= static_cast<std::size_t>(feature))
      ends_.resize(static_cast<std::size_t>(feature) + 1,
                   static_cast<std::uint32_t>(branches_.size()));
    branches_.push_back(branch);
    ends_.back() = static_cast<std::uint32_t>(branches_.size());
  }
}

template <class F>
void TreeScorer::each_leaf(std::span<const std::int32_t> features, F&& f) const {
  static thread_local std::vector<std::uint64_t> left;
  left.assign(first_.size(), ~0ull);
  const Branch* branch = branches_.data();
  for (std::size_t i = 0; i < ends_.size(); ++i) {
    const Branch* const end = branches_.data() + ends_[i];
    for (; branch != end && branch->threshold < features[i]; ++branch)
      left[branch->tree] &= branch->stays;
    branch = end;
  }
  for (std::size_t t = 0; t < first_.size(); ++t)
    f(first_[t] + static_cast<std::size_t>(std::countr_zero(left[t])));
}

std::int32_t TreeScorer::log_odds(std::span<const std::int32_t> features) const {
  std::int32_t sum = base_;
  each_leaf(features, [&](std::size_t leaf) { sum += values_[leaf]; });
  return sum;
}

void TreeScorer::contributions(std::span<const std::int32_t> features,
                               std::span<std::int32_t> out) const {
  each_leaf(features, [&](std::size_t leaf) {
    for (std::size_t i = leaf == 0 ? 0 : shares_end_[leaf - 1]; i < shares_end_[leaf]; ++i)
      out[shares_[i].feature] += shares_[i].change;
  });
}

std::string to_text(const Trees& trees, std::span<const std::string_view> feature_names) {
  std::string out = "base " + std::to_string(trees.base) + "\n";
  for (std::size_t t = 0; t < trees.roots.size(); ++t) {
    const std::size_t root = trees.roots[t];
    const std::size_t end = t + 1 < trees.roots.size() ? trees.roots[t + 1] : trees.nodes.size();
    out += "tree\n";
    for (std::size_t i = root; i < end; ++i) {
      const TreeNode& node = trees.nodes[i];
      if (node.feature < 0) {
        out += "leaf " + std::to_string(node.value) + "\n";
        continue;
      }
      out += feature_names[static_cast<std::size_t>(node.feature)];
      for (std::int64_t n : {std::int64_t{node.threshold}, std::int64_t(node.left - root),
                             std::int64_t(node.right - root), std::int64_t{node.value}}) {
        out += ' ';
        out += std::to_string(n);
      }
      out += '\n';
    }
  }
  return out;
}

Result<Trees> parse_trees(std::string_view text, std::span<const std::string_view> feature_names) {
  Reader reader(feature_names);
  std::size_t line_number = 0;
  std::string wrong;
  while (!text.empty() && wrong.empty()) {
    ++line_number;
    const std::size_t end = std::min(text.find('\n'), text.size());
    wrong = reader.take(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  if (wrong.empty()) wrong = reader.close();
  if (!wrong.empty()) return Error{"line " + std::to_string(line_number) + ": " + wrong};
  return reader.take_trees();
}

}  // namespace loopbreaker::text
