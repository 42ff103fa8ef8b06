// See figures.h.
#include "train/figures.h"

#include <algorithm>
#include <cstdio>
#include <numeric>

namespace loopbreaker::train {
namespace {

std::vector<std::size_t> descending(std::span<const double> scores) {
  std::vector<std::size_t> order(scores.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return scores[a] > scores[b]; });
  return order;
}

}  // namespace

YesNo yes_no(const std::vector<bool>& labels, std::span<const double> scores, double threshold) {
  double hits = 0, said = 0, there = 0;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const bool says = scores[i] >= threshold;
    hits += says && labels[i];
    said += says;
    there += labels[i];
  }
  return {2 * hits / std::max(1.0, said + there), hits / std::max(1.0, said),
          hits / std::max(1.0, there)};
}

double roc_auc(const std::vector<bool>& labels, std::span<const double> scores) {
  double below = 0, area = 0, positives = 0;
  std::vector<std::size_t> order = descending(scores);
  std::reverse(order.begin(), order.end());
  for (std::size_t i = 0; i < order.size();) {
    double yes = 0, no = 0;
    const double score = scores[order[i]];
    for (; i < order.size() && scores[order[i]] == score; ++i) (labels[order[i]] ? yes : no) += 1;
    area += yes * (below + no / 2);
    below += no;
    positives += yes;
  }
  return positives == 0 || below == 0 ? 0 : area / (positives * below);
}

double average_precision(const std::vector<bool>& labels, std::span<const double> scores) {
  double said = 0, hits = 0, area = 0;
  const std::vector<std::size_t> order = descending(scores);
  for (std::size_t i = 0; i < order.size();) {
    const double score = scores[order[i]];
    double yes = 0;
    for (; i < order.size() && scores[order[i]] == score; ++i, ++said) yes += labels[order[i]];
    hits += yes;
    area += yes * hits / said;
  }
  return hits == 0 ? 0 : area / hits;
}

double best_threshold(const std::vector<bool>& labels, std::span<const double> scores) {
  double there = 0, hits = 0, said = 0, best = -1, threshold = 0;
  for (bool label : labels) there += label;
  const std::vector<std::size_t> order = descending(scores);
  for (std::size_t i = 0; i < order.size(); ++i) {
    hits += labels[order[i]];
    ++said;
    if (i + 1 < order.size() && scores[order[i + 1]] == scores[order[i]]) continue;
    const double f1 = 2 * hits / (said + there);
    if (f1 > best) {
      best = f1;
      const double next = i + 1 < order.size() ? scores[order[i + 1]] : scores[order[i]] - 1;
      threshold = (scores[order[i]] + next) / 2;
    }
  }
  return threshold;
}

std::string three_places(double x) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3f", x);
  return text;
}

std::string in_words(const std::vector<bool>& labels, std::span<const double> scores,
                     double threshold) {
  const YesNo f = yes_no(labels, scores, threshold);
  const double best = yes_no(labels, scores, best_threshold(labels, scores)).f1;
  return "AUC " + three_places(roc_auc(labels, scores)) + ", F1 " + three_places(f.f1) +
         " (precision " + three_places(f.precision) + ", recall " + three_places(f.recall) +
         ") at " + three_places(threshold) + ", best F1 " + three_places(best);
}

}  // namespace loopbreaker::train
