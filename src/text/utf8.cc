// UTF-8 decoding and character classes.
#include "text/utf8.h"

namespace loopbreaker::text {
namespace {

constexpr bool in(char32_t c, char32_t from, char32_t to) { return c >= from && c <= to; }

}  // namespace

CodePoint decode(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[at + i]); };
  const auto follows = [&](std::size_t i) {
    return at + i < text.size() && (byte(i) & 0xC0) == 0x80;
  };
  const std::uint32_t b = byte(0);
  if (b < 0x80) return {b, 1};
  if (b >= 0xC2 && b < 0xE0 && follows(1)) return {(b & 0x1F) << 6 | (byte(1) & 0x3Fu), 2};
  if (b >= 0xE0 && b < 0xF0 && follows(1) && follows(2)) {
    const char32_t c = (b & 0x0F) << 12 | (byte(1) & 0x3Fu) << 6 | (byte(2) & 0x3Fu);
    if (c >= 0x800 && !in(c, 0xD800, 0xDFFF)) return {c, 3};
  }
  if (b >= 0xF0 && b < 0xF5 && follows(1) && follows(2) && follows(3)) {
    const char32_t c =
        (b & 0x07) << 18 | (byte(1) & 0x3Fu) << 12 | (byte(2) & 0x3Fu) << 6 | (byte(3) & 0x3Fu);
    if (in(c, 0x10000, 0x10FFFF)) return {c, 4};
  }
  return {kBadByte, 1};
}

void append_utf8(std::string& out, char32_t c) {
  const auto put = [&](char32_t b) { out.push_back(static_cast<char>(b)); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xC0 | c >> 6);
    put(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    put(0xE0 | c >> 12);
    put(0x80 | (c >> 6 & 0x3F));
    put(0x80 | (c & 0x3F));
  } else {
    put(0xF0 | c >> 18);
    put(0x80 | (c >> 12 & 0x3F));
    put(0x80 | (c >> 6 & 0x3F));
    put(0x80 | (c & 0x3F));
  }
}

CharKind kind_of(char32_t c) {
  if (c == kBadByte) return CharKind::separator;
  if (c == 0x2018 || c == 0x2019 || c == 0x02BC) return CharKind::apostrophe;
  if (c == 0x201C || c == 0x201D || c == 0x201E || c == 0xAB || c == 0xBB) return CharKind::quote;
  if (c < 0xC0) return c == 0xAA || c == 0xB5 || c == 0xBA ? CharKind::lower : CharKind::separator;
  if (c == 0xD7 || c == 0xF7) return CharKind::separator;
  if (in(c, 0x1F000, 0x1FAFF) || in(c, 0x2600, 0x27BF)) return CharKind::emoji;
  if (in(c, 0x2000, 0x2BFF) || in(c, 0x3000, 0x303F) || in(c, 0xE000, 0xF8FF) ||
      in(c, 0xFE00, 0xFE6F) || in(c, 0xFF00, 0xFF0F) || in(c, 0xFF1A, 0xFF20) || c == 0xFFFD ||
      c == 0xFEFF || c >= 0xE0000) {
    return CharKind::separator;
  }
  if (in(c, 0x2E80, 0x9FFF) || in(c, 0xF900, 0xFAFF) || in(c, 0x20000, 0x3FFFF)) {
    return CharKind::ideograph;
  }
  return to_lower(c) != c ? CharKind::upper : CharKind::lower;
}

char32_t to_lower(char32_t c) {
  if (in(c, 0xC0, 0xDE) && c != 0xD7) return c + 0x20;
  if (in(c, 0x100, 0x137) || in(c, 0x14A, 0x177)) return c | 1;
  if (in(c, 0x139, 0x148) || in(c, 0x179, 0x17E)) return c + (c & 1);
  if (c == 0x178) return 0xFF;
  if (in(c, 0x391, 0x3A9)) return c + 0x20;
  if (in(c, 0x410, 0x42F)) return c + 0x20;
  if (in(c, 0x400, 0x40F)) return c + 0x50;
  return c;
}

std::string_view cut_utf8(std::string_view text, std::size_t max) {
  if (text.size() <= max) return text;
  std::size_t end = max;
  for (int back = 0; back < 3 && end > 0; ++back) {
    if ((static_cast<std::uint8_t>(text[end]) & 0xC0) != 0x80) break;
    --end;
  }
  return text.substr(0, end);
}

std::string repair_utf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const CodePoint c = decode(text, i);
    if (c.value == kBadByte) {
      append_utf8(out, 0xFFFD);
    } else {
      out.append(text, i, c.bytes);
    }
    i += c.bytes;
  }
  return out;
}

}  // namespace loopbreaker::text
