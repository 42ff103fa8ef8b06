// Growing trees: they find what is there, keep the directions they are given, and are always the same.
#include "train/trees.h"

#include <gtest/gtest.h>

namespace loopbreaker::train {
namespace {

// Feature 0 decides, but only where feature 1 is high; feature 2 is noise. Every tenth label is wrong.
TreeData both_needed() {
  TreeData data;
  data.features = 3;
  std::uint64_t state = 1;
  const auto next = [&] {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return static_cast<std::int32_t>((state >> 33) % 10'001);
  };
  for (int i = 0; i < 2'000; ++i) {
    const std::int32_t a = next(), b = next(), noise = next();
    data.values.insert(data.values.end(), {a, b, noise});
    data.labels.push_back((a > 6'000 && b > 5'000) != (i % 10 == 0));
    data.weights.push_back(1);
  }
  return data;
}

TEST(GrowTrees, find_features_that_only_count_together) {
  const text::Trees trees = grow_trees(both_needed(), {});
  EXPECT_GT(trees.log_odds(std::vector{9'000, 9'000, 5'000}), 1'000);
  EXPECT_LT(trees.log_odds(std::vector{9'000, 1'000, 5'000}), -1'000);
  EXPECT_LT(trees.log_odds(std::vector{1'000, 9'000, 5'000}), -1'000);
}

TEST(GrowTrees, give_the_same_trees_again) {
  EXPECT_EQ(grow_trees(both_needed(), {}), grow_trees(both_needed(), {}));
}

TEST(GrowTrees, keep_within_their_size) {
  TreeSettings settings;
  settings.trees = 7;
  settings.leaves = 4;
  const text::Trees trees = grow_trees(both_needed(), settings);
  EXPECT_EQ(trees.roots.size(), 7u);
  EXPECT_LE(trees.nodes.size(), 7u * (2 * 4 - 1));
}

TEST(GrowTrees, never_go_against_a_direction) {
  TreeSettings settings;
  settings.direction = {1, 1, -1};
  const text::Trees trees = grow_trees(both_needed(), settings);
  for (std::int32_t b : {0, 4'000, 6'000, 10'000}) {
    for (std::int32_t a = 0; a < 10'000; a += 250) {
      EXPECT_LE(trees.log_odds(std::vector{a, b, 5'000}), trees.log_odds(std::vector{a + 250, b, 5'000}));
      EXPECT_LE(trees.log_odds(std::vector{b, a, 5'000}), trees.log_odds(std::vector{b, a + 250, 5'000}));
      EXPECT_GE(trees.log_odds(std::vector{b, b, a}), trees.log_odds(std::vector{b, b, a + 250}));
    }
  }
}

}  // namespace
}  // namespace loopbreaker::train
