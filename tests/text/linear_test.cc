// Linear models: their file, and that words that were remembered add up to the same.
#include "text/linear.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>

#include "text/analyzer.h"
#include "text/judging.h"

namespace loopbreaker::text {
namespace {

std::string file_of(std::uint32_t heads, std::uint32_t bits, std::int16_t weight = 0) {
  std::string bytes = "LBLM";
  const auto put = [&](auto v) { bytes.append(reinterpret_cast<const char*>(&v), sizeof v); };
  put(std::uint32_t{1});
  put(heads);
  put(bits);
  for (std::uint32_t h = 0; h < heads; ++h) {
    put(std::int32_t{-500});
    bytes.append(256, '\0');
  }
  for (std::size_t i = 0; i < (std::size_t{1} << bits) * heads; ++i) put(weight);
  return bytes;
}

TEST(LinearModels, AreRefusedWhenDamaged) {
  const std::string good = file_of(2, 6);
  EXPECT_TRUE(LinearModel::own(good, "a.linear"));
  EXPECT_FALSE(LinearModel::own(good.substr(1), "a.linear"));
  EXPECT_FALSE(LinearModel::own(good + "x", "a.linear"));
  EXPECT_FALSE(LinearModel::own("", "a.linear"));
  EXPECT_FALSE(LinearModel::own(file_of(9, 6), "a.linear"));
}

TEST(LinearModels, SumTheirFeaturesOverTheRootOfTheirNumber) {
  const auto model = LinearModel::own(file_of(1, 6, LinearModel::kUnit), "a.linear");
  ASSERT_TRUE(model);
  Tokens tokens;
  tokenise("ab", tokens);
  // "<ab>": one word, two 3-grams, one 4-gram; two pairs with the edges; one mark for its length.
  WordSums sums;
  model->add_word("ab", tokens.all[0].facts.word, 0, sums);
  for_word_features("ab", tokens.all[0].facts.word, [&](std::uint32_t) { ++sums.features; });
  EXPECT_EQ(sums.features, 4);
  std::int32_t odds = 0;
  model->judge(tokens, sums, 0, Sketch{}, &odds);
  EXPECT_NEAR(odds, -500 + 1'000 * 7 / 2.6458, 3);
}

TEST(LinearModels, JudgeTheSameWhateverCameBefore) {
  const auto worn = make_analyzer();
  MessageAnalysis a, b;
  const char* texts[] = {"you are a useless bot", "Where is MY order???", "call Ann Smith please 😡",
                         "noooo that's not what I asked", "card [card#3f] 12,50"};
  for (int round = 0; round < 3; ++round) {
    for (const char* text : texts) a = worn->analyze(text, Participant::customer, "en");
  }
  for (const char* text : texts) {
    a = worn->analyze(text, Participant::customer, "en");
    b = make_analyzer()->analyze(text, Participant::customer, "en");
    EXPECT_EQ(a.judged.abuse, b.judged.abuse) << text;
    EXPECT_EQ(a.judged.dissatisfied, b.judged.dissatisfied) << text;
    EXPECT_EQ(a.judged.human_request, b.judged.human_request) << text;
  }
}

TEST(LinearModels, AreNotAskedInOtherLanguages) {
  MessageAnalysis out;
  out = make_analyzer()->analyze("you are a useless bot", Participant::customer, "de");
  EXPECT_EQ(out.judged.abuse, 0);
  EXPECT_EQ(out[Heard::abuse], Score{});
}

TEST(Probabilities, AreHalfAtZeroAndSymmetric) {
  EXPECT_EQ(probability(0), Score::percent(50));
  EXPECT_NEAR(probability(2'197).raw, 9'000, 15);
  EXPECT_EQ(probability(-1'234).raw, Score::kOne - probability(1'234).raw);
  EXPECT_GT(probability(1'000'000'000), Score::percent(99));
  EXPECT_GE(probability(-2'000'000'000), Score{});
}

}  // namespace
}  // namespace loopbreaker::text
