// What a signal is to fold: a function over a session and the event that has just been put into it.
// Adding one: a file beside this, its declaration here, a line in list.cc, a scenario.
#pragma once

#include <cstdint>
#include <string_view>

#include "loopbreaker/analysis.h"
#include "loopbreaker/event.h"
#include "loopbreaker/session.h"

namespace loopbreaker::core {

/// How a bot's message resembles its last four.
struct ReplyLikeness {
  Score best;
  Score wording;  ///< best by the words alone
  std::int32_t sum = 0;
  int same = 0;        ///< how many are the same by the signal's threshold
  bool exact = false;  ///< one is so word for word
};

/// Everything a signal may look at. Its memory is in the session alone, so that a session read back
/// from its record goes on as if nothing had happened.
struct SignalContext {
  Session& session;
  const Event& event;
  Analyzer& analyzer;
  const MessageAnalysis& heard;  ///< of a message; all zero for other events
  Turn* turn =
      nullptr;  ///< the message's turn, the last of session.turns; nullptr for other events
  TimeMs time;  ///< event time, never before the event folded last
  std::string_view text;    ///< of the message, as far as it was analysed
  ReplyLikeness replies{};  ///< of a bot's message to its last four, found by bot_repeat for loop

  bool said_by(Participant p) const { return turn != nullptr && turn->participant == p; }
  bool hears(Heard what) const { return heard[what] >= kThreshold; }
  static constexpr Score kThreshold = Score::percent(50);
};

// In the order in which they run: later ones read what earlier ones found.
void update_customer_tier(SignalContext&);
void update_category(SignalContext&);
void mark_failure(SignalContext&);
void update_bot_repeat(SignalContext&);
void update_failed_attempts(SignalContext&);
void update_rephrase(SignalContext&);
void update_progress(SignalContext&);
void update_loop(SignalContext&);
void update_human_request(SignalContext&);
void update_context_loss(SignalContext&);
void update_waiting(SignalContext&);
void update_frustration(SignalContext&);

/// Runs them all.
void update_signals(SignalContext&);

}  // namespace loopbreaker::core
