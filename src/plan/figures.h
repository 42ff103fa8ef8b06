// What one worker, one record, one session cost: figures that plans rest on, each with where it
// comes from.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "plan/quantity.h"

namespace loopbreaker::plan {

enum class Trust {
  measured,  ///< on the reference machine, or on the user's by --bench
  setting,   ///< a value of the product's own configuration
  estimate,  ///< nobody has measured it yet; the plan says so
};
std::string_view name_of(Trust trust);

struct Figure {
  std::string name;
  double value = 0;
  Trust trust = Trust::estimate;
  std::string how;     ///< conditions
  std::string source;  ///< the command or file that gives it
};

/// A figure that plans need.
struct FigureKey {
  std::string_view name;
  Unit unit;
  std::string_view meaning;
};

/// All of them; a set of figures holds each exactly once.
const std::vector<FigureKey>& figure_keys();
const FigureKey* find_figure_key(std::string_view name);

class Figures {
 public:
  void set(Figure figure);
  /// nullptr when it is not there.
  const Figure* find(std::string_view name) const;
  /// Names that figure_keys() has and this has not.
  std::vector<std::string_view> missing() const;

 private:
  std::vector<Figure> figures_;
};

/// bench/figures.toml as it was when the binary was built.
std::string_view builtin_figures_toml();

}  // namespace loopbreaker::plan
