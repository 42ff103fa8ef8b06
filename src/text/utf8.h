// Code points: decoding that survives anything, and the little that is known about characters
// beyond ASCII.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace loopbreaker::text {

/// One code point and its length in bytes. Bad bytes are `kBadByte`, one byte long.
struct CodePoint {
  char32_t value;
  std::uint32_t bytes;
};
inline constexpr char32_t kBadByte = 0xFFFFFFFF;

/// REQUIRES: at < text.size().
CodePoint decode(std::string_view text, std::size_t at);
void append_utf8(std::string& out, char32_t c);

enum class CharKind : std::uint8_t { separator, lower, upper, ideograph, emoji, apostrophe, quote };
/// REQUIRES: c >= 0x80.
CharKind kind_of(char32_t c);
/// Simple lower case of Latin, Greek and Cyrillic capitals; others unchanged.
char32_t to_lower(char32_t c);

/// `text` cut to at most `max` bytes on a character boundary.
std::string_view cut_utf8(std::string_view text, std::size_t max);
/// Bad bytes replaced by U+FFFD.
std::string repair_utf8(std::string_view text);

}  // namespace loopbreaker::text
