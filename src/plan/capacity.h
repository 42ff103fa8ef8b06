// From traffic and figures to machines: what the system needs, line by line.
#pragma once

#include <string>
#include <vector>

#include "plan/day.h"
#include "plan/figures.h"
#include "plan/inputs.h"
#include "plan/term.h"

namespace loopbreaker::plan {

struct Line {
  std::string name;   ///< stable, for --json and for the arithmetic of later lines
  std::string label;  ///< for people
  Unit unit = Unit::count;
  Term term;  ///< value, arithmetic, and what it uses
};

struct Section {
  std::string title;
  std::vector<Line> lines;
  /// REQUIRES: there is such a line.
  const Line& operator[](std::string_view name) const;
};

struct SystemPlan {
  std::vector<Section> sections;
  /// REQUIRES: there is such a line.
  double operator[](std::string_view name) const;
  std::vector<std::string> warnings;
};

/// REQUIRES: all inputs but one of sessions and session-length have values, and all figures are
/// there.
SystemPlan plan_system(const Inputs& inputs, const Figures& figures, const Day& day);

}  // namespace loopbreaker::plan
