// What is published is valid, bounded and says what it left out, whatever is in the value.
#include "codec/output_json.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "codec/random_values.h"
#include "codec/samples.h"
#include "codec/schema.h"
#include "codec/support.h"
#include "codec/utf8.h"

namespace loopbreaker::codec {
namespace {

using Json = nlohmann::json;

template <class T>
Json encoded(const T& value, std::size_t max) {
  std::string out = "what was there before";
  encode(value, out);
  EXPECT_LE(out.size(), max);
  EXPECT_TRUE(is_utf8(out));
  return Json::parse(out);
}

/// Members named "source" that are objects are where offsets stand; everything else must not depend
/// on them.
void drop_sources(Json& value) {
  if (value.is_object() && value.contains("source") && value["source"].is_object())
    value.erase("source");
  if (value.is_structured()) {
    for (auto& member : value) drop_sources(member);
  }
}

struct Kind {
  Texts texts;
  std::size_t size;
};

class AnyValue : public ::testing::TestWithParam<Kind> {
 protected:
  template <class Make>
  void each(const Schema& schema, std::size_t max, Make make) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      SCOPED_TRACE("seed " + std::to_string(seed));
      RandomValues random(seed, GetParam().texts);
      const Json json = encoded(make(random), max);
      ASSERT_EQ(schema.faults(json), "");
      ASSERT_EQ(schema.unnamed(json), "") << "not in the schema";
      if (HasFailure()) return;
    }
  }
};

TEST_P(AnyValue, as_an_escalation_is_valid_and_below_32_kib) {
  each(Schema("escalation"), 32 * 1024,
       [](RandomValues& random) { return random.escalation_event(GetParam().size); });
}

TEST_P(AnyValue, as_a_handoff_is_valid_and_below_60_kib) {
  each(Schema("handoff"), 60 * 1024,
       [](RandomValues& random) { return random.handoff(GetParam().size); });
}

TEST_P(AnyValue, as_a_summary_is_valid_and_below_its_bound) {
  each(Schema("summary"), kSummaryBytesMax,
       [](RandomValues& random) { return random.summary(GetParam().size); });
}

INSTANTIATE_TEST_SUITE_P(Outputs, AnyValue,
                         ::testing::Values(Kind{Texts::plain, 1}, Kind{Texts::any, 1},
                                           Kind{Texts::any, 12}, Kind{Texts::hostile, 5},
                                           Kind{Texts::expanding, 12}));

TEST(Escalation, the_decision_is_only_said_when_raised_or_upgraded) {
  for (Change change : {Change::raised, Change::upgraded, Change::acknowledged, Change::resolved,
                        Change::withdrawn}) {
    EscalationEvent event = sample_escalation();
    event.decision.change = change;
    const Json json = encoded(event, kEscalationBytesMax);
    EXPECT_EQ(json["data"]["status"], std::string(name_of(change)));
    EXPECT_EQ(json["data"].contains("decision"),
              change == Change::raised || change == Change::upgraded);
  }
}

TEST(Escalation, a_deadline_names_the_wait_that_ran_out) {
  EscalationEvent event = sample_escalation();
  event.decision.trigger.deadline = true;
  event.decision.trigger.deadline_name = "transfer_waiting";
  const Json trigger = encoded(event, kEscalationBytesMax)["data"]["trigger"];
  EXPECT_EQ(trigger["kind"], "deadline");
  EXPECT_EQ(trigger["deadline"], "transfer_waiting");
}

TEST(Escalation, spans_are_counted_in_characters) {
  EscalationEvent event = sample_escalation();
  Evidence& evidence = event.decision.reasons[0].evidence[0];
  evidence.excerpt = "é€😀 refund";
  evidence.span = {10, 16};  // bytes
  Json shown = encoded(event, kEscalationBytesMax)["data"]["reasons"][0]["evidence"][0];
  EXPECT_EQ(shown["char_begin"], 4);
  EXPECT_EQ(shown["char_end"], 10);
  evidence.span = {10, 60'000};
  shown = encoded(event, kEscalationBytesMax)["data"]["reasons"][0]["evidence"][0];
  EXPECT_FALSE(shown.contains("char_begin")) << "a span outside of the excerpt";
}

TEST(Escalation, texts_come_back_as_they_were) {
  EscalationEvent event = sample_escalation();
  event.headline = "\"quoted\" \\ line\nbreak \x01 \x7f é 😀";
  EXPECT_EQ(encoded(event, kEscalationBytesMax)["data"]["headline"], event.headline);
}

TEST(Escalation, the_longest_session_id_is_never_cut) {
  EscalationEvent event = sample_escalation();
  event.session_id = std::string(256, '\x01');
  const Json json = encoded(event, kEscalationBytesMax);
  EXPECT_EQ(json["data"]["session_id"], event.session_id);
  EXPECT_EQ(json["partitionkey"], event.session_id);
  EXPECT_EQ(json["correlationid"], event.session_id);
}

TEST(Handoff, nothing_is_cut_from_an_ordinary_one) {
  const Json data = encoded(sample_handoff(), kHandoffBytesMax)["data"];
  EXPECT_FALSE(data.contains("cut"));
  EXPECT_EQ(data["thread"].size(), 7u);
}

TEST(Handoff, a_full_session_of_long_texts_loses_nothing) {
  Handoff handoff = sample_handoff();
  handoff.thread.clear();
  for (std::uint32_t i = 0; i < 25; ++i) {
    handoff.thread.push_back({i, Participant::customer, kLogTime, std::string(480, 'x'), false});
  }
  const Json data = encoded(handoff, kHandoffBytesMax)["data"];
  EXPECT_FALSE(data.contains("cut")) << data["cut"];
  EXPECT_EQ(data["thread"].size(), 25u);
}

TEST(Handoff, of_a_long_thread_the_last_turns_are_kept_and_the_packet_says_so) {
  Handoff handoff = sample_handoff();
  handoff.thread.clear();
  for (std::uint32_t i = 0; i < 200; ++i) {
    handoff.thread.push_back({i, Participant::customer, kLogTime, std::string(1000, 'x'), false});
  }
  const Json data = encoded(handoff, kHandoffBytesMax)["data"];
  const std::size_t kept = data["thread"].size();
  EXPECT_GT(kept, 30u);
  EXPECT_LT(kept, 60u);
  EXPECT_EQ(data["thread"].back()["turn"], 199);
  EXPECT_EQ(data["thread"].front()["turn"], 200 - kept);
  EXPECT_EQ(data["cut"][0], "thread: " + std::to_string(kept) + " of 200 kept");
}

TEST(Handoff, reasons_and_summary_survive_when_all_else_is_huge) {
  RandomValues random(1, Texts::expanding);
  Handoff handoff = random.handoff(40);
  const Handoff sample = sample_handoff();
  handoff.reasons.insert(handoff.reasons.begin(), sample.reasons.begin(), sample.reasons.end());
  handoff.summary = sample.summary;
  const Json data = encoded(handoff, kHandoffBytesMax)["data"];
  EXPECT_EQ(data["primary_reason"], "bot-loop");
  EXPECT_EQ(data["reasons"][0]["why"], sample.reasons[0].why);
  EXPECT_EQ(data["reasons"][0]["evidence"].size(), 2u);
  EXPECT_EQ(data["summary"]["wants"], sample.summary.wants);
  EXPECT_FALSE(data["cut"].empty());
}

TEST(Handoff, a_turn_that_is_too_long_is_cut_between_characters_and_says_so) {
  Handoff handoff = sample_handoff();
  std::string text(1, 'x');
  while (text.size() < 5000) text += "😀";
  handoff.thread[0].text = text;
  const Json data = encoded(handoff, kHandoffBytesMax)["data"];
  const std::string shown = data["thread"][0]["text"];
  EXPECT_EQ(data["thread"][0]["cut"], true);
  EXPECT_FALSE(data["thread"][1].contains("cut"));
  EXPECT_GT(shown.size(), 1990u);
  EXPECT_EQ(shown.size() % 4, 1u);
  EXPECT_EQ(data["cut"][0], "long texts: shortened");
}

TEST(Handoff, what_compose_has_cut_is_passed_on) {
  Handoff handoff = sample_handoff();
  handoff.cut = {"thread: 24 of 90 turns kept"};
  EXPECT_EQ(encoded(handoff, kHandoffBytesMax)["data"]["cut"],
            Json::array({"thread: 24 of 90 turns kept"}));
}

TEST(Handoff, the_digits_of_offsets_change_nothing_else) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomValues random(seed, Texts::any);
    Handoff handoff = random.handoff(8);
    Json here = encoded(handoff, kHandoffBytesMax);
    const auto elsewhere = [](Position& position) { position = {-1, -1}; };
    elsewhere(handoff.first_position);
    handoff.last_position = {INT32_MAX, INT64_MAX};
    bool none = false;
    for (Reason& reason : handoff.reasons) {
      for (Evidence& evidence : reason.evidence) {
        evidence.position = (none = !none) ? Position{} : Position{INT32_MAX, INT64_MAX};
      }
    }
    Json there = encoded(handoff, kHandoffBytesMax);
    drop_sources(here);
    drop_sources(there);
    ASSERT_EQ(here, there);
  }
}

class Amending : public ::testing::Test {
 protected:
  Amending() { encode(sample_summary(), published_); }
  Json amended(const Event& late) {
    auto result = amend_summary(published_, "new-id", 9, late);
    if (!result) {
      ADD_FAILURE() << result.error().message;
      return {};
    }
    const Json json = Json::parse(*result);
    EXPECT_EQ(Schema("summary").faults(json), "");
    published_ = *result;
    return json;
  }
  std::string published_;
};

TEST_F(Amending, a_late_rating_is_set) {
  Event late;
  late.type = EventType::rating;
  late.id = "m-99";
  late.rating_score = 200;
  late.rating_scale = 1000;
  const Json json = amended(late);
  EXPECT_EQ(json["id"], "new-id");
  EXPECT_EQ(json["sequence"], "0000000009");
  EXPECT_EQ(json["causationid"], "m-99");
  EXPECT_EQ(json["data"]["amended"], true);
  EXPECT_EQ(json["data"]["rating"], (Json{{"score", 2.0}, {"scale", 10.0}}));
}

TEST_F(Amending, everything_else_stays_as_it_was) {
  Json before = Json::parse(published_);
  Json after = amended(Event{});
  EXPECT_EQ(after["data"]["amended"], true);
  for (Json* json : {&before, &after}) {
    json->erase("id");
    json->erase("sequence");
    (*json)["data"].erase("amended");
  }
  EXPECT_EQ(before, after);
}

TEST_F(Amending, an_agent_who_joins_late_changes_the_path) {
  const std::pair<std::string, std::string> paths[] = {{"bot_only", "bot_to_human"},
                                                       {"customer_only", "human_only"},
                                                       {"bot_to_human", "bot_to_human"},
                                                       {"human_only", "human_only"}};
  Event late;
  late.type = EventType::agent_joined;
  for (const auto& [before, after] : paths) {
    SessionSummary summary = sample_summary();
    summary.path = before;
    encode(summary, published_);
    EXPECT_EQ(amended(late)["data"]["path"], after);
  }
}

TEST_F(Amending, an_amended_summary_can_be_amended_again) {
  Event rating;
  rating.type = EventType::rating;
  rating.rating_score = 100;
  rating.rating_scale = 500;
  amended(rating);
  rating.rating_score = 300;
  EXPECT_EQ(amended(rating)["data"]["rating"]["score"], 3.0);
}

TEST_F(Amending, any_summary_can_be_amended) {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    encode(RandomValues(seed, Texts::hostile).summary(3), published_);
    Event late;
    late.type = seed % 2 ? EventType::rating : EventType::agent_joined;
    late.rating_scale = 500;
    amended(late);
    ASSERT_FALSE(HasFailure());
  }
}

TEST_F(Amending, what_is_no_summary_is_refused) {
  for (const auto* bad : {"", "{", "[]", "{\"data\":1}", "{}"}) {
    EXPECT_FALSE(amend_summary(bad, "id", 1, Event{})) << bad;
  }
}

}  // namespace
}  // namespace loopbreaker::codec
