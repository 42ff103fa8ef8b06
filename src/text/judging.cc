// How far phrases and models are trusted against each other.
#include "text/judging.h"

#include <algorithm>
#include <array>

namespace loopbreaker::text {
namespace {

constexpr Score kThreshold = Score::percent(50);

// 1/(1+exp(-x/4)) for x = 0, 1, …, 32.
constexpr std::array<std::int32_t, 33> kLogistic = {
    5000, 5622, 6225, 6792, 7311, 7773, 8176, 8520, 8808, 9047, 9241,
    9399, 9526, 9627, 9707, 9770, 9820, 9859, 9890, 9914, 9933, 9948,
    9959, 9968, 9975, 9981, 9985, 9988, 9991, 9993, 9994, 9996, 9997};

// What a phrase adds to the log-odds of abuse, at score 1: as much as a clear insult would.
constexpr std::int32_t kInsult = 1'500;
// Off the log-odds of abuse: the model's threshold is that of chats in which one turn in seven is.
constexpr std::int32_t kAbuseIsRare = 400;
// A request for a person without a known phrase must be this sure, ...
constexpr std::int32_t kAsksByModelAlone = 1'200;
// ... and a phrase is a false friend where the model is this sure of the contrary.
constexpr std::int32_t kAsksNot = -7'000;
constexpr Score kSurePhrase = Score::percent(80);
// A failure answer in words that no phrase knows.
constexpr std::int32_t kFailsByModelAlone = 1'200;

bool has_phrase(const MessageAnalysis& out, Heard what) {
  return std::any_of(out.phrases.begin(), out.phrases.end(),
                     [&](const HeardPhrase& p) { return p.what == what; });
}

}  // namespace

Score probability(std::int32_t log_odds) {
  const std::int32_t x = std::min(std::abs(log_odds), 7'999);
  const std::int32_t a = kLogistic[x / 250], b = kLogistic[x / 250 + 1];
  const std::int32_t p = a + (b - a) * (x % 250) / 250;
  return Score::of(log_odds < 0 ? Score::kOne - p : p);
}

void Judge::explain(const Tokens& tokens, const LinearModel& model, int head, Heard what,
                    MessageAnalysis& out) {
  constexpr std::size_t kWords = 2, kPhrasesMax = 16;
  model.shares(tokens, head, shares_);
  for (std::size_t n = 0; n < kWords && out.phrases.size() < kPhrasesMax; ++n) {
    const auto best = std::max_element(shares_.begin(), shares_.end());
    if (best == shares_.end() || *best <= 0) return;
    const Token& t = tokens.all[static_cast<std::size_t>(best - shares_.begin())];
    if (t.end > 65'535) return;
    out.phrases.push_back(
        {what,
         Score::of(probability(*best).raw * 2 - Score::kOne),
         {static_cast<std::uint16_t>(t.begin), static_cast<std::uint16_t>(t.end)}});
    *best = 0;
  }
}

void Judge::judge(const Tokens& tokens, const Models& models, bool customer, TakenBack taken_back,
                  MessageAnalysis& out) {
  out.judged = {};
  if (tokens.all.empty()) return;
  const auto score = [&](Heard what) -> Score& { return out.scores[static_cast<int>(what)]; };
  if (!customer) {
    std::array<std::int32_t, kBotHeads> odds;
    models.bot->judge(tokens, tokens.sums, kCustomerHeads, out.sketch, odds.data());
    out.judged.bot_failure = odds[kBotFailure];
    out.judged.annoying = odds[kAnnoying];
    Score& failure = score(Heard::bot_failure);
    if (out.judged.bot_failure >= kFailsByModelAlone && failure < kThreshold &&
        !taken_back.has(Heard::bot_failure)) {
      failure = probability(out.judged.bot_failure);
      explain(tokens, *models.bot, kBotFailure, Heard::bot_failure, out);
    }
    return;
  }
  std::array<std::int32_t, kCustomerHeads> odds;
  models.customer->judge(tokens, tokens.sums, 0, out.sketch, odds.data());
  out.judged = {
      odds[kAbuse], odds[kDissatisfied], odds[kHumanRequest], odds[kMoodHead], odds[kRude], 0, 0};

  Score& abuse = score(Heard::abuse);
  // Words that were negated or quoted would still tell the model of anger.
  const bool denied = taken_back.has(Heard::abuse) || taken_back.has(Heard::frustration);
  if (abuse > Score{} || !denied) {
    abuse = probability(odds[kAbuse] - kAbuseIsRare + abuse.raw * kInsult / Score::kOne);
    if (abuse >= kThreshold) {
      if (!has_phrase(out, Heard::abuse))
        explain(tokens, *models.customer, kAbuse, Heard::abuse, out);
      score(Heard::frustration) = std::max(score(Heard::frustration), abuse);
    }
  }

  Score& asks = score(Heard::human_request);
  if (asks >= kThreshold) {
    if (asks < kSurePhrase && odds[kHumanRequest] <= kAsksNot)
      asks = probability(odds[kHumanRequest]);
  } else if (odds[kHumanRequest] >= kAsksByModelAlone && !taken_back.has(Heard::human_request)) {
    asks = probability(odds[kHumanRequest]);
    explain(tokens, *models.customer, kHumanRequest, Heard::human_request, out);
  }
}

}  // namespace loopbreaker::text
