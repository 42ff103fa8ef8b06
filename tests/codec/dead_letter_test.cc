// Dead letters: where a bad record came from, why it is bad, and as much of it as the setting
// allows.
#include "codec/dead_letter.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "codec/hostile.h"
#include "codec/output_json.h"
#include "codec/schema.h"
#include "codec/support.h"
#include "codec/utf8.h"

namespace loopbreaker::codec {
namespace {

using Json = nlohmann::json;

std::string as_is(std::string_view text) { return std::string(text); }

DeadLetter letter_of(const Record& record, PayloadForm form) {
  return make_dead_letter(record, "conversation-events", {DeadReason::bad_json, "cut"}, form,
                          as_is);
}

TEST(DeadLetters, say_where_the_record_is_and_what_it_was) {
  const DeadLetter letter = letter_of(record_of("abc"), PayloadForm::none);
  EXPECT_EQ(letter.topic, "conversation-events");
  EXPECT_EQ(letter.position, (Position{3, 42}));
  EXPECT_EQ(letter.log_time, kLogTime);
  EXPECT_EQ(letter.key, "s-1");
  EXPECT_EQ(letter.length, 3u);
  EXPECT_EQ(letter.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(letter.payload, "");
  EXPECT_EQ(letter.payload_form, "none");
  EXPECT_FALSE(letter.payload_cut);
}

TEST(DeadLetters, have_an_id_that_depends_on_the_place_alone) {
  const auto id = [](std::string_view topic, Position position, std::string_view value) {
    Record record = record_of(value);
    record.position = position;
    return make_dead_letter(record, topic, {DeadReason::bad_json, ""}, PayloadForm::none, as_is)
        .envelope.id;
  };
  EXPECT_EQ(id("t", {1, 2}, "a"), id("t", {1, 2}, "b"));
  EXPECT_EQ(id("t", {1, 2}, "a").size(), 32u);
  EXPECT_NE(id("t", {1, 2}, "a"), id("t", {2, 1}, "a"));
  EXPECT_NE(id("t", {1, 23}, "a"), id("t", {12, 3}, "a"));
  EXPECT_NE(id("t", {1, 2}, "a"), id("u", {1, 2}, "a"));
}

TEST(DeadLetters, show_the_original_as_base64) {
  const DeadLetter letter = letter_of(record_of("\xff\x00z"), PayloadForm::original);
  EXPECT_EQ(letter_of(record_of("hello"), PayloadForm::original).payload, "aGVsbG8=");
  EXPECT_EQ(letter.payload_form, "original");
  const DeadLetter large = letter_of(record_of(std::string(200'000, 'x')), PayloadForm::original);
  EXPECT_EQ(large.payload.size(), kDeadPayloadMax);
  EXPECT_TRUE(large.payload_cut);
  EXPECT_EQ(large.length, 200'000u);
}

TEST(DeadLetters, show_redacted_text_with_wrong_bytes_replaced) {
  std::string seen;
  const auto redact = [&](std::string_view text) {
    seen = text;
    return std::string("[email] ") + std::string(text.substr(0, 3));
  };
  const DeadLetter letter =
      make_dead_letter(record_of("a\xff"
                                 "b"),
                       "t", {DeadReason::bad_utf8, ""}, PayloadForm::redacted, redact);
  EXPECT_EQ(seen,
            "a\xef\xbf\xbd"
            "b");
  EXPECT_EQ(letter.payload.substr(0, 8), "[email] ");
  EXPECT_TRUE(is_utf8(letter.payload)) << "also when the redaction cuts a character";
}

TEST(DeadLetters, do_not_show_what_lost_its_form_at_the_cut) {
  // A card number across the place where the text ends for the redaction.
  std::string value(kDeadPayloadMax + 256 - 8, 'x');
  value += "4111111111111111";
  value += std::string(1000, 'y');
  const DeadLetter letter = letter_of(record_of(value), PayloadForm::redacted);
  EXPECT_EQ(letter.payload.find("4111"), std::string::npos);
  EXPECT_LE(letter.payload.size(), kDeadPayloadMax);
  EXPECT_TRUE(letter.payload_cut);
}

TEST(DeadLetters, keep_a_value_that_just_fits_whole) {
  const std::string value(kDeadPayloadMax, 'x');
  const DeadLetter letter = letter_of(record_of(value), PayloadForm::redacted);
  EXPECT_EQ(letter.payload, value);
  EXPECT_FALSE(letter.payload_cut);
}

TEST(DeadLetters, of_every_hostile_record_fit_the_schema_and_their_bound) {
  const Schema schema("dead-letter");
  HostileRecords hostile(99, 3 << 20);
  EventDecoder decoder(DecodeSettings{});
  std::string out;
  for (int i = 0; i < 900; ++i) {
    const HostileRecord bad = hostile.next();
    const Record record = bad.record({1, i}, i % 5 ? kLogTime : kNoTime);
    const auto result = decoder.decode(record);
    ASSERT_TRUE(std::holds_alternative<DecodeFailure>(result)) << bad.what;
    const auto form = static_cast<PayloadForm>(i % 3);
    encode(make_dead_letter(record, "conversation-events", std::get<DecodeFailure>(result), form,
                            as_is),
           out);
    ASSERT_LE(out.size(), kDeadLetterBytesMax);
    const Json json = Json::parse(out);
    ASSERT_EQ(schema.faults(json), "") << out;
    ASSERT_EQ(schema.unnamed(json), "");
    ASSERT_EQ(json["data"]["reason"], std::string(name_of(bad.expected)));
  }
}

TEST(DeadLetters, stay_below_their_bound_when_every_byte_needs_six) {
  const std::string value(300'000, '\x01'), key(10'000, '\x02');
  std::string out;
  for (PayloadForm form : {PayloadForm::none, PayloadForm::redacted, PayloadForm::original}) {
    encode(make_dead_letter(record_of(value, key), std::string(500, '\x03'),
                            {DeadReason::bad_json, std::string(5000, '\x04')}, form, as_is),
           out);
    EXPECT_LE(out.size(), kDeadLetterBytesMax);
    EXPECT_EQ(Json::parse(out)["data"].value("payload_cut", false), form != PayloadForm::none);
  }
}

}  // namespace
}  // namespace loopbreaker::codec
