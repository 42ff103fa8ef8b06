// Small text helpers of the contract: cutting on UTF-8 boundaries, keyed redaction tokens to plain
// ones.
#include "core/texts.h"

#include <cstring>

#include "loopbreaker/core.h"

namespace loopbreaker {

std::string_view cut_utf8(std::string_view text, std::size_t max) {
  if (text.size() <= max) return text;
  std::size_t end = max;
  while (end > 0 && (static_cast<std::uint8_t>(text[end]) & 0xc0) == 0x80) --end;
  return text.substr(0, end);
}

std::string plain(std::string_view redacted) {
  std::string out;
  out.reserve(redacted.size());
  std::size_t from = 0;
  for (core::Token token = core::next_token(redacted, 0); token.end != 0;
       token = core::next_token(redacted, token.end)) {
    out += redacted.substr(from, token.begin - from);
    out += '[';
    out += token.kind;
    out += ']';
    from = token.end;
  }
  out += redacted.substr(from);
  return out;
}

namespace core {
namespace {

bool is_kind(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}
bool is_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

}  // namespace

Token next_token(std::string_view text, std::size_t from) {
  for (std::size_t open = text.find('[', from); open != std::string_view::npos;
       open = text.find('[', open + 1)) {
    std::size_t i = open + 1;
    while (i < text.size() && is_kind(text[i])) ++i;
    if (i == open + 1 || i + 3 >= text.size() || text[i] != '#') continue;
    if (!is_hex(text[i + 1]) || !is_hex(text[i + 2]) || text[i + 3] != ']') continue;
    return {open, i + 4, text.substr(open + 1, i - open - 1)};
  }
  return {};
}

namespace {

bool is_blank(char c) { return static_cast<std::uint8_t>(c) <= 0x20 || c == 0x7f; }

// Bytes at the beginning that stay as they are on one line: nearly always all of them.
std::size_t already_one_line(std::string_view text) {
  // Eight bytes at a time, as long as none is a control character or the second of two spaces.
  constexpr std::uint64_t kEach = 0x0101010101010101, kTop = kEach * 0x80;
  std::size_t i = 0;
  for (std::uint64_t before = 0; i + 8 < text.size(); i += 8) {
    std::uint64_t bytes;
    std::memcpy(&bytes, text.data() + i, sizeof bytes);
    const auto zero_bytes = [](std::uint64_t x) { return ~(((x & ~kTop) + ~kTop) | x) & kTop; };
    const std::uint64_t spaces = zero_bytes(bytes ^ kEach * ' ');
    const std::uint64_t controls =
        zero_bytes(bytes & kEach * 0xE0) | zero_bytes(bytes ^ kEach * 0x7F);
    if (controls != 0 || (spaces & (spaces << 8 | before)) != 0) break;
    before = spaces >> 56;
  }
  if (i > 0) --i;  // the last one may be a space before another
  for (; i < text.size(); ++i) {
    if (!is_blank(text[i])) continue;
    const bool single = text[i] == ' ' && i > 0 && i + 1 < text.size() && !is_blank(text[i + 1]);
    if (!single) break;
  }
  return i;
}

}  // namespace

std::string_view trim(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const auto begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

std::string one_line(std::string_view text) {
  const std::string_view line = trim(text);
  std::size_t from = already_one_line(line);
  std::string out;
  out.reserve(line.size());
  out.append(line, 0, from);
  bool space = false;
  for (; from < line.size(); ++from) {
    if (is_blank(line[from])) {
      space = true;
      continue;
    }
    if (space) out += ' ';
    space = false;
    out += line[from];
  }
  return out;
}

std::string shortened(std::string_view text, std::size_t max) {
  static constexpr std::string_view kEllipsis = "…";
  std::string line = one_line(text);
  if (line.size() <= max) return line;
  if (max <= kEllipsis.size()) return std::string(cut_utf8(line, max));
  std::string_view head = cut_utf8(line, max - kEllipsis.size());
  // Cut at a word where that costs little.
  const auto space = head.rfind(' ');
  if (space != std::string_view::npos && space > head.size() * 2 / 3) head = head.substr(0, space);
  return std::string(trim(head)) + std::string(kEllipsis);
}

}  // namespace core
}  // namespace loopbreaker
