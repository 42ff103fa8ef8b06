// What the decoder makes of good events, and of odd ones that are still events.
#include "codec/event_json.h"

#include <gtest/gtest.h>

#include "codec/names.h"
#include "codec/support.h"

namespace loopbreaker::codec {
namespace {

constexpr std::string_view kMessage =
    R"({"specversion":"1.0","id":"m-1","source":"/chat","type":"conversation.message",)"
    R"("time":"2026-01-01T00:00:05.828Z","subject":"s-1","datacontenttype":"application/json",)"
    R"("data":{"session_id":"s-1","participant":"bot","text":"line\none \u00e9 \ud83d\ude00",)"
    R"("intent":"refund","confidence":0.31,"answer_id":"utter_1","fallback":true,)"
    R"("channel":"web","language":"en","tier":"gold","tenant":"acme","customer_id":"cu-7",)"
    R"("attributes":{"plan":"family","seats":3,"trial":false,"share":0.5,"big":18446744073709551615,)"
    R"("nothing":null,"nested":{"a":1}}}})";

/// An event of `type` with `data`, and what else is to be said around it.
std::string event_of(std::string_view type, std::string_view data, std::string_view around = {}) {
  std::string text(R"({"specversion":"1.0","id":"m-1","source":"/chat","type":"conversation.)");
  text.append(type).append("\"").append(around).append(",\"data\":").append(data);
  return text.append("}");
}

class Decoding : public ::testing::Test {
 protected:
  /// REQUIRES: the record is an event.
  const Event& event(const Record& record) {
    result_ = decoder_.decode(record);
    if (const auto* made = std::get_if<Event*>(&result_)) return **made;
    ADD_FAILURE() << told(result_);
    static const Event kNone;
    return kNone;
  }
  const Event& event(std::string_view value) { return event(record_of(value)); }
  std::string refused(const Record& record) { return told(decoder_.decode(record)); }
  std::string refused(std::string_view value) { return refused(record_of(value)); }

  EventDecoder decoder_{DecodeSettings{}};
  std::variant<Event*, DecodeFailure> result_;
};

TEST_F(Decoding, a_message_has_all_its_fields) {
  const Event& e = event(kMessage);
  EXPECT_EQ(e.type, EventType::message);
  EXPECT_EQ(e.type_name, "conversation.message");
  EXPECT_EQ(e.id, "m-1");
  EXPECT_EQ(e.source, "/chat");
  EXPECT_EQ(e.session_id, "s-1");
  EXPECT_EQ(e.time.ms, kLogTime.ms + 5'828);
  EXPECT_EQ(e.position, (Position{3, 42}));
  EXPECT_EQ(e.participant, Participant::bot);
  EXPECT_EQ(e.text, "line\none é 😀");
  EXPECT_EQ(e.intent, "refund");
  EXPECT_EQ(e.confidence, Score{3100});
  EXPECT_EQ(e.answer_id, "utter_1");
  EXPECT_TRUE(e.fallback);
  EXPECT_EQ(e.channel, "web");
  EXPECT_EQ(e.language, "en");
  EXPECT_EQ(e.tier, "gold");
  EXPECT_EQ(e.tenant, "acme");
  EXPECT_EQ(e.customer_id, "cu-7");
}

TEST_F(Decoding, attributes_are_scalars_as_text) {
  const Event& e = event(kMessage);
  ASSERT_EQ(e.attributes.size(), 5u);
  const std::pair<std::string_view, std::string_view> expected[] = {
      {"plan", "family"},
      {"seats", "3"},
      {"trial", "false"},
      {"share", "0.5"},
      {"big", "18446744073709551615"}};
  for (std::size_t i = 0; i < 5; ++i) {
    EXPECT_EQ(e.attributes[i].name, expected[i].first);
    EXPECT_EQ(e.attributes[i].value, expected[i].second);
  }
  EXPECT_EQ(decoder_.notes().ignored_fields, 1u) << "the nested one";
}

TEST_F(Decoding, at_most_32_attributes_are_kept) {
  std::string attributes;
  for (int i = 0; i < 50; ++i) {
    attributes.append(i ? "," : "").append("\"a").append(std::to_string(i)).append("\":1");
  }
  const Event& e = event(event_of("started", R"({"attributes":{)" + attributes + "}}"));
  EXPECT_EQ(e.attributes.size(), 32u);
  EXPECT_EQ(e.attributes[31].name, "a31");
  EXPECT_EQ(e.attributes[31].value, "1");
  EXPECT_EQ(decoder_.notes().ignored_fields, 18u);
}

TEST_F(Decoding, nothing_of_an_event_is_left_in_the_next) {
  event(kMessage);
  const Event& e = event(event_of("ended", R"({"session_id":"s-1","reason":"done"})"));
  EXPECT_EQ(e.type, EventType::ended);
  EXPECT_EQ(e.reason, "done");
  EXPECT_TRUE(e.text.empty() && e.intent.empty() && e.channel.empty() && e.attributes.empty());
  EXPECT_FALSE(e.confidence.has_value());
  EXPECT_FALSE(e.fallback);
}

TEST_F(Decoding, fields_may_come_in_any_order) {
  const Event& e = event(
      R"({"data":{"text":"hi","participant":"customer","session_id":"s-1"},"time":)"
      R"("2026-01-01T00:00:00Z","type":"conversation.message","source":"/x","id":"1","specversion":"1.0"})");
  EXPECT_EQ(e.type, EventType::message);
  EXPECT_EQ(e.text, "hi");
  EXPECT_EQ(e.participant, Participant::customer);
}

TEST_F(Decoding, of_a_name_that_stands_twice_the_last_counts) {
  EXPECT_EQ(event(event_of("message",
                           R"({"participant":"bot","participant":"agent","text":"a","text":"b"})"))
                .text,
            "b");
  EXPECT_EQ(std::get<Event*>(result_)->participant, Participant::agent);
}

TEST_F(Decoding, every_type_has_its_fields) {
  EXPECT_EQ(event(event_of("started", "{}")).type, EventType::started);
  EXPECT_EQ(event(event_of("agent_joined", "{}")).type, EventType::agent_joined);
  EXPECT_EQ(event(event_of("agent_left", "{}")).type, EventType::agent_left);
  const Event& action = event(event_of("bot_action", R"({"name":"track","outcome":"failure"})"));
  EXPECT_EQ(action.type, EventType::bot_action);
  EXPECT_EQ(action.name, "track");
  EXPECT_EQ(action.outcome, ActionOutcome::failure);
  const Event& transfer = event(event_of("transfer", R"({"status":"queued","queue":"q"})"));
  EXPECT_EQ(transfer.transfer, TransferStatus::queued);
  EXPECT_EQ(transfer.queue, "q");
  const Event& rating = event(event_of("rating", R"({"score":4.5})"));
  EXPECT_EQ(rating.rating_score, 450);
  EXPECT_EQ(rating.rating_scale, 500);
  const Event& of_ten = event(event_of("rating", R"({"score":9,"scale":10})"));
  EXPECT_EQ(of_ten.rating_score, 900);
  EXPECT_EQ(of_ten.rating_scale, 1000);
}

TEST_F(Decoding, names_of_transfers_and_participants_are_found) {
  for (const auto* status :
       {"requested", "queued", "accepted", "completed", "failed", "cancelled"}) {
    const Event& e = event(event_of("transfer", std::string(R"({"status":")") + status + "\"}"));
    EXPECT_EQ(to_string(e.transfer), status);
  }
  for (const auto* who : {"customer", "bot", "agent", "system"}) {
    const Event& e =
        event(event_of("message", std::string(R"({"text":"x","participant":")") + who + "\"}"));
    EXPECT_EQ(to_string(e.participant), who);
  }
}

TEST_F(Decoding, an_outcome_that_is_not_known_is_unknown_and_counted) {
  const Event& e = event(event_of("bot_action", R"({"name":"track","outcome":"maybe"})"));
  EXPECT_EQ(e.outcome, ActionOutcome::unknown);
  EXPECT_EQ(decoder_.notes().ignored_fields, 1u);
}

TEST_F(Decoding, unknown_types_and_fields_are_accepted_and_counted) {
  const Event& e = event(event_of("typing", R"({"session_id":"s-1","speed":9,"more":{"x":[1]}})",
                                  R"(,"traceparent":"00-1")"));
  EXPECT_EQ(e.type, EventType::unknown);
  EXPECT_EQ(e.type_name, "conversation.typing");
  EXPECT_TRUE(decoder_.notes().unknown_type);
  EXPECT_EQ(decoder_.notes().unknown_fields, 3u);
}

TEST_F(Decoding, optional_fields_of_a_wrong_type_are_left_out_and_counted) {
  const Event& e = event(
      event_of("message",
               R"({"participant":"bot","text":"x","intent":1,"confidence":"high","fallback":"no",)"
               R"("answer_id":[],"channel":5,"attributes":["x"]})"));
  EXPECT_EQ(e.text, "x");
  EXPECT_FALSE(e.confidence.has_value());
  EXPECT_FALSE(e.fallback);
  EXPECT_EQ(decoder_.notes().ignored_fields, 6u);
  EXPECT_FALSE(event(event_of("message", R"({"participant":"bot","confidence":1.5})")).confidence);
}

TEST_F(Decoding, null_is_absent) {
  const Event& e = event(event_of(
      "message", R"({"session_id":null,"participant":"bot","text":null,"confidence":null})",
      R"(,"time":null,"subject":null)"));
  EXPECT_EQ(e.session_id, "s-1") << "the key";
  EXPECT_TRUE(e.text.empty());
  EXPECT_TRUE(decoder_.notes().time_missing);
  EXPECT_EQ(decoder_.notes().ignored_fields, 0u);
}

TEST_F(Decoding, the_session_is_named_by_data_then_subject_then_key) {
  const std::string subject = R"(,"subject":"by-subject")";
  EXPECT_EQ(event(event_of("ended", R"({"session_id":"by-data"})", subject)).session_id, "by-data");
  EXPECT_EQ(event(event_of("ended", R"({"session_id":""})", subject)).session_id, "by-subject");
  const std::string bare = event_of("ended", "{}");
  EXPECT_EQ(event(record_of(bare, "by-key")).session_id, "by-key");
  EXPECT_EQ(refused(record_of(bare, std::nullopt)),
            "no_session (no data.session_id, no subject and no key)");
  EXPECT_EQ(refused(record_of(bare, "\xff")),
            "bad_utf8 (the key, needed as session id, is not UTF-8)");
}

TEST_F(Decoding, a_session_id_has_at_most_256_bytes) {
  const std::string longest(256, 'x');
  EXPECT_EQ(event(event_of("ended", R"({"session_id":")" + longest + "\"}")).session_id, longest);
  EXPECT_EQ(refused(event_of("ended", R"({"session_id":")" + longest + "x\"}")),
            "bad_field (data.session_id: is 257 bytes long; a session id has at most 256)");
}

TEST_F(Decoding, another_key_is_counted_and_refused_when_strict) {
  const std::string value = event_of("ended", R"({"session_id":"s-1"})");
  event(record_of(value, "s-1"));
  EXPECT_FALSE(decoder_.notes().key_mismatch);
  event(record_of(value, "s-2"));
  EXPECT_TRUE(decoder_.notes().key_mismatch);
  event(record_of(value, std::nullopt));
  EXPECT_TRUE(decoder_.notes().key_mismatch);
  EventDecoder strict(DecodeSettings{.strict_keys = true});
  const auto result = strict.decode(record_of(value, "s-2"));
  ASSERT_TRUE(std::holds_alternative<DecodeFailure>(result));
  EXPECT_EQ(std::get<DecodeFailure>(result).reason, DeadReason::key_mismatch);
  EXPECT_TRUE(std::holds_alternative<Event*>(strict.decode(record_of(value, "s-1"))));
}

TEST_F(Decoding, source_and_id_are_the_identity) {
  const auto identity = [&](std::string_view source, std::string_view id) {
    std::string value(R"({"specversion":"1.0","type":"conversation.ended","data":{},"source":")");
    value.append(source).append("\",\"id\":\"").append(id).append("\"}");
    return event(value).identity;
  };
  EXPECT_EQ(identity("a", "1"), stable_hash("a\x1f"
                                            "1"));
  EXPECT_NE(identity("a", "1"), identity("b", "1"));
  EXPECT_NE(identity("a", "1"), identity("a", "2"));
  EXPECT_NE(identity("a1", "2"), identity("a", "12"));
}

TEST_F(Decoding, without_an_id_the_content_is_the_identity) {
  const std::string value =
      R"({"specversion":"1.0","type":"conversation.ended","data":{"session_id":"s-1"}})";
  EXPECT_EQ(event(value).identity, stable_hash(value));
  EXPECT_TRUE(decoder_.notes().no_id);
  EXPECT_NE(event(value + " ").identity, stable_hash(value));
}

TEST_F(Decoding, times_are_rfc_3339_with_any_fraction_and_offset) {
  const std::pair<std::string_view, std::int64_t> times[] = {
      {"2026-01-01T00:00:00Z", 0},
      {"2026-01-01T00:00:01.5Z", 1'500},
      {"2026-01-01T00:00:01.123456789Z", 1'123},
      {"2026-01-01t00:00:01z", 1'000},
      {"2026-01-01 00:00:01Z", 1'000},
      {"2026-01-01T05:30:00+05:30", 0},
      {"2025-12-31T16:00:00.250-08:00", 250},
      {"2025-12-31T23:59:60Z", 0},
      {"2024-02-29T00:00:00Z", -58'060'800'000},
  };
  for (const auto& [text, after] : times) {
    const std::string around = R"(,"time":")" + std::string(text) + "\"";
    EXPECT_EQ(event(event_of("ended", "{}", around)).time.ms - kLogTime.ms, after) << text;
    EXPECT_FALSE(decoder_.notes().time_missing);
  }
}

TEST_F(Decoding, a_missing_time_is_the_records_timestamp) {
  EXPECT_EQ(event(event_of("ended", "{}")).time, kLogTime);
  EXPECT_TRUE(decoder_.notes().time_missing);
  EXPECT_EQ(refused(record_of(event_of("ended", "{}"), "s-1", kNoTime)),
            "bad_field (time: missing, and the record has no timestamp either)");
}

TEST_F(Decoding, a_time_too_far_ahead_of_the_log_is_clamped) {
  const auto at = [](std::string_view time) {
    return event_of("ended", "{}", R"(,"time":")" + std::string(time) + "\"");
  };
  EXPECT_EQ(event(at("2026-01-01T00:05:00Z")).time.ms, kLogTime.ms + 300'000);
  EXPECT_FALSE(decoder_.notes().time_clamped);
  EXPECT_EQ(event(at("2026-01-01T00:05:00.001Z")).time, kLogTime);
  EXPECT_TRUE(decoder_.notes().time_clamped);
  EXPECT_EQ(event(at("9999-12-31T23:59:59Z")).time, kLogTime);
  EXPECT_LT(event(at("2020-01-01T00:00:00Z")).time, kLogTime) << "the past is not touched";
  EXPECT_FALSE(decoder_.notes().time_clamped);
}

TEST_F(Decoding, without_a_log_time_only_absurd_times_are_refused) {
  const auto at = [](std::string_view time) {
    return event_of("ended", "{}", R"(,"time":")" + std::string(time) + "\"");
  };
  EXPECT_EQ(event(record_of(at("2199-12-31T23:59:59Z"), "s-1", kNoTime)).time.ms,
            7'258'118'399'000);
  EXPECT_EQ(refused(record_of(at("2200-01-01T00:00:00Z"), "s-1", kNoTime)),
            "bad_field (time: is after the year 2199)");
}

TEST_F(Decoding, in_binary_mode_the_headers_decide) {
  Record record = record_of(
      R"({"session_id":"s-1","participant":"customer","text":"hi","type":"conversation.ended"})");
  std::string id = "m-9";
  record.headers = {{"ce_specversion", "1.0"},
                    {"ce_id", id},
                    {"ce_source", "/chat"},
                    {"ce_type", "conversation.message"},
                    {"ce_time", "2026-01-01T00:00:01Z"},
                    {"ce_traceparent", "00-1"},
                    {"content-type", "application/json"}};
  const Event& e = event(record);
  id = "xxx";
  EXPECT_EQ(e.type, EventType::message);
  EXPECT_EQ(e.id, "m-9") << "kept, though the header is gone";
  EXPECT_EQ(e.source, "/chat");
  EXPECT_EQ(e.text, "hi");
  EXPECT_EQ(e.time.ms, kLogTime.ms + 1'000);
  EXPECT_EQ(e.identity, stable_hash("/chat\x1fm-9"));
  EXPECT_EQ(decoder_.notes().unknown_fields, 2u) << "one header, one field";
}

TEST_F(Decoding, in_binary_mode_without_id_the_type_and_time_are_part_of_the_identity) {
  const auto identity = [&](std::string_view type, std::string_view time) {
    Record record = record_of(R"({"session_id":"s-1"})");
    record.headers = {{"ce_specversion", "1.0"}, {"ce_type", type}, {"ce_time", time}};
    return event(record).identity;
  };
  const auto joined = identity("conversation.agent_joined", "2026-01-01T00:00:01Z");
  EXPECT_EQ(joined, identity("conversation.agent_joined", "2026-01-01T00:00:01Z"));
  EXPECT_NE(joined, identity("conversation.agent_left", "2026-01-01T00:00:01Z"));
  EXPECT_NE(joined, identity("conversation.agent_joined", "2026-01-01T00:00:02Z"));
}

TEST_F(Decoding, a_cloudevents_content_type_makes_it_structured_whatever_other_headers_say) {
  Record record = record_of(kMessage);
  record.headers = {{"ce_type", "conversation.ended"},
                    {"content-type", "application/cloudevents+json; charset=UTF-8"}};
  EXPECT_EQ(event(record).type, EventType::message);
}

TEST_F(Decoding, headers_that_are_not_utf8_are_refused) {
  Record record = record_of("{}");
  record.headers = {
      {"ce_specversion", "1.0"}, {"ce_type", "conversation.ended"}, {"ce_id", "\xff"}};
  EXPECT_EQ(refused(record), "bad_utf8 (header ce_id is not UTF-8)");
}

TEST_F(Decoding, the_limit_of_size_is_the_settings) {
  EventDecoder small(DecodeSettings{.max_bytes = kMessage.size()});
  EXPECT_TRUE(std::holds_alternative<Event*>(small.decode(record_of(kMessage))));
  EXPECT_EQ(std::get<DecodeFailure>(small.decode(record_of(std::string(kMessage) + " "))).reason,
            DeadReason::too_large);
}

TEST_F(Decoding, a_whole_mebibyte_of_text_is_read) {
  const std::string text((1 << 20) - 300, 'x');
  const Event& e = event(event_of("message", R"({"participant":"bot","text":")" + text + "\"}"));
  EXPECT_EQ(e.text, text);
}

TEST_F(Decoding, bad_fields_are_named_by_their_path) {
  EXPECT_EQ(refused(event_of("message", R"({"participant":"user"})")),
            "bad_field (data.participant: must be customer, bot, agent or system)");
  EXPECT_EQ(refused(event_of("message", R"({"participant":"bot","text":1})")),
            "bad_field (data.text: must be a string)");
  EXPECT_EQ(refused(event_of("rating", R"({"score":6})")),
            "bad_field (data.score: must be a number from 0 to data.scale (5 when absent))");
  EXPECT_EQ(refused(event_of("ended", "{}", R"(,"time":1767225600)")),
            "bad_field (time: must be a string)");
}

}  // namespace
}  // namespace loopbreaker::codec
