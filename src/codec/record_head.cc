// See record_head.h.
#include "codec/record_head.h"

namespace loopbreaker::codec {
namespace {

std::string_view name_of(RecordKind kind) {
  switch (kind) {
    case RecordKind::session:
      return "session record";
    case RecordKind::closed:
      return "closed marker";
    case RecordKind::progress:
      return "progress record";
    case RecordKind::outline:
      return "outline";
  }
  return "record";
}

}  // namespace

void write_head(WireWriter& out, RecordKind kind) {
  out.byte(static_cast<std::uint8_t>(kind));
  out.byte(kRecordVersion);
}

Result<RecordKind> kind_of(std::string_view bytes) {
  const auto kind = static_cast<std::uint8_t>(bytes.empty() ? '\0' : bytes.front());
  if (kind >= static_cast<std::uint8_t>(RecordKind::session) &&
      kind <= static_cast<std::uint8_t>(RecordKind::outline)) {
    return static_cast<RecordKind>(kind);
  }
  return Error{"a record of " + std::to_string(bytes.size()) +
               " bytes begins with none of the known kinds: it was not written by loopbreaker, or "
               "by a newer one; check the name of the state topic"};
}

std::optional<Error> read_head(std::string_view bytes, RecordKind expected, WireReader& in,
                               std::uint8_t* told) {
  const auto kind = kind_of(bytes);
  if (!kind) return kind.error();
  if (*kind != expected) {
    return Error{"found a " + std::string(name_of(*kind)) + " where a " +
                 std::string(name_of(expected)) +
                 " should be: the state is damaged; delete the local store, it is rebuilt from the "
                 "state topic"};
  }
  in.byte();
  const unsigned version = in.byte();
  if (!in.ok() || version == 0) return damaged(expected, bytes.size());
  if (version > kRecordVersion) {
    return Error{"a " + std::string(name_of(expected)) + " has format version " +
                 std::to_string(version) + ", this program reads up to " +
                 std::to_string(kRecordVersion) +
                 ": it was written by a newer loopbreaker; run that version or a newer one"};
  }
  if (told) *told = static_cast<std::uint8_t>(version);
  return std::nullopt;
}

std::string_view body_of(std::string_view record) {
  WireReader in(record);
  in.byte();
  in.byte();
  in.varint();
  return in.rest();
}

Error damaged(RecordKind kind, std::size_t size) {
  return Error{"a " + std::string(name_of(kind)) + " of " + std::to_string(size) +
               " bytes is cut or damaged; delete the local store, it is rebuilt from the state "
               "topic"};
}

}  // namespace loopbreaker::codec
