// Each signal by itself: what raises it, what must not, and what it quotes.
#include <gtest/gtest.h>

#include "core/signals/mood_features.h"
#include "core/signals/notes.h"
#include "core/talk.h"

namespace loopbreaker::testing {
namespace {

constexpr Score kHalf = Score::percent(50);

// rephrase

TEST(Rephrase, is_heard_when_the_same_need_is_said_again) {
  Talk talk;
  talk.customer("#card I need another one")
      .bot("#help look there")
      .customer("#card how to get one then");
  EXPECT_GE(talk[Signal::rephrase].now, kHalf);
  EXPECT_EQ(talk[Signal::rephrase].count, 1u);
  ASSERT_EQ(talk[Signal::rephrase].evidence.size(), 1u);
  EXPECT_EQ(talk[Signal::rephrase].evidence[0].turn, 2u);
  EXPECT_EQ(talk[Signal::rephrase].evidence[0].other_turn, 0u);
}

TEST(Rephrase, is_not_another_need) {
  Talk talk;
  talk.customer("#card I need another one")
      .bot("#help look there")
      .customer("#loan rates these days");
  EXPECT_LT(talk[Signal::rephrase].now, kHalf);
}

TEST(Rephrase, is_weaker_when_a_new_value_is_given) {
  Talk with, without;
  with.customer("#train times to =Bern please")
      .bot("#t at nine")
      .customer("#train times to =Basel please now");
  without.customer("#train times to =Bern please")
      .bot("#t at nine")
      .customer("#train times to =Bern please now");
  EXPECT_LT(with[Signal::rephrase].now, without[Signal::rephrase].now);
}

TEST(Rephrase, is_not_thanks_nor_one_word_to_a_question) {
  Talk talk;
  talk.customer("#card I need another one").bot("#help look there");
  talk.customer("{closing}");
  EXPECT_EQ(talk[Signal::rephrase].now, Score{});
  talk.bot("#kind which card ?").customer("#card");
  EXPECT_EQ(talk[Signal::rephrase].now, Score{});
}

TEST(Rephrase, does_not_reach_back_behind_what_is_settled) {
  Talk talk;
  talk.customer("#card I need another one")
      .bot("#help look there")
      .customer("{solved} that did it");
  talk.bot("#more anything else").customer("#card how to get one then");
  EXPECT_LT(talk[Signal::rephrase].now, kHalf);
}

TEST(Rephrase, still_knows_the_opening_ask_after_many_turns) {
  Talk talk;
  talk.customer("#card I need another one");
  for (int i = 0; i < 30; ++i) {
    talk.bot("#b" + std::to_string(i) + " some answer")
        .customer("#c" + std::to_string(i) + " other thing");
  }
  talk.customer("#card how to get one then");
  EXPECT_GE(talk[Signal::rephrase].now, kHalf);
  EXPECT_EQ(talk[Signal::rephrase].evidence.back().other_turn, 0u);
}

// bot_repeat

TEST(BotRepeat, is_heard_for_similar_words_and_for_the_same_answer_id) {
  Talk talk;
  talk.customer("#card ask")
      .bot("#help see the help centre")
      .customer("#card ask again")
      .bot("#help look at the centre");
  EXPECT_GE(talk[Signal::bot_repeat].now, kHalf);
  Talk by_id;
  for (int i = 0; i < 2; ++i) {
    Event event = by_id.next();
    event.type = EventType::message;
    event.participant = Participant::bot;
    const std::string text = "#words" + std::to_string(i) + " quite different";
    event.text = text;
    event.answer_id = "faq-12";
    by_id.put(event);
  }
  EXPECT_EQ(by_id[Signal::bot_repeat].now, Score::one());
  EXPECT_EQ(by_id[Signal::bot_repeat].count, 1u);
}

TEST(BotRepeat, is_not_small_talk_nor_another_answer) {
  Talk talk;
  talk.bot("{closing}").bot("{closing}");
  EXPECT_EQ(talk[Signal::bot_repeat].peak, Score{});
  talk.bot("#one answer").bot("#two answer");
  EXPECT_EQ(talk[Signal::bot_repeat].peak, Score{});
}

TEST(BotRepeat, two_different_failures_repeat_each_other_but_are_two_attempts) {
  Talk talk;
  talk.customer("#card ask")
      .fallback("#sorry not understood")
      .customer("#card again")
      .fallback("#pardon what was that");
  EXPECT_GE(talk[Signal::bot_repeat].now, kHalf);
  EXPECT_EQ(talk.session().attempts.size(), 2u);
}

TEST(BotRepeat, is_not_the_next_question_of_one_mould_nor_a_failure_turned_into_success) {
  Talk questions, turned;
  questions.customer("#trip ask")
      .bot("#when what day ?")
      .customer("#monday then")
      .bot("#when what time ?");
  EXPECT_LT(questions[Signal::bot_repeat].now, kHalf);
  turned.customer("#room ask")
      .fallback("#room there is none")
      .customer("#room another")
      .bot("#room there is one");
  EXPECT_LT(turned[Signal::bot_repeat].now, kHalf);
}

TEST(BotRepeat, is_not_the_next_step_after_a_short_answer) {
  Talk talk;
  talk.customer("#table one for two")
      .bot("#book shall it be booked ?")
      .customer("yes please")
      .bot("#book it is booked");
  EXPECT_LT(talk[Signal::bot_repeat].now, kHalf);
}

// loop

TEST(Loop, grows_with_each_exchange_in_which_both_sides_repeat) {
  Talk talk;
  std::vector<std::int32_t> values;
  for (int i = 0; i < 4; ++i) {
    talk.customer("#card I asked for another one of these things")
        .bot("#help see the help centre for it");
    values.push_back(talk[Signal::loop].now.raw);
  }
  EXPECT_EQ(values[0], 0);
  EXPECT_LT(values[1], values[2]);
  EXPECT_LT(values[2], values[3]);
  EXPECT_GE(talk[Signal::loop].now, kHalf);
  EXPECT_EQ(talk.session().loop.cycles, 3u);
  EXPECT_FALSE(talk[Signal::loop].evidence.empty());
}

TEST(Loop, stays_while_the_customer_speaks_and_is_gone_when_it_is_solved) {
  Talk talk;
  for (int i = 0; i < 4; ++i) {
    talk.customer("#card I asked for another one of these things")
        .bot("#help see the help centre for it");
  }
  const Score before = talk[Signal::loop].now;
  talk.customer("#card once more about these things please");
  EXPECT_EQ(talk[Signal::loop].now, before);
  talk.customer("{solved} that was it");
  EXPECT_EQ(talk[Signal::loop].now, Score{});
  EXPECT_GE(talk[Signal::loop].peak, kHalf);
}

TEST(Loop, is_not_somebody_who_looks_at_one_offer_after_another) {
  Talk talk;
  talk.customer("#game find me some games").bot("#offer how about this game");
  for (int i = 0; i < 5; ++i) {
    talk.customer("#game {another} find some other games")
        .bot("#offer what about game =" + std::to_string(i));
  }
  EXPECT_EQ(talk[Signal::loop].peak, Score{});
  // Unless the bot has nothing else to offer and does not say so.
  for (int i = 0; i < 3; ++i)
    talk.customer("#game {another} find some other games").bot("#offer how about this game");
  EXPECT_GE(talk[Signal::loop].now, kHalf);
}

TEST(Loop, remembers_what_spoke_for_it_most) {
  Talk talk;
  for (int i = 0; i < 3; ++i)
    talk.customer("#card I asked for these things").bot("#help see the help centre for it");
  const auto& why = talk.session().loop.why;
  EXPECT_EQ(why[0], static_cast<std::uint8_t>(Exchange::circle));
  EXPECT_EQ(why[1], static_cast<std::uint8_t>(Exchange::cohesion));
  EXPECT_EQ(why[2], LoopState::kNoReason);
}

TEST(Loop, reaches_each_operating_point_where_the_model_says) {
  Talk talk;
  std::vector<Score> values;
  for (int i = 0; i < 9; ++i) {
    talk.customer("#card I asked for these things").bot("#help see the help centre for it");
    values.push_back(talk[Signal::loop].now);
  }
  // The sums are 0, 1000, 1900, 2710, 3439, … 5217 at the eighth.
  EXPECT_LT(values[1], kLoopSensitive);
  EXPECT_GE(values[2], kLoopSensitive);
  EXPECT_LT(values[2], kLoopBalanced);
  EXPECT_GE(values[3], kLoopBalanced);
  EXPECT_LT(values[6], kLoopStrict);
  EXPECT_GE(values[8], kLoopStrict);
}

TEST(Loop, is_not_a_conversation_that_moves_on) {
  Talk talk;
  for (int i = 0; i < 8; ++i) {
    const std::string tag = "#n" + std::to_string(i);
    talk.customer(tag + " what about this other thing").bot(tag + " here is what you asked for");
  }
  EXPECT_LT(talk[Signal::loop].peak, kHalf);
  EXPECT_EQ(talk.session().loop.cycles, 0u);
}

// frustration

TEST(Frustration, rises_with_what_is_said_and_fades_with_calm_turns) {
  Talk talk;
  talk.customer("#card thing here please");
  EXPECT_LT(talk[Signal::frustration].now, kHalf);
  talk.customer("#card {frustration} really");
  const Score angry = talk[Signal::frustration].now;
  EXPECT_GE(angry, kHalf);
  talk.bot("#a answer").customer("#loan other thing please");
  EXPECT_LT(talk[Signal::frustration].now, angry);
  EXPECT_EQ(talk[Signal::frustration].peak, angry);
  EXPECT_GE(talk.session().mood.size(), 2u);
}

TEST(Frustration, keeps_the_peak_of_abuse_and_falls_when_solved) {
  Talk talk;
  talk.customer("{abuse} you");
  EXPECT_EQ(talk.session().abuse, Score::percent(90));
  talk.customer("{solved} works now");
  EXPECT_LT(talk[Signal::frustration].now, kHalf);
}

TEST(Frustration, takes_what_is_said_in_so_many_words_for_more_the_stronger_it_is) {
  Talk hint, rage;
  hint.customer("#card {rejection} really");
  rage.customer("{abuse} you {frustration}").customer("{abuse} you {frustration}");
  EXPECT_LT(hint[Signal::frustration].now, kHalf);
  EXPECT_GE(rage[Signal::frustration].now, Score::percent(80));
}

TEST(Frustration, quotes_the_customer_also_where_it_is_noticed_after_a_reply) {
  /// Finds a customer annoyed as soon as a reply fails.
  class Model final : public MarkAnalyzer {
    std::int32_t judge_mood(const MoodFeatures& f) const override {
      return f[Mood::reply_failed] != 0 ? 3'000 : -3'000;
    }
    MoodFeatures explain_mood(const MoodFeatures&) const override {
      MoodFeatures out;
      out[Mood::reply_failed] = 2'000;
      out[Mood::thanks] = -500;
      return out;
    }
  } model;
  Talk talk;
  talk.judged_by(model);
  talk.customer("#card my card please").fallback("#sorry what");
  const SignalState& signal = talk[Signal::frustration];
  EXPECT_GE(signal.now, kHalf);
  ASSERT_EQ(signal.evidence.size(), 1u);
  EXPECT_EQ(signal.evidence[0].turn, 0u);
  EXPECT_EQ(signal.evidence[0].participant, Participant::customer);
  const auto& why = talk.session().mood_tally.why;
  EXPECT_EQ(why[0], static_cast<std::uint8_t>(Mood::reply_failed));
  EXPECT_EQ(why[1], MoodTally::kNoReason);
}

TEST(Mood, measures_words_waits_and_failures_of_the_course) {
  Talk talk;
  talk.customer("#card my card does not work").bot("#a see this").wait({60'000});
  talk.customer("#card yes").fallback("#b what").fallback("#b what");
  const MoodFeatures f = core::mood_features(talk.session());
  EXPECT_EQ(f[Mood::customer_turns], 2);
  EXPECT_EQ(f[Mood::failures_longest], 2);
  EXPECT_EQ(f[Mood::reply_failed], 1);
  EXPECT_EQ(f[Mood::question_share], 0);
  EXPECT_GT(f[Mood::words_first], f[Mood::words_last]);
}

TEST(Mood, does_not_take_capitals_from_the_first_word_on_for_anger) {
  Talk always, later;
  always.customer("{shouting} #card HELP").bot("#a see this").customer("#b thanks");
  later.customer("#card help").bot("#a see this").customer("{shouting} #card HELP");
  EXPECT_EQ(core::mood_features(always.session())[Mood::shouts], 0);
  EXPECT_EQ(core::mood_features(later.session())[Mood::shouts], 1);
}

// human_request

using HumanOutcome = HumanRequest::Outcome;

TEST(HumanRequest, is_ignored_when_the_bot_goes_on_with_something_else) {
  Talk talk;
  talk.customer("{human_request} please now").bot("#faq see these pages");
  EXPECT_EQ(talk[Signal::human_request].count, 1u);
  EXPECT_EQ(talk.session().human_requests[0].outcome, HumanOutcome::ignored);
}

TEST(HumanRequest, may_be_answered_with_one_question_first) {
  Talk talk;
  talk.customer("{human_request} please now").bot("#topic what is it about ?");
  EXPECT_EQ(talk.session().human_requests[0].outcome, HumanOutcome::pending);
  talk.customer("#card my card").bot("#topic2 which card ?");
  EXPECT_EQ(talk.session().human_requests[0].outcome, HumanOutcome::ignored);
}

TEST(HumanRequest, is_denied_by_a_refusal) {
  Talk talk;
  talk.customer("{human_request} please now").bot("{refusal} nobody is here ?");
  EXPECT_EQ(talk.session().human_requests[0].outcome, HumanOutcome::denied);
}

TEST(HumanRequest, said_twice_before_an_answer_is_one_request) {
  Talk talk;
  talk.customer("{human_request} please").customer("{human_request} hello there");
  EXPECT_EQ(talk.session().human_requests.size(), 1u);
  EXPECT_EQ(talk[Signal::human_request].count, 0u);
}

TEST(HumanRequest, asked_again_after_a_question_was_ignored) {
  Talk talk;
  talk.customer("{human_request} please")
      .bot("#t about what ?")
      .customer("{human_request} a person");
  ASSERT_EQ(talk.session().human_requests.size(), 2u);
  EXPECT_EQ(talk.session().human_requests[0].outcome, HumanOutcome::ignored);
  EXPECT_EQ(talk.session().human_requests[1].outcome, HumanOutcome::pending);
}

TEST(HumanRequest, is_met_by_a_handover_a_transfer_or_a_person) {
  Talk words, event, person;
  words.customer("{human_request} please").bot("{handover} one moment");
  event.customer("{human_request} please")
      .transfer(TransferStatus::queued)
      .bot("#faq meanwhile see this");
  person.customer("{human_request} please").happens(EventType::agent_joined);
  for (Talk* talk : {&words, &event, &person}) {
    EXPECT_EQ(talk->session().human_requests[0].outcome, HumanOutcome::transferred);
    EXPECT_EQ((*talk)[Signal::human_request].count, 0u);
    EXPECT_EQ((*talk)[Signal::human_request].now, Score{});
  }
}

TEST(HumanRequest, an_offer_to_connect_is_no_promise_yet) {
  Talk talk;
  talk.customer("{human_request} please").bot("{handover} shall I connect you ?");
  EXPECT_EQ(talk.session().human_requests[0].outcome, HumanOutcome::pending);
  EXPECT_EQ(talk.session().waiting.transfer_since, kNoTime);
}

// failed_attempts

TEST(FailedAttempts, counts_each_answer_once_however_many_signs_it_has) {
  Talk talk;
  talk.customer("#card thing").fallback("{bot_failure} sorry");
  EXPECT_EQ(talk.session().bot_failures, 1u);
  EXPECT_EQ(talk.session().low_confidence, 0u);
  talk.unsure("#maybe this", Score::percent(20));
  EXPECT_EQ(talk.session().low_confidence, 1u);
  talk.unsure("#surely that", Score::percent(80));
  talk.action("refund_lookup", ActionOutcome::failure);
  talk.customer("{rejection} of what you said");
  EXPECT_EQ(talk.session().action_failures, 1u);
  EXPECT_EQ(talk.session().rejections, 1u);
  EXPECT_EQ(talk[Signal::failed_attempts].count, 4u);
}

TEST(FailedAttempts, a_bare_no_to_a_question_rejects_nothing) {
  Talk talk;
  talk.customer("#card thing").bot("#more need anything else ?").customer("{rejection}");
  EXPECT_EQ(talk.session().rejections, 0u);
  talk.bot("#garden do you need one ?").customer("{rejection} it is not needed here");
  EXPECT_EQ(talk.session().rejections, 1u);
}

TEST(FailedAttempts, groups_what_the_bot_tried) {
  Talk talk;
  talk.customer("#card thing").bot("#help see the centre").customer("#card thing again");
  talk.bot("#help look in the centre")
      .customer("{rejection} useless to me")
      .fallback("#sorry not understood");
  const auto& attempts = talk.session().attempts;
  ASSERT_EQ(attempts.size(), 2u);
  EXPECT_EQ(attempts[0].times, 2u);
  EXPECT_TRUE(attempts[0].rejected);
  EXPECT_FALSE(attempts[0].failed);
  EXPECT_TRUE(attempts[1].failed);
}

// context_loss

TEST(ContextLoss, is_heard_when_the_bot_asks_for_what_was_given) {
  Talk talk;
  talk.customer("#parcel order:77 is late")
      .bot("#w which shop ?")
      .customer("the big one")
      .bot("asks:order please ?");
  EXPECT_EQ(talk[Signal::context_loss].count, 1u);
  EXPECT_EQ(talk[Signal::context_loss].evidence[0].other_turn, 0u);
}

TEST(ContextLoss, is_heard_when_the_customer_has_to_say_it_again) {
  Talk talk;
  talk.customer("#parcel order:77 is late")
      .bot("#w tell me more ?")
      .customer("it is order:77 as written");
  EXPECT_EQ(talk[Signal::context_loss].count, 1u);
  EXPECT_EQ(talk.session().identifiers[0].times, 2u);
  talk.bot("#w2 pardon").customer("{repeated} all of that");
  EXPECT_EQ(talk[Signal::context_loss].count, 2u);
}

TEST(ContextLoss, is_not_the_first_time_something_is_asked) {
  Talk talk;
  talk.customer("#parcel is late")
      .bot("asks:order please ?")
      .customer("order:77 it is")
      .bot("asks:email too ?");
  EXPECT_EQ(talk[Signal::context_loss].count, 0u);
}

// category

TEST(Category, keeps_the_largest_amount_of_a_dispute_even_when_it_comes_later) {
  Talk talk;
  talk.customer("{billing_dispute} charged twice")
      .bot("#how much was it ?")
      .customer("20.00EUR and 120.00EUR");
  ASSERT_EQ(talk.session().categories.size(), 1u);
  ASSERT_TRUE(talk.session().categories[0].amount);
  EXPECT_EQ(talk.session().categories[0].amount->minor, 12000);
  EXPECT_EQ(talk[Signal::category].now, Score::percent(90));
}

TEST(Category, reads_the_name_of_the_bots_intent) {
  Talk talk;
  talk.customer("#x get me out of this");
  Event event = talk.next();
  event.type = EventType::message;
  event.participant = Participant::bot;
  event.text = "#y let me see";
  event.intent = "CancelSubscription";
  talk.put(event);
  ASSERT_EQ(talk.session().categories.size(), 1u);
  EXPECT_EQ(talk.session().categories[0].what, Category::cancellation);
  EXPECT_EQ(talk.session().categories[0].turn, 0u);
}

// waiting

TEST(Waiting, knows_since_when_a_person_was_promised_and_when_one_came) {
  Talk talk;
  talk.customer("{human_request} please").bot("{handover} one moment");
  EXPECT_TRUE(talk.session().waiting.transfer_promised);
  EXPECT_EQ(talk.session().waiting.transfer_since, talk.now());
  EXPECT_EQ(talk[Signal::waiting].now, Score::one());
  talk.happens(EventType::agent_joined);
  EXPECT_EQ(talk.session().waiting.transfer_since, kNoTime);
  EXPECT_TRUE(talk.session().agent_present);
  EXPECT_EQ(talk[Signal::waiting].now, Score{});
  talk.happens(EventType::agent_left);
  EXPECT_FALSE(talk.session().agent_present);
  EXPECT_TRUE(talk.session().agent_seen);
}

TEST(Waiting, a_transfer_waits_from_its_first_sign_until_it_ends) {
  Talk talk;
  talk.customer("#a thing").transfer(TransferStatus::requested);
  const TimeMs since = talk.now();
  talk.transfer(TransferStatus::queued).transfer(TransferStatus::accepted);
  EXPECT_EQ(talk.session().waiting.transfer_since, since);
  talk.transfer(TransferStatus::failed);
  EXPECT_EQ(talk.session().waiting.transfer_since, kNoTime);
  EXPECT_EQ(talk.session().waiting.transfer, TransferStatus::failed);
}

TEST(Waiting, silence_counts_from_the_first_unanswered_message) {
  Talk talk;
  talk.customer("#card thing I need");
  const TimeMs asked = talk.now();
  talk.customer("{aside}");
  EXPECT_EQ(talk.session().waiting.bot_silent_since, asked);
  talk.bot("#help see the centre");
  EXPECT_EQ(talk.session().waiting.bot_silent_since, kNoTime);
  EXPECT_EQ(talk.session().waiting.customer_silent_since, talk.now());
}

TEST(Waiting, nobody_owes_anything_after_a_farewell) {
  Talk talk;
  talk.customer("#card thing I need")
      .bot("#done here it is")
      .customer("{closing}")
      .bot("{closing}");
  EXPECT_EQ(talk.session().waiting.bot_silent_since, kNoTime);
  EXPECT_EQ(talk.session().waiting.customer_silent_since, kNoTime);
}

// notes

TEST(Evidence, quotes_the_part_around_a_span_that_lies_far_behind) {
  Talk talk;
  std::string text = "#a ";
  while (text.size() < 400) text += "ördinary ";
  text += "{frustration} and so on";
  talk.customer(text);
  ASSERT_EQ(talk[Signal::frustration].evidence.size(), 1u);
  const Evidence& e = talk[Signal::frustration].evidence[0];
  EXPECT_LE(e.excerpt.size(), 200u);
  EXPECT_EQ(e.excerpt.view().substr(e.span.begin, e.span.end - e.span.begin), "{frustration}");
}

TEST(Evidence, keeps_the_latest_four) {
  Talk talk;
  for (int i = 0; i < 7; ++i) talk.customer("{frustration} number " + std::to_string(i));
  const auto& evidence = talk[Signal::frustration].evidence;
  ASSERT_EQ(evidence.size(), SignalState::kEvidenceMax);
  EXPECT_EQ(evidence.back().turn, 6u);
  EXPECT_EQ(talk[Signal::frustration].first_turn, 0u);
}

}  // namespace
}  // namespace loopbreaker::testing
