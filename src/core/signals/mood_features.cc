// Sums over messages, and what is read from them; see mood_features.h.
#include "core/signals/mood_features.h"

#include <algorithm>
#include <bit>

#include "core/signals/notes.h"

namespace loopbreaker::core {
namespace {

constexpr std::int32_t kSumMax = 1'000'000'000;  // a session may go on for ever
constexpr std::int32_t kFading = 1'000;          // what one failure is at first

// log2(1 + seconds) in hundredths, by straight lines between the powers of two.
std::int32_t wait_steps(std::int64_t ms) {
  constexpr std::int64_t kDay = 86'400'000;
  const auto v =
      static_cast<std::uint64_t>(std::clamp<std::int64_t>(ms, 0, kDay) * 1024 / 1000 + 1024);
  const int power = std::bit_width(v) - 1;  // >= 10
  const auto rest = static_cast<std::int32_t>((v >> (power - 10)) - 1024);
  return (power - 10) * 100 + rest * 100 / 1024;
}

void add(std::int32_t& sum, std::int32_t n) {
  sum =
      static_cast<std::int32_t>(std::clamp<std::int64_t>(std::int64_t{sum} + n, -kSumMax, kSumMax));
}

// Half of what was, and the new one.
std::int32_t recent(std::int32_t before, std::int32_t now) { return before / 2 + now; }
std::int32_t faded(std::int32_t before, bool now) {
  return before - before / 4 + (now ? kFading : 0);
}

void tally_customer(SignalContext& context, MoodTally& t) {
  const MessageAnalysis& heard = context.heard;
  const bool first = context.session.customer_turns <= 1;
  const std::int32_t said = heard.judged.mood;
  add(t.said_sum, said);
  t.said_max = first ? said : std::max(t.said_max, said);
  t.said_recent = recent(t.said_recent, said);
  const std::int32_t unhappy = heard.judged.dissatisfied;
  add(t.unhappy_sum, unhappy);
  t.unhappy_max = first ? unhappy : std::max(t.unhappy_max, unhappy);
  t.unhappy_recent = recent(t.unhappy_recent, unhappy);
  add(t.rude_sum, heard.judged.rude);
  t.rude_recent = recent(t.rude_recent, heard.judged.rude);
  t.heard = std::max(t.heard, heard[Heard::frustration]);

  const std::uint32_t words = heard.sketch.words();
  if (first) t.words_first = words;
  t.words_max = std::max(t.words_max, words);
  t.words_last = words;
  t.questions += context.text.find('?') != std::string_view::npos;
  t.shouts += heard.shouting && !first;
  t.thanks += context.hears(Heard::closing);
  t.addresses += heard.addresses;
}

void tally_reply(SignalContext& context, MoodTally& t) {
  const std::int32_t annoying = context.heard.judged.annoying;
  add(t.reply_sum, annoying);
  t.reply_last = annoying;
  t.reply_asks = context.heard.question;
  t.reply_questions += t.reply_asks;
  t.reply_failed = context.turn->failed;
  t.failures_running = t.reply_failed ? t.failures_running + 1 : 0;
  t.failures_longest = std::max(t.failures_longest, t.failures_running);
  t.failures_recent = faded(t.failures_recent, t.reply_failed);
}

void tally_wait(SignalContext& context, MoodTally& t) {
  const bool customer = context.said_by(Participant::customer);
  if (t.last_message != kNoTime && t.customer_last && !customer) {
    const std::int32_t wait = wait_steps((context.time - t.last_message).ms);
    ++t.bot_waits;
    add(t.bot_wait_sum, wait);
    t.bot_wait_last = wait;
  }
  t.last_message = context.time;
  t.customer_last = customer;
}

std::int32_t mean(std::int64_t sum, std::uint32_t n) {
  return n == 0 ? 0 : static_cast<std::int32_t>(sum / static_cast<std::int64_t>(n));
}
std::int32_t share(std::uint32_t part, std::uint32_t n) {
  return mean(std::int64_t{part} * Score::kOne, n);
}

}  // namespace

void tally_message(SignalContext& context) {
  MoodTally& t = context.session.mood_tally;
  tally_wait(context, t);
  if (context.said_by(Participant::customer)) {
    tally_customer(context, t);
  } else {
    tally_reply(context, t);
  }
}

MoodFeatures mood_features(const Session& s) {
  const MoodTally& t = s.mood_tally;
  const std::uint32_t turns = s.customer_turns;
  MoodFeatures f;
  const auto set = [&](Mood m, auto value) { f[m] = static_cast<std::int32_t>(value); };
  set(Mood::said_sum, t.said_sum);
  set(Mood::said_mean, mean(t.said_sum, turns));
  set(Mood::said_max, t.said_max);
  set(Mood::said_recent, t.said_recent);
  set(Mood::rude_sum, t.rude_sum);
  set(Mood::rude_recent, t.rude_recent);
  set(Mood::unhappy_sum, t.unhappy_sum);
  set(Mood::unhappy_mean, mean(t.unhappy_sum, turns));
  set(Mood::unhappy_max, t.unhappy_max);
  set(Mood::unhappy_recent, t.unhappy_recent);
  set(Mood::heard, t.heard.raw);
  set(Mood::abuse, s.abuse.raw);
  set(Mood::thanks, t.thanks);
  set(Mood::customer_turns, turns);
  set(Mood::address_share, share(t.addresses, turns));
  set(Mood::question_share, share(t.questions, turns));
  set(Mood::words_max, t.words_max);
  set(Mood::words_first, t.words_first);
  set(Mood::words_last, t.words_last);
  set(Mood::shouts, t.shouts);
  set(Mood::bot_wait_mean, mean(t.bot_wait_sum, t.bot_waits));
  set(Mood::bot_wait_last, t.bot_wait_last);
  set(Mood::reply_sum, t.reply_sum);
  set(Mood::reply_mean, mean(t.reply_sum, s.bot_turns));
  set(Mood::reply_last, t.reply_last);
  set(Mood::failures_longest, t.failures_longest);
  set(Mood::failures_recent, t.failures_recent);
  set(Mood::reply_failed, t.reply_failed);
  set(Mood::repeats, s[Signal::bot_repeat].count);
  set(Mood::repeat_best, s[Signal::bot_repeat].peak.raw);
  set(Mood::loop, s[Signal::loop].peak.raw);
  set(Mood::question_replies, share(t.reply_questions, s.bot_turns));
  set(Mood::reply_asks, t.reply_asks);
  return f;
}

}  // namespace loopbreaker::core
