// Record to event: decoded, personal data redacted, everything odd counted by the caller.
#pragma once

#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <variant>

#include "codec/dead_letter.h"
#include "codec/event_json.h"
#include "loopbreaker/ports.h"

namespace loopbreaker::runtime {

/// Returns `text` itself when there is nothing to redact, else a view into `scratch`.
using Redact = std::function<std::string_view(std::string_view text, std::string& scratch)>;

struct IntakeSettings {
  codec::DecodeSettings decode;
  std::string topic = "conversation-events";  ///< named in dead letters
  codec::PayloadForm payload = codec::PayloadForm::redacted;
};

/// One per worker: owns the buffers that events point into.
class Intake {
 public:
  Intake(IntakeSettings settings, Redact redact);

  /// The event lives until the next take(); the caller may set its time.
  std::variant<Event*, codec::DecodeFailure> take(const Record& record);
  const codec::DecodeNotes& notes() const { return decoder_.notes(); }
  DeadLetter dead_letter(const Record& record, const codec::DecodeFailure& failure) const;

 private:
  std::string_view redacted(std::string_view text);

  IntakeSettings settings_;
  Redact redact_;
  codec::EventDecoder decoder_;
  std::deque<std::string> scratch_;  ///< one buffer per redacted field of an event; addresses stay
  std::size_t scratch_used_ = 0;
};

}  // namespace loopbreaker::runtime
