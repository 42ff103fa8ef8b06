// Ensembles of trees: what they say, why, and the text they are kept as.
#include "text/trees.h"

#include <gmock/gmock.h>

#include <array>


namespace loopbreaker::text {
namespace {

using ::testing::HasSubstr;

constexpr std::array<std::string_view, 2> kNames = {"likeness", "failures"};
constexpr std::string_view kText = R"(base -1000
tree
likeness 5000 1 2 100
leaf -400
failures 1 3 4 600
leaf 300
leaf 900
tree
failures 0 1 2 0
leaf -50
leaf 50
)";

Trees trees() {
  auto read = parse_trees(kText, kNames);
  EXPECT_TRUE(read) << read.error().message;
  return std::move(read).value();
}

TEST(Trees, add_up_one_leaf_of_each_tree) {
  const Trees t = trees();
  EXPECT_EQ(t.log_odds(std::array{5000, 0}), -1000 - 400 - 50);
  EXPECT_EQ(t.log_odds(std::array{5001, 1}), -1000 + 300 + 50);
  EXPECT_EQ(t.log_odds(std::array{9000, 2}), -1000 + 900 + 50);
}

TEST(Trees, say_which_feature_contributed_what) {
  const Trees t = trees();
  std::array<std::int32_t, 2> share{};
  const std::array features{9000, 2};
  t.contributions(features, share);
  EXPECT_EQ(share[0], 500);
  EXPECT_EQ(share[1], 300 + 50);
  // With the base and the roots' means they are the whole log-odds.
  EXPECT_EQ(t.base + 100 + 0 + share[0] + share[1], t.log_odds(features));
}

TEST(Trees, are_the_same_after_writing_and_reading) {
  const Trees t = trees();
  EXPECT_EQ(to_text(t, kNames), kText);
  EXPECT_EQ(*parse_trees(to_text(t, kNames), kNames), t);
}

TEST(Trees, refuse_what_would_not_end_or_not_fit) {
  const auto refused = [](std::string_view text) {
    const auto read = parse_trees(text, kNames);
    return read ? std::string("read") : read.error().message;
  };
  EXPECT_THAT(refused("tree\nlikeness 1 0 0 5\n"), HasSubstr("leads out of it"));
  EXPECT_THAT(refused("tree\nlikeness 1 1 7 5\nleaf 1\n"), HasSubstr("leads out of it"));
  EXPECT_THAT(refused("tree\nlikeness 1 1 1 5\nleaf 1\n"), HasSubstr("lead to one node"));
  EXPECT_THAT(refused("tree\ntree\nleaf 1\n"), HasSubstr("line 2: a tree without nodes"));
  EXPECT_THAT(refused("tree\nmoon 1 1 2 5\n"), HasSubstr("line 2: there is no feature \"moon\""));
  EXPECT_THAT(refused("tree\nleaf one\n"), HasSubstr("leaf VALUE"));
  EXPECT_THAT(refused("leaf 1\n"), HasSubstr("expected \"base\" or \"tree\""));
}

TEST(TreeScorer, gives_the_same_sums) {
  const Trees t = trees();
  const TreeScorer scorer(t);
  for (std::int32_t likeness : {-1, 0, 4'999, 5'000, 5'001, 10'000}) {
    for (std::int32_t failures = -1; failures < 4; ++failures) {
      const std::array features{likeness, failures};
      EXPECT_EQ(scorer.log_odds(features), t.log_odds(features)) << likeness << " " << failures;
      std::array<std::int32_t, 2> share{}, expected{};
      scorer.contributions(features, share);
      t.contributions(features, expected);
      EXPECT_EQ(share, expected) << likeness << " " << failures;
    }
  }
}

}  // namespace
}  // namespace loopbreaker::text
