// One curve as SVG, for a report that is read in a browser or beside its Markdown.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace loopbreaker::cli {

struct Plot {
  std::string title, x_label, y_label;
  std::vector<std::pair<double, double>> points;  ///< x, y; x > 0 on a logarithmic axis, y from 0
};

/// REQUIRES: points, none of them with an x that is not positive.
std::string svg(const Plot& plot);

}  // namespace loopbreaker::cli
