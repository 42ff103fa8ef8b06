// loop: the customer asks again and the bot moves nothing, exchange after exchange. Each exchange
// is judged once the bot has replied, as log-odds from a scorecard; what speaks for a loop adds up
// over exchanges and fades.
#include <algorithm>

#include "core/signals/loop_features.h"
#include "core/signals/notes.h"

namespace loopbreaker::core {
namespace {

// Log-odds in 1/1000 nat for a feature at its full value. From a logistic fit on labelled
// conversations, rounded.
constexpr std::int32_t kOffset = -5800;
constexpr std::array<std::int32_t, kLoopFeatures> kWeights = {
    /* reply_best */ 200,
    /* reply_repeats */ 2900,
    /* ask_best */ 100,
    /* ask_second */ 2400,
    /* ask_rephrases */ 2200,
    /* ask_close */ -1700,
    /* ask_unheard */ 3100,
    /* unheard_before */ 1900,
    /* cohesion_now */ -3700,
    /* cohesion_before */ -1800,
    /* values_new */ -1700,
    /* ask_novelty */ 1800,
    /* ask_asks */ 600,
    /* reply_values */ -1000,
    /* reply_novelty */ 3000,
};
constexpr std::int32_t kNoveltyMost = kWeights[ask_novelty] + kWeights[reply_novelty];
constexpr std::int32_t kDecayPercent = 90;  // of the evidence stays per exchange
constexpr std::int32_t kHalf = 5800;        // evidence that makes the signal one half
constexpr std::int32_t kLikeBefore = 2000;  // similarity to an earlier ask that lets it be the same
constexpr std::int32_t kEvidenceMax = 100'000;

std::int32_t log_odds(const LoopFeatures& features) {
  std::int64_t sum = 0;
  for (int i = 0; i < kLoopFeatures; ++i)
    sum += static_cast<std::int64_t>(features[i]) * kWeights[i];
  return kOffset + static_cast<std::int32_t>(sum / Score::kOne);
}

// What the exchange says for (or, below 0, against) a loop. A bot that fails at one new need after
// another fails, but nobody goes in circles: without any likeness to an earlier ask nothing speaks
// for a loop.
std::int32_t verdict(const LoopFeatures& features) {
  const std::int32_t odds = log_odds(features);
  const bool says_again = std::max(features[ask_best], features[ask_rephrases]) >= kLikeBefore;
  return says_again ? odds : std::min(odds, 0);
}

// An exchange in which the customer asked again and the bot repeated itself or failed.
bool is_cycle(const Turn& ask, const Turn& reply, const SignalContext& context) {
  return ask.signals[static_cast<int>(Signal::rephrase)] >= SignalContext::kThreshold &&
         (reply.failed || context.session[Signal::bot_repeat].now >= SignalContext::kThreshold);
}

void judge_exchange(SignalContext& context, const Turn& ask) {
  Session& session = context.session;
  const Turn& reply = *context.turn;
  const std::int32_t kept = session.loop.evidence / 100 * kDecayPercent;
  LoopFeatures features =
      loop_features(session, ask, reply, context.reply_likeness, context.analyzer);
  // Where even all new words would not lift the sum above nothing, they need not be counted.
  if (kept + log_odds(features) + kNoveltyMost > 0) add_novelty(session, ask, reply, features);
  session.loop.evidence = std::clamp(kept + verdict(features), 0, kEvidenceMax);
  const bool cycle = is_cycle(ask, reply, context);
  if (cycle) {
    ++session.loop.cycles;
    count_one(context, Signal::loop);
  }
  if (session.loop.evidence <= kept && !cycle) return;
  const Score value = saturated(session.loop.evidence, kHalf);
  add_evidence_of(context, Signal::loop, ask, value, reply.number);
}

}  // namespace

void update_loop(SignalContext& context) {
  LoopState& loop = context.session.loop;
  if (context.said_by(Participant::customer)) {
    // Courtesies and asides are no exchange of their own.
    if (context.turn->sketch.content_words > 0 && !context.hears(Heard::aside)) {
      loop.open_rephrase = static_cast<std::int32_t>(context.turn->number);
    }
  } else if (context.said_by(Participant::bot) && loop.open_rephrase >= 0) {
    const Turn* ask = find_turn(context.session, loop.open_rephrase);
    loop.open_rephrase = -1;
    if (ask != nullptr) judge_exchange(context, *ask);
  }
  set_now(context, Signal::loop, saturated(loop.evidence, kHalf));
}

}  // namespace loopbreaker::core
