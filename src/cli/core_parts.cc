#include "cli/core_parts.h"

#include <utility>

namespace loopbreaker::cli {
namespace {

codec::PayloadForm payload_form(DeadLetterPayload payload) {
  switch (payload) {
    case DeadLetterPayload::none:
      return codec::PayloadForm::none;
    case DeadLetterPayload::original:
      return codec::PayloadForm::original;
    default:
      return codec::PayloadForm::redacted;
  }
}

}  // namespace

Result<CoreParts> make_core_parts(const Config& config, const text::AnalyzerParts& parts) {
  CoreParts out;
  out.analyzer = text::make_analyzer(parts);
  text::RedactionSettings redaction;
  redaction.enabled = config.redaction.enabled;
  if (!config.redaction.secret.empty()) redaction.secret = config.redaction.secret;
  redaction.national_ids.clear();
  for (const auto& [name, pattern] : config.redaction.national_ids)
    redaction.national_ids.push_back({name, pattern});
  auto redactor = text::make_redactor(redaction);
  if (!redactor) return redactor.error();
  out.redactor = std::move(*redactor);

  runtime::IntakeSettings intake;
  intake.decode.max_bytes = config.input.max_record_bytes;
  intake.decode.max_ahead = config.time.max_ahead;
  intake.decode.strict_keys = config.input.strict_keys;
  intake.topic = config.topic(config.topics.input);
  intake.payload = payload_form(config.dead_letters.payload);
  out.intake = std::make_unique<runtime::Intake>(
      intake, [r = out.redactor.get()](std::string_view text, std::string& scratch) {
        return r->redact(text, scratch);
      });
  return out;
}

}  // namespace loopbreaker::cli
