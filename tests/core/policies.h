// Policies and sessions for tests of decisions: rules as TOML, a session that is stuck as far as
// the test says.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "codec/policy_toml.h"
#include "loopbreaker/core.h"

namespace loopbreaker::testing {

inline constexpr TimeMs kStart{1'700'000'000'000};
inline constexpr DurationMs kMinute{60'000};

inline Policy policy_of(std::string_view toml) {
  codec::PolicyLoad loaded =
      codec::load_policy("name = \"test\"\n" + std::string(toml), "test.toml");
  EXPECT_TRUE(loaded.policy) << codec::to_text(loaded.diagnostics);
  return loaded.policy ? *loaded.policy : Policy{};
}

/// A session after two turns, the last at `kStart`.
inline Session session_of_two_turns() {
  Session s;
  s.id = "s-1";
  s.incarnation = 7;
  s.started_at = kStart - DurationMs{5'000};
  s.last_event_at = kStart;
  s.turn_count = 2;
  s.customer_turns = s.bot_turns = 1;
  for (std::uint32_t i = 0; i < 2; ++i) {
    Turn turn;
    turn.number = i;
    turn.participant = i == 0 ? Participant::customer : Participant::bot;
    turn.time = kStart - DurationMs{5'000 * (1 - static_cast<int>(i))};
    turn.position = {3, 10 + static_cast<std::int64_t>(i)};
    turn.event_id = "e-" + std::to_string(i);
    turn.text = i == 0 ? "where is my order" : "I do not know";
    s.turns.push_back(turn);
  }
  s.last_event_id = "e-1";
  s.last_position = {3, 11};
  return s;
}

}  // namespace loopbreaker::testing
