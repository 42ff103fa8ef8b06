// The figures by which detection is judged. Pure: the same examples and seed give the same figures.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace loopbreaker::quality {

/// How often each example counts; empty = once each. A bootstrap draws these.
using Weights = std::span<const std::uint32_t>;

/// Labelled examples with a score each.
struct Scored {
  std::vector<std::uint8_t> positive;  ///< 0 or 1
  std::vector<double> score;
  std::vector<std::uint32_t> unit;  ///< what is drawn together in a bootstrap, e.g. the session

  void add(bool is_positive, double value, std::uint32_t belongs_to) {
    positive.push_back(is_positive ? 1 : 0);
    score.push_back(value);
    unit.push_back(belongs_to);
  }
  std::size_t size() const { return positive.size(); }
  std::size_t positives() const;
};

/// Examples by falling score; those of equal score stand together and are never told apart.
class Ranking {
 public:
  explicit Ranking(const Scored& examples);

  /// Probability that a positive stands above a negative, ties half. Empty without both.
  std::optional<double> auc(Weights weights = {}) const;
  /// Mean precision at the positives. Empty without positives.
  std::optional<double> average_precision(Weights weights = {}) const;
  /// Greatest F1 over all thresholds, and the lowest score that is taken then.
  struct Best {
    double f1 = 0, threshold = 0;
  };
  Best best_f1() const;
  /// Precision and recall after each group of equal scores.
  struct Point {
    double threshold, precision, recall;
  };
  std::vector<Point> curve() const;

 private:
  const Scored& examples_;
  std::vector<std::uint32_t> order_;
  std::vector<std::uint32_t> group_end_;  ///< in order_, one past each group
};

/// Yes or no, counted.
struct Agreement {
  double precision = 0, recall = 0, f1 = 0;  ///< 0 where nothing was there to be found
};
/// Takes scores of at least `threshold` as yes.
Agreement agreement(const Scored& examples, double threshold, Weights weights = {});

/// Where an interval comes from.
struct Sampling {
  std::uint64_t seed = 1;
  int repetitions = 400;
};

/// 2.5 % and 97.5 % of a figure.
struct Interval {
  double low = 0, high = 0;
};

/// Draws `units` units with replacement and computes the figure with how often each was drawn,
/// again and again. `name` makes each figure's draws its own, whatever else is computed.
std::optional<Interval> bootstrap(const Sampling& sampling, std::string_view name,
                                  std::size_t units,
                                  const std::function<std::optional<double>(Weights)>& figure);

/// Likewise for figures over examples, whose units are drawn.
std::optional<Interval> bootstrap(const Sampling& sampling, std::string_view name,
                                  const Scored& examples,
                                  const std::function<std::optional<double>(Weights)>& figure);

/// Chance from a seed, the same on every machine: splitmix64.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15ull);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
    return z ^ (z >> 31);
  }
  /// 0 … n - 1. REQUIRES: n > 0.
  std::uint32_t below(std::uint32_t n) {
    return static_cast<std::uint32_t>(((next() >> 32) * n) >> 32);
  }

 private:
  std::uint64_t state_;
};

}  // namespace loopbreaker::quality
