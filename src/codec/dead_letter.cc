// See dead_letter.h, and output_json.h for the dead letter as JSON.
#include "codec/dead_letter.h"

#include <openssl/evp.h>
#include <openssl/sha.h>

#include <algorithm>

#include "codec/output_json.h"
#include "codec/output_parts.h"
#include "codec/utf8.h"
#include "loopbreaker/core.h"

namespace loopbreaker::codec {
namespace {

constexpr std::size_t kKeyMax = 256, kDetailMax = 512;

std::string hex(const unsigned char* bytes, std::size_t size) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(size * 2);
  for (std::size_t i = 0; i < size; ++i) {
    text += kDigits[bytes[i] >> 4];
    text += kDigits[bytes[i] & 15];
  }
  return text;
}

std::string sha256(std::string_view bytes) {
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest);
  return hex(digest, sizeof digest);
}

std::string base64(std::string_view bytes) {
  std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                   reinterpret_cast<const unsigned char*>(bytes.data()),
                                   static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(size));
  return text;
}

/// 32 hex digits over where the record stands: the same from every run.
std::string letter_id(std::string_view topic, Position position) {
  std::string place("dead-letter\x1f");
  place.append(topic).append(1, '\x1f').append(std::to_string(position.partition));
  place.append(1, '\x1f').append(std::to_string(position.offset));
  return sha256(place).substr(0, 32);
}

/// At most `max` bytes of redacted text. Of a value that is longer, the redaction sees a margin
/// more than is kept: what is cut in the middle, and so has lost the form by which it is known as
/// personal, is in the margin.
std::string redacted_text(std::string_view bytes, std::size_t max, bool& cut,
                          const std::function<std::string(std::string_view)>& redact) {
  static constexpr std::size_t kMargin = 256;
  const std::string_view seen = cut_utf8(bytes, max + kMargin);
  const std::string text = to_utf8(redact(to_utf8(seen)));
  const std::size_t margin = seen.size() < bytes.size() ? std::min(kMargin, text.size()) : 0;
  const std::string_view kept = cut_utf8(text, std::min(max, text.size() - margin));
  cut = seen.size() < bytes.size() || kept.size() < text.size();
  return std::string(kept);
}

}  // namespace

DeadLetter make_dead_letter(const Record& record, std::string_view topic,
                            const DecodeFailure& failure, PayloadForm form,
                            const std::function<std::string(std::string_view)>& redact) {
  const std::string_view value = record.value.value_or(std::string_view());
  DeadLetter letter;
  letter.envelope.id = letter_id(topic, record.position);
  letter.envelope.type = "loopbreaker.dead-letter.v1";
  letter.envelope.source = "/loopbreaker/dead-letters";
  letter.envelope.subject = topic;
  letter.envelope.time = record.timestamp;
  letter.reason = failure.reason;
  letter.detail = cut_utf8(to_utf8(failure.detail), kDetailMax);
  letter.topic = topic;
  letter.position = record.position;
  letter.log_time = record.timestamp;
  bool key_cut = false;
  letter.key = redacted_text(record.key.value_or(std::string_view()), kKeyMax, key_cut, redact);
  letter.length = value.size();
  letter.sha256 = sha256(value);
  switch (form) {
    case PayloadForm::none:
      letter.payload_form = "none";
      break;
    case PayloadForm::redacted:
      letter.payload_form = "redacted";
      letter.payload = redacted_text(value, kDeadPayloadMax, letter.payload_cut, redact);
      break;
    case PayloadForm::original: {
      static constexpr std::size_t kBytesMax = kDeadPayloadMax / 4 * 3;
      letter.payload_form = "original";
      letter.payload_cut = value.size() > kBytesMax;
      letter.payload = base64(value.substr(0, kBytesMax));
      break;
    }
  }
  return letter;
}

void encode(const DeadLetter& letter, std::string& out) {
  out.clear();
  JsonWriter json(out);
  write_envelope(json, letter.envelope, {}, letter.key, "urn:loopbreaker:dead-letter:v1");
  json.begin_object("data");
  json.member("reason", name_of(letter.reason), Limit::word);
  json.member("detail", letter.detail, Limit::turn);
  json.member("topic", letter.topic, Limit::id);
  json.source(letter.position);
  json.member("log_time", letter.log_time);
  json.member_if("key", letter.key, Limit::session_id);
  json.member_integer("length", static_cast<std::int64_t>(letter.length));
  json.member("sha256", letter.sha256, Limit::word);
  json.member("payload_form", letter.payload_form, Limit::word);
  const bool whole =
      letter.payload.empty() || json.member("payload", letter.payload, kDeadPayloadMax);
  if (letter.payload_cut || !whole) json.member_boolean("payload_cut", true);
  json.end_object();
  json.end_object();
  require_at_most("a dead letter", out.size(), kDeadLetterBytesMax);
}

}  // namespace loopbreaker::codec
