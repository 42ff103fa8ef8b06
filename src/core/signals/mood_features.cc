// Sums over messages, and what is read from them; see mood_features.h.
#include "core/signals/mood_features.h"

#include <algorithm>
#include <bit>

#include "core/signals/notes.h"

namespace loopbreaker::core {
namespace {

constexpr std::uint32_t kShortTurn = 2;         // words
constexpr std::uint32_t kCountMax = 1'000'000;  // of words: a session may go on for ever
constexpr std::int32_t kSumMax = 1'000'000'000;
constexpr std::int32_t kFading = 1'000;  // what one failure or repeat is at first

// log2(1 + seconds) in hundredths, by straight lines between the powers of two.
std::int32_t wait_steps(std::int64_t ms) {
  constexpr std::int64_t kDay = 86'400'000;
  const auto v =
      static_cast<std::uint64_t>(std::clamp<std::int64_t>(ms, 0, kDay) * 1024 / 1000 + 1024);
  const int power = std::bit_width(v) - 1;  // >= 10
  const auto rest = static_cast<std::int32_t>((v >> (power - 10)) - 1024);
  return (power - 10) * 100 + rest * 100 / 1024;
}

void add(std::uint32_t& sum, std::uint32_t n) {
  sum = std::min(sum + std::min(n, kCountMax), kCountMax);
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
  if (first || said > t.said_max) {
    t.said_second = first ? said : t.said_max;
    t.said_max = said;
  } else {
    t.said_second = std::max(t.said_second, said);
  }
  t.said_last = said;
  t.said_recent = recent(t.said_recent, said);
  const std::int32_t unhappy = heard.judged.dissatisfied;
  add(t.unhappy_sum, unhappy);
  t.unhappy_max = first ? unhappy : std::max(t.unhappy_max, unhappy);
  t.unhappy_last = unhappy;
  t.unhappy_recent = recent(t.unhappy_recent, unhappy);
  const std::int32_t rude = heard.judged.rude;
  add(t.rude_sum, rude);
  t.rude_max = first ? rude : std::max(t.rude_max, rude);
  t.rude_last = rude;
  t.rude_recent = recent(t.rude_recent, rude);
  t.heard = std::max(t.heard, heard[Heard::frustration]);

  const std::uint32_t words = heard.sketch.words;
  add(t.words, words);
  if (first) t.words_first = words;
  t.words_max = std::max(t.words_max, words);
  t.words_last = words;
  t.short_turns += words <= kShortTurn;
  t.questions += context.text.find('?') != std::string_view::npos;
  t.exclamations += context.text.find('!') != std::string_view::npos;
  t.shouts += heard.shouting && !first;
  t.closes = context.hears(Heard::closing);
  t.thanks += t.closes;
  t.says_again += context.hears(Heard::repeated);
}

void tally_reply(SignalContext& context, MoodTally& t) {
  const std::int32_t annoying = context.heard.judged.annoying;
  add(t.reply_sum, annoying);
  t.reply_max = context.session.bot_turns <= 1 ? annoying : std::max(t.reply_max, annoying);
  t.reply_last = annoying;
  t.reply_recent = recent(t.reply_recent, annoying);
  add(t.reply_words, context.heard.sketch.words);
  t.reply_asks = context.heard.question;
  t.reply_questions += t.reply_asks;
  t.reply_failed = context.turn->failed;
  t.failures += t.reply_failed;
  t.failures_running = t.reply_failed ? t.failures_running + 1 : 0;
  t.failures_longest = std::max(t.failures_longest, t.failures_running);
  t.failures_recent = faded(t.failures_recent, t.reply_failed);
  const bool repeats = context.session[Signal::bot_repeat].now >= SignalContext::kThreshold;
  t.repeats_recent = faded(t.repeats_recent, repeats);
}

void tally_wait(SignalContext& context, MoodTally& t) {
  const bool customer = context.said_by(Participant::customer);
  const Session& session = context.session;
  if (t.last_message != kNoTime && customer != t.customer_last && session.customer_turns > 0) {
    const std::int32_t wait = wait_steps((context.time - t.last_message).ms);
    if (customer) {
      ++t.customer_waits;
      add(t.customer_wait_sum, wait);
      t.customer_wait_max = std::max(t.customer_wait_max, wait);
      t.customer_wait_last = wait;
    } else {
      if (t.bot_waits++ == 0) t.bot_wait_first = wait;
      add(t.bot_wait_sum, wait);
      t.bot_wait_max = std::max(t.bot_wait_max, wait);
      t.bot_wait_last = wait;
    }
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
  set(Mood::said_second, t.said_second);
  set(Mood::said_last, t.said_last);
  set(Mood::said_recent, t.said_recent);
  set(Mood::rude_sum, t.rude_sum);
  set(Mood::rude_mean, mean(t.rude_sum, turns));
  set(Mood::rude_max, t.rude_max);
  set(Mood::rude_last, t.rude_last);
  set(Mood::rude_recent, t.rude_recent);
  set(Mood::unhappy_sum, t.unhappy_sum);
  set(Mood::unhappy_mean, mean(t.unhappy_sum, turns));
  set(Mood::unhappy_max, t.unhappy_max);
  set(Mood::unhappy_last, t.unhappy_last);
  set(Mood::unhappy_recent, t.unhappy_recent);
  set(Mood::heard, t.heard.raw);
  set(Mood::abuse, s.abuse.raw);
  set(Mood::thanks, t.thanks);
  set(Mood::closes, t.closes);
  set(Mood::says_again, t.says_again);
  set(Mood::rejections, s.rejections);
  set(Mood::human_requests, s.human_requests.size());
  set(Mood::customer_turns, turns);
  set(Mood::words_mean, mean(std::int64_t{t.words} * 100, turns));
  set(Mood::words_max, t.words_max);
  set(Mood::words_first, t.words_first);
  set(Mood::words_last, t.words_last);
  set(Mood::short_share, share(t.short_turns, turns));
  set(Mood::questions, t.questions);
  set(Mood::question_share, share(t.questions, turns));
  set(Mood::exclamations, t.exclamations);
  set(Mood::shouts, t.shouts);
  if (t.last_message != kNoTime && s.started_at != kNoTime)
    set(Mood::minutes, wait_steps((t.last_message - s.started_at).ms));
  set(Mood::bot_wait_mean, mean(t.bot_wait_sum, t.bot_waits));
  set(Mood::bot_wait_max, t.bot_wait_max);
  set(Mood::bot_wait_last, t.bot_wait_last);
  set(Mood::bot_wait_first, t.bot_wait_first);
  set(Mood::customer_wait_mean, mean(t.customer_wait_sum, t.customer_waits));
  set(Mood::customer_wait_max, t.customer_wait_max);
  set(Mood::customer_wait_last, t.customer_wait_last);
  set(Mood::reply_sum, t.reply_sum);
  set(Mood::reply_mean, mean(t.reply_sum, s.bot_turns));
  set(Mood::reply_max, t.reply_max);
  set(Mood::reply_last, t.reply_last);
  set(Mood::reply_recent, t.reply_recent);
  set(Mood::failures, t.failures);
  set(Mood::failure_share, share(t.failures, s.bot_turns));
  set(Mood::failures_longest, t.failures_longest);
  set(Mood::failures_recent, t.failures_recent);
  set(Mood::reply_failed, t.reply_failed);
  set(Mood::repeats, s[Signal::bot_repeat].count);
  set(Mood::repeats_recent, t.repeats_recent);
  set(Mood::repeat_best, s[Signal::bot_repeat].peak.raw);
  set(Mood::context_losses, s[Signal::context_loss].count);
  set(Mood::rephrases, s[Signal::rephrase].count);
  set(Mood::rephrase_best, s[Signal::rephrase].peak.raw);
  set(Mood::loop, s[Signal::loop].peak.raw);
  set(Mood::reply_words, mean(std::int64_t{t.reply_words} * 100, s.bot_turns));
  set(Mood::question_replies, share(t.reply_questions, s.bot_turns));
  set(Mood::reply_asks, t.reply_asks);
  set(Mood::customer_last, t.customer_last);
  return f;
}

}  // namespace loopbreaker::core
