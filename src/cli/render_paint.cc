// See render_paint.h.
#include "cli/render_paint.h"

#include <cstdint>

namespace loopbreaker::cli {
namespace {

struct Character {
  std::uint32_t code = 0;
  std::size_t bytes = 1;
};

/// The character that begins `text`; a stray byte counts as one of its own. REQUIRES: not empty.
Character first_of(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t lead = byte(0);
  const std::size_t bytes = lead < 0x80   ? 1
                            : lead < 0xC2 ? 0
                            : lead < 0xE0 ? 2
                            : lead < 0xF0 ? 3
                            : lead < 0xF5 ? 4
                                          : 0;
  if (bytes == 0 || bytes > text.size()) return {0xFFFD, 1};
  if (bytes == 1) return {lead, 1};
  std::uint32_t code = lead & (0xFFu >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {0xFFFD, 1};
    code = code << 6 | (byte(i) & 0x3F);
  }
  return {code, bytes};
}

bool steers_terminal(std::uint32_t c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || (c >= 0x202A && c <= 0x202E) ||
         (c >= 0x2066 && c <= 0x2069) || c == 0x2028 || c == 0x2029;
}

std::size_t columns(std::uint32_t c) {
  if ((c >= 0x300 && c < 0x370) || c == 0x200B || c == 0x200D || (c >= 0xFE00 && c <= 0xFE0F))
    return 0;
  const bool wide = (c >= 0x1100 && c <= 0x115F) || (c >= 0x2E80 && c <= 0xA4CF) ||
                    (c >= 0xAC00 && c <= 0xD7A3) || (c >= 0xF900 && c <= 0xFAFF) ||
                    (c >= 0xFE30 && c <= 0xFE6F) || (c >= 0xFF00 && c <= 0xFF60) ||
                    (c >= 0x1F300 && c <= 0x1FAFF) || (c >= 0x20000 && c <= 0x3FFFD);
  return wide ? 2 : 1;
}

/// The longest head of `text` of at most `width` columns, in bytes; at least one character.
std::size_t head_bytes(std::string_view text, std::size_t width) {
  std::size_t bytes = 0, used = 0;
  while (bytes < text.size()) {
    const Character c = first_of(text.substr(bytes));
    used += columns(c.code);
    if (used > width && bytes > 0) break;
    bytes += c.bytes;
  }
  return bytes;
}

const char* code_of(Style style) {
  switch (style) {
    case Style::plain:
      return "";
    case Style::bold:
      return "\x1b[1m";
    case Style::dim:
      return "\x1b[2m";
    case Style::red:
      return "\x1b[31m";
    case Style::yellow:
      return "\x1b[33m";
    case Style::green:
      return "\x1b[32m";
    case Style::cyan:
      return "\x1b[36m";
    case Style::magenta:
      return "\x1b[35m";
    case Style::alert:
      return "\x1b[1;31m";
  }
  return "";
}

}  // namespace

std::string safe_text(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const Character c = first_of(text);
    if (c.code == 0xFFFD && c.bytes == 1) {
      out += "\xEF\xBF\xBD";
    } else if (!steers_terminal(c.code)) {
      out += text.substr(0, c.bytes);
    } else if (!out.empty() && out.back() != ' ') {
      out += ' ';
    }
    text.remove_prefix(c.bytes);
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

std::size_t columns_of(std::string_view text) {
  std::size_t sum = 0;
  while (!text.empty()) {
    const Character c = first_of(text);
    sum += columns(c.code);
    text.remove_prefix(c.bytes);
  }
  return sum;
}

std::string fit_columns(std::string_view text, std::size_t columns) {
  if (columns_of(text) <= columns) return std::string(text);
  if (columns < 2) return std::string(columns, '.');
  return std::string(text.substr(0, head_bytes(text, columns - 1))) + "…";
}

std::string Painter::paint(Style style, std::string_view text) const {
  if (!color_ || style == Style::plain || text.empty()) return std::string(text);
  return std::string(code_of(style)).append(text).append("\x1b[0m");
}

void append_wrapped(std::string& out, const Painter& painter, Style style, std::string_view text,
                    std::size_t column, std::size_t indent, std::size_t width) {
  if (width < indent + 20) width = indent + 20;  // a very narrow window wraps by itself
  while (true) {
    const std::size_t room = width > column ? width - column : 1;
    if (columns_of(text) <= room) break;
    std::size_t end = head_bytes(text, room);
    // Back to the last space, unless that leaves next to nothing: then the word is cut.
    std::size_t space =
        end < text.size() && text[end] == ' ' ? end : text.rfind(' ', end > 0 ? end - 1 : 0);
    if (space != std::string_view::npos && space > 0) end = space;
    out += painter.paint(style, text.substr(0, end));
    out += '\n';
    out.append(indent, ' ');
    text.remove_prefix(end);
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    column = indent;
  }
  out += painter.paint(style, text);
  out += '\n';
}

}  // namespace loopbreaker::cli
