// compose and summarize: what is published, in words and in numbers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/talk.h"
#include "core/words.h"
#include "loopbreaker/core.h"

namespace loopbreaker::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;

Policy policy() {
  Policy p;
  p.name = "test";
  p.version = 3;
  p.hash = "0123456789abcdef";
  return p;
}

Decision decision(const Session& session, Signal signal, Outcome outcome = Outcome::escalate) {
  Decision d;
  d.change = Change::raised;
  d.outcome = outcome;
  d.severity = Severity::high;
  d.queue = "cards";
  d.escalation_id = "case-1";
  d.trigger.time = session.last_event_at;
  d.trigger.event_id = session.turns.empty() ? "" : session.turns.back().event_id;
  Reason r;
  r.rule = "bot-loop";
  r.title = "Bot loop";
  r.outcome = outcome;
  r.why = "The customer keeps asking and the bot keeps giving the same answer";
  r.first_step = "Answer the question itself.";
  r.signal = signal;
  const auto& evidence = session[signal].evidence;
  r.evidence.assign(evidence.begin(), evidence.end());
  d.reasons.push_back(r);
  return d;
}

Talk stuck() {
  Talk talk;
  for (int i = 0; i < 3; ++i) {
    talk.customer("#card I need another card [card#3f] order:77").bot("#help see the help centre");
  }
  return talk;
}

TEST(Compose, escalation_and_handoff_name_each_other_and_count_outputs) {
  Talk talk = stuck();
  const Composed out = compose(talk.session(), decision(talk.session(), Signal::loop), policy());
  ASSERT_TRUE(out.handoff);
  EXPECT_EQ(out.escalation.handoff_id, out.handoff->envelope.id);
  EXPECT_EQ(out.handoff->escalation_id, "case-1");
  EXPECT_EQ(out.escalation.envelope.sequence, 0u);
  EXPECT_EQ(out.handoff->envelope.sequence, 1u);
  EXPECT_EQ(talk.session().outputs, 2u);
  EXPECT_EQ(out.escalation.envelope.type, "loopbreaker.escalation.raised.v1");
  EXPECT_EQ(out.escalation.envelope.source, "/loopbreaker/test");
  EXPECT_EQ(out.escalation.envelope.causation_id, talk.session().turns.back().event_id);
  EXPECT_EQ(out.escalation.policy.hash, "0123456789abcdef");
  EXPECT_NE(out.escalation.envelope.id, out.handoff->envelope.id);
}

TEST(Compose, watch_and_closing_changes_have_no_handoff) {
  Talk talk = stuck();
  EXPECT_FALSE(
      compose(talk.session(), decision(talk.session(), Signal::loop, Outcome::watch), policy())
          .handoff);
  Decision closed;
  closed.change = Change::resolved;
  closed.note = "the conversation ended";
  closed.trigger.time = talk.now();
  const Composed out = compose(talk.session(), closed, policy());
  EXPECT_FALSE(out.handoff);
  EXPECT_EQ(out.escalation.headline, "The conversation ended.");
  EXPECT_EQ(out.escalation.handoff_id, "");
}

TEST(Compose, the_summary_says_what_happened_without_scores_or_rule_ids) {
  Talk talk = stuck();
  const Composed out = compose(talk.session(), decision(talk.session(), Signal::loop), policy());
  const PlainSummary& s = out.handoff->summary;
  EXPECT_THAT(s.wants, HasSubstr("I need another card [card]"));
  EXPECT_THAT(s.tried, HasSubstr("The bot said 3 times: “#help see the help centre”."));
  EXPECT_THAT(s.why, HasSubstr("keeps giving the same answer. The customer asked for the same "
                               "thing 3 times and the bot gave the same answer 3 times."));
  EXPECT_THAT(s.identifiers, HasSubstr("Order number 77 (given 3 times)."));
  EXPECT_EQ(s.first_step, "Answer the question itself.");
  EXPECT_THAT(s.history, HasSubstr("6 messages"));
  EXPECT_EQ(s.mood, "The customer is calm so far.");
  for (const std::string* text : {&s.wants, &s.tried, &s.why, &s.mood, &s.history}) {
    EXPECT_THAT(*text, Not(HasSubstr("bot-loop")));
    EXPECT_THAT(*text, Not(HasSubstr("0.")));
    EXPECT_THAT(*text, Not(HasSubstr("..")));
  }
  EXPECT_LE(out.handoff->subject.size(), 120u);
  EXPECT_THAT(out.handoff->subject, HasSubstr("Bot loop: "));
}

TEST(Compose, redacted_tokens_lose_their_keys_and_are_counted) {
  Talk talk = stuck();
  const Composed out =
      compose(talk.session(), decision(talk.session(), Signal::rephrase), policy());
  const Handoff& h = *out.handoff;
  for (const HandoffTurn& turn : h.thread) EXPECT_THAT(turn.text, Not(HasSubstr("#3f")));
  ASSERT_FALSE(h.reasons.empty());
  for (const Evidence& e : h.reasons[0].evidence) EXPECT_THAT(e.excerpt, Not(HasSubstr("#3f")));
  EXPECT_THAT(h.redactions, ElementsAre(Pair("card", 3u)));
  EXPECT_THAT(h.subject, Not(HasSubstr("#3f")));
}

TEST(Compose, a_span_behind_a_token_moves_with_it) {
  Talk talk;
  talk.customer("my [card#3f] and [email#aa] {frustration} now");
  const Composed out =
      compose(talk.session(), decision(talk.session(), Signal::frustration), policy());
  const Evidence& e = out.escalation.decision.reasons[0].evidence.at(0);
  EXPECT_EQ(e.excerpt, "my [card] and [email] {frustration} now");
  EXPECT_EQ(e.excerpt.view().substr(e.span.begin, e.span.end - e.span.begin), "{frustration}");
}

TEST(Compose, says_what_was_left_out_of_the_thread) {
  Talk talk;
  talk.customer("#card I need another one");
  for (int i = 0; i < 40; ++i)
    talk.bot("#x answer").customer("other words " + std::string(600, 'y'));
  const Composed out = compose(talk.session(), decision(talk.session(), Signal::loop), policy());
  const Handoff& h = *out.handoff;
  EXPECT_EQ(h.turns_total, 81u);
  EXPECT_EQ(h.thread.size(), Session::kTurnsMax + 1);
  EXPECT_EQ(h.thread.front().number, 0u);
  EXPECT_THAT(h.cut, ElementsAre("56 earlier messages are not in the thread",
                                 "12 long messages are shortened"));
}

TEST(Compose, a_session_without_any_customer_words_still_makes_a_packet) {
  Talk talk;
  talk.bot("{closing}").transfer(TransferStatus::requested);
  const Composed out = compose(talk.session(), decision(talk.session(), Signal::waiting), policy());
  ASSERT_TRUE(out.handoff);
  EXPECT_EQ(out.handoff->summary.wants, "The customer has not written anything yet.");
  EXPECT_EQ(out.handoff->subject, "Bot loop");
}

TEST(Summarize, names_the_path_and_the_outcome) {
  Talk bot_only, to_human, human, alone;
  bot_only.customer("#a thing I need").bot("#b answer it").customer("{solved} works");
  to_human.customer("#a thing I need")
      .bot("#b answer it")
      .happens(EventType::agent_joined)
      .agent("hello there");
  human.customer("#a thing I need").agent("hello there");
  alone.customer("#a thing I need");
  EXPECT_EQ(summarize(bot_only.session(), policy(), "completed", bot_only.now()).path, "bot_only");
  EXPECT_EQ(summarize(bot_only.session(), policy(), "completed", bot_only.now()).outcome, "solved");
  EXPECT_EQ(summarize(to_human.session(), policy(), "completed", to_human.now()).path,
            "bot_to_human");
  EXPECT_EQ(summarize(to_human.session(), policy(), "completed", to_human.now()).outcome,
            "escalated");
  EXPECT_EQ(summarize(human.session(), policy(), "completed", human.now()).path, "human_only");
  EXPECT_EQ(summarize(alone.session(), policy(), "idle", alone.now()).path, "customer_only");
  EXPECT_EQ(summarize(alone.session(), policy(), "idle", alone.now()).outcome, "abandoned");
}

TEST(OutputId, depends_on_session_incarnation_number_and_kind_alone) {
  const std::string id = make_output_id("s-1", 7, 0, "escalation");
  EXPECT_EQ(id.size(), 32u);
  EXPECT_EQ(id.find_first_not_of("0123456789abcdef"), std::string::npos);
  EXPECT_EQ(id, make_output_id("s-1", 7, 0, "escalation"));
  EXPECT_NE(id, make_output_id("s-2", 7, 0, "escalation"));
  EXPECT_NE(id, make_output_id("s-1", 8, 0, "escalation"));
  EXPECT_NE(id, make_output_id("s-1", 7, 1, "escalation"));
  EXPECT_NE(id, make_output_id("s-1", 7, 0, "handoff"));
}

TEST(Plain, strips_keys_of_tokens_and_nothing_else) {
  EXPECT_EQ(plain("a [card#3f] b [email#00]"), "a [card] b [email]");
  EXPECT_EQ(plain("[card] [card#3] [card#3fx] [#3f] [Card#3f] x[3"),
            "[card] [card#3] [card#3fx] [#3f] [Card#3f] x[3");
  EXPECT_EQ(plain("[[national_id#ab]"), "[[national_id]");
}

TEST(CutUtf8, never_splits_a_character) {
  EXPECT_EQ(cut_utf8("a€b", 2), "a");
  EXPECT_EQ(cut_utf8("a€b", 4), "a€");
  EXPECT_EQ(cut_utf8("a€b", 99), "a€b");
  EXPECT_EQ(cut_utf8("€", 0), "");
}

TEST(Words, sentences_end_once_and_numbers_agree) {
  EXPECT_EQ(core::sentence("so it is"), "so it is.");
  EXPECT_EQ(core::sentence("so it is!"), "so it is!");
  EXPECT_EQ(core::sentence("he said “why?”"), "he said “why?”");
  EXPECT_EQ(core::times_text(1), "once");
  EXPECT_EQ(core::times_text(2), "twice");
  EXPECT_EQ(core::times_text(5), "5 times");
  EXPECT_EQ(core::counted(1, "message", "messages"), "1 message");
  EXPECT_EQ(core::listed({"a", "b", "c"}), "a, b and c");
  EXPECT_EQ(core::spoken(DurationMs{61'000}), "61 seconds");
  EXPECT_EQ(core::spoken(DurationMs{3 * 60'000}), "3 minutes");
  EXPECT_EQ(core::spoken(DurationMs{2 * 3600'000}), "2 hours");
}

}  // namespace
}  // namespace loopbreaker::testing
