#include "codec/outline.h"

#include "codec/record_head.h"
#include "codec/wire.h"

namespace loopbreaker::codec {

std::string encode_outline(const Outline& outline) {
  std::string bytes;
  WireWriter out(bytes);
  write_head(out, RecordKind::outline);
  out.byte(static_cast<std::uint8_t>(outline.kind));
  out.varint(outline.seq);
  out.zigzag(outline.as_of);
  out.fixed64(outline.judged_by);
  out.time(outline.at);
  out.byte(outline.idle ? 1 : 0);
  return bytes;
}

Result<Outline> decode_outline(std::string_view bytes) {
  WireReader in(bytes);
  if (auto error = read_head(bytes, RecordKind::outline, in)) return *error;
  Outline outline;
  const std::uint8_t kind = in.byte();
  outline.kind = static_cast<RecordKind>(kind);
  outline.seq = in.varint();
  outline.as_of = in.signed_of<std::int64_t>();
  outline.judged_by = in.fixed64();
  outline.at = in.time();
  const std::uint8_t idle = in.byte();
  outline.idle = idle == 1;
  const bool known = outline.kind == RecordKind::session || outline.kind == RecordKind::closed;
  if (!in.ok() || in.left() != 0 || !known || idle > 1)
    return damaged(RecordKind::outline, bytes.size());
  return outline;
}

}  // namespace loopbreaker::codec
