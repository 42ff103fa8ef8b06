#include "quality/metrics.h"

#include <algorithm>
#include <numeric>

#include "loopbreaker/types.h"

namespace loopbreaker::quality {
namespace {

std::uint64_t weight(Weights weights, std::size_t i) { return weights.empty() ? 1 : weights[i]; }

double ratio(double part, double whole) { return whole > 0 ? part / whole : 0; }

}  // namespace

std::size_t Scored::positives() const {
  return static_cast<std::size_t>(std::count(positive.begin(), positive.end(), 1));
}

Ranking::Ranking(const Scored& examples) : examples_(examples), order_(examples.size()) {
  std::iota(order_.begin(), order_.end(), 0u);
  const auto& score = examples.score;
  std::stable_sort(order_.begin(), order_.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return score[a] > score[b]; });
  for (std::size_t i = 1; i <= order_.size(); ++i) {
    if (i == order_.size() || score[order_[i]] != score[order_[i - 1]])
      group_end_.push_back(static_cast<std::uint32_t>(i));
  }
}

std::optional<double> Ranking::auc(Weights weights) const {
  double above = 0, pairs = 0, negatives = 0;
  std::size_t at = 0;
  for (const std::uint32_t end : group_end_) {
    double yes = 0, no = 0;
    for (; at < end; ++at) {
      const std::uint32_t i = order_[at];
      (examples_.positive[i] ? yes : no) += static_cast<double>(weight(weights, i));
    }
    pairs += no * (above + yes / 2);
    above += yes;
    negatives += no;
  }
  if (above == 0 || negatives == 0) return std::nullopt;
  return pairs / (above * negatives);
}

std::optional<double> Ranking::average_precision(Weights weights) const {
  double found = 0, taken = 0, sum = 0;
  std::size_t at = 0;
  for (const std::uint32_t end : group_end_) {
    double yes = 0;
    for (; at < end; ++at) {
      const std::uint32_t i = order_[at];
      const auto w = static_cast<double>(weight(weights, i));
      if (examples_.positive[i]) yes += w;
      taken += w;
    }
    found += yes;
    if (yes > 0) sum += yes * found / taken;
  }
  if (found == 0) return std::nullopt;
  return sum / found;
}

std::vector<Ranking::Point> Ranking::curve() const {
  const auto all = static_cast<double>(examples_.positives());
  std::vector<Point> points;
  double found = 0;
  std::size_t at = 0;
  for (const std::uint32_t end : group_end_) {
    for (; at < end; ++at) found += examples_.positive[order_[at]];
    points.push_back({examples_.score[order_[end - 1]], found / end, ratio(found, all)});
  }
  return points;
}

Ranking::Best Ranking::best_f1() const {
  Best best;
  for (const Point& p : curve()) {
    const double f1 = ratio(2 * p.precision * p.recall, p.precision + p.recall);
    if (f1 > best.f1) best = {f1, p.threshold};
  }
  return best;
}

Agreement agreement(const Scored& examples, double threshold, Weights weights) {
  double hits = 0, taken = 0, all = 0;
  for (std::size_t i = 0; i < examples.size(); ++i) {
    const auto w = static_cast<double>(weight(weights, i));
    const bool yes = examples.score[i] >= threshold;
    if (yes) taken += w;
    if (examples.positive[i]) all += w;
    if (yes && examples.positive[i]) hits += w;
  }
  return {ratio(hits, taken), ratio(hits, all), ratio(2 * hits, taken + all)};
}

std::optional<Interval> bootstrap(const Sampling& sampling, std::string_view name,
                                  std::size_t units,
                                  const std::function<std::optional<double>(Weights)>& figure) {
  if (units == 0 || sampling.repetitions <= 0) return std::nullopt;
  Random random(stable_hash(name, sampling.seed));
  std::vector<double> values;
  std::vector<std::uint32_t> drawn(units);
  for (int r = 0; r < sampling.repetitions; ++r) {
    std::fill(drawn.begin(), drawn.end(), 0u);
    for (std::size_t i = 0; i < units; ++i)
      ++drawn[random.below(static_cast<std::uint32_t>(units))];
    if (const auto value = figure(drawn)) values.push_back(*value);
  }
  if (values.empty()) return std::nullopt;
  std::sort(values.begin(), values.end());
  const auto at = [&](double share) {
    return values[std::min(values.size() - 1,
                           static_cast<std::size_t>(share * static_cast<double>(values.size())))];
  };
  return Interval{at(.025), at(.975)};
}

std::optional<Interval> bootstrap(const Sampling& sampling, std::string_view name,
                                  const Scored& examples,
                                  const std::function<std::optional<double>(Weights)>& figure) {
  if (examples.size() == 0) return std::nullopt;
  const std::size_t units = *std::max_element(examples.unit.begin(), examples.unit.end()) + 1;
  std::vector<std::uint32_t> weights(examples.size());
  return bootstrap(sampling, name, units, [&](Weights drawn) {
    for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = drawn[examples.unit[i]];
    return figure(weights);
  });
}

}  // namespace loopbreaker::quality
