// The canonical event: one thing that happened in a conversation.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "loopbreaker/types.h"

namespace loopbreaker {

enum class Participant : std::uint8_t { customer, bot, agent, system };

enum class EventType : std::uint8_t {
  started,
  message,
  bot_action,
  transfer,
  agent_joined,
  agent_left,
  rating,
  ended,
  unknown,  ///< a type this version does not know: counted, keeps the session alive, changes nothing else
};

enum class ActionOutcome : std::uint8_t { unknown, success, failure };

enum class TransferStatus : std::uint8_t { none, requested, queued, accepted, completed, failed, cancelled };

struct Attribute {
  std::string_view name;
  std::string_view value;  ///< scalars as text; nested values are not kept
};

/// Views point into buffers of whoever made the event and live until that maker's next call.
/// Empty view = absent. Fields of other types than `type` are empty.
struct Event {
  EventType type = EventType::unknown;
  std::string_view type_name;  ///< as received, e.g. "conversation.message"
  std::string_view id;         ///< CloudEvents id; source + id identify an event
  std::string_view source;
  std::string_view session_id;
  std::uint64_t identity = 0;  ///< stable hash of source and id; of the content where there is no id
  TimeMs time = kNoTime;       ///< event time, already clamped to what the log's timestamp allows
  Position position;           ///< where it was read

  // conversation.message
  Participant participant = Participant::system;
  std::string_view text;                 ///< UTF-8, redacted (keyed tokens such as [card#3f])
  std::string_view intent;               ///< the bot's NLU intent
  std::optional<Score> confidence;       ///< the bot's NLU confidence
  std::string_view answer_id;            ///< the bot's canned answer
  bool fallback = false;                 ///< the bot says itself that it did not understand

  // conversation.started (channel, language, tier, tenant, customer_id also on any other event)
  std::string_view customer_id;
  std::string_view channel;
  std::string_view language;
  std::string_view tier;
  std::string_view tenant;

  // conversation.bot_action
  std::string_view name;
  ActionOutcome outcome = ActionOutcome::unknown;

  // conversation.transfer
  TransferStatus transfer = TransferStatus::none;
  std::string_view queue;

  // conversation.rating: score out of scale, both in hundredths (4.5 of 5 = 450 of 500)
  std::int32_t rating_score = 0;
  std::int32_t rating_scale = 0;

  // conversation.ended
  std::string_view reason;

  std::vector<Attribute> attributes;
};

}  // namespace loopbreaker
