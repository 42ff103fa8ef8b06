// See json_writer.h.
#include "codec/json_writer.h"

#include <rapidjson/internal/dtoa.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

#include "codec/rfc3339.h"
#include "codec/utf8.h"

namespace loopbreaker::codec {
namespace {

/// Bytes that a byte of UTF-8 has in a JSON text.
std::size_t written_bytes(char c) {
  const auto byte = static_cast<std::uint8_t>(c);
  if (byte >= 0x20) return c == '"' || c == '\\' ? 2 : 1;
  return c == '\b' || c == '\f' || c == '\n' || c == '\r' || c == '\t' ? 2 : 6;
}

bool continues(char c) { return (static_cast<std::uint8_t>(c) & 0xC0) == 0x80; }

// Eight bytes of a text at once; every byte of a mask is 0x80 or 0.
constexpr std::uint64_t kOnes = 0x0101010101010101;
constexpr std::uint64_t kHighBits = 0x8080808080808080;

template <class Word>
std::uint64_t load(const char* bytes) {
  Word word;
  std::memcpy(&word, bytes, sizeof word);
  return word;
}

/// Not 0 if a byte of `word` is below `limit`. REQUIRES: limit <= 0x80.
std::uint64_t below(std::uint64_t word, std::uint8_t limit) {
  return (word - kOnes * limit) & ~word & kHighBits;
}

/// Not 0 if a byte is not written as it is, or not ASCII.
std::uint64_t odd(std::uint64_t word) {
  return (word & kHighBits) | below(word, 0x20) | below(word ^ kOnes * '"', 1) |
         below(word ^ kOnes * '\\', 1);
}

bool is_escaped(char c) { return static_cast<std::uint8_t>(c) < 0x20 || c == '"' || c == '\\'; }

/// ASCII that is written as it is, as nearly all texts are.
bool is_plain(std::string_view text) {
  const char* at = text.data();
  const char* const end = at + text.size();
  if (text.size() >= 8) {
    for (; end - at > 8; at += 8)
      if (odd(load<std::uint64_t>(at))) return false;
    return !odd(load<std::uint64_t>(end - 8));
  }
  if (text.size() >= 4) return !odd(load<std::uint32_t>(at) << 32 | load<std::uint32_t>(end - 4));
  return std::none_of(at, end, [](char c) { return is_escaped(c) || (c & 0x80) != 0; });
}

}  // namespace

std::string_view cut_json(std::string_view text, std::size_t max) {
  if (text.size() <= max / 6) return text;
  std::size_t used = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    used += written_bytes(text[i]);
    if (used <= max) continue;
    while (i > 0 && continues(text[i])) --i;
    return text.substr(0, i);
  }
  return text;
}

void JsonWriter::next() {
  if (after_value_) out_.push_back(',');
  after_value_ = true;
}

void JsonWriter::begin_object() {
  next();
  out_.push_back('{');
  after_value_ = false;
}

void JsonWriter::end_object() {
  out_.push_back('}');
  after_value_ = true;
}

void JsonWriter::begin_array() {
  next();
  out_.push_back('[');
  after_value_ = false;
}

void JsonWriter::end_array() {
  out_.push_back(']');
  after_value_ = true;
}

void JsonWriter::integer(std::int64_t value) {
  std::array<char, 20> digits;
  next();
  out_.append(digits.data(), std::to_chars(digits.data(), digits.end(), value).ptr);
}

void JsonWriter::unsigned_integer(std::uint64_t value) {
  std::array<char, 20> digits;
  next();
  out_.append(digits.data(), std::to_chars(digits.data(), digits.end(), value).ptr);
}

void JsonWriter::number(double value) {
  std::array<char, 32> digits;
  next();
  out_.append(digits.data(), rapidjson::internal::dtoa(value, digits.data()));
}

void JsonWriter::boolean(bool value) {
  next();
  out_.append(value ? "true" : "false");
}

void JsonWriter::null() {
  next();
  out_.append("null");
}

void JsonWriter::written(std::string_view json) {
  next();
  out_.append(json);
}

void JsonWriter::quoted(std::string_view text) {
  out_.push_back('"');
  out_.append(text);
  out_.push_back('"');
}

void JsonWriter::escaped(std::string_view text) {
  static constexpr std::string_view kHex = "0123456789ABCDEF";
  out_.push_back('"');
  for (const char c : text) {
    if (!is_escaped(c)) {
      out_.push_back(c);
      continue;
    }
    out_.push_back('\\');
    switch (c) {
      case '\b':
        out_.push_back('b');
        break;
      case '\f':
        out_.push_back('f');
        break;
      case '\n':
        out_.push_back('n');
        break;
      case '\r':
        out_.push_back('r');
        break;
      case '\t':
        out_.push_back('t');
        break;
      case '"':
      case '\\':
        out_.push_back(c);
        break;
      default:
        out_.append("u00").push_back(kHex[static_cast<std::size_t>(c) >> 4]);
        out_.push_back(kHex[static_cast<std::size_t>(c) & 15]);
    }
  }
  out_.push_back('"');
}

bool JsonWriter::string(std::string_view text, std::size_t max) {
  if (text.size() <= max && is_plain(text)) {
    next();
    quoted(text);
    return true;
  }
  if (!is_utf8(text)) return string(to_utf8(text), max);
  const std::string_view fits = cut_json(text, max);
  const bool whole = fits.size() == text.size();
  shortened_ |= !whole;
  next();
  escaped(fits);
  return whole;
}

void JsonWriter::name(std::string_view name) {
  next();
  quoted(name);
  out_.push_back(':');
  after_value_ = false;
}

void JsonWriter::begin_object(std::string_view n) {
  name(n);
  begin_object();
}

void JsonWriter::begin_array(std::string_view n) {
  name(n);
  begin_array();
}

bool JsonWriter::member(std::string_view n, std::string_view text, std::size_t max) {
  name(n);
  return string(text, max);
}

void JsonWriter::member_if(std::string_view n, std::string_view text, std::size_t max) {
  if (!text.empty()) member(n, text, max);
}

void JsonWriter::member(std::string_view n, Score score) {
  name(n);
  number(score.to_double());
}

void JsonWriter::member(std::string_view n, TimeMs time) {
  if (time == kNoTime) return;
  name(n);
  string(format_rfc3339(time).view());
}

void JsonWriter::member_integer(std::string_view n, std::int64_t value) {
  name(n);
  integer(value);
}

void JsonWriter::member_boolean(std::string_view n, bool value) {
  name(n);
  boolean(value);
}

void JsonWriter::member_hundredths(std::string_view n, std::int32_t value) {
  name(n);
  number(value / 100.0);
}

void JsonWriter::source(Position position) {
  ++sources_;
  if (position.partition < 0 && position.offset < 0) return;
  const std::size_t before = out_.size();
  begin_object("source");
  member_integer("partition", position.partition);
  member_integer("offset", position.offset);
  end_object();
  source_bytes_ += out_.size() - before;
}

}  // namespace loopbreaker::codec
