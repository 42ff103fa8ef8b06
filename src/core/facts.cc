// The facts that policies may ask about, and where each is found in a session.
#include "loopbreaker/facts.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/signs.h"

namespace loopbreaker {
namespace {

using F = Fact;
using T = FactType;
using S = Signal;

// In the order of Fact; held by a static_assert below.
constexpr std::array<FactInfo, kFacts> kTable{{
    {F::loop, "loop", T::score, S::loop,
     "evidence that customer and bot go in circles, after the last event: sensitive (0.5), "
     "balanced "
     "(0.6) and strict (0.7) stand for 10, 5 and 2 false alarms per 1,000 sessions"},
    {F::loop_peak, "loop_peak", T::score, S::loop, "highest value of loop so far"},
    {F::rephrase, "rephrase", T::score, S::rephrase,
     "the customer just said an unmet need again in other words"},
    {F::bot_repeat, "bot_repeat", T::score, S::bot_repeat,
     "the bot just gave nearly the same answer again"},
    {F::frustration, "frustration", T::score, S::frustration,
     "how annoyed the customer is, smoothed over the session"},
    {F::frustration_peak, "frustration_peak", T::score, S::frustration,
     "highest value of frustration so far"},
    {F::abuse, "abuse", T::score, S::frustration, "strongest insult so far"},
    {F::loop_cycles, "loop_cycles", T::count, S::loop,
     "exchanges in which the customer asked again and the bot repeated itself or failed"},
    {F::rephrase_count, "rephrase_count", T::count, S::rephrase,
     "times the customer said an unmet need again"},
    {F::bot_repeat_count, "bot_repeat_count", T::count, S::bot_repeat,
     "times the bot repeated an answer"},
    {F::human_requests, "human_requests", T::count, S::human_request,
     "times the customer asked for a person"},
    {F::human_requests_ignored, "human_requests_ignored", T::count, S::human_request,
     "of these, denied or answered with something else"},
    {F::failed_attempts, "failed_attempts", T::count, S::failed_attempts,
     "bot_failures + rejections + action_failures + low_confidence"},
    {F::bot_failures, "bot_failures", T::count, S::failed_attempts,
     "answers in which the bot said that it cannot help or did not understand"},
    {F::rejections, "rejections", T::count, S::failed_attempts,
     "times the customer said that an answer did not help"},
    {F::action_failures, "action_failures", T::count, S::failed_attempts,
     "actions of the bot that failed"},
    {F::low_confidence, "low_confidence", T::count, S::failed_attempts,
     "answers given with little confidence of the bot's own"},
    {F::context_losses, "context_losses", T::count, S::context_loss,
     "times something was asked for that the customer had already given"},
    {F::turns, "turns", T::count, S::loop, "messages so far, of everybody"},
    {F::customer_turns, "customer_turns", T::count, S::loop, "messages of the customer so far"},
    {F::bot_turns, "bot_turns", T::count, S::loop, "messages of the bot so far"},
    {F::cancellation, "cancellation", T::score, S::category,
     "wants to cancel a contract or close an account"},
    {F::billing_dispute, "billing_dispute", T::score, S::category, "says that a charge is wrong"},
    {F::outage, "outage", T::score, S::category, "reports an outage or a P1 incident"},
    {F::legal, "legal", T::score, S::category, "speaks of lawyers, courts or regulators"},
    {F::safety, "safety", T::score, S::category, "somebody may be in danger"},
    {F::fraud, "fraud", T::score, S::category, "reports fraud or a stolen account or card"},
    {F::privacy, "privacy", T::score, S::category,
     "asks about, or for the deletion of, personal data"},
    {F::disputed_amount, "disputed_amount", T::money, S::category,
     "largest amount said together with a billing dispute"},
    {F::transfer_waiting, "transfer_waiting", T::duration, S::waiting,
     "since a transfer was requested, queued or promised, and no agent came"},
    {F::escalation_waiting, "escalation_waiting", T::duration, S::waiting,
     "since this session was escalated, and nobody joined"},
    {F::bot_silent, "bot_silent", T::duration, S::waiting,
     "since the customer's message that nobody answered"},
    {F::customer_silent, "customer_silent", T::duration, S::waiting,
     "since the answer that the customer did not react to"},
    {F::agent_present, "agent_present", T::flag, S::waiting,
     "a human agent is in the conversation"},
    {F::transfer_failed, "transfer_failed", T::flag, S::waiting, "the last transfer failed"},
    {F::solved, "solved", T::flag, S::failed_attempts,
     "the customer said that it is solved, and asked nothing since"},
    {F::tier, "tier", T::text, S::customer_tier, "tier of the customer, e.g. enterprise"},
    {F::channel, "channel", T::text, S::customer_tier, "channel of the conversation, e.g. chat"},
    {F::language, "language", T::text, S::customer_tier, "language of the conversation, e.g. en"},
    {F::tenant, "tenant", T::text, S::customer_tier, "tenant of the conversation"},
    {F::intent, "intent", T::text, S::category, "last intent that the bot recognised"},
}};

constexpr bool in_order() {
  for (int i = 0; i < kFacts; ++i)
    if (static_cast<int>(kTable[i].fact) != i) return false;
  return true;
}
static_assert(in_order(), "the table must list the facts in the order of the enumeration");

const CategoryHit* hit_of(const Session& s, Category what) {
  for (const CategoryHit& hit : s.categories)
    if (hit.what == what) return &hit;
  return nullptr;
}

std::int64_t category(const Session& s, Category what) {
  const CategoryHit* hit = hit_of(s, what);
  return hit ? hit->score.raw : 0;
}

const Amount* disputed(const Session& s) {
  const CategoryHit* hit = hit_of(s, Category::billing_dispute);
  return hit && hit->amount ? &*hit->amount : nullptr;
}

std::int64_t waited(TimeMs since, TimeMs now) {
  return since == kNoTime || now < since ? 0 : (now - since).ms;
}

// Inlined, so that reading many facts known beforehand needs no switch.
[[gnu::always_inline]] inline std::int64_t read(Fact fact, const Session& s, TimeMs now) {
  switch (fact) {
    case F::loop:
      return s[S::loop].now.raw;
    case F::loop_peak:
      return s[S::loop].peak.raw;
    case F::rephrase:
      return s[S::rephrase].now.raw;
    case F::bot_repeat:
      return s[S::bot_repeat].now.raw;
    case F::frustration:
      return s[S::frustration].now.raw;
    case F::frustration_peak:
      return s[S::frustration].peak.raw;
    case F::abuse:
      return s.abuse.raw;
    case F::loop_cycles:
      return s.loop.cycles;
    case F::rephrase_count:
      return s[S::rephrase].count;
    case F::bot_repeat_count:
      return s[S::bot_repeat].count;
    case F::human_requests:
      return static_cast<std::int64_t>(s.human_requests.size());
    case F::human_requests_ignored:
      return s[S::human_request].count;
    case F::failed_attempts:
      return std::int64_t{s.bot_failures} + s.rejections + s.action_failures + s.low_confidence;
    case F::bot_failures:
      return s.bot_failures;
    case F::rejections:
      return s.rejections;
    case F::action_failures:
      return s.action_failures;
    case F::low_confidence:
      return s.low_confidence;
    case F::context_losses:
      return s[S::context_loss].count;
    case F::turns:
      return s.turn_count;
    case F::customer_turns:
      return s.customer_turns;
    case F::bot_turns:
      return s.bot_turns;
    case F::cancellation:
      return category(s, Category::cancellation);
    case F::billing_dispute:
      return category(s, Category::billing_dispute);
    case F::outage:
      return category(s, Category::outage);
    case F::legal:
      return category(s, Category::legal);
    case F::safety:
      return category(s, Category::safety);
    case F::fraud:
      return category(s, Category::fraud);
    case F::privacy:
      return category(s, Category::privacy);
    case F::disputed_amount: {
      const Amount* amount = disputed(s);
      return amount ? amount->minor : 0;
    }
    case F::transfer_waiting:
    case F::escalation_waiting:
    case F::bot_silent:
    case F::customer_silent:
      return waited(since_of(fact, s), now);
    case F::agent_present:
      return s.agent_present;
    case F::transfer_failed:
      return s.waiting.transfer == TransferStatus::failed;
    case F::solved:
      return s.solved_turn >= 0;
    case F::tier:
    case F::channel:
    case F::language:
    case F::tenant:
    case F::intent:
      break;
  }
  return 0;
}

template <std::size_t... I>
core::Numbers read_all(const Session& s, std::index_sequence<I...>) {
  return {read(static_cast<Fact>(I), s, kNoTime)...};
}

}  // namespace

std::span<const FactInfo> facts() { return kTable; }

const FactInfo* find_fact(std::string_view name) {
  const auto found = std::ranges::find(kTable, name, &FactInfo::name);
  return found == kTable.end() ? nullptr : &*found;
}

std::int64_t value_of(Fact fact, const Session& s, TimeMs now) { return read(fact, s, now); }

core::Numbers core::numbers_of(const Session& s) {
  return read_all(s, std::make_index_sequence<std::tuple_size_v<Numbers>>());
}

std::string_view text_of(Fact fact, const Session& s) {
  switch (fact) {
    case F::tier:
      return s.tier;
    case F::channel:
      return s.channel;
    case F::language:
      return s.language;
    case F::tenant:
      return s.tenant;
    case F::intent:
      return s.intent;
    default:
      return {};
  }
}

std::string_view currency_of(Fact fact, const Session& s) {
  const Amount* amount = fact == F::disputed_amount ? disputed(s) : nullptr;
  return amount ? std::string_view(amount->currency) : std::string_view();
}

TimeMs since_of(Fact fact, const Session& s) {
  switch (fact) {
    case F::transfer_waiting:
      return s.waiting.transfer_since;
    case F::escalation_waiting:
      return s.escalation.phase == Escalation::Phase::open &&
                     s.escalation.outcome == Outcome::escalate && !s.agent_present
                 ? s.escalation.escalated_at
                 : kNoTime;
    case F::bot_silent:
      return s.waiting.bot_silent_since;
    case F::customer_silent:
      return s.waiting.customer_silent_since;
    default:
      return kNoTime;
  }
}

}  // namespace loopbreaker
