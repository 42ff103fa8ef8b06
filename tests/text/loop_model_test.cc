// The loop model as it is kept and as it is asked.
#include "text/loop_model.h"

#include <gmock/gmock.h>

#include "text/models.h"

namespace loopbreaker::text {
namespace {

using ::testing::HasSubstr;

TEST(LoopModel, built_in_one_reads_and_writes_alike) {
  const LoopModel& model = *builtin_models().loops;
  const auto again = parse_loop_model(to_text(model), "again");
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(*again, model);
}

TEST(LoopModel, refuses_operating_points_that_do_not_rise) {
  LoopModel model = *builtin_models().loops;
  model.scale.strict = model.scale.balanced;
  const auto read = parse_loop_model(to_text(model), "m.trees");
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error().message, HasSubstr("m.trees: the operating points must rise"));
}

TEST(LoopModel, built_in_one_scores_as_its_trees_say) {
  const LoopModel& model = *builtin_models().loops;
  std::uint64_t state = 7;
  for (int i = 0; i < 500; ++i) {
    ExchangeFeatures f;
    for (std::int32_t& value : f.values) {
      state = state * 6364136223846793005u + 1442695040888963407u;
      value = static_cast<std::int32_t>((state >> 33) % (i % 2 ? 10'001 : 5));
    }
    ASSERT_EQ(model.scorer.log_odds(f.values), model.trees.log_odds(f.values)) << i;
  }
}

TEST(LoopModel, finds_a_loop_in_repeats_and_none_in_answers) {
  const LoopModel& model = *builtin_models().loops;
  ExchangeFeatures circle;
  for (Exchange e : {Exchange::reply_best, Exchange::reply_wording, Exchange::reply_before, Exchange::reply_exact,
                     Exchange::ask_best, Exchange::ask_second, Exchange::ask_rephrases, Exchange::unheard,
                     Exchange::unheard_before, Exchange::circle, Exchange::circle_before})
    circle[e] = 10'000;
  circle[Exchange::ask_content] = 6;
  circle[Exchange::reply_words] = 9;
  circle[Exchange::ask_same] = circle[Exchange::reply_same] = 2;
  ExchangeFeatures answer;
  answer[Exchange::ask_best] = 3'000;
  answer[Exchange::cohesion] = answer[Exchange::about] = 6'000;
  answer[Exchange::reply_novelty] = answer[Exchange::reply_values] = 10'000;
  answer[Exchange::reply_words] = 20;
  answer[Exchange::ask_content] = 5;
  EXPECT_GT(model.trees.log_odds(circle.values), 2'000);
  EXPECT_LT(model.trees.log_odds(answer.values), -2'000);
}

}  // namespace
}  // namespace loopbreaker::text
