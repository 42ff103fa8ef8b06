// Rendering of what the encoders really write.
#include "cli/render.h"

#include <gmock/gmock.h>

#include <sstream>
#include <string>

#include "cli/render_paint.h"
#include "codec/output_json.h"
#include "loopbreaker/handoff.h"

namespace loopbreaker::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr TimeMs kNine{1'767'258'000'000};  // 2026-01-01T09:00:00Z

Reason loop_reason() {
  Reason reason;
  reason.rule = "bot_loop";
  reason.title = "Bot loop";
  reason.outcome = Outcome::escalate;
  reason.severity = Severity::high;
  reason.why = "The customer keeps asking the same thing.";
  reason.signal = Signal::loop;
  reason.fact = "loop";
  reason.value = "0.82";
  reason.threshold = ">= 0.5";
  reason.counterfactual = "with loop below 0.5 it would not have fired";
  Evidence evidence;
  evidence.turn = 2;
  evidence.other_turn = 0;
  evidence.participant = Participant::customer;
  evidence.time = kNine + DurationMs{40'000};
  evidence.event_id = "e-2";
  evidence.excerpt = "it says delivered, nothing is here";
  evidence.score = Score::percent(70);
  evidence.position = {1, 42};
  reason.evidence.push_back(evidence);
  return reason;
}

std::string handoff_json() {
  Handoff h;
  h.envelope = {
      "h-1",         "loopbreaker.handoff.v1", "/loopbreaker/default", "chat-1", kNine, "e-2", 2,
      Severity::high};
  h.escalation_id = "esc-1";
  h.session_id = "chat-1";
  h.customer_id = "maria";
  h.tier = "plus";
  h.severity = Severity::high;
  h.subject = "Where is my parcel A-48213377?";
  h.summary.wants = "The customer asked where parcel A-48213377 is.";
  h.summary.tried = "The bot said twice: \"You can follow your shipment\".";
  h.summary.why = "The customer keeps asking the same thing.";
  h.summary.mood = "The customer is annoyed.";
  h.summary.identifiers = "Order number A-48213377.";
  h.summary.first_step = "Do not ask again, answer.";
  h.reasons.push_back(loop_reason());
  h.mood = {{0, Score::percent(0)}, {2, Score::percent(60)}};
  h.thread = {{0, Participant::customer, kNine, "Where is my parcel A-48213377?", false},
              {1, Participant::bot, kNine + DurationMs{2'000},
               "You can follow your shipment at any time.", false},
              {2, Participant::customer, kNine + DurationMs{40'000},
               "it says delivered, nothing is here", false},
              {5, Participant::bot, kNine + DurationMs{42'000},
               "You can follow your shipment at any time.", true}};
  h.turns_total = 6;
  h.first_position = {1, 40};
  h.last_position = {1, 45};
  h.suggested_queue = "delivery";
  h.redactions = {{"card", 2}};
  h.policy = {"default", 3, "0123456789abcdef"};
  std::string out;
  codec::encode(h, out);
  return out;
}

std::string escalation_json(Change change, Outcome outcome) {
  EscalationEvent e;
  e.envelope = {"e-1",
                "loopbreaker.escalation." + std::string(name_of(change)) + ".v1",
                "/loopbreaker/default",
                "chat-1",
                kNine,
                "e-2",
                1,
                Severity::high};
  e.session_id = "chat-1";
  e.tier = "enterprise";
  e.decision.change = change;
  e.decision.outcome = outcome;
  e.decision.severity = Severity::high;
  e.decision.queue = "delivery";
  e.decision.escalation_id = "esc-1";
  e.decision.trigger.event_id = "e-2";
  if (outcome == Outcome::nothing) {
    e.decision.note = "An agent joined.";
  } else {
    e.decision.reasons.push_back(loop_reason());
    e.headline = "The customer is stuck in a loop.";
  }
  e.policy = {"default", 3, "0123456789abcdef"};
  std::string out;
  codec::encode(e, out);
  return out;
}

TEST(RenderHandoff, begins_with_what_an_agent_needs_and_ends_with_where_it_is_from) {
  const std::string text = render_handoff(handoff_json(), {});
  std::size_t at = 0;
  for (const char* part :
       {"Where is my parcel A-48213377?", "escalate · high · chat-1 · maria · plus · for delivery",
        "Wants       The customer asked where parcel A-48213377 is.",
        "Tried       The bot said twice", "Why you     The customer keeps asking",
        "Mood        The customer is annoyed.  ▁▅", "Given       Order number A-48213377.",
        "Do first    Do not ask again, answer.", "Hidden      2 card",
        "    1 09:00:00 customer Where is my parcel",
        "▶   3 09:00:40 customer it says delivered, nothing is here", "↑ Bot loop, like 1",
        "… 2 messages left out …",
        "    6 09:00:42 bot      You can follow your shipment at any time. […]",
        "rule bot_loop v1: loop 0.82 (needs >= 0.5); with loop below 0.5",
        "partition 1 offsets 40 to 45"}) {
    const std::size_t found = text.find(part, at);
    ASSERT_NE(found, std::string::npos) << "missing or out of order: " << part << "\n" << text;
    at = found;
  }
}

TEST(RenderHandoff, keeps_to_the_width) {
  for (const std::size_t width : {50u, 72u, 100u}) {
    std::istringstream lines(render_handoff(handoff_json(), {false, width}));
    std::string line;
    while (std::getline(lines, line)) EXPECT_LE(columns_of(line), width) << line;
  }
}

TEST(RenderHandoff, has_no_escape_codes_without_colour_and_some_with_it) {
  EXPECT_THAT(render_handoff(handoff_json(), {false, 100}), Not(HasSubstr("\x1b")));
  EXPECT_THAT(render_handoff(handoff_json(), {true, 100}), HasSubstr("\x1b[1;31m▶ "));
}

TEST(RenderEscalation, says_who_how_urgent_and_why_with_the_customers_words) {
  const std::string text =
      render_escalation(escalation_json(Change::raised, Outcome::escalate), {});
  EXPECT_THAT(text, HasSubstr("09:00:00  ESCALATE     chat-1  high, for delivery, enterprise\n"));
  EXPECT_THAT(text, HasSubstr("The customer is stuck in a loop."));
  EXPECT_THAT(text, HasSubstr("why: Bot loop (loop 0.82, needs >= 0.5)"));
  EXPECT_THAT(text, HasSubstr("“it says delivered, nothing is here”"));
}

TEST(RenderEscalation, shows_an_upgrade_and_an_end) {
  EXPECT_THAT(render_escalation(escalation_json(Change::upgraded, Outcome::escalate), {}),
              HasSubstr("ESCALATE+"));
  const std::string joined =
      render_escalation(escalation_json(Change::acknowledged, Outcome::nothing), {});
  EXPECT_THAT(joined, HasSubstr("acknowledged"));
  EXPECT_THAT(joined, HasSubstr("An agent joined."));
}

TEST(RenderSummary, tells_path_outcome_and_figures) {
  SessionSummary s;
  s.envelope = {"s-1",
                "loopbreaker.session.summary.v1",
                "/loopbreaker/default",
                "chat-1",
                kNine,
                "",
                3,
                Severity::low};
  s.session_id = "chat-1";
  s.path = "bot_to_human";
  s.ended_by = "agent_closed";
  s.outcome = "solved";
  s.started_at = kNine;
  s.ended_at = kNine + DurationMs{125'000};
  s.turns = 9;
  s.customer_turns = 4;
  s.bot_turns = 3;
  s.agent_turns = 2;
  s.escalations = 1;
  s.strongest = Outcome::escalate;
  s.primary_rule = "bot_loop";
  s.rating_score = 450;
  s.rating_scale = 500;
  std::string json;
  codec::encode(s, json);
  EXPECT_THAT(render_summary(json, {false, 120}),
              HasSubstr("bot to human, solved (agent_closed); 9 messages: 4 customer, 3 bot, 2 "
                        "agent; 2m 5s; escalated once "
                        "(escalate)"));
  EXPECT_THAT(render_summary(json, {false, 120}), HasSubstr("rated 4.5 of 5"));
}

TEST(RenderDeadLetter, tells_reason_and_place) {
  DeadLetter d;
  d.envelope = {
      "d-1", "loopbreaker.dead-letter.v1", "/loopbreaker/default", "", kNine, "", 0, Severity::low};
  d.reason = DeadReason::bad_json;
  d.detail = "cut at byte 17";
  d.topic = "conversation-events";
  d.position = {2, 99};
  d.log_time = kNine;
  d.length = 17;
  d.payload = "{\"specversion\":\"1";
  d.payload_form = "redacted";
  std::string json;
  codec::encode(d, json);
  const std::string text = render_dead_letter(json, {});
  EXPECT_THAT(text, HasSubstr("bad_json  conversation-events[2] offset 99, 17 bytes"));
  EXPECT_THAT(text, HasSubstr("cut at byte 17"));
  EXPECT_THAT(text, HasSubstr("{\"specversion\":\"1"));
}

TEST(RenderOutput, chooses_by_type) {
  EXPECT_THAT(render_output(handoff_json(), {}), HasSubstr("Do first"));
  EXPECT_THAT(render_output(escalation_json(Change::raised, Outcome::offer), {}),
              HasSubstr("offer"));
}

TEST(RenderOutput, shows_what_it_cannot_read_instead_of_hiding_it) {
  for (const char* json : {"", "{", "[1,2]", "{\"type\":\"other\"}",
                           "{\"type\":\"loopbreaker.handoff.v1\",\"data\":7}"}) {
    EXPECT_THAT(render_output(json, {}), HasSubstr("not an output of Loopbreaker")) << json;
    EXPECT_FALSE(read_output(json).has_value()) << json;
  }
}

TEST(RenderOutput, fields_of_other_types_or_missing_ones_do_no_harm) {
  const std::string text = render_output(
      R"({"type":"loopbreaker.handoff.v1","time":5,"data":{"summary":[],"reasons":[1,{"evidence":"x"}],"thread":[{}, 3]}})",
      {});
  EXPECT_THAT(text, HasSubstr("A customer needs help"));
}

TEST(ReadOutput, gives_the_fields_that_tools_look_at) {
  const auto head = read_output(escalation_json(Change::raised, Outcome::escalate));
  ASSERT_TRUE(head.has_value());
  EXPECT_EQ(head->session_id, "chat-1");
  EXPECT_EQ(head->status, "raised");
  EXPECT_EQ(head->decision, "escalate");
  EXPECT_EQ(head->rule, "bot_loop");
  EXPECT_EQ(head->trigger_event_id, "e-2");
  EXPECT_EQ(head->quote, "it says delivered, nothing is here");
  EXPECT_EQ(head->clock, "09:00:00");
}

TEST(SafeText, keeps_customers_from_steering_the_terminal) {
  EXPECT_EQ(safe_text("a\x1b[31mred\x07\r\nb"), "a [31mred b");
  EXPECT_EQ(safe_text("x\xc2\x9b"
                      "31m"),
            "x 31m")
      << "C1 control";
  EXPECT_EQ(safe_text("abc\xe2\x80\xae"
                      "def"),
            "abc def")
      << "right-to-left override";
  EXPECT_EQ(safe_text("caf\xc3\xa9 \xf0\x9f\x98\x80"), "caf\xc3\xa9 \xf0\x9f\x98\x80");
  EXPECT_EQ(safe_text("bad\xff"), "bad\xef\xbf\xbd");
}

TEST(Columns, count_characters_and_wide_ones_twice) {
  EXPECT_EQ(columns_of("abc"), 3u);
  EXPECT_EQ(columns_of("naïve"), 5u);
  EXPECT_EQ(columns_of("日本"), 4u);
  EXPECT_EQ(columns_of("e\xcc\x81"), 1u);
  EXPECT_EQ(fit_columns("日本語", 5), "日本…");
  EXPECT_EQ(fit_columns("short", 5), "short");
}

TEST(Wrapping, breaks_at_spaces_indents_and_cuts_words_that_do_not_fit) {
  std::string out = "L: ";
  append_wrapped(out, Painter(false), Style::plain, "aaaa bbbb cccc dddd eeee ffff", 3, 3, 23);
  EXPECT_EQ(out, "L: aaaa bbbb cccc dddd\n   eeee ffff\n");
  out.clear();
  append_wrapped(out, Painter(false), Style::plain, std::string(50, 'x'), 0, 0, 20);
  EXPECT_EQ(
      out, std::string(20, 'x') + "\n" + std::string(20, 'x') + "\n" + std::string(10, 'x') + "\n");
}

TEST(RenderOptionsFor, respect_the_flag_first) {
  EXPECT_TRUE(render_options(stdout, "always").color);
  EXPECT_FALSE(render_options(stdout, "never").color);
}

}  // namespace
}  // namespace loopbreaker::cli
