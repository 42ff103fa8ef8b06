// frustration: what a model makes of the course of the session, and what the customer says in so
// many words. Judged after every message of the customer and the bot: also a reply can annoy.
#include "core/signals/mood_features.h"
#include "core/signals/notes.h"
#include "text/judging.h"

namespace loopbreaker::core {
namespace {

constexpr std::size_t kMoodMax = 32;
constexpr Score kDecay = Score::percent(60);  // of what was said stays until the next turn
constexpr Score kHintDecay = Score::percent(50);
constexpr Score kRelief = Score::percent(30);  // of it stays once it is solved
// What is said in plain words is enough alone from here on, whatever the course: a little less than
// it.
constexpr Score kPlain = Score::percent(60);
constexpr Score kLess = Score::percent(10);
// Whoever comes angry is not yet annoyed by the bot: before its first answer the course says no
// more.
constexpr std::int32_t kOpening = -1'000;
// What was said adds to the log-odds, in 1/1000 nat at full strength: as it is, and its cube.
constexpr std::int32_t kHint = 500;
constexpr std::int32_t kAnger = 500;
// Hints from what happens, each too weak alone.
constexpr Score kShouts = Score::percent(25);
constexpr Score kRejects = Score::percent(15);
constexpr Score kSaysAgain = Score::percent(25);
constexpr Score kAfterFailure = Score::percent(20);
constexpr Score kAfterRepeat = Score::percent(20);
constexpr Score kAsksAfterFailure = Score::percent(15);
constexpr Score kToldTwice = Score::percent(20);
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

Score spoken_now(const SignalContext& context) {
  return std::max(context.heard[Heard::frustration], context.heard[Heard::abuse]);
}

Score hinted_now(const SignalContext& context) {
  Score now;
  if (context.heard.shouting) now = either(now, kShouts);
  if (context.hears(Heard::rejection)) now = either(now, kRejects);
  if (context.hears(Heard::repeated)) now = either(now, kSaysAgain);
  const Session& session = context.session;
  const Turn* reply = last_turn_of(session, Participant::bot, context.turn->number);
  if (reply != nullptr) {
    const bool asks_again = session[Signal::rephrase].now >= SignalContext::kThreshold;
    if (reply->failed) now = either(now, kAfterFailure);
    if (reply->failed && asks_again) now = either(now, kAsksAfterFailure);
    if ((*reply)[Signal::bot_repeat] >= SignalContext::kThreshold) now = either(now, kAfterRepeat);
    const auto& lost = session[Signal::context_loss].evidence;
    if (!lost.empty() && lost.back().turn >= reply->number) now = either(now, kToldTwice);
  }
  if (context.hears(Heard::human_request) && session[Signal::human_request].count > 0) {
    now = either(now, kStillNoHuman);
  }
  return now;
}

// What was said in so many words; it fades from turn to turn.
void hear(SignalContext& context) {
  Session& session = context.session;
  MoodTally& tally = session.mood_tally;
  session.abuse = std::max(session.abuse, context.heard[Heard::abuse]);
  const Score spoken = spoken_now(context);
  const Score hinted = hinted_now(context);
  const bool relieved = session.solved_turn == static_cast<std::int32_t>(context.turn->number);
  const auto fade = [&](Score before, Score stays, Score now) {
    return relieved ? times(before, kRelief) : either(times(before, stays), now);
  };
  tally.spoken = fade(tally.spoken, kDecay, spoken);
  tally.hints = fade(tally.hints, kHintDecay, hinted);
  const Score said = either(spoken, hinted);
  if (said < SignalContext::kThreshold) return;
  count_one(context, Signal::frustration);
  const bool insults = context.heard[Heard::abuse] > context.heard[Heard::frustration];
  add_evidence(context, Signal::frustration, said,
               span_of(context.heard, insults ? Heard::abuse : Heard::frustration));
}

// The customer's latest words stand for what annoyed them, also where a reply tipped the balance.
void note_turn(SignalContext& context, Score course) {
  Session& session = context.session;
  const Turn* turn = last_turn_of(session, Participant::customer, context.turn->number + 1);
  if (turn == nullptr) return;
  const auto& evidence = session[Signal::frustration].evidence;
  if (!evidence.empty() && evidence.back().turn == turn->number) return;
  count_one(context, Signal::frustration);
  add_evidence_of(context, Signal::frustration, *turn, course);
}

void keep_why(MoodTally& tally, const MoodFeatures& features, const Analyzer& analyzer) {
  tally.why.fill(MoodTally::kNoReason);
  MoodFeatures shares = analyzer.explain_mood(features);
  for (std::uint8_t& reason : tally.why) {
    const auto best = std::ranges::max_element(shares.values);
    if (*best <= 0) break;
    reason = static_cast<std::uint8_t>(best - shares.values.begin());
    *best = 0;
  }
}

// What the model says of the course, half of it what it said before, so that one odd turn does not
// make it flicker, and what was said in so many words on top: hints a little, open anger much more.
std::int32_t judge_course(MoodTally& tally, std::int32_t odds) {
  const bool first = tally.log_odds == MoodTally::kUnjudged;
  tally.log_odds = first ? odds : (tally.log_odds + odds) / 2;
  const Score upset = either(tally.spoken, tally.hints);
  const Score cubed = times(upset, times(upset, upset));
  const std::int64_t said = std::int64_t{kHint} * upset.raw + std::int64_t{kAnger} * cubed.raw;
  return tally.log_odds + static_cast<std::int32_t>(said / Score::kOne);
}

// Plain words need no model.
Score plainly(Score spoken) {
  return spoken < kPlain ? Score{} : Score::of(spoken.raw - kLess.raw);
}

}  // namespace

void update_frustration(SignalContext& context) {
  const bool customer = context.said_by(Participant::customer);
  if (!customer && !context.said_by(Participant::bot)) return;
  Session& session = context.session;
  MoodTally& tally = session.mood_tally;
  if (customer) hear(context);
  tally_message(context);
  const MoodFeatures features = mood_features(session);
  std::int32_t course_odds = context.analyzer.judge_mood(features);
  if (session.bot_turns == 0) course_odds = std::min(course_odds, kOpening);
  const std::int32_t odds = judge_course(tally, course_odds);
  const Score course = text::probability(odds);
  const Score now = std::max(course, plainly(tally.spoken));
  const SignalState& signal = session[Signal::frustration];
  if (now >= SignalContext::kThreshold) {
    if (now > signal.peak) keep_why(tally, features, context.analyzer);
    if (signal.now < SignalContext::kThreshold) note_turn(context, now);
  }
  set_now(context, Signal::frustration, now);
  note_mood(session, context.turn->number, now);
}

}  // namespace loopbreaker::core
