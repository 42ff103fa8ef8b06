#include "codec/outline.h"

#include "fuzz/targets.h"

namespace loopbreaker::fuzz {

void outline(std::string_view bytes) {
  const auto outline = codec::decode_outline(bytes);
  if (!outline) {
    promise(!outline.error().message.empty(), "a refusal says why");
    return;
  }
  const auto kind = codec::kind_of(bytes);
  promise(kind && *kind == codec::RecordKind::outline, "only outlines are outlines");
  promise(outline->kind == codec::RecordKind::session || outline->kind == codec::RecordKind::closed,
          "an outline is of a session or of a marker");
  const std::string written = codec::encode_outline(*outline);
  promise(written.size() <= 42, "outlines are short");
  const auto again = codec::decode_outline(written);
  promise(again && *again == *outline, "an outline is kept as it is");
}

}  // namespace loopbreaker::fuzz
