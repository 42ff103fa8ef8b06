#include "train/vectors.h"

#include <gtest/gtest.h>

#include "loopbreaker/core.h"
#include "text/analyzer.h"
#include "text/builtin_data.h"
#include "text/models.h"

namespace loopbreaker::train {
namespace {

const std::vector<std::string> kOrders = {"pizza delivery has not come",
                                          "pizza delivery went to my neighbour",
                                          "change the pizza on my order",
                                          "a pizza without cheese please",
                                          "the pizza was cold",
                                          "how much is a large pizza",
                                          "can I pay the pizza with cash",
                                          "is there a pizza place near me"};

/// A set of one trade, the others empty.
Corpus pizza() {
  const ReadLines read = [](const std::string& path,
                            const std::function<void(std::string_view)>& line) -> Status {
    if (path == "data/utterances/hwu64.tsv")
      for (const std::string& text : kOrders) line("order\t" + text);
    return Ok{};
  };
  return {"data", read};
}

text::Models models_with(std::string rows) {
  text::Models models = text::builtin_models();
  models.vectors = std::make_shared<const text::VectorTable>(
      text::VectorTable::own(std::move(rows), text::builtin_vector_features(), "test").value());
  return models;
}

/// Of all pairs, by the vectors alone.
double mean_likeness(const std::vector<std::string>& texts, const text::Models& models) {
  const auto analyzer = text::make_analyzer(text::builtin_packs(), models);
  double sum = 0, pairs = 0;
  for (std::size_t i = 0; i < texts.size(); ++i)
    for (std::size_t j = 0; j < i; ++j, ++pairs)
      sum += analyzer->likeness(analyzer->sketch(texts[i]), analyzer->sketch(texts[j])).vector;
  return sum / pairs;
}

class WithoutTrades : public ::testing::Test {
 protected:
  std::string rows_{text::builtin_vectors()};
  std::string features_{text::builtin_vector_features()};
  std::string mapped_ = without_trades(pizza(), rows_, features_).value();
};

TEST_F(WithoutTrades, what_all_messages_of_a_trade_share_makes_no_two_of_them_alike) {
  EXPECT_LT(mean_likeness(kOrders, models_with(mapped_)),
            0.5 * mean_likeness(kOrders, models_with(rows_)));
}

TEST_F(WithoutTrades, messages_of_another_trade_are_as_alike_as_before) {
  const std::vector<std::string> bank = {"my card was stolen", "somebody took my credit card"};
  EXPECT_NEAR(mean_likeness(bank, models_with(mapped_)), mean_likeness(bank, models_with(rows_)),
              500);
}

}  // namespace
}  // namespace loopbreaker::train
