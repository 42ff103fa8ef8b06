// Facts: everything a policy may ask about a session, by name and type.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "loopbreaker/session.h"
#include "loopbreaker/signal.h"
#include "loopbreaker/types.h"

namespace loopbreaker {

enum class FactType : std::uint8_t {
  score,     ///< 0..1
  count,     ///< 0, 1, 2, …
  duration,  ///< milliseconds since something is awaited; absent when nothing is
  money,     ///< minor units of `currency` (largest amount said)
  flag,      ///< true or false
  text,      ///< compared without case
};

enum class Fact : std::uint8_t {
  // scores: value after the last event, and the peak over the session
  loop, loop_peak, rephrase, bot_repeat, frustration, frustration_peak, abuse,
  // counts
  loop_cycles, rephrase_count, bot_repeat_count,
  human_requests,          ///< times the customer asked for a person
  human_requests_ignored,  ///< of these, denied or answered with something else
  failed_attempts,         ///< sum of the next four
  bot_failures, rejections, action_failures, low_confidence,
  context_losses, turns, customer_turns, bot_turns,
  // scores of categories, 0 when not heard
  cancellation, billing_dispute, outage, legal, safety, fraud, privacy,
  // money said together with a billing dispute
  disputed_amount,
  // durations
  transfer_waiting,        ///< since a transfer was requested, queued or promised
  escalation_waiting,      ///< since an escalation was raised and nobody joined
  bot_silent,              ///< since the customer's unanswered message
  customer_silent,         ///< since the bot's message the customer did not react to
  // flags
  agent_present, transfer_failed, solved,
  // texts
  tier, channel, language, tenant, intent,
};
inline constexpr int kFacts = static_cast<int>(Fact::intent) + 1;

struct FactInfo {
  Fact fact;
  std::string_view name;  ///< as in policies
  FactType type;
  Signal signal;          ///< whose evidence supports it
  std::string_view doc;   ///< one line for people who write policies
};

/// All facts, indexed by Fact.
std::span<const FactInfo> facts();
inline const FactInfo& info(Fact f) { return facts()[static_cast<int>(f)]; }
/// nullptr when there is no such fact.
const FactInfo* find_fact(std::string_view name);

/// Numeric value: score raw, count, duration in ms, minor units, 0/1. 0 when absent.
/// Durations are judged at `now`. REQUIRES: not a text fact.
std::int64_t value_of(Fact, const Session&, TimeMs now);
/// REQUIRES: a text fact. Empty when unknown.
std::string_view text_of(Fact, const Session&);
/// Currency of a money fact; empty when no amount was heard.
std::string_view currency_of(Fact, const Session&);
/// Since when a duration fact runs; kNoTime when nothing is awaited. REQUIRES: a duration fact.
TimeMs since_of(Fact, const Session&);

}  // namespace loopbreaker
