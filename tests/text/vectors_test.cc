// The encoder, against similarities computed elsewhere from the same tables.
#include "text/vectors.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <fstream>

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
    {"How do I cancel my order?", "i want to stop the purchase i made", 0.4960},
    {"How do I cancel my order?", "Where is my parcel?", 0.2026},
    {"my card hasn't arrived yet", "Still waiting for the new card", 0.4744},
    {"my card hasn\xE2\x80\x99t arrived yet", "my card hasn't arrived yet", 1.0000},
    {"I want to talk to a human", "connect me with a real person please", 0.4903},
    {"I want to talk to a human", "what is the weather on monday", -0.0271},
    {"refund", "refnud", 0.4360},
    {"I need a refund", "i need a refnud pls", 0.3577},
    {"reset my password", "cannot log in", 0.4656},
    {"order 48213", "order 99120", 1.0000},
    {"order 48213", "order 7", 0.5241},
    {"the app keeps crashing", "it closes itself every time i open it", 0.2361},
    {"", "hello", 0.0000},
    {"???", "!!!", 0.0000},
    {"XYZZYQ", "xyzzyq", 1.0000},
    {"don't", "do not", 0.5483},
    {"Top-up failed", "why was my top up declined", 0.7259},
    {"how long does a transfer take", "when will my money arrive", 0.3972},
    {"book a table for 2 at 7pm", "reserve dinner tonight for two", 0.3846},
    {"this is useless", "you are not helping", 0.3121},
};

TEST_F(Vectors, AgreeWithTheReference) {
  for (const Check& c : kChecks)
    EXPECT_NEAR(cosine(c.a, c.b), c.similarity, 0.001) << c.a << "|" << c.b;
}

// The distilled table has the shipped one's features, and checks of its own.
TEST_F(Vectors, AgreeWithTheChecksOfTheDistilledTable) {
  const char* data = std::getenv("LOOPBREAKER_DATA");
  if (!data) GTEST_SKIP() << "LOOPBREAKER_DATA is not set: no distilled table to check against";
  const std::string folder = std::string(data) + "/models";
  auto table = read_vectors(folder + "/table.i8", folder + "/features.txt");
  ASSERT_TRUE(table) << table.error().message;
  encoder_ = Encoder(std::make_shared<const VectorTable>(std::move(*table)));
  std::ifstream checks(folder + "/checks.tsv");
  int count = 0;
  for (std::string a, b, similarity;
       std::getline(checks, a, '\t') && std::getline(checks, b, '\t') &&
       std::getline(checks, similarity);
       ++count)
    EXPECT_NEAR(cosine(a, b), std::stod(similarity), 0.001) << a << "|" << b;
  EXPECT_GT(count, 10);
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
