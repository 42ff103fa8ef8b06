#include "quality/metrics.h"

#include <gtest/gtest.h>

namespace loopbreaker::quality {
namespace {

Scored scored(std::initializer_list<std::pair<int, double>> rows) {
  Scored out;
  for (const auto& [positive, score] : rows)
    out.add(positive != 0, score, static_cast<std::uint32_t>(out.size()));
  return out;
}

TEST(Metrics, auc_is_the_share_of_pairs_in_the_right_order_ties_half) {
  EXPECT_DOUBLE_EQ(*Ranking(scored({{1, .9}, {1, .4}, {0, .5}, {0, .1}})).auc(), .75);
  EXPECT_DOUBLE_EQ(*Ranking(scored({{1, .5}, {0, .5}})).auc(), .5);
  EXPECT_FALSE(Ranking(scored({{1, .5}, {1, .7}})).auc().has_value());
}

TEST(Metrics, average_precision_takes_equal_scores_at_once) {
  EXPECT_DOUBLE_EQ(*Ranking(scored({{1, .9}, {0, .8}, {1, .7}})).average_precision(),
                   (1 + 2.0 / 3) / 2);
  EXPECT_DOUBLE_EQ(*Ranking(scored({{1, .5}, {0, .5}, {1, .5}, {0, .5}})).average_precision(), .5);
  EXPECT_FALSE(Ranking(scored({{0, .5}})).average_precision().has_value());
}

TEST(Metrics, agreement_counts_the_threshold_itself_as_yes) {
  const Agreement a = agreement(scored({{1, .5}, {1, .4}, {0, .9}, {0, .1}}), .5);
  EXPECT_DOUBLE_EQ(a.precision, .5);
  EXPECT_DOUBLE_EQ(a.recall, .5);
  EXPECT_DOUBLE_EQ(a.f1, .5);
  EXPECT_DOUBLE_EQ(agreement(scored({{0, .1}}), .5).f1, 0);
}

TEST(Metrics, best_f1_names_its_threshold) {
  const Scored rows = scored({{1, .9}, {1, .6}, {0, .3}, {1, .2}, {0, .1}});
  const Ranking::Best best = Ranking(rows).best_f1();
  EXPECT_DOUBLE_EQ(best.threshold, .2);
  EXPECT_NEAR(best.f1, 6.0 / 7, 1e-12);
}

TEST(Metrics, weights_are_the_same_as_repeated_examples) {
  const Scored once = scored({{1, .9}, {0, .8}, {1, .3}, {0, .2}});
  const Scored twice = scored({{1, .9}, {0, .8}, {0, .8}, {0, .2}});
  const std::vector<std::uint32_t> weights = {1, 2, 0, 1};
  EXPECT_DOUBLE_EQ(*Ranking(once).auc(weights), *Ranking(twice).auc());
  EXPECT_DOUBLE_EQ(*Ranking(once).average_precision(weights), *Ranking(twice).average_precision());
  EXPECT_DOUBLE_EQ(agreement(once, .5, weights).f1, agreement(twice, .5).f1);
}

TEST(Metrics, an_interval_holds_its_figure_and_comes_from_the_seed) {
  Scored rows;
  Random random(7);
  for (int i = 0; i < 400; ++i) rows.add(i % 4 == 0, random.below(100) + (i % 4 == 0 ? 25 : 0), i);
  const Ranking ranking(rows);
  const auto auc = [&](Weights w) { return ranking.auc(w); };
  const auto interval = bootstrap({1, 200}, "x", rows, auc);
  ASSERT_TRUE(interval.has_value());
  EXPECT_LT(interval->low, *ranking.auc());
  EXPECT_GT(interval->high, *ranking.auc());
  const auto again = bootstrap({1, 200}, "x", rows, auc);
  EXPECT_EQ(interval->low, again->low);
  EXPECT_EQ(interval->high, again->high);
  EXPECT_FALSE(bootstrap({1, 0}, "x", rows, auc).has_value());
}

TEST(Metrics, what_belongs_to_one_session_is_drawn_together) {
  Scored rows;  // one session says everything: its share is either there or not
  for (int i = 0; i < 50; ++i) rows.add(true, 1, 0);
  for (int i = 0; i < 50; ++i) rows.add(false, 0, 1);
  const auto share = [&](Weights w) -> std::optional<double> {
    double yes = 0, all = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      yes += rows.positive[i] * w[i];
      all += w[i];
    }
    return yes / all;
  };
  const auto interval = bootstrap({1, 200}, "x", rows, share);
  EXPECT_EQ(interval->low, 0);
  EXPECT_EQ(interval->high, 1);
}

}  // namespace
}  // namespace loopbreaker::quality
