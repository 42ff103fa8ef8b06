// Phrase packs: the phrase language, and what is said about mistakes in it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>

#include "text/analyzer.h"

namespace loopbreaker::text {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

int heard(const std::string& phrase, std::string_view text) {
  auto packs = parse_packs("language en\n[rejection]\n" + phrase + "\n", "test.phrases");
  EXPECT_TRUE(packs.has_value()) << (packs ? "" : packs.error().message);
  if (!packs) return -1;
  MessageAnalysis out;
  out = make_analyzer(*packs)->analyze(text, Participant::customer, "en");
  return out[Heard::rejection].raw / 100;
}

TEST(PhraseLanguage, AlternativesAndOptionalWords) {
  const std::string phrase = "70 (red|dark green) [very] (car|bus)";
  EXPECT_EQ(heard(phrase, "a red car"), 70);
  EXPECT_EQ(heard(phrase, "a dark green very bus"), 70);
  EXPECT_EQ(heard(phrase, "a dark car"), 0);
  EXPECT_EQ(heard(phrase, "red very very car"), 0);
}

TEST(PhraseLanguage, GapsStayInTheSentence) {
  EXPECT_EQ(heard("70 give ..2 back", "give it back"), 70);
  EXPECT_EQ(heard("70 give ..2 back", "give back"), 70);
  EXPECT_EQ(heard("70 give ..2 back", "give me all of it back"), 0);
  EXPECT_EQ(heard("70 give ..2 back", "please give. come back"), 0);
}

TEST(PhraseLanguage, AnchorsOfSentenceAndMessage) {
  EXPECT_EQ(heard("70 ^ wrong", "No. Wrong again"), 70);
  EXPECT_EQ(heard("70 ^ wrong", "that is wrong"), 0);
  EXPECT_EQ(heard("70 wrong $", "that is wrong. ok"), 70);
  EXPECT_EQ(heard("70 < wrong >", "Wrong!"), 70);
  EXPECT_EQ(heard("70 < wrong >", "No. Wrong"), 0);
}

TEST(PhraseLanguage, StemsNumbersAndPieces) {
  EXPECT_EQ(heard("70 connect~ it", "connecting it"), 70);
  EXPECT_EQ(heard("70 # times", "asked 3 times"), 70);
  EXPECT_EQ(heard("@colour = red|green\n70 @colour car", "my green car"), 70);
}

TEST(PhraseLanguage, CaseApostrophesAndSlipsDoNotMatter) {
  EXPECT_EQ(heard("70 don't understand", "I DONT UNDERSTAND"), 70);
  EXPECT_EQ(heard("70 don't understand", "i don’t udnerstand"), 70);
  EXPECT_EQ(heard("70 car bus", "cat bus"), 0);
}

TEST(PhraseLanguage, FalseFriendsAndNegators) {
  EXPECT_EQ(heard("70 hot\n! hot dog", "a hot dog"), 0);
  EXPECT_EQ(heard("70 hot\n! hot dog", "a hot soup"), 70);
  EXPECT_EQ(heard("negators not\n70 hot", "it is not very hot"), 0);
  EXPECT_EQ(heard("negators not\n70 hot", "not here, hot there"), 70);
}

TEST(PhraseLanguage, TheStrongestPhraseCounts) {
  EXPECT_EQ(heard("60 hot\n80 soup", "hot soup"), 80);
}

std::string mistake(const std::string& text) {
  auto packs = parse_packs(text, "my.phrases");
  EXPECT_FALSE(packs.has_value()) << text;
  return packs ? "" : packs.error().message;
}

TEST(PackMistakes, NameFileLineAndReason) {
  EXPECT_THAT(mistake("language en\n[rejection]\n70 (a|b\n"),
              AllOf(HasSubstr("my.phrases:3:"), HasSubstr("'('")));
  EXPECT_THAT(mistake("language en\n[nonsense]\n"),
              AllOf(HasSubstr("my.phrases:2:"), HasSubstr("[nonsense]")));
  EXPECT_THAT(mistake("language en\n70 word\n"), HasSubstr("before the first [section]"));
  EXPECT_THAT(mistake("language en\n[closing]\n170 word\n"), HasSubstr("score 1 to 100"));
  EXPECT_THAT(mistake("language en\n[closing]\n70 [word]\n"), HasSubstr("nothing at all"));
  EXPECT_THAT(mistake("language en\n[closing]\n70 .. word\n"), HasSubstr("gap"));
  EXPECT_THAT(mistake("language en\n[closing]\n70 @piece word\n"),
              HasSubstr("@piece is not defined"));
  EXPECT_THAT(mistake("language en\n[closing]\n70 Word\n"), HasSubstr("lower case"));
  EXPECT_THAT(mistake("[closing]\n70 word\n"), HasSubstr("language en"));
}

TEST(PackFiles, AreReadAndReplaceTheirLanguage) {
  const std::string path = ::testing::TempDir() + "xx.phrases";
  std::ofstream(path) << "language xx\n[human_request]\n90 blabla\n";
  auto packs = load_packs(path);
  ASSERT_TRUE(packs.has_value()) << packs.error().message;
  MessageAnalysis out;
  auto analyzer = make_analyzer(*packs);
  out = analyzer->analyze("blabla", Participant::customer, "xx-YY");
  EXPECT_EQ(out[Heard::human_request], Score::percent(90));
  out = analyzer->analyze("talk to a human", Participant::customer, "en");
  EXPECT_GE(out[Heard::human_request], Score::percent(50));
  std::remove(path.c_str());
  auto missing = load_packs(path);
  ASSERT_FALSE(missing.has_value());
  EXPECT_THAT(missing.error().message, HasSubstr(path));
}

}  // namespace
}  // namespace loopbreaker::text
