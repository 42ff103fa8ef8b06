// A conversation as planned: what will be said, when, and what is true of it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "loopbreaker/event.h"
#include "loopbreaker/types.h"

namespace loopbreaker::workload {

enum class Kind : std::uint8_t {
  normal,            ///< solved by the bot
  once,              ///< misunderstood once, then solved
  sensitive,         ///< about something that always goes to a human
  loop,              ///< asked the same at least three times, in vain
  human_request,     ///< asked for a person and was denied or ignored
  frustrated,        ///< annoyed beyond words
  phantom_transfer,  ///< promised a person who did not come
  context_loss,      ///< asked again and again for what was given
};
inline constexpr int kKinds = 8;
std::string_view name_of(Kind);
/// The customer needed help that the bot did not give.
constexpr bool stuck(Kind kind) { return kind >= Kind::loop; }

/// What is true of a conversation; one line of a labels file.
struct Label {
  std::string session_id;
  Kind kind = Kind::normal;
  std::string_view domain, need, outcome;  ///< outcome: "solved", "agent", "abandoned"
  std::string_view category;               ///< of a sensitive need, or empty
  std::string tier;
  std::uint32_t events = 0;
  std::vector<std::string>
      ask_event_ids;  ///< the asks of the need that was not met; at least 3 in a loop
  std::vector<std::string> human_request_event_ids;
};
/// One JSON object, without newline. `complete`: all events of the session were sent.
std::string to_json(const Label&, bool complete);

/// One event to come. Fields as in loopbreaker::Event; empty = absent.
struct Beat {
  EventType type = EventType::message;
  Participant participant = Participant::system;
  DurationMs after;  ///< since the beat before
  std::string text;
  std::string_view intent, answer_id, name, queue, reason;
  std::int32_t confidence = -1;  ///< per cent; -1 = absent
  bool fallback = false;
  ActionOutcome outcome = ActionOutcome::unknown;
  TransferStatus transfer = TransferStatus::none;
  std::int32_t rating = 0;  ///< of 5; 0 = absent
};

struct Conversation {
  std::string session_id, customer_id, tier, tenant;
  std::string_view channel;
  std::vector<std::pair<std::string_view, std::string>> attributes;
  std::vector<Beat> beats;
  Label label;
};

/// "<session>-<index>", as in all label files.
std::string event_id(const Conversation&, std::size_t index);
/// The canonical CloudEvent of one beat, as structured JSON without newline. Replaces the contents
/// of `out`.
void write_event(const Conversation&, std::size_t index, TimeMs time, std::string& out);

}  // namespace loopbreaker::workload
