// The encoder, against similarities computed elsewhere from the same table.
#include "text/vectors.h"

#include <gtest/gtest.h>

#include <cmath>

#include "text/models.h"
#include "text/sketch.h"

namespace loopbreaker::text {
namespace {

class Vectors : public ::testing::Test {
 protected:
  Vectors() { tokens_.models = &builtin_models(); }

  VectorSum sum(std::string_view text) {
    tokenise(text, tokens_);
    return encoder_.sum(tokens_);
  }
  static double dot(const VectorSum& a, const VectorSum& b) {
    double d = 0;
    for (std::size_t i = 0; i < a.size(); ++i) d += static_cast<double>(a[i]) * b[i];
    return d;
  }
  double cosine(std::string_view a, std::string_view b) {
    const VectorSum x = sum(a), y = sum(b);
    const double lengths = std::sqrt(dot(x, x) * dot(y, y));
    return lengths == 0 ? 0 : dot(x, y) / lengths;
  }
  Sketch sketch(std::string_view text) {
    tokenise(text, tokens_);
    SketchParts parts;
    encoder_.encode(tokens_, parts.whole.vector, parts.whole.length);
    return keep(parts);
  }

  Tokens tokens_;
  Encoder encoder_{builtin_models().vectors};
};

struct Check {
  const char *a, *b;
  double similarity;
};
constexpr Check kChecks[] = {
    {"How do I cancel my order?", "i want to stop the purchase i made", 0.5963},
    {"How do I cancel my order?", "Where is my parcel?", 0.3386},
    {"my card hasn't arrived yet", "Still waiting for the new card", 0.6048},
    {"my card hasn\xE2\x80\x99t arrived yet", "my card hasn't arrived yet", 1.0000},
    {"I want to talk to a human", "connect me with a real person please", 0.4920},
    {"I want to talk to a human", "what is the weather on monday", -0.0228},
    {"refund", "refnud", 0.3967},
    {"I need a refund", "i need a refnud pls", 0.3240},
    {"reset my password", "cannot log in", 0.4787},
    {"order 48213", "order 99120", 1.0000},
    {"order 48213", "order 7", 0.5660},
    {"the app keeps crashing", "it closes itself every time i open it", 0.2271},
    {"", "hello", 0.0000},
    {"???", "!!!", 0.0000},
    {"XYZZYQ", "xyzzyq", 1.0000},
    {"don't", "do not", 0.5818},
    {"Top-up failed", "why was my top up declined", 0.7645},
    {"how long does a transfer take", "when will my money arrive", 0.4757},
    {"book a table for 2 at 7pm", "reserve dinner tonight for two", 0.3844},
    {"this is useless", "you are not helping", 0.3025},
};

TEST_F(Vectors, AgreeWithTheReference) {
  for (const Check& c : kChecks)
    EXPECT_NEAR(cosine(c.a, c.b), c.similarity, 0.001) << c.a << "|" << c.b;
}

TEST_F(Vectors, LittleIsLostInEightBits) {
  for (const Check& c : kChecks) {
    EXPECT_NEAR(vector_cosine(sketch(c.a), sketch(c.b)) / 10'000.0, c.similarity, 0.004)
        << c.a << "|" << c.b;
  }
}

TEST_F(Vectors, AreTheSameWhateverCameBefore) {
  const VectorSum fresh = sum("where is the refund for my cancelled order");
  for (const char* other :
       {"refund the order", "where order is my", "the the the", "xyzzyq refund"})
    sum(other);
  EXPECT_EQ(fresh, sum("where is the refund for my cancelled order"));
}

TEST_F(Vectors, RememberedSpellingsAreReadAsBefore) {
  for (const char* text : {"don't", "I don't have 18 of A4", "it's 5's", "so sooo 3rd o'clock's",
                           "Zo\u00eb's caf\u00e9 na\u00efve", "x'1 y'z'w 12'th"}) {
    const VectorSum fresh = sum(text);
    EXPECT_EQ(fresh, sum(text)) << text;
  }
  const VectorSum straight = sum("i don't");
  EXPECT_EQ(straight, sum("I DON'T"));
  EXPECT_EQ(straight, sum("I don\u2019t"));
}

TEST_F(Vectors, KeysOfRedactedDataSayNothing) {
  const Sketch a = sketch("my card is [card#3f]"), b = sketch("my card is [card#a0]");
  EXPECT_TRUE(std::equal(a.vector(), a.vector() + Sketch::kVector, b.vector()));
}

TEST_F(Vectors, StayWithinBoundsOnLongMessages) {
  std::string text;
  for (int i = 0; i < 3'000; ++i) text += i % 7 == 0 ? "zzqzx " : "refund please ";
  const Sketch s = sketch(text);
  EXPECT_GT(s.length(), 127u * 32u);
  EXPECT_EQ(vector_cosine(s, s), 10'000);
}

TEST(VectorTables, AreRefusedWhenRowsAndListDiffer) {
  EXPECT_FALSE(VectorTable::own(std::string(100, 'x'), "a\n", "x.i8"));
  EXPECT_FALSE(VectorTable::own(std::string(128 * 16'384, 'x'), "a\n", "x.i8"));
  EXPECT_FALSE(VectorTable::own(std::string(128 * 16'386, 'x'), "a\na b\n", "x.i8"));
  EXPECT_TRUE(VectorTable::own(std::string(128 * 16'385, 'x'), "a\n", "x.i8"));
}

}  // namespace
}  // namespace loopbreaker::text
