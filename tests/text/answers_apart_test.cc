#include "text/answers_apart.h"

#include <gtest/gtest.h>

#include "text/analyzer.h"

namespace loopbreaker::text {
namespace {

TEST(AnswersApart, pairs_are_known_in_either_order) {
  const AnswersApart apart({{7, 3}, {1, 2}});
  EXPECT_TRUE(apart.has(3, 7));
  EXPECT_TRUE(apart.has(7, 3));
  EXPECT_FALSE(apart.has(3, 3));
  EXPECT_FALSE(apart.has(1, 3));
}

TEST(AnswersApart, files_may_hold_words_for_people) {
  const auto read = parse_answers_apart("1\t2\tno room\tno booking\n3\t4\n", "x.tsv");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->size(), 2u);
  EXPECT_TRUE(read->has(2, 1));
  for (const char* bad : {"1\n", "1\t\n", "\t2\n", "1 2\n", "1\t2x\n", "1\t2\n\n"})
    EXPECT_FALSE(parse_answers_apart(bad, "x.tsv")) << bad;
  EXPECT_NE(parse_answers_apart("1\t2\nx\n", "x.tsv").error().message.find("x.tsv:2"),
            std::string::npos);
}

TEST(AnswersApart, answers_told_apart_are_not_alike) {
  const std::string_view one = "Sorry, there is no room.", other = "Sorry, there is no room left.";
  const auto plain = make_analyzer();
  const Sketch a = plain->sketch(one), b = plain->sketch(other);
  EXPECT_GE(plain->same_answer(a, b), Score::percent(50));
  Models models = builtin_models();
  models.apart =
      std::make_shared<const AnswersApart>(std::vector<AnswersApart::Pair>{{a.exact(), b.exact()}});
  const auto analyzer = make_analyzer(builtin_packs(), models);
  EXPECT_EQ(analyzer->same_answer(a, b), Score{});
  EXPECT_EQ(analyzer->likeness(a, b).vector, 0);
  EXPECT_EQ(analyzer->same_answer(a, a), Score::one());
}

}  // namespace
}  // namespace loopbreaker::text
