// A record nobody can use, as a value that can be published: reason, where it came from, what was
// in it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "codec/event_json.h"
#include "loopbreaker/handoff.h"
#include "loopbreaker/ports.h"

namespace loopbreaker::codec {

/// How much of the record's value a dead letter shows.
enum class PayloadForm : std::uint8_t {
  none,
  redacted,  ///< as text, through the redaction; bytes that are not UTF-8 become U+FFFD
  original,  ///< base64 of the bytes
};

/// At most this many bytes of payload, in the form in which it is published.
inline constexpr std::size_t kDeadPayloadMax = 64 * 1024;

/// Deterministic: same record and settings, same letter; the id comes from topic, partition and
/// offset. `redact` is used for PayloadForm::redacted, on the payload and on the key.
DeadLetter make_dead_letter(const Record& record, std::string_view topic,
                            const DecodeFailure& failure, PayloadForm form,
                            const std::function<std::string(std::string_view)>& redact);

}  // namespace loopbreaker::codec
