// What the core heard and decided while labelled sessions went through it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "loopbreaker/decision.h"
#include "loopbreaker/event.h"
#include "loopbreaker/signal.h"

namespace loopbreaker::quality {

/// Number of an event in its session, from 0, of all types.
using EventNumber = std::int32_t;

struct PlayedTurn {
  EventNumber event = 0;
  Participant participant = Participant::customer;
  std::string text;        ///< redacted
  SignalValues signals{};  ///< after this turn
};

struct PlayedReason {
  std::string rule, title, why;
  Signal signal = Signal::loop;
  std::string value;
  std::vector<std::string> quotes;
};

struct PlayedDecision {
  EventNumber event = 0;  ///< that made it; the last message before a deadline
  Outcome outcome = Outcome::watch;
  std::vector<PlayedReason> reasons;  ///< primary first
};

struct PlayedSession {
  std::vector<PlayedTurn> turns;                         ///< messages only
  std::vector<PlayedDecision> decisions;                 ///< escalate, offer and watch
  std::unordered_map<std::string, EventNumber> numbers;  ///< event id to number

  /// Highest value of a signal over the session.
  double peak(Signal) const;
  double last(Signal) const;
  /// First escalation or, unless `escalations_only`, offer; -1 when there is none.
  EventNumber first_decision(bool escalations_only = false) const;
  /// Number of an event by id; -1 when the session has none such.
  EventNumber number_of(std::string_view event_id) const;
};

/// By session id.
using Recording = std::unordered_map<std::string, PlayedSession>;

}  // namespace loopbreaker::quality
