// loop: the customer asks again and the bot moves nothing, exchange after exchange. Each exchange
// is judged once the bot has replied, as log-odds from a model; what speaks for a loop adds up over
// exchanges and fades.
#include <algorithm>

#include "core/signals/loop_features.h"
#include "core/signals/notes.h"

namespace loopbreaker::core {
namespace {

constexpr std::int32_t kLikeBefore = 2000;  // similarity to an earlier ask that lets it be the same
constexpr std::int32_t kEvidenceMax = 100'000;
constexpr int kShort = 3;  // content words up to which a turn with thanks in it is a courtesy

// The sum of evidence as a value of the signal: straight lines between the operating points, then
// it nears one.
Score value_of(std::int32_t evidence, const LoopScale& scale) {
  struct Point {
    std::int32_t evidence;
    Score value;
  };
  const Point points[] = {{0, {}},
                          {scale.sensitive, kLoopSensitive},
                          {scale.balanced, kLoopBalanced},
                          {scale.strict, kLoopStrict}};
  for (std::size_t i = 1; i < std::size(points); ++i) {
    const Point &a = points[i - 1], &b = points[i];
    if (evidence >= b.evidence) continue;
    return Score::of(a.value.raw + static_cast<std::int64_t>(evidence - a.evidence) *
                                       (b.value.raw - a.value.raw) / (b.evidence - a.evidence));
  }
  const std::int32_t rest = Score::kOne - kLoopStrict.raw;
  return Score::of(kLoopStrict.raw +
                   times({rest}, saturated(evidence - scale.strict, scale.strict)).raw);
}

// "Anything else?" goes on from an answer, and the next offer may well be worded like the last one:
// that is what such a bot is for, unless it fails or gives the very same answer.
bool goes_on(const SignalContext& context) {
  return context.session.loop.ask_goes_on && !context.turn->failed && !context.replies.exact;
}

// A bot that fails at one new need after another fails, but nobody goes in circles: without any
// likeness to an earlier ask nothing speaks for a loop, and nothing needs to be measured.
bool says_again(const Turn& ask, const NeedMatch& match) {
  return match.turn >= 0 && std::max(match.best, ask[Signal::rephrase]).raw >= kLikeBefore;
}

// An exchange in which the customer asked again and the bot repeated itself or failed.
bool is_cycle(const Turn& ask, const Turn& reply, const SignalContext& context) {
  return ask[Signal::rephrase] >= SignalContext::kThreshold &&
         (reply.failed || context.session[Signal::bot_repeat].now >= SignalContext::kThreshold);
}

// Keeps what spoke most for a loop, strongest first, in the strongest exchange since the evidence
// was nothing.
void keep_why(LoopState& loop, std::int32_t odds, const ExchangeFeatures& features,
              const Analyzer& analyzer) {
  if (odds <= loop.why_evidence) return;
  loop.why_evidence = odds;
  loop.why.fill(LoopState::kNoReason);
  ExchangeFeatures share = analyzer.explain_exchange(features);
  for (std::uint8_t& reason : loop.why) {
    const auto best = std::ranges::max_element(share.values);
    if (*best <= 0) break;
    reason = static_cast<std::uint8_t>(best - share.values.begin());
    *best = 0;
  }
}

void judge(SignalContext& context, const Turn& ask) {
  Session& session = context.session;
  LoopState& loop = session.loop;
  const Analyzer& analyzer = context.analyzer;
  const Turn& reply = *context.turn;
  const LoopScale scale = analyzer.loop_scale();
  const std::int32_t kept =
      static_cast<std::int32_t>(std::int64_t{loop.evidence} * scale.decay_percent / 100);
  const NeedMatch match = kept_match(session, ask, analyzer);
  std::int32_t odds = scale.least;
  if (says_again(ask, match) && !goes_on(context)) {
    const ExchangeFeatures features =
        exchange_features(session, ask, reply, match, context.replies, analyzer);
    odds = std::max(analyzer.judge_exchange(features) + scale.offset, scale.least);
    if (odds > 0) keep_why(loop, odds, features, analyzer);
  }
  loop.evidence = std::clamp(kept + odds, 0, kEvidenceMax);
  if (loop.evidence == 0) loop.why_evidence = 0;
  const bool cycle = is_cycle(ask, reply, context);
  if (cycle) {
    ++loop.cycles;
    count_one(context, Signal::loop);
  }
  if (loop.evidence <= kept && !cycle) return;
  add_evidence_of(context, Signal::loop, ask, value_of(loop.evidence, scale), reply.number);
}

}  // namespace

void update_loop(SignalContext& context) {
  LoopState& loop = context.session.loop;
  if (context.said_by(Participant::customer)) {
    // Courtesies and asides are no exchange of their own.
    const int content = context.turn->sketch.content_words();
    if (content > 0 && !context.hears(Heard::aside)) {
      loop.open_rephrase = static_cast<std::int32_t>(context.turn->number);
      loop.ask_closes = context.hears(Heard::closing) && content <= kShort;
      loop.ask_goes_on = context.hears(Heard::another);
      loop.ask_rejects = context.hears(Heard::rejection) || context.hears(Heard::repeated);
    }
  } else if (context.said_by(Participant::bot) && loop.open_rephrase >= 0) {
    const Turn* ask = find_turn(context.session, loop.open_rephrase);
    loop.open_rephrase = -1;
    if (ask != nullptr) judge(context, *ask);
  }
  set_now(context, Signal::loop, value_of(loop.evidence, context.analyzer.loop_scale()));
}

}  // namespace loopbreaker::core
