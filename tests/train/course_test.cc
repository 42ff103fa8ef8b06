#include "train/course.h"

#include <gtest/gtest.h>

namespace loopbreaker::train {
namespace {

constexpr int kBits = 8;

Example turn(std::uint32_t feature) {
  Example e;
  e.features = {feature << (32 - kBits)};
  return e;
}

// Sessions of three turns; the third feature comes in every session that annoyed.
std::vector<Course> courses() {
  std::vector<Course> all;
  for (int i = 0; i < 60; ++i) {
    Course& c = all.emplace_back();
    c.positive = i % 3 == 0;
    c.turns = {turn(1), turn(c.positive ? 3 : 2), turn(1)};
    add_up(c, kBits);
  }
  return all;
}

LogisticModel fitted(const std::vector<Course>& all) {
  std::vector<const Course*> pointers;
  for (const Course& c : all) pointers.push_back(&c);
  CourseSettings s;
  s.bits = kBits;
  s.ridge = 0.1;
  return fit_courses(pointers, s);
}

TEST(Course, adds_up_what_its_turns_say) {
  const std::vector<Course> all = courses();
  const std::vector<std::pair<std::uint32_t, float>> expected = {{1, 2.0F}, {3, 1.0F}};
  EXPECT_EQ(all[0].features, expected);
}

TEST(Course, finds_the_turn_that_makes_the_difference_from_labels_of_sessions) {
  const LogisticModel m = fitted(courses());
  EXPECT_GT(m.log_odds(turn(3)), 1);
  EXPECT_LT(m.log_odds(turn(2)), -1);
  EXPECT_LT(std::abs(m.log_odds(turn(1))), 1);
}

TEST(Course, the_same_sessions_make_the_same_model) {
  EXPECT_EQ(fitted(courses()).weights, fitted(courses()).weights);
}

TEST(Course, a_weight_counts_as_so_many_sessions) {
  std::vector<Course> heavy = courses();
  for (Course& c : heavy) c.weight = 2;
  std::vector<Course> twice = courses();
  for (Course& c : courses()) twice.push_back(c);
  EXPECT_NEAR(fitted(heavy).log_odds(turn(3)), fitted(twice).log_odds(turn(3)), 0.2);
}

}  // namespace
}  // namespace loopbreaker::train
