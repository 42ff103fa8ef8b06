// What a planner says or leaves open: one table of names, units, defaults and ranges, and the
// values of one plan.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "plan/quantity.h"

namespace loopbreaker::plan {

struct InputKey {
  std::string_view name;  ///< "peak-events": the flag without its dashes
  Unit unit;
  std::string_view initial;  ///< as a planner would write it; empty: there is no default
  double min, max;           ///< inclusive
  std::string_view meaning;
  std::string_view group;  ///< heading in --help
};

const std::vector<InputKey>& input_keys();
/// REQUIRES: there is such an input.
const InputKey& input_key(std::string_view name);

struct Input {
  double value = 0;
  std::string from;  ///< "given", "default", or the recording it was taken from
};

/// The values of one plan, by name.
class Inputs {
 public:
  /// Reads and checks a value as written; the error names the flag.
  Status set(std::string_view name, std::string_view text, std::string from);
  void set(std::string_view name, double value, std::string from);
  bool has(std::string_view name) const;
  const Input* find(std::string_view name) const;
  /// REQUIRES: has(name).
  double operator[](std::string_view name) const;
  /// Gives every input that has a default and no value its default.
  void fill_defaults();

 private:
  struct Named {
    std::string_view name;
    Input input;
  };
  std::vector<Named> values_;
};

}  // namespace loopbreaker::plan
