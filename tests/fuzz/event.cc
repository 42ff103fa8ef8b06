#include "codec/dead_letter.h"
#include "codec/event_json.h"
#include "codec/output_json.h"
#include "codec/utf8.h"
#include "fuzz/targets.h"

namespace loopbreaker::fuzz {
namespace {

constexpr TimeMs kLogTime{1'767'225'600'000};

/// Binary mode: lines "name: value" are headers up to an empty line, the rest is the value.
Record binary_record(std::string_view bytes) {
  Record record;
  while (!bytes.empty()) {
    const std::size_t end = std::min(bytes.find('\n'), bytes.size());
    const std::string_view line = bytes.substr(0, end);
    bytes.remove_prefix(std::min(end + 1, bytes.size()));
    if (line.empty()) break;
    const std::size_t colon = std::min(line.find(": "), line.size());
    record.headers.push_back(
        {line.substr(0, colon), line.substr(std::min(colon + 2, line.size()))});
  }
  record.value = bytes;
  return record;
}

void check_event(const Event& event, const codec::DecodeSettings& settings) {
  promise(!event.session_id.empty(), "an event has a session");
  promise(event.session_id.size() <= codec::EventDecoder::kSessionIdMax, "session ids are bounded");
  promise(event.attributes.size() <= codec::EventDecoder::kAttributesMax, "attributes are bounded");
  promise(event.time.ms <= kLogTime.ms + settings.max_ahead.ms, "event times are clamped");
  for (const std::string_view text : {event.id, event.source, event.text, event.type_name})
    promise(codec::is_utf8(text), "what is decoded is UTF-8");
}

}  // namespace

void event(std::string_view bytes) {
  if (bytes.empty()) return;
  static const codec::DecodeSettings settings{.max_bytes = 1 << 16};
  static codec::EventDecoder decoder(settings);
  const bool binary = bytes.front() == 'b';
  bytes.remove_prefix(1);
  Record record = binary ? binary_record(bytes) : Record{};
  if (!binary) record.value = bytes;
  record.position = {0, 1};
  record.timestamp = kLogTime;
  record.key = bytes.substr(0, bytes.size() % 32);

  const auto decoded = decoder.decode(record);
  if (const auto* event = std::get_if<Event*>(&decoded)) {
    check_event(**event, settings);
    return;
  }
  const auto& failure = std::get<codec::DecodeFailure>(decoded);
  promise(!failure.detail.empty() && codec::is_utf8(failure.detail), "a refusal says why");
  for (const auto form :
       {codec::PayloadForm::none, codec::PayloadForm::redacted, codec::PayloadForm::original}) {
    std::string out;
    codec::encode(codec::make_dead_letter(record, "conversation-events", failure, form,
                                          [](std::string_view text) { return std::string(text); }),
                  out);
    promise(out.size() <= codec::kDeadLetterBytesMax, "dead letters are bounded");
    promise(codec::is_utf8(out), "dead letters are UTF-8");
  }
}

}  // namespace loopbreaker::fuzz
