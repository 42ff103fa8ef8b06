// When a session must be judged again although nothing happens. Called after every event: no
// allocation.
#include <algorithm>

#include "core/evaluate.h"
#include "loopbreaker/core.h"

namespace loopbreaker {
namespace {

/// How long a transfer that never comes about may hold a session open.
constexpr DurationMs kTransferHoldMax{7 * 86'400'000ll};

TimeMs later(TimeMs t, DurationMs d) { return t.ms > kEndOfTime.ms - d.ms ? kEndOfTime : t + d; }

DurationMs idle_of(const Policy& policy, const Session& s) {
  for (const ChannelTimeout& timeout : policy.idle_by_channel)
    if (core::same_text(s.channel, timeout.channel)) return timeout.idle;
  return policy.idle;
}

bool transfer_pending(const Waiting& w) {
  return w.transfer == TransferStatus::requested || w.transfer == TransferStatus::queued ||
         w.transfer == TransferStatus::accepted;
}

TimeMs idle_end(const Policy& policy, const Session& s) {
  if (s.last_event_at == kNoTime) return kEndOfTime;
  const TimeMs end = later(s.last_event_at, idle_of(policy, s));
  if (!transfer_pending(s.waiting)) return end;
  const TimeMs since =
      s.waiting.transfer_since == kNoTime ? s.last_event_at : s.waiting.transfer_since;
  return std::max(end, later(since, kTransferHoldMax));
}

/// Until the next event only time changes, so whether a rule will be true at `at` is known already:
/// waits that would lead to nothing need no wake-up.
bool something_fires(const Policy& policy, const Policy::Deadline& deadline, const Session& s,
                     TimeMs at) {
  if (deadline.rules.empty()) return true;
  return std::ranges::any_of(deadline.rules, [&](std::uint32_t i) {
    const Rule& rule = policy.rules[i];
    return core::fires(rule, s, at) && !core::cooling(rule, s, at);
  });
}

}  // namespace

NextDeadline next_deadline(const Policy& policy, const Session& s) {
  NextDeadline next;
  next.at = idle_end(policy, s);
  next.idle = true;
  next.name = "idle";
  for (const Policy::Deadline& deadline : policy.deadlines) {
    const TimeMs since = since_of(deadline.fact, s);
    if (since == kNoTime) continue;
    const TimeMs at = later(since, deadline.after);
    // At the same time, the wait comes before the end of the session.
    if (at <= s.judged_until || at > next.at || (at == next.at && !next.idle)) continue;
    if (!something_fires(policy, deadline, s, at)) continue;
    next = {at, false, info(deadline.fact).name};
  }
  return next;
}

}  // namespace loopbreaker
