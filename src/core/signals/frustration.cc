// frustration: what is heard in the customer's words, and what happened to them, smoothed over the
// session.
#include "core/signals/notes.h"

namespace loopbreaker::core {
namespace {

constexpr std::size_t kMoodMax = 32;
constexpr Score kDecay = Score::percent(80);   // of the mood stays until the next turn
constexpr Score kRelief = Score::percent(30);  // of it stays once it is solved
// Hints from what happens, each too weak alone.
constexpr Score kShouts = Score::percent(25);
constexpr Score kRejects = Score::percent(15);
constexpr Score kSaysAgain = Score::percent(25);
constexpr Score kAsksAfterFailure = Score::percent(15);
constexpr Score kStillNoHuman = Score::percent(25);

void note_mood(Session& session, std::uint32_t turn, Score now) {
  auto& mood = session.mood;
  if (!mood.empty() && mood.back().frustration == now) return;
  if (mood.size() >= kMoodMax) {
    // Every second point of the older half goes, so that the trail still spans the session.
    for (std::size_t i = 1; i <= kMoodMax / 4; ++i)
      mood.erase(mood.begin() + static_cast<std::ptrdiff_t>(i));
  }
  mood.push_back({turn, now});
}

Score heard_now(const SignalContext& context) {
  Score now = std::max(context.heard[Heard::frustration], context.heard[Heard::abuse]);
  if (context.heard.shouting) now = either(now, kShouts);
  if (context.hears(Heard::rejection)) now = either(now, kRejects);
  if (context.hears(Heard::repeated)) now = either(now, kSaysAgain);
  const Session& session = context.session;
  const Turn* reply = last_turn_of(session, Participant::bot, context.turn->number);
  const bool asks_again = session[Signal::rephrase].now >= SignalContext::kThreshold;
  if (asks_again && reply != nullptr && reply->failed) now = either(now, kAsksAfterFailure);
  if (context.hears(Heard::human_request) && session[Signal::human_request].count > 0) {
    now = either(now, kStillNoHuman);
  }
  return now;
}

}  // namespace

void update_frustration(SignalContext& context) {
  if (!context.said_by(Participant::customer)) return;
  Session& session = context.session;
  session.abuse = std::max(session.abuse, context.heard[Heard::abuse]);
  const Score said = heard_now(context);
  const Score before = session[Signal::frustration].now;
  const bool relieved = session.solved_turn == static_cast<std::int32_t>(context.turn->number);
  const Score now = relieved ? times(before, kRelief) : either(times(before, kDecay), said);
  set_now(context, Signal::frustration, now);
  note_mood(session, context.turn->number, now);
  if (said < SignalContext::kThreshold) return;
  count_one(context, Signal::frustration);
  const bool insults = context.heard[Heard::abuse] > context.heard[Heard::frustration];
  add_evidence(context, Signal::frustration, said,
               span_of(context.heard, insults ? Heard::abuse : Heard::frustration));
}

}  // namespace loopbreaker::core
