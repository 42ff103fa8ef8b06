// Stage: who the customer and the bot are, and how long each takes.
#include "workload/stage.h"

#include <utility>

namespace loopbreaker::workload {
namespace {

// Pauses before a participant's message, in ms, at these cumulated shares of 10,000: much like a
// log-normal. The customers' are those of people chatting with a scripted assistant: half answer
// within 19 s, one in ten takes 48 s.
constexpr std::uint32_t kShares[] = {0, 500, 2500, 5000, 7500, 9000, 9900, 10'000};
using Quantiles = std::int32_t[8];
constexpr Quantiles kCustomerPause = {2'500,  5'000,  11'000,  19'000,
                                      31'000, 48'000, 103'000, 240'000};
constexpr Quantiles kCannedPause = {300, 500, 900, 1'500, 2'000, 2'600, 6'000, 12'000};
constexpr Quantiles kLlmPause = {900, 1'400, 2'200, 3'400, 5'200, 8'000, 15'000, 30'000};
constexpr Quantiles kAgentPause = {6'000, 9'000, 18'000, 32'000, 52'000, 80'000, 150'000, 300'000};

DurationMs draw(const Quantiles& q, Random& random) {
  const std::uint32_t u = random.below(10'000);
  std::size_t i = 1;
  while (u >= kShares[i]) ++i;
  const std::int64_t within = u - kShares[i - 1];
  const std::int64_t span = kShares[i] - kShares[i - 1];
  return {q[i - 1] + (q[i] - q[i - 1]) * within / span + random.below(100)};
}

std::string_view draw_channel(Random& random) {
  const std::uint32_t u = random.below(100);
  return u < 62 ? "web" : u < 90 ? "app" : "messaging";
}

std::string_view draw_tier(Random& random) {
  const std::uint32_t u = random.below(1'000);
  return u < 800 ? "standard" : u < 985 ? "plus" : u < 995 ? "enterprise" : "vip";
}

}  // namespace

Stage::Stage(std::uint64_t seed, std::string session_id, Kind kind)
    : random_(seed), bot_kind_(BotKind::canned), particulars_(random_), hand_(Hand::of(random_)) {
  const std::uint32_t u = random_.below(100);
  bot_kind_ = u < 50 ? BotKind::canned : u < 80 ? BotKind::llm : BotKind::form;
  choose_need(kind);
  conversation_.session_id = std::move(session_id);
  conversation_.customer_id = "cust-" + std::to_string(100'000 + random_.below(900'000));
  conversation_.channel = draw_channel(random_);
  conversation_.tier = std::string(draw_tier(random_));
  conversation_.attributes.emplace_back("topic", std::string(domain_->id));
  if (random_.percent(30))
    conversation_.attributes.emplace_back("campaign", random_.percent(50) ? "spring" : "none");
  particulars_.set("bot", std::string(domain_->bot));
  particulars_.set("queue", std::string(domain_->queue));
  Label& label = conversation_.label;
  label.session_id = conversation_.session_id;
  label.kind = kind;
  label.domain = domain_->id;
  label.need = need_->id;
  label.category = need_->category;
  label.tier = conversation_.tier;
}

void Stage::choose_need(Kind kind) {
  // A bot that loops is as likely to do so over a sensitive need as over any other; an ordinary
  // conversation is not about one, or every second would go to a human by category alone.
  while (true) {
    domain_ = &random_.pick(domains());
    need_ = &random_.pick(domain_->needs);
    const bool sensitive = !need_->category.empty();
    if (kind == Kind::sensitive ? sensitive : !sensitive) return;
  }
}

Beat& Stage::add(EventType type, Participant who, DurationMs after) {
  Beat& beat = conversation_.beats.emplace_back();
  beat.type = type;
  beat.participant = who;
  beat.after = {after.ms + pause_.ms};
  pause_ = {0};
  return beat;
}

void Stage::started() { add(EventType::started, Participant::system, {0}); }

void Stage::customer(std::string_view text, bool loud) {
  DurationMs after = draw(kCustomerPause, random_);
  // People put the telephone away between two messages.
  if (conversation_.channel == "messaging") after.ms *= random_.between(1, 6);
  Beat& beat = add(EventType::message, Participant::customer, after);
  beat.text = write(fill(text), hand_, random_);
  if (loud) beat.text = shout(beat.text, random_);
}

void Stage::ask(std::string_view text, bool loud) {
  customer(text, loud);
  conversation_.label.ask_event_ids.push_back(
      event_id(conversation_, conversation_.beats.size() - 1));
}

void Stage::human_request(std::string_view text, bool loud) {
  customer(text, loud);
  conversation_.label.human_request_event_ids.push_back(
      event_id(conversation_, conversation_.beats.size() - 1));
}

void Stage::bot(std::string_view text, std::string_view answer_id, std::int32_t confidence,
                bool fallback) {
  Beat& beat = add(EventType::message, Participant::bot,
                   draw(bot_kind_ == BotKind::llm ? kLlmPause : kCannedPause, random_));
  beat.text = fill(text);
  if (bot_kind_ == BotKind::llm) return;  // such bots report neither ids nor confidences
  beat.answer_id = answer_id;
  beat.confidence = confidence;
  beat.fallback = fallback;
  if (!fallback && confidence >= 60) beat.intent = need_->intent;
}

void Stage::agent(std::string_view text) {
  add(EventType::message, Participant::agent, draw(kAgentPause, random_)).text = fill(text);
}

void Stage::action(std::string_view name, bool success) {
  Beat& beat = add(EventType::bot_action, Participant::bot, {random_.between(200, 1'800)});
  beat.name = name;
  beat.outcome = success ? ActionOutcome::success : ActionOutcome::failure;
}

void Stage::transfer(TransferStatus status) {
  Beat& beat = add(EventType::transfer, Participant::system, {random_.between(100, 1'500)});
  beat.transfer = status;
  beat.queue = domain_->queue;
}

void Stage::agent_joined() {
  add(EventType::agent_joined, Participant::agent, {random_.between(8'000, 120'000)});
}
void Stage::agent_left() {
  add(EventType::agent_left, Participant::agent, {random_.between(1'000, 20'000)});
}
void Stage::rating(std::int32_t stars) {
  add(EventType::rating, Participant::customer, {random_.between(4'000, 60'000)}).rating = stars;
}
void Stage::ended(std::string_view reason) {
  add(EventType::ended, Participant::system, {random_.between(800, 8'000)}).reason = reason;
}
void Stage::pause(DurationMs d) { pause_.ms += d.ms; }

Conversation Stage::finish() {
  conversation_.label.events = static_cast<std::uint32_t>(conversation_.beats.size());
  return std::move(conversation_);
}

}  // namespace loopbreaker::workload
