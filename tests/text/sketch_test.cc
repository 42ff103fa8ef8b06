// Sketches and similarities.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "text/analyzer.h"
#include "text/stem.h"

namespace loopbreaker::text {
namespace {

class Sketches : public ::testing::Test {
 protected:
  Sketch of(std::string_view text) { return analyzer_->sketch(text); }
  static bool same(auto a, auto b) { return std::ranges::equal(a, b); }
  double need(std::string_view a, std::string_view b) {
    return analyzer_->same_need(of(a), of(b)).to_double();
  }
  double answer(std::string_view a, std::string_view b) {
    return analyzer_->same_answer(of(a), of(b)).to_double();
  }
  std::unique_ptr<Analyzer> analyzer_ = make_analyzer();
};

TEST_F(Sketches, TheSameNeedInOtherWords) {
  EXPECT_GE(need("my card has not arrived yet", "I am still waiting for my card to arrive"), 0.5);
  EXPECT_GE(need("where is my order", "wheres my oder??"), 0.5);
  EXPECT_LT(need("my card has not arrived yet", "what is the exchange rate"), 0.5);
  EXPECT_LT(need("book a table for two", "cancel my flight to Rome"), 0.5);
}

TEST_F(Sketches, NumbersAndCaseDoNotChangeTheNeed) {
  EXPECT_EQ(need("order 1234 is late", "ORDER 9876 IS LATE"), 1.0);
}

TEST_F(Sketches, TheSameAnswerExactlyAndNearly) {
  EXPECT_EQ(answer("Your order 123 is on its way.", "Your order 456 is on its way!"), 1.0);
  EXPECT_GE(answer("Sorry, I did not understand that. Could you rephrase?",
                   "I'm sorry, I don't understand. Please rephrase."),
            0.5);
  EXPECT_LT(answer("Your balance is 12 dollars.", "Which city do you want to fly to?"), 0.5);
}

TEST_F(Sketches, AreSymmetricAndBounded) {
  const char* texts[] = {"where is my parcel",
                         "",
                         "???",
                         "my parcel is late",
                         "Hola, ¿dónde está mi paquete?",
                         "12 34",
                         "a"};
  for (const char* a : texts) {
    for (const char* b : texts) {
      EXPECT_EQ(need(a, b), need(b, a)) << a << "|" << b;
      EXPECT_EQ(answer(a, b), answer(b, a)) << a << "|" << b;
      EXPECT_GE(need(a, b), 0.0);
      EXPECT_LE(need(a, b), 1.0);
    }
  }
  EXPECT_EQ(need("", "where"), 0.0);
  EXPECT_EQ(need("!!!", "!!!"), 0.0);
  EXPECT_EQ(need("where is it", "where is it"), 1.0);
}

TEST_F(Sketches, ValuesAreNumbersCodesDatesAndNames) {
  EXPECT_TRUE(of("where is my parcel").values().empty());
  EXPECT_EQ(of("order A-1234 from Monday").values().size(), 2u);
  EXPECT_EQ(of("booking XK42PQ").values().size(), 1u);
  EXPECT_EQ(of("I am flying with Lufthansa").values().size(), 1u);
  EXPECT_FALSE(same(of("room 12").values(), of("room 13").values()));
  EXPECT_TRUE(same(of("card [card#3f]").values(), of("my card: [card#3f]").values()));
  EXPECT_FALSE(same(of("card [card#3f]").values(), of("card [card#40]").values()));
}

TEST_F(Sketches, ContentWordsLeaveOutCourtesy) {
  EXPECT_EQ(of("ok thank you, bye").content_words(), 0);
  EXPECT_EQ(of("thank you for the refund").content_words(), 1);
}

TEST_F(Sketches, CohesionIsTheShareTakenUp) {
  const Score close = analyzer_->cohesion(of("what is the price of the ticket"),
                                          of("The price of the ticket is 12 dollars."));
  const Score far =
      analyzer_->cohesion(of("what is the price of the ticket"), of("I can help you book a ride."));
  EXPECT_GT(close, far);
}

TEST_F(Sketches, SketchIsThatOfTheAnalysis) {
  MessageAnalysis out;
  for (const char* text : {"Where is order A-12?", "", "JA! 😡 Straße", "[card#3f] on Monday"}) {
    out = analyzer_->analyze(text, Participant::customer, "en");
    const Sketch s = of(text);
    EXPECT_TRUE(same(s.stems(), out.sketch.stems()));
    EXPECT_TRUE(same(s.weights(), out.sketch.weights()));
    ASSERT_EQ(s.letters_set(), out.sketch.letters_set());
    if (s.letters_set() > 0) {
      EXPECT_TRUE(
          std::equal(s.letters(), s.letters() + Sketch::kLetterBits / 64, out.sketch.letters()));
    }
    EXPECT_TRUE(same(s.values(), out.sketch.values()));
    EXPECT_EQ(s.exact(), out.sketch.exact());
  }
}

TEST_F(Sketches, StayWithinTheirBounds) {
  const unsigned seed = 11;
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 rng(seed);
  for (int i = 0; i < 300; ++i) {
    std::string text;
    for (std::size_t n = rng() % 4'000; n > 0; --n) text.push_back(static_cast<char>(rng()));
    const Sketch s = of(text);
    EXPECT_LE(s.stems().size(), 48u);
    EXPECT_EQ(s.stems().size(), s.weights().size());
    EXPECT_LE(s.letters_set(), Sketch::kLetterBits);
    EXPECT_LE(s.values().size(), 16u);
    EXPECT_TRUE(std::is_sorted(s.stems().begin(), s.stems().end()));
    EXPECT_TRUE(std::is_sorted(s.values().begin(), s.values().end()));
  }
}

TEST(Stems, StripSuffixesLikeTheTableTheyWereCountedWith) {
  const auto stem = [](std::string_view w) {
    const Stem s = stem_of(w);
    return std::string(w.substr(0, s.length)) + (s.add_y ? "y" : "");
  };
  EXPECT_EQ(stem("cards"), "card");
  EXPECT_EQ(stem("cancelling"), "cancell");
  EXPECT_EQ(stem("stopped"), "stop");
  EXPECT_EQ(stem("replies"), "reply");
  EXPECT_EQ(stem("tried"), "tri");
  EXPECT_EQ(stem("bank's"), "bank");
  EXPECT_EQ(stem("payments"), "pay");
  EXPECT_EQ(stem("does"), "doe");
  EXPECT_EQ(stem("is"), "is");
}

TEST(Stems, WeightsAreExactIntegers) {
  EXPECT_EQ(ln_milli(1, 1), 0u);
  EXPECT_EQ(ln_milli(2, 1), 693u);
  EXPECT_EQ(ln_milli(174'018, 2), 11'373u);
  EXPECT_GT(stem_info(stem_hash("refund")).idf, stem_info(stem_hash("the")).idf);
}

}  // namespace
}  // namespace loopbreaker::text
