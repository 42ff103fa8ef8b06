// See utf8.h. Whole texts are checked by simdjson; only broken ones are walked byte by byte.
#include "codec/utf8.h"

#include <simdjson.h>

#include <cstdint>

namespace loopbreaker::codec {
namespace {

/// Bytes of the character that begins `s`, 0 if none does (RFC 3629: no overlong forms, no
/// surrogates).
std::size_t character_length(std::string_view s) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(s[i]); };
  const auto follows = [&](std::size_t i) { return i < s.size() && (byte(i) & 0xC0) == 0x80; };
  const std::uint8_t first = byte(0);
  if (first < 0x80) return 1;
  if (first < 0xC2 || first > 0xF4 || !follows(1)) return 0;
  if (first < 0xE0) return 2;
  if (first == 0xE0 && byte(1) < 0xA0) return 0;
  if (first == 0xED && byte(1) > 0x9F) return 0;
  if (!follows(2)) return 0;
  if (first < 0xF0) return 3;
  if (first == 0xF0 && byte(1) < 0x90) return 0;
  if (first == 0xF4 && byte(1) > 0x8F) return 0;
  return follows(3) ? 4 : 0;
}

}  // namespace

bool is_utf8(std::string_view bytes) {
  return bytes.empty() || simdjson::validate_utf8(bytes.data(), bytes.size());
}

std::size_t valid_utf8_prefix(std::string_view bytes) {
  std::size_t at = 0;
  while (at < bytes.size()) {
    const std::size_t length = character_length(bytes.substr(at));
    if (length == 0) break;
    at += length;
  }
  return at;
}

std::string to_utf8(std::string_view bytes) {
  if (is_utf8(bytes)) return std::string(bytes);
  std::string out;
  out.reserve(bytes.size() + 16);
  while (!bytes.empty()) {
    const std::size_t good = valid_utf8_prefix(bytes);
    out.append(bytes.substr(0, good));
    bytes.remove_prefix(good);
    if (bytes.empty()) break;
    out.append("\xEF\xBF\xBD");
    bytes.remove_prefix(1);
  }
  return out;
}

}  // namespace loopbreaker::codec
