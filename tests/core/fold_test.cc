// fold: identity, time, bounds, turns.
#include <gtest/gtest.h>

#include "core/talk.h"
#include "loopbreaker/core.h"

namespace loopbreaker::testing {
namespace {

Event message(Talk& talk, Participant who, std::string_view text) {
  Event event = talk.next();
  event.type = EventType::message;
  event.participant = who;
  event.text = text;
  return event;
}

TEST(Fold, folds_the_same_event_once_and_moves_as_of) {
  Talk talk;
  Event event = message(talk, Participant::customer, "#parcel where is it ?");
  EXPECT_EQ(talk.put(event), Folded::yes);
  event.position.offset = 9;
  EXPECT_EQ(talk.put(event), Folded::duplicate);
  EXPECT_EQ(talk.session().turn_count, 1u);
  EXPECT_EQ(talk.session().as_of, 9);
}

TEST(Fold, never_takes_an_event_without_identity_for_a_duplicate) {
  Talk talk;
  Event event = message(talk, Participant::customer, "#parcel where is it ?");
  event.identity = 0;
  talk.put(event);
  EXPECT_EQ(talk.put(event), Folded::yes);
  EXPECT_EQ(talk.session().turn_count, 2u);
}

TEST(Fold, remembers_64_events_for_duplicates) {
  Talk talk;
  const Event first = message(talk, Participant::customer, "one");
  talk.put(first);
  for (int i = 0; i < 63; ++i) talk.put(message(talk, Participant::bot, "two"));
  EXPECT_EQ(talk.put(first), Folded::duplicate);
  talk.put(message(talk, Participant::bot, "three"));
  EXPECT_EQ(talk.put(first), Folded::yes);
}

TEST(Fold, clamps_late_events_and_counts_them) {
  Talk talk;
  talk.customer("#a one thing");
  const TimeMs latest = talk.session().last_event_at;
  Event late = message(talk, Participant::bot, "#a an answer");
  late.time = latest - DurationMs{60'000};
  talk.put(late);
  EXPECT_EQ(talk.session().late_events, 1u);
  EXPECT_EQ(talk.session().last_event_at, latest);
  EXPECT_EQ(talk.session().turns.back().time, latest);
}

TEST(Fold, remembers_the_last_event_of_any_type) {
  Talk talk;
  talk.customer("#a thing").transfer(TransferStatus::requested);
  EXPECT_EQ(talk.session().last_event_id, "s-1-1");
  EXPECT_EQ(talk.session().last_position, (Position{0, 1}));
}

TEST(Fold, says_that_an_ended_conversation_ends) {
  Talk talk;
  talk.customer("#a thing");
  Event event = talk.next();
  event.type = EventType::ended;
  EXPECT_EQ(talk.put(event), Folded::ends);
}

TEST(Fold, an_unknown_type_only_keeps_the_session_alive) {
  Talk talk;
  talk.customer("#a thing");
  const std::uint32_t turns = talk.session().turn_count;
  Event event = talk.next();
  event.type_name = "vendor.typing";
  event.channel = "sms";
  EXPECT_EQ(talk.put(event), Folded::yes);
  EXPECT_EQ(talk.session().turn_count, turns);
  EXPECT_EQ(talk.session().channel, "");
  EXPECT_EQ(talk.session().last_event_at, talk.now());
}

TEST(Fold, keeps_the_latest_turns_and_the_opening_ask) {
  Talk talk;
  talk.customer("{closing}").bot("#hi how can we help ?").customer("#parcel where is my parcel ?");
  for (int i = 0; i < 40; ++i) talk.bot("#status checking").customer("fine then");
  const Session& s = talk.session();
  ASSERT_EQ(s.turns.size(), Session::kTurnsMax);
  EXPECT_EQ(s.turns.back().number + 1, s.turn_count);
  EXPECT_EQ(s.turns.front().number + Session::kTurnsMax, s.turn_count);
  ASSERT_TRUE(s.opening);
  EXPECT_EQ(s.opening->number, 2u);
  EXPECT_EQ(s.opening->text, "#parcel where is my parcel ?");
}

TEST(Fold, cuts_long_texts_on_a_character_boundary_and_says_how_long_they_were) {
  Talk talk;
  std::string text;
  while (text.size() < 1000) text += "ß€";
  talk.customer(text);
  const Turn& turn = talk.session().turns.back();
  EXPECT_LE(turn.text.size(), Turn::kTextMax);
  EXPECT_EQ(turn.text, cut_utf8(text, Turn::kTextMax));
  EXPECT_EQ(turn.full_bytes, text.size());
}

TEST(Fold, merges_who_and_where_from_any_event_and_keeps_what_is_known) {
  Talk talk;
  Event started = talk.next();
  started.type = EventType::started;
  started.customer_id = "c-7";
  started.channel = "chat";
  started.tier = "gold";
  started.attributes = {{"plan", "basic"}};
  talk.put(started);
  Event event = message(talk, Participant::customer, "#a thing");
  event.tier = "vip";
  event.attributes = {{"plan", "pro"}, {"city", "Bern"}};
  talk.put(event);
  const Session& s = talk.session();
  EXPECT_EQ(s.customer_id, "c-7");
  EXPECT_EQ(s.channel, "chat");
  EXPECT_EQ(s.tier, "vip");
  ASSERT_EQ(s.attributes.size(), 2u);
  EXPECT_EQ(s.attributes[0].second, "pro");
  EXPECT_EQ(s[Signal::customer_tier].now, Score::one());
}

TEST(Fold, a_hundred_thousand_hostile_events_stay_within_the_bounds) {
  Talk talk;
  std::string huge(5000, 'x');
  huge += " {frustration} {human_request} {rejection} order:1 120.00EUR ?";
  for (int i = 0; i < 100'000; ++i) {
    Event event = talk.next();
    event.type = static_cast<EventType>(i % 9);
    event.participant = static_cast<Participant>((i / 9) % 4);
    std::string text = "#t" + std::to_string(i % 31) + " order:" + std::to_string(i) +
                       " {human_request} {abuse} {cancellation} {outage} asks:order " +
                       std::to_string(i) + "EUR";
    event.text = i % 97 == 0 ? huge : text;
    event.answer_id = huge;
    event.intent = huge;
    event.queue = huge;
    event.name = text;
    event.customer_id = event.channel = event.language = event.tier = event.tenant = huge;
    event.fallback = i % 5 == 0;
    event.outcome = ActionOutcome::failure;
    event.transfer = static_cast<TransferStatus>(i % 6);
    event.time = TimeMs{talk.now().ms + (i % 11) * 100'000 - 500'000};
    const std::string name = "attribute " + std::to_string(i) + huge.substr(0, 300);
    event.attributes = {{name, huge}};
    talk.put(event);
  }
  const Session& s = talk.session();
  EXPECT_EQ(s.recent_next, 100'000u);
  EXPECT_LE(s.turns.size(), Session::kTurnsMax);
  EXPECT_LE(s.attempts.size(), 12u);
  EXPECT_LE(s.identifiers.size(), 16u);
  EXPECT_LE(s.categories.size(), static_cast<std::size_t>(kCategories));
  EXPECT_LE(s.human_requests.size(), 8u);
  EXPECT_LE(s.mood.size(), 32u);
  EXPECT_LE(s.attributes.size(), 16u);
  EXPECT_LE(s.waiting.queue.size(), 64u);
  std::size_t bytes = 0;
  for (const ThinString& field :
       {s.customer_id, s.channel, s.language, s.tier, s.tenant, s.intent}) {
    EXPECT_LE(field.size(), 128u);
    bytes += field.size();
  }
  for (const auto& [name, value] : s.attributes) bytes += name.size() + value.size();
  for (const Turn& t : s.turns) {
    EXPECT_LE(t.text.size(), Turn::kTextMax);
    EXPECT_LE(t.answer_id.size(), 64u);
    bytes += t.text.size() + t.event_id.size() + t.answer_id.size();
  }
  for (const SignalState& state : s.signals) {
    EXPECT_LE(state.evidence.size(), SignalState::kEvidenceMax);
    EXPECT_LE(state.now, Score::one());
    EXPECT_GE(state.now, Score{});
    for (const Evidence& e : state.evidence) {
      EXPECT_LE(e.excerpt.size(), 200u);
      EXPECT_LE(e.span.end, e.excerpt.size());
      bytes += e.excerpt.size() + e.event_id.size();
    }
  }
  for (const Attempt& a : s.attempts) {
    EXPECT_LE(a.excerpt.size(), 200u);
    bytes += a.excerpt.size();
  }
  for (const GivenIdentifier& g : s.identifiers) EXPECT_LE(g.identifier.value.size(), 64u);
  EXPECT_LT(bytes, 64u * 1024);
}

TEST(Fold, agents_and_the_system_never_feed_loops) {
  Talk talk;
  for (int i = 0; i < 5; ++i) {
    talk.say(Participant::agent, "#card the same words of a person");
    talk.say(Participant::system, "#card the same notice");
  }
  EXPECT_EQ(talk[Signal::loop].peak, Score{});
  EXPECT_EQ(talk[Signal::rephrase].peak, Score{});
  EXPECT_EQ(talk[Signal::bot_repeat].peak, Score{});
}

TEST(Fold, the_same_events_make_the_same_session) {
  auto run = [] {
    Talk talk;
    for (int i = 0; i < 30; ++i)
      talk.customer("#card {frustration} help me ?").fallback("#sorry again");
    return dump(talk.session());
  };
  EXPECT_EQ(run(), run());
}

}  // namespace
}  // namespace loopbreaker::testing
