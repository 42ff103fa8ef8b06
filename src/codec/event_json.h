// Bytes to canonical events: CloudEvents 1.0 JSON, structured and binary mode, checked to the last
// byte.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <variant>

#include "loopbreaker/event.h"
#include "loopbreaker/handoff.h"
#include "loopbreaker/ports.h"

namespace loopbreaker::codec {

struct DecodeSettings {
  std::uint64_t max_bytes = 1 << 20;  ///< longer values are dead letters
  DurationMs max_ahead{
      300'000};              ///< event times later than the record's timestamp + this are clamped
  bool strict_keys = false;  ///< a key that is not the session id makes a dead letter
};

/// Why a record is of no use to anybody.
struct DecodeFailure {
  DeadReason reason = DeadReason::bad_json;
  std::string detail;  ///< where and what, for people; holds no text of the conversation
};

/// What was odd about the last event, accepted, and to be counted.
struct DecodeNotes {
  bool time_missing = false;  ///< no time: the record's timestamp was taken
  bool time_clamped = false;  ///< later than allowed: the record's timestamp was taken
  bool unknown_type = false;  ///< EventType::unknown
  bool no_id = false;         ///< no id or no source
  bool key_mismatch = false;  ///< the record has another key than its session id
  std::uint32_t unknown_fields =
      0;  ///< names that this version does not know, in the envelope and in data
  std::uint32_t ignored_fields = 0;  ///< optional fields with a wrong type or value, left out
};

/// One per worker: owns the buffers that events point into. Allocates nothing once its buffers have
/// grown.
class EventDecoder {
 public:
  /// Attributes beyond this many are left out and counted as ignored.
  static constexpr std::size_t kAttributesMax = 32;
  /// Longer session ids are a bad field.
  static constexpr std::size_t kSessionIdMax = 256;
  /// Objects and arrays in each other; deeper is bad JSON. An event needs three.
  static constexpr std::size_t kDepthMax = 64;

  explicit EventDecoder(DecodeSettings settings);
  ~EventDecoder();
  EventDecoder(EventDecoder&&) noexcept;
  EventDecoder& operator=(EventDecoder&&) noexcept;

  /// The event and all its views live until the next decode, and may be changed until then; the
  /// record's bytes are not needed after this call.
  std::variant<Event*, DecodeFailure> decode(const Record& record);
  /// About the last successful decode.
  const DecodeNotes& notes() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace loopbreaker::codec
