// What an evaluation says: figures with intervals, curves, and the cases worth reading.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "quality/metrics.h"
#include "quality/recording.h"

namespace loopbreaker::quality {

/// What a figure should reach on conversations that the models have not seen.
struct Target {
  bool at_least = true;
  double value = 0;
};
std::optional<Target> target_of(std::string_view figure);

struct Figure {
  std::string name;
  std::optional<double> value;  ///< empty: there was nothing to measure
  std::optional<Interval> interval;
  std::string n;  ///< how many, of what
  int decimals = 3;
  bool detail = false;              ///< one data set of the figure above
  std::optional<double> seen = {};  ///< what models reach that have learnt from these conversations
};

struct Curve {
  std::string title, x, y;  ///< of the axes
  double x_max = 1;
  bool steps = false;  ///< between two points the lower one holds
  struct Line {
    std::string name;
    std::vector<std::pair<double, double>> points;
  };
  std::vector<Line> lines;
};

/// A conversation that went wrong, for people to read.
struct Case {
  std::string what;  ///< "loop that was not noticed"
  std::string set, session_id;
  double strength = 0;              ///< how badly: cases are shown in falling order
  std::vector<EventNumber> marked;  ///< the turns that the label speaks of
  const PlayedSession* session = nullptr;
};

struct Report {
  std::uint64_t seed = 1;
  std::vector<std::string> notes;
  std::vector<Figure> figures;
  std::vector<Curve> curves;
  std::vector<Case> misses, false_alarms;

  void add(std::string name, std::optional<double> value, std::optional<Interval> interval = {},
           std::string n = {}, int decimals = 3, bool detail = false) {
    figures.push_back({std::move(name), value, interval, std::move(n), decimals, detail});
  }
};

/// Fills in `seen` of all figures that both have.
void add_seen(Report&, const Report& seen);

/// The figures as a table for a terminal.
std::string to_table(const Report&);
/// A JSON array: metric, value, ci, n, target, pass.
std::string to_json(const Report&);
/// One page that needs nothing besides itself.
std::string to_html(const Report&);

}  // namespace loopbreaker::quality
