// Records that nobody can use: each is refused for the right reason, and the good ones beside it
// are not touched.
#include "codec/hostile.h"

#include <gtest/gtest.h>
#include <simdjson.h>

#include <nlohmann/json.hpp>

#include "codec/support.h"
#include "codec/utf8.h"

namespace loopbreaker::codec {
namespace {

constexpr std::uint64_t kSeed = 20260101;

constexpr std::string_view kGood =
    R"({"specversion":"1.0","id":"g-1","source":"/good","type":"conversation.message",)"
    R"("time":"2026-01-01T00:00:00.000Z","data":{"session_id":"s-1","participant":"customer",)"
    R"("text":"where is my order \"A17\" \u00e9 😀?","attributes":{"plan":"gold","seats":12}}})";

std::string text_of(const Event& event) {
  std::string text;
  text.append(event.type_name).append("|").append(event.id).append("|").append(event.session_id);
  text.append("|").append(event.text).append("|").append(std::to_string(event.time.ms));
  for (const Attribute& a : event.attributes) text.append(a.name).append("=").append(a.value);
  return text;
}

TEST(Hostile, every_bad_record_is_refused_for_its_reason_and_good_ones_between_them_stay_the_same) {
  SCOPED_TRACE("seed " + std::to_string(kSeed));
  HostileRecords hostile(kSeed);
  EventDecoder decoder(DecodeSettings{});
  const auto first = decoder.decode(record_of(kGood));
  ASSERT_TRUE(std::holds_alternative<Event*>(first)) << told(first);
  const std::string expected = text_of(*std::get<Event*>(first));
  for (int i = 0; i < 10'000; ++i) {
    const HostileRecord bad = hostile.next();
    const auto refused = decoder.decode(bad.record({0, i}, kLogTime));
    ASSERT_TRUE(std::holds_alternative<DecodeFailure>(refused)) << i << ": " << bad.what;
    const auto& failure = std::get<DecodeFailure>(refused);
    ASSERT_EQ(name_of(failure.reason), name_of(bad.expected))
        << i << ": " << bad.what << " -> " << failure.detail;
    ASSERT_FALSE(failure.detail.empty());
    ASSERT_TRUE(is_utf8(failure.detail));
    const auto good = decoder.decode(record_of(kGood));
    ASSERT_TRUE(std::holds_alternative<Event*>(good)) << i << ": " << told(good);
    ASSERT_EQ(text_of(*std::get<Event*>(good)), expected) << i;
  }
}

TEST(Hostile, the_same_seed_makes_the_same_records) {
  HostileRecords one(7, 2'000'000), other(7, 2'000'000);
  for (int i = 0; i < 500; ++i) {
    const HostileRecord a = one.next(), b = other.next();
    ASSERT_EQ(a.value, b.value);
    ASSERT_EQ(a.key, b.key);
    ASSERT_EQ(a.expected, b.expected);
  }
}

/// One small change somewhere.
std::string mutated(std::string text, std::mt19937_64& random) {
  static constexpr std::string_view kTokens[] = {"{",   "}",  "[",  "]",    ":",    ",",
                                                 "\"",  "\\", "0",  "-",    "e",    "null",
                                                 "\\u", " ",  "\n", "\xc3", "\x80", "\xf0\x9f"};
  const auto at = [&] { return text.empty() ? 0 : random() % text.size(); };
  for (std::uint64_t n = 1 + random() % 3; n > 0; --n) {
    switch (random() % 6) {
      case 0:
        if (!text.empty()) text[at()] = static_cast<char>(random());
        break;
      case 1:
        if (!text.empty()) text.erase(at(), 1 + random() % 4);
        break;
      case 2:
        text.insert(at(), kTokens[random() % std::size(kTokens)]);
        break;
      case 3:
        text.insert(at(), text.substr(at(), random() % 20));
        break;
      case 4:
        text.resize(at());
        break;
      default:
        text.insert(at(), 1, static_cast<char>(random() % 128));
        break;
    }
  }
  return text;
}

TEST(Hostile, what_two_other_parsers_refuse_is_refused_and_called_bad) {
  SCOPED_TRACE("seed " + std::to_string(kSeed));
  std::mt19937_64 random(kSeed);
  EventDecoder decoder(DecodeSettings{});
  int refused = 0, accepted = 0;
  for (int i = 0; i < 60'000; ++i) {
    const std::string value = mutated(std::string(kGood), random);
    const auto result = decoder.decode(record_of(value));
    // A fresh parser and buffer each time: nothing of the record before can help or harm.
    simdjson::dom::parser parser;
    const bool valid =
        !value.empty() && parser.parse(simdjson::padded_string(value)).error() == simdjson::SUCCESS;
    const bool strict = nlohmann::json::accept(value);
    const auto* failure = std::get_if<DecodeFailure>(&result);
    if (!valid || !strict) {
      ++refused;
      ASSERT_NE(failure, nullptr) << i << ": " << value;
      const DeadReason expected = value.empty()     ? DeadReason::empty_value
                                  : !is_utf8(value) ? DeadReason::bad_utf8
                                                    : DeadReason::bad_json;
      ASSERT_EQ(name_of(failure->reason), name_of(expected)) << i << ": " << value;
    } else if (failure) {
      ASSERT_NE(failure->reason, DeadReason::bad_json) << i << ": " << value;
      ASSERT_NE(failure->reason, DeadReason::bad_utf8) << i << ": " << value;
    } else {
      ++accepted;
    }
  }
  EXPECT_GT(refused, 10'000);
  EXPECT_GT(accepted, 1'000);
}

TEST(Hostile, bytes_behind_a_short_value_in_the_reused_buffer_are_not_read) {
  EventDecoder decoder(DecodeSettings{});
  const std::string longer = std::string(kGood) + std::string(5000, ' ');
  ASSERT_TRUE(std::holds_alternative<Event*>(decoder.decode(record_of(longer))));
  for (std::size_t size = 1; size < kGood.size(); ++size) {
    const auto result = decoder.decode(record_of(kGood.substr(0, size)));
    ASSERT_TRUE(std::holds_alternative<DecodeFailure>(result)) << "first " << size << " bytes";
  }
}

TEST(Hostile, wrong_utf8_is_found_where_it_stands) {
  EventDecoder decoder(DecodeSettings{});
  std::string value(kGood);
  value[100] = '\xff';
  const auto result = decoder.decode(record_of(value));
  EXPECT_EQ(told(result), "bad_utf8 (not UTF-8 at byte 100)");
}

}  // namespace
}  // namespace loopbreaker::codec
