// A linear head over the turns of a session: what each turn adds to the log-odds that the customer
// was annoyed in the end. Labels are known of sessions only, so the turns' sum is what is fitted.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "train/examples.h"
#include "train/logistic.h"

namespace loopbreaker::train {

/// A session's customer turns, added up.
struct Course {
  std::string id;
  bool positive = false;
  float weight = 1;
  int group = 0;
  std::vector<std::pair<std::uint32_t, float>> features;  ///< slot, sum over the turns; ascending
  std::array<float, 128> vector{};                        ///< sum of the turns' directions
  std::vector<Example> turns;
};

struct CourseSettings {
  int bits = 16;
  double ridge = 3.0;  ///< times half the square of each weight of an n-gram
  double vector_ridge = 3.0;
  int steps = 60;  ///< of L-BFGS
};

/// Adds up the turns. REQUIRES: `bits` as in the settings of the fit.
void add_up(Course&, int bits);

/// The same model for the same courses. Its bias is 0: how sessions are in general is said by who
/// uses it.
LogisticModel fit_courses(std::span<const Course* const>, const CourseSettings&);

}  // namespace loopbreaker::train
