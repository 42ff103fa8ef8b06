// Figures of merit of a score against labels.
#pragma once

#include <span>
#include <string>
#include <vector>

namespace loopbreaker::train {

struct YesNo {
  double f1 = 0, precision = 0, recall = 0;
};
YesNo yes_no(const std::vector<bool>& labels, std::span<const double> scores, double threshold);

/// Area under the ROC curve; ties count half.
double roc_auc(const std::vector<bool>& labels, std::span<const double> scores);

/// Precision at each true case, averaged; ties count together.
double average_precision(const std::vector<bool>& labels, std::span<const double> scores);

/// The threshold with the best F1.
double best_threshold(const std::vector<bool>& labels, std::span<const double> scores);

/// "AUC 0.950, F1 0.782 (precision …, recall …) at -0.960, best F1 0.790".
std::string in_words(const std::vector<bool>& labels, std::span<const double> scores,
                     double threshold);
std::string three_places(double x);

}  // namespace loopbreaker::train
