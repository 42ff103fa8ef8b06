#include "runtime/intake.h"

namespace loopbreaker::runtime {

Intake::Intake(IntakeSettings settings, Redact redact)
    : settings_(std::move(settings)), redact_(std::move(redact)), decoder_(settings_.decode) {}

std::string_view Intake::redacted(std::string_view text) {
  if (text.empty()) return text;
  if (scratch_used_ == scratch_.size()) scratch_.emplace_back();
  std::string_view out = redact_(text, scratch_[scratch_used_]);
  if (out.data() != text.data()) ++scratch_used_;
  return out;
}

std::variant<Event*, codec::DecodeFailure> Intake::take(const Record& record) {
  auto decoded = decoder_.decode(record);
  if (auto* failure = std::get_if<codec::DecodeFailure>(&decoded)) return std::move(*failure);
  Event& event = *std::get<Event*>(decoded);
  scratch_used_ = 0;
  // Free text that people or bots wrote. Ids, channel and tier are the pipeline's own vocabulary
  // and stay.
  event.text = redacted(event.text);
  event.reason = redacted(event.reason);
  for (Attribute& attribute : event.attributes) attribute.value = redacted(attribute.value);
  return &event;
}

DeadLetter Intake::dead_letter(const Record& record, const codec::DecodeFailure& failure) const {
  return codec::make_dead_letter(record, settings_.topic, failure, settings_.payload,
                                 [this](std::string_view text) {
                                   std::string scratch;
                                   return std::string(redact_(text, scratch));
                                 });
}

}  // namespace loopbreaker::runtime
