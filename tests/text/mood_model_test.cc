#include "text/mood_model.h"

#include <gtest/gtest.h>

#include "text/models.h"

namespace loopbreaker::text {
namespace {

MoodModel small_model() {
  MoodModel model;
  model.base = -500;
  model.slopes[static_cast<int>(Mood::failures_longest)] = {1, 4, 2'000};
  model.slopes[static_cast<int>(Mood::thanks)] = {0, 2, -1'400};
  model.prepare();
  return model;
}

TEST(MoodModel, adds_up_slopes) {
  MoodFeatures f;
  f[Mood::failures_longest] = 3;
  EXPECT_EQ(small_model().log_odds(f), -500 + 2'000 * 2 / 4);
  f[Mood::thanks] = 1;
  EXPECT_EQ(small_model().log_odds(f), -500 + 2'000 * 2 / 4 - 700);
}

TEST(MoodModel, goes_no_further_than_a_slope_reaches) {
  MoodFeatures far, further;
  far[Mood::failures_longest] = 5;
  further[Mood::failures_longest] = 5'000'000;
  EXPECT_EQ(small_model().log_odds(far), small_model().log_odds(further));
}

TEST(MoodModel, says_what_each_feature_contributed) {
  MoodFeatures f;
  f[Mood::failures_longest] = 5;
  f[Mood::thanks] = 1;
  const MoodFeatures shares = small_model().contributions(f);
  EXPECT_EQ(shares[Mood::failures_longest], 2'000);
  EXPECT_EQ(shares[Mood::thanks], -700);
  EXPECT_EQ(shares[Mood::shouts], 0);
}

TEST(MoodModel, reads_what_it_writes) {
  const auto read = parse_mood_model(to_text(small_model()), "small");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(*read, small_model());
}

TEST(MoodModel, errors_name_the_line) {
  const auto no_feature = parse_mood_model("base -1\nslope glee 0 1 1\n", "x.slopes");
  ASSERT_FALSE(no_feature);
  EXPECT_NE(no_feature.error().message.find("x.slopes, line 2"), std::string::npos);
  EXPECT_FALSE(parse_mood_model("base\n", "x"));
  EXPECT_FALSE(parse_mood_model("leaf 3\n", "x"));
  EXPECT_FALSE(parse_mood_model("slope thanks 0 0 1\n", "x"));
  EXPECT_FALSE(parse_mood_model("slope thanks 0 1\n", "x"));
}

TEST(MoodModel, has_a_name_for_every_feature) {
  for (std::string_view name : mood_names()) EXPECT_FALSE(name.empty());
}

TEST(MoodModel, built_in_is_calm_before_anything_has_happened) {
  const MoodModel& model = *builtin_models().mood;
  EXPECT_LT(model.log_odds({}), 0);
  EXPECT_EQ(*parse_mood_model(to_text(model), "again"), model);
}

}  // namespace
}  // namespace loopbreaker::text
