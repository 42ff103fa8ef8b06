// See json_writer.h. RapidJSON does the writing; this file adds limits.
#include "codec/json_writer.h"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <cstring>
#include <vector>

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

std::uint64_t load(const char* bytes) {
  std::uint64_t word;
  std::memcpy(&word, bytes, sizeof word);
  return word;
}

/// Not 0 if a byte of `word` is below `limit`. REQUIRES: limit <= 0x80.
std::uint64_t below(std::uint64_t word, std::uint8_t limit) {
  return (word - kOnes * limit) & ~word & kHighBits;
}

bool is_escaped(char c) { return static_cast<std::uint8_t>(c) < 0x20 || c == '"' || c == '\\'; }

/// Where the part of [from, end) ends that is written as it is.
const char* end_of_plain(const char* from, const char* end) {
  for (; end - from >= 8; from += 8) {
    const std::uint64_t word = load(from);
    if (below(word, 0x20) | below(word ^ kOnes * '"', 1) | below(word ^ kOnes * '\\', 1)) break;
  }
  while (from != end && !is_escaped(*from)) ++from;
  return from;
}

/// Most texts are; the full check takes longer to begin.
bool is_ascii(std::string_view text) {
  const char* at = text.data();
  const char* const end = at + text.size();
  for (; end - at >= 8; at += 8)
    if (load(at) & kHighBits) return false;
  for (; at != end; ++at)
    if (static_cast<std::uint8_t>(*at) >= 0x80) return false;
  return true;
}

}  // namespace

/// RapidJSON's buffer, moved to a string when the document is whole.
struct OutputStream : rapidjson::StringBuffer {
  OutputStream() { Reserve(4096); }
  void start(std::string& o) {
    out = &o;
    written = 0;
    Clear();
  }
  void Flush() {
    out->append(GetString(), GetSize());
    written += GetSize();
    Clear();
  }
  std::size_t size() const { return written + GetSize(); }
  std::string* out = nullptr;
  std::size_t written = 0;
};

}  // namespace loopbreaker::codec

// RapidJSON reserves once per text where a stream says how; without this it grows the buffer byte
// by byte.
namespace rapidjson {
template <>
inline void PutReserve(loopbreaker::codec::OutputStream& stream, size_t count) {
  stream.Reserve(count);
}
template <>
inline void PutUnsafe(loopbreaker::codec::OutputStream& stream, char c) {
  stream.PutUnsafe(c);
}
// RapidJSON's own faster copying is for its StringBuffer alone.
template <>
inline bool Writer<loopbreaker::codec::OutputStream>::ScanWriteUnescapedString(StringStream& text,
                                                                               size_t length) {
  const char* const end = text.head_ + length;
  const char* const to = loopbreaker::codec::end_of_plain(text.src_, end);
  const auto count = static_cast<size_t>(to - text.src_);
  std::memcpy(os_->PushUnsafe(count), text.src_, count);
  text.src_ = to;
  return to != end;
}
}  // namespace rapidjson

namespace loopbreaker::codec {

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

struct JsonWriter::Impl {
  OutputStream stream;
  rapidjson::Writer<OutputStream> writer{stream};
  std::size_t source_bytes = 0, sources = 0;
  bool shortened = false;

  void start(std::string& out) {
    stream.start(out);
    writer.Reset(stream);
    source_bytes = sources = 0;
    shortened = false;
  }

  /// Those not in use, for their memory: there is one writer per output, and one for every part
  /// whose cost is asked.
  static std::vector<std::unique_ptr<Impl>>& spare() {
    static constexpr std::size_t kMost = 4;
    thread_local std::vector<std::unique_ptr<Impl>> all = [] {
      std::vector<std::unique_ptr<Impl>> none;
      none.reserve(kMost);
      return none;
    }();
    return all;
  }
};

JsonWriter::JsonWriter(std::string& out) {
  auto& spare = Impl::spare();
  if (spare.empty()) {
    impl_ = std::make_unique<Impl>();
  } else {
    impl_ = std::move(spare.back());
    spare.pop_back();
  }
  impl_->start(out);
}

JsonWriter::~JsonWriter() {
  auto& spare = Impl::spare();
  if (spare.size() < spare.capacity()) spare.push_back(std::move(impl_));
}

void JsonWriter::begin_object() { impl_->writer.StartObject(); }
void JsonWriter::end_object() { impl_->writer.EndObject(); }
void JsonWriter::begin_array() { impl_->writer.StartArray(); }
void JsonWriter::end_array() { impl_->writer.EndArray(); }
void JsonWriter::integer(std::int64_t value) { impl_->writer.Int64(value); }
void JsonWriter::unsigned_integer(std::uint64_t value) { impl_->writer.Uint64(value); }
void JsonWriter::number(double value) { impl_->writer.Double(value); }
void JsonWriter::boolean(bool value) { impl_->writer.Bool(value); }
void JsonWriter::null() { impl_->writer.Null(); }

bool JsonWriter::string(std::string_view text, std::size_t max) {
  if (!is_ascii(text) && !is_utf8(text)) return string(to_utf8(text), max);
  const std::string_view fits = cut_json(text, max);
  const bool whole = fits.size() == text.size();
  impl_->shortened |= !whole;
  // RapidJSON takes no null pointer, which an empty view may have.
  const char* data = fits.empty() ? "" : fits.data();
  impl_->writer.String(data, static_cast<rapidjson::SizeType>(fits.size()));
  return whole;
}

void JsonWriter::name(std::string_view name) {
  impl_->writer.Key(name.data(), static_cast<rapidjson::SizeType>(name.size()));
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
  if (position.partition < 0 && position.offset < 0) {
    ++impl_->sources;
    return;
  }
  const std::size_t before = impl_->stream.size();
  begin_object("source");
  member_integer("partition", position.partition);
  member_integer("offset", position.offset);
  end_object();
  impl_->source_bytes += impl_->stream.size() - before;
  ++impl_->sources;
}

bool JsonWriter::shortened() const { return impl_->shortened; }

std::size_t JsonWriter::cost() const {
  return impl_->stream.size() - impl_->source_bytes + impl_->sources * kSourceCost;
}

}  // namespace loopbreaker::codec
