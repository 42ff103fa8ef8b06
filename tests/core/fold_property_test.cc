// fold, for random conversations: a split changes nothing, a duplicate changes nothing but where we
// are.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "core/talk.h"

namespace loopbreaker::testing {
namespace {

struct Said {
  int type, participant, text, transfer;
  bool fallback;
  int seconds;
};

constexpr std::string_view kTexts[] = {"#card I need another one",
                                       "#card {frustration} still no card",
                                       "#loan rates for me ?",
                                       "{closing}",
                                       "{solved} works now",
                                       "{human_request} a person please",
                                       "{rejection} that is wrong",
                                       "#help see the help centre",
                                       "{bot_failure} sorry about that",
                                       "{handover} connecting you",
                                       "asks:order please ?",
                                       "order:77 it is",
                                       "{billing_dispute} 50.00EUR charged",
                                       "",
                                       "{repeated} order:77 as said"};

rc::Gen<Said> said() {
  return rc::gen::build<Said>(
      rc::gen::set(&Said::type, rc::gen::inRange(0, 9)),
      rc::gen::set(&Said::participant, rc::gen::inRange(0, 4)),
      rc::gen::set(&Said::text, rc::gen::inRange<int>(0, std::size(kTexts))),
      rc::gen::set(&Said::transfer, rc::gen::inRange(0, 7)), rc::gen::set(&Said::fallback),
      rc::gen::set(&Said::seconds, rc::gen::inRange(-30, 600)));
}

Event event_of(Talk& talk, const Said& s) {
  Event event = talk.next();
  // Messages are what most events are.
  event.type = s.type >= 7 ? EventType::message : static_cast<EventType>(s.type);
  if (event.type == EventType::ended) event.type = EventType::message;
  event.participant = static_cast<Participant>(s.participant);
  event.text = kTexts[s.text];
  event.fallback = s.fallback;
  event.transfer = static_cast<TransferStatus>(s.transfer);
  event.name = "lookup";
  event.outcome = s.fallback ? ActionOutcome::failure : ActionOutcome::success;
  event.time = event.time + DurationMs{s.seconds * 1000};
  return event;
}

void check(const char* what, auto property) { EXPECT_TRUE(rc::check(what, property)) << what; }

TEST(FoldProperty, duplicates_change_nothing_but_where_we_are) {
  check("duplicates of recent events change nothing", [] {
    const auto events = *rc::gen::container<std::vector<Said>>(said());
    Talk once, twice;
    std::vector<Event> recent;
    for (const Said& s : events) {
      once.put(event_of(once, s));
      const Event event = event_of(twice, s);
      twice.put(event);
      recent.push_back(event);
      const std::size_t back =
          *rc::gen::inRange<std::size_t>(0, std::min<std::size_t>(recent.size(), 60));
      RC_ASSERT(twice.put(recent[recent.size() - 1 - back]) == Folded::duplicate);
    }
    RC_ASSERT(dump(once.session()) == dump(twice.session()));
  });
}

TEST(FoldProperty, scores_counts_and_times_keep_their_promises) {
  check("invariants hold after each event", [] {
    const auto events = *rc::gen::container<std::vector<Said>>(said());
    Talk talk;
    TimeMs last = kNoTime;
    for (const Said& s : events) {
      talk.put(event_of(talk, s));
      const Session& session = talk.session();
      RC_ASSERT(session.last_event_at >= last);
      last = session.last_event_at;
      RC_ASSERT(session.loop.evidence >= 0);
      for (const SignalState& state : session.signals) {
        RC_ASSERT(state.now <= state.peak);
        RC_ASSERT(state.now.raw >= 0 && state.peak.raw <= Score::kOne);
        for (const Evidence& e : state.evidence) RC_ASSERT(e.turn < session.turn_count);
      }
      RC_ASSERT(session[Signal::failed_attempts].count ==
                session.bot_failures + session.rejections + session.action_failures +
                    session.low_confidence);
      RC_ASSERT(session.turns.size() <= Session::kTurnsMax);
      for (std::size_t i = 1; i < session.turns.size(); ++i) {
        RC_ASSERT(session.turns[i].number == session.turns[i - 1].number + 1);
      }
    }
  });
}

}  // namespace
}  // namespace loopbreaker::testing
