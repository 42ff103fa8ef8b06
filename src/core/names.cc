// The names of enumerations as they appear in policies, outputs and metrics.
#include <array>

#include "loopbreaker/decision.h"
#include "loopbreaker/handoff.h"
#include "loopbreaker/session.h"
#include "loopbreaker/signal.h"

namespace loopbreaker {
namespace {

template <class E, std::size_t N>
std::string_view pick(const std::array<std::string_view, N>& names, E value) {
  const auto i = static_cast<std::size_t>(value);
  return i < N ? names[i] : std::string_view("unknown");
}

}  // namespace

std::string_view name_of(Signal s) {
  static constexpr std::array<std::string_view, kSignals> kNames = {
      "rephrase",        "bot_repeat",   "loop",     "frustration",   "human_request",
      "failed_attempts", "context_loss", "category", "customer_tier", "waiting"};
  return pick(kNames, s);
}

std::string_view name_of(Outcome o) {
  static constexpr std::array<std::string_view, 4> kNames = {"nothing", "watch", "offer",
                                                             "escalate"};
  return pick(kNames, o);
}

std::string_view name_of(Severity s) {
  static constexpr std::array<std::string_view, 4> kNames = {"low", "normal", "high", "urgent"};
  return pick(kNames, s);
}

std::string_view name_of(Change c) {
  static constexpr std::array<std::string_view, 5> kNames = {"raised", "upgraded", "acknowledged",
                                                             "resolved", "withdrawn"};
  return pick(kNames, c);
}

std::string_view name_of(DeadReason r) {
  static constexpr std::array<std::string_view, kDeadReasons> kNames = {
      "empty_value", "too_large", "bad_utf8",   "bad_json",    "not_an_event",
      "bad_version", "bad_field", "no_session", "key_mismatch"};
  return pick(kNames, r);
}

}  // namespace loopbreaker
