#include "text/stem_weights.h"

#include <gtest/gtest.h>

#include <memory>

#include "text/analyzer.h"
#include "text/stem.h"

namespace loopbreaker::text {
namespace {

TEST(StemWeights, an_operator_s_weights_take_the_place_of_the_built_in_ones) {
  const std::uint32_t parcel = stem_hash("parcel");
  auto weights = parse_stem_weights(std::to_string(parcel) + "\t17\n", "w");
  ASSERT_TRUE(weights.has_value());
  Models models = builtin_models();
  models.stems = std::make_shared<const StemWeights>(std::move(weights).value());
  const auto own = make_analyzer(builtin_packs(), models), built_in = make_analyzer();
  const Sketch a = own->sketch("my parcel is late"), b = built_in->sketch("my parcel is late");
  ASSERT_EQ(a.stems().size(), b.stems().size());
  for (std::size_t i = 0; i < a.stems().size(); ++i)
    EXPECT_EQ(a.weights()[i], a.stems()[i] == parcel ? 17 : b.weights()[i]);
}

TEST(StemWeights, a_bad_line_is_named) {
  for (const char* bad : {"1\t2\nx\t3\n", "1\t2\n3 4\n", "1\t2\n3\t70000\n", "1\t2\n3\n"}) {
    const auto weights = parse_stem_weights(bad, "w.tsv");
    ASSERT_FALSE(weights.has_value()) << bad;
    EXPECT_NE(weights.error().message.find("w.tsv:2"), std::string::npos);
  }
}

TEST(VectorScale, multiplies_cosines_whatever_the_texts) {
  Models models = builtin_models();
  VectorTable table = *models.vectors;
  table.set_scale(500);
  models.vectors = std::make_shared<const VectorTable>(table);
  const auto half = make_analyzer(builtin_packs(), models), whole = make_analyzer();
  const char *a = "where is my parcel", *b = "my package has not come";
  const int full = whole->likeness(whole->sketch(a), whole->sketch(b)).vector;
  EXPECT_NEAR(half->likeness(half->sketch(a), half->sketch(b)).vector, full / 2, 20);
}

}  // namespace
}  // namespace loopbreaker::text
