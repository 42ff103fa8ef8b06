// Texts nobody should send, and sameness of results over instances and orders.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <random>

#include "text/analyzer.h"
#include "text/redact.h"

namespace loopbreaker::text {
namespace {

std::string fingerprint(const MessageAnalysis& a) {
  std::string out;
  for (Score s : a.scores) out += std::to_string(s.raw) + ",";
  for (const HeardPhrase& p : a.phrases)
    out += std::to_string(p.span.begin) + "-" + std::to_string(p.span.end) + ",";
  for (const HeardCategory& c : a.categories) out += std::string(name_of(c.what)) + ",";
  for (const Amount& m : a.amounts) out += std::to_string(m.minor) + m.currency;
  for (const Identifier& i : a.identifiers) out += i.value + ",";
  return out + std::to_string(a.sketch.exact()) + "," + std::to_string(a.sketch.letters_set());
}

std::vector<std::string> hostile_texts() {
  std::vector<std::string> texts = {"",
                                    " ",
                                    "\0\0\0",
                                    "\x01\x02\x7f",
                                    "\xff\xfe\xfd",
                                    "\xe2\x82",
                                    "\xf0\x9f\x98",
                                    "'",
                                    "''''",
                                    "\"",
                                    "[",
                                    "[card#",
                                    "[card#3",
                                    "$",
                                    "$$$1$",
                                    "€",
                                    "1.",
                                    "1,,2",
                                    "#",
                                    "# 1",
                                    "😡😡😡😡",
                                    "ａｂｃ",
                                    "你好，我要人工服务",
                                    "e\xcc\x81",
                                    "'''a'b'c'd",
                                    "a'",
                                    "((((((",
                                    "@@@@",
                                    "a@b",
                                    "+",
                                    "+1",
                                    "(((555) 1"};
  texts.push_back(std::string(100'000, 'a'));
  texts.push_back(std::string(100'000, '!'));
  texts.push_back(std::string(100'000, '1'));
  texts.push_back(std::string(100'000, '('));
  std::string words, smileys, emails;
  for (int i = 0; i < 20'000; ++i) words += "i want to talk to a ";
  for (int i = 0; i < 25'000; ++i) smileys += "😡";
  for (int i = 0; i < 20'000; ++i) emails += "a.b@c.";
  texts.push_back(std::move(words));
  texts.push_back(std::move(smileys));
  texts.push_back(std::move(emails));
  const unsigned seed = 99;
  std::mt19937 rng(seed);
  for (int i = 0; i < 200; ++i) {
    std::string t;
    for (std::size_t n = rng() % 300; n > 0; --n) t.push_back(static_cast<char>(rng()));
    texts.push_back(std::move(t));
  }
  return texts;
}

TEST(HostileTexts, AreSurvivedWithSpansInsideTheText) {
  auto analyzer = make_analyzer();
  RedactionSettings settings;
  settings.secret = "x";
  auto redactor = make_redactor(settings);
  ASSERT_TRUE(redactor.has_value());
  MessageAnalysis out;
  std::string scratch;
  for (const std::string& text : hostile_texts()) {
    for (Participant who :
         {Participant::customer, Participant::bot, Participant::agent, Participant::system}) {
      out = analyzer->analyze(text, who, "en");
      for (const HeardPhrase& p : out.phrases) {
        EXPECT_LE(p.span.begin, p.span.end);
        EXPECT_LE(p.span.end, text.size());
      }
      for (const Identifier& i : out.identifiers) EXPECT_LE(i.value.size(), 64u);
      for (Score s : out.scores) {
        EXPECT_GE(s.raw, 0);
        EXPECT_LE(s.raw, Score::kOne);
      }
      EXPECT_LE(out.phrases.size(), 16u);
    }
    (*redactor)->redact(text, scratch);
  }
}

TEST(Determinism, TheAnswerDependsOnTheTextAlone) {
  const std::vector<std::string> texts = {"I want to talk to a human!!",
                                          "this is ridiculous, order #A-12 for $5",
                                          "thanks, that worked",
                                          "my card was stolen on Monday",
                                          "WHERE IS IT",
                                          "ok"};
  auto one = make_analyzer(), other = make_analyzer();
  MessageAnalysis a, b;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    a = one->analyze(texts[i], Participant::customer, "en");
    for (std::size_t k = texts.size(); k-- > i;)
      b = other->analyze(texts[k], Participant::customer, "en");
    EXPECT_EQ(fingerprint(a), fingerprint(b)) << texts[i];
  }
}

TEST(Determinism, ManyStatesOfTheMatcherDoNotChangeTheAnswer) {
  // Random word salad makes more states than the matcher keeps; it starts over, and answers as a
  // new one does.
  const unsigned seed = 5;
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 rng(seed);
  static const char* kWords[] = {
      "i",       "want",   "to",    "talk",   "you",     "are",     "a",      "not",
      "the",     "very",   "human", "agent",  "still",   "waiting", "for",    "my",
      "this",    "is",     "it",    "no",     "that",    "have",    "had",    "been",
      "can",     "please", "me",    "stupid", "same",    "problem", "again",  "told",
      "already", "card",   "was",   "stolen", "charged", "cancel",  "account"};
  auto worn = make_analyzer();
  MessageAnalysis a, b;
  for (int i = 0; i < 4'000; ++i) {
    std::string text;
    for (int n = 0; n < 20; ++n) text += std::string(kWords[rng() % std::size(kWords)]) + " ";
    a = worn->analyze(text, Participant::customer, "en");
    if (i % 200 != 0) continue;
    b = make_analyzer()->analyze(text, Participant::customer, "en");
    ASSERT_EQ(fingerprint(a), fingerprint(b)) << text;
  }
}

/// Share of labelled lines that are heard, on the development data.
TEST(DevelopmentData, RequestsForAPersonAreFoundAndOrdinaryMessagesAreNot) {
  const char* data = std::getenv("LOOPBREAKER_DATA");
  if (!data) GTEST_SKIP() << "LOOPBREAKER_DATA is not set: no labelled utterances to check against";
  auto analyzer = make_analyzer();
  MessageAnalysis out;
  const auto share = [&](const std::string& file, std::string_view only) {
    std::ifstream in(std::string(data) + "/utterances/" + file);
    int all = 0, hits = 0;
    for (std::string line; std::getline(in, line);) {
      const std::size_t tab = line.find('\t');
      if (tab == std::string::npos || (!only.empty() && line.substr(0, tab) != only)) continue;
      out = analyzer->analyze(std::string_view(line).substr(tab + 1), Participant::customer, "en");
      ++all;
      hits += out[Heard::human_request] >= Score::percent(50);
    }
    EXPECT_GT(all, 0) << file;
    return static_cast<double>(hits) / std::max(1, all);
  };
  EXPECT_GT(share("bitext.tsv", "contact_human_agent"), 0.9);
  EXPECT_LT(share("banking77.tsv", ""), 0.001);
  EXPECT_LT(share("hwu64.tsv", ""), 0.001);
}

TEST(Sameness, WhatAnAnalyzerRemembersOfEarlierTextsChangesNothing) {
  auto worn = make_analyzer();
  MessageAnalysis remembered, fresh;
  std::vector<std::string> texts = hostile_texts();
  texts.push_back("I already told you my order number is A-1234, let me talk to a human!");
  texts.push_back("Sorry, I didn't quite get that. Could you rephrase?");
  for (int sighting = 0; sighting < 4; ++sighting) {
    for (const std::string& text : texts) {
      for (Participant who : {Participant::customer, Participant::bot}) {
        remembered = worn->analyze(text, who, "en");
        fresh = make_analyzer()->analyze(text, who, "en");
        ASSERT_EQ(fingerprint(remembered), fingerprint(fresh))
            << "sighting " << sighting << " of " << text.substr(0, 80);
      }
    }
  }
}

}  // namespace
}  // namespace loopbreaker::text
