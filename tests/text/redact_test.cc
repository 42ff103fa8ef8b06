// Redaction: what goes, what stays, and properties that hold for any text.
#include "text/redact.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "text/personal_data.h"
#include "text/utf8.h"

namespace loopbreaker::text {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

class Redaction : public ::testing::Test {
 protected:
  Redaction() { settings_.secret = "s3cret"; }
  std::string redacted(std::string_view text) {
    if (!redactor_) {
      auto made = make_redactor(settings_);
      EXPECT_TRUE(made.has_value());
      redactor_ = std::move(made).value();
    }
    return std::string(redactor_->redact(text, scratch_));
  }
  RedactionSettings settings_;
  std::unique_ptr<Redactor> redactor_;
  std::string scratch_;
};

TEST_F(Redaction, CardsInAnyGrouping) {
  for (const char* text : {"my card 4111111111111111 please", "4111 1111 1111 1111",
                           "4111-1111-1111-1111", "3782 822463 10005", "no:4111.1111.1111.1111",
                           "4111\xC2\xA0"
                           "1111\xC2\xA0"
                           "1111\xC2\xA0"
                           "1111"}) {
    EXPECT_THAT(redacted(text), MatchesRegex(".*\\[card#[0-9a-f][0-9a-f]\\].*")) << text;
  }
  EXPECT_EQ(redacted("4111111111111112"), "4111111111111112");
}

TEST_F(Redaction, TheSameValueGetsTheSameToken) {
  const std::string a = redacted("4111111111111111"), b = redacted("4111 1111 1111 1111");
  EXPECT_EQ(a, b);
  EXPECT_EQ(redacted("Ann@Example.com"), redacted("ann@example.com"));
}

TEST_F(Redaction, EmailPhoneIbanAndNationalIds) {
  EXPECT_THAT(redacted("write to ann.smith+x@mail.example.co.uk."),
              MatchesRegex("write to \\[email#..\\]\\."));
  for (const char* text :
       {"+1 (555) 123-4567", "+44 20 7946 0958", "(555) 123-4567", "555-123-4567",
        "0049 30 1234567", "06 12 34 56 78", "my phone number is 5551234567", "0800 123 4567"}) {
    EXPECT_THAT(redacted(text), HasSubstr("[phone#")) << text;
  }
  EXPECT_THAT(redacted("iban DE89 3704 0044 0532 0130 00 ok"),
              MatchesRegex("iban \\[iban#..\\] ok"));
  EXPECT_THAT(redacted("GB82WEST12345698765432"), MatchesRegex("\\[iban#..\\]"));
  EXPECT_THAT(redacted("ssn 078-05-1120."), MatchesRegex("ssn \\[ssn#..\\]\\."));
  EXPECT_EQ(redactor_->counts().phones, 8u);
  EXPECT_EQ(redactor_->counts().ibans, 2u);
}

TEST_F(Redaction, NationalIdsThatBeginWithALetter) {
  for (const char* pattern : {"[A-Z]{2}[0-9]{6}", "\\w{2}\\d{6}", ".{2}[0-9]{6}",
                              "[^0-9]{2}[0-9]{6}", "[ -z]{2}[0-9]{6}", "(?:QQ)[0-9]{6}"}) {
    settings_.national_ids = {{"nino", pattern}};
    redactor_.reset();
    EXPECT_THAT(redacted("it is QQ123456."), MatchesRegex("it is \\[nino#..\\]\\.")) << pattern;
  }
}

TEST_F(Redaction, WhereverInTheTextItStands) {
  const std::string before(17, 'x'), after(17, 'y');
  for (std::size_t i = 0; i <= before.size(); ++i) {
    for (std::size_t j = 0; j <= after.size(); ++j) {
      const std::string head = before.substr(0, i) + ". ", tail = " " + after.substr(0, j);
      EXPECT_THAT(redacted(head + "a@b.cd" + tail), HasSubstr("[email#")) << i << " " << j;
      EXPECT_THAT(redacted(head + "(030) 1234567" + tail), HasSubstr("[phone#")) << i << " " << j;
    }
  }
}

TEST_F(Redaction, WhatAnAgentNeedsStays) {
  for (const char* text :
       {"order #A-1234567", "order number 123456789", "order 0123456789", "account 12345678",
        "it cost $1,299.00 on 2024-03-12 at 18:30", "12/03/2024 - 15/03/2024", "1.299.000,00 €",
        "tracking 1Z999AA10123456784", "reference 555-123-4567", "DE89 is a road",
        "IBAN DE00370400440532013000", "3.5 @ home", "call 911"}) {
    EXPECT_EQ(redacted(text), text);
  }
}

TEST_F(Redaction, NothingToDoReturnsTheInputItself) {
  const std::string text = "where is my parcel? I ordered 2 things";
  redacted("");
  EXPECT_EQ(redactor_->redact(text, scratch_).data(), text.data());
  const std::string harmless = "order 12345678";
  EXPECT_EQ(redactor_->redact(harmless, scratch_).data(), harmless.data());
}

TEST_F(Redaction, TokensAlreadyThereStay) {
  const std::string once = redacted("[card#3f] and 4111111111111111 and [email]");
  EXPECT_THAT(once, MatchesRegex("\\[card#3f\\] and \\[card#..\\] and \\[email\\]"));
  EXPECT_EQ(redacted(once), once);
}

TEST_F(Redaction, PlainTokensAndSwitchedOff) {
  settings_.keyed = false;
  EXPECT_EQ(redacted("4111111111111111"), "[card]");
  settings_.enabled = false;
  redactor_.reset();
  EXPECT_EQ(redacted("4111111111111111"), "4111111111111111");
}

TEST(RedactionSettingsTest, MistakesAreNamed) {
  const auto problem = [](std::vector<NationalId> ids, std::string secret = "x") {
    auto made = make_redactor({.secret = std::move(secret), .national_ids = std::move(ids)});
    return made ? std::string() : made.error().message;
  };
  EXPECT_THAT(problem({{"ssn", "[0-9"}}), HasSubstr("not a regular expression"));
  EXPECT_THAT(problem({{"ssn", "[0-9]*"}}), HasSubstr("empty text"));
  EXPECT_THAT(problem({{"SSN!", "[0-9]+"}}), HasSubstr("lower-case"));
  EXPECT_THAT(problem({{"card", "[0-9]+"}}), HasSubstr("built in"));
  EXPECT_THAT(problem({{"a", "[0-9]+"}, {"a", "[1-9]+"}}), HasSubstr("already used"));
  EXPECT_THAT(problem({}, ""), HasSubstr("secret"));
  EXPECT_EQ(problem({{"nino", "[A-Z]{2}[0-9]{6}[A-D]"}}), "");
}

std::string random_card(std::mt19937& rng) {
  std::string digits;
  for (int i = 0; i < 15; ++i) digits.push_back(static_cast<char>('0' + rng() % 10));
  if (digits.find_first_not_of(digits[0]) == std::string::npos)
    digits[3] = digits[3] == '1' ? '2' : '1';
  for (char check = '0'; check <= '9'; ++check) {
    if (luhn(digits + check)) return digits + check;
  }
  return {};
}

std::string random_text(std::mt19937& rng) {
  static const std::vector<std::string> kPieces = {
      "my card is ", "order ", " ",         ", ",       "é",   "日本",  "😡",          "$",  "12",
      "4",           "555-",   "[card#3f]", "a@",       "x.y", "@b.co", "+",          "(0", ") ",
      "DE89",        "#",      "-",         "\xC2\xA0", ".",   "/",     "2024-03-12", "and"};
  std::string out;
  for (std::size_t n = rng() % 12; n > 0; --n) out += kPieces[rng() % kPieces.size()];
  return out;
}

bool valid_utf8(std::string_view text) { return repair_utf8(text) == text; }

TEST_F(Redaction, NoCardSurvivesInAnySurroundings) {
  const unsigned seed = 20'240'312;
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 rng(seed);
  for (int i = 0; i < 3'000; ++i) {
    const std::string card = random_card(rng);
    std::string written;
    const char* separator = std::array{"", " ", "-", "  "}[rng() % 4];
    for (std::size_t k = 0; k < 16; k += 4) written += (k ? separator : "") + card.substr(k, 4);
    // No digit touches the card: it would be another number.
    const std::string text = random_text(rng) + " x " + written + " x " + random_text(rng);
    const std::string out = redacted(text);
    ASSERT_THAT(out, Not(HasSubstr(written))) << text;
    ASSERT_EQ(redacted(out), out) << text;
    ASSERT_TRUE(valid_utf8(out)) << text;
  }
}

TEST_F(Redaction, RedactingTwiceChangesNothingMore) {
  const unsigned seed = 7;
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 rng(seed);
  for (int i = 0; i < 5'000; ++i) {
    const std::string text = random_text(rng);
    const std::string once = redacted(text);
    ASSERT_EQ(redacted(once), once) << text;
    ASSERT_TRUE(valid_utf8(once)) << text;
  }
}

}  // namespace
}  // namespace loopbreaker::text
