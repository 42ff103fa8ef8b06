// Amounts of money and identifiers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "text/analyzer.h"

namespace loopbreaker::text {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class Extract : public ::testing::Test {
 protected:
  std::vector<std::string> amounts(std::string_view text) {
    heard_ = analyzer_->analyze(text, Participant::customer, "");
    std::vector<std::string> out;
    for (const Amount& a : heard_.amounts)
      out.push_back(std::to_string(a.minor) + " " + a.currency);
    return out;
  }
  std::vector<std::string> identifiers(std::string_view text) {
    heard_ = analyzer_->analyze(text, Participant::customer, "");
    std::vector<std::string> out;
    for (const Identifier& i : heard_.identifiers)
      out.push_back(std::string(name_of(i.kind)) + " " + i.value);
    return out;
  }
  std::unique_ptr<Analyzer> analyzer_ = make_analyzer();
  MessageAnalysis heard_;
};

TEST_F(Extract, AmountsInManyNotations) {
  EXPECT_THAT(amounts("you took $1,299.00 from me"), ElementsAre("129900 USD"));
  EXPECT_THAT(amounts("es waren 1.299,00 €"), ElementsAre("129900 EUR"));
  EXPECT_THAT(amounts("30 bucks"), ElementsAre("3000 USD"));
  EXPECT_THAT(amounts("£45.5 and 20 quid"), ElementsAre("4550 GBP", "2000 GBP"));
  EXPECT_THAT(amounts("EUR 1.299"), ElementsAre("129900 EUR"));
  EXPECT_THAT(amounts("100USD or 5k dollars"), ElementsAre("10000 USD", "500000 USD"));
  EXPECT_THAT(amounts("1,234,567.89 usd"), ElementsAre("123456789 USD"));
  EXPECT_THAT(amounts("CA$12.50, 3000 yen, 99 cents"),
              ElementsAre("1250 CAD", "3000 JPY", "99 USD"));
}

TEST_F(Extract, NumbersWithoutACurrencyAreNoAmounts) {
  EXPECT_THAT(amounts("order 4711, 3 items, 18:30, 50% off, room 12"), IsEmpty());
  EXPECT_THAT(amounts("the 3rd of May"), IsEmpty());
}

TEST_F(Extract, IdentifiersByTheWordsBeforeThem) {
  EXPECT_THAT(identifiers("my order number is A-1234"), ElementsAre("order A-1234"));
  EXPECT_THAT(identifiers("order #12345 has not come"), ElementsAre("order #12345"));
  EXPECT_THAT(identifiers("account 00123456"), ElementsAre("account 00123456"));
  EXPECT_THAT(identifiers("booking reference XK42PQ"), ElementsAre("reference XK42PQ"));
  EXPECT_THAT(identifiers("zip code 90210"), ElementsAre("postcode 90210"));
  EXPECT_THAT(identifiers("my name is Ann Smith and I wait"), ElementsAre("name Ann Smith"));
  EXPECT_THAT(identifiers("it came on 12/03/2024 or on March 3"),
              ElementsAre("date 12/03/2024", "date March 3"));
  EXPECT_THAT(identifiers("my card is [card#3f] and mail [email#a0]"),
              ElementsAre("card [card#3f]", "email [email#a0]"));
  EXPECT_THAT(identifiers("it is 8837261"), ElementsAre("other 8837261"));
}

TEST_F(Extract, OrdinaryNumbersIdentifyNothing) {
  EXPECT_THAT(identifiers("I want to order 2 pizzas at 18:30 for $25.00"), IsEmpty());
  EXPECT_THAT(identifiers("a table for 4 people in 2024"), IsEmpty());
  EXPECT_THAT(identifiers("what is the name of the hotel"), IsEmpty());
}

TEST_F(Extract, SpansHoldTheValue) {
  const std::string_view text = "the order A-1234 for $19.99";
  heard_ = analyzer_->analyze(text, Participant::customer, "");
  ASSERT_EQ(heard_.amounts.size(), 1u);
  EXPECT_EQ(text.substr(heard_.amounts[0].span.begin, 6), "$19.99");
  ASSERT_EQ(heard_.identifiers.size(), 1u);
  EXPECT_EQ(text.substr(heard_.identifiers[0].span.begin, 6), "A-1234");
}

}  // namespace
}  // namespace loopbreaker::text
