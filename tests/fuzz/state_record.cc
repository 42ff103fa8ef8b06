#include "codec/packing.h"
#include "codec/progress.h"
#include "codec/record_head.h"
#include "codec/session_record.h"
#include "fuzz/targets.h"
#include "text/analyzer.h"

namespace loopbreaker::fuzz {
namespace {

/// A record of the last version that was not packed, as this one writes it: bytes that look like
/// zstd's come out of no fuzzer. Empty for any other.
std::string packed(std::string_view bytes) {
  const std::string_view body = codec::body_of(bytes);
  if (body.empty() || bytes[1] != codec::kPackedSince - 1) return {};
  std::string out(bytes.substr(0, bytes.size() - body.size()));
  out[1] = static_cast<char>(codec::kPackedSince);
  codec::pack(body, out);
  return out;
}

}  // namespace

void state_record(std::string_view bytes) {
  static const std::unique_ptr<Analyzer> analyzer = text::make_analyzer();
  const auto kind = codec::kind_of(bytes);
  if (!kind) {
    promise(!codec::decode_session(bytes, *analyzer), "only session records are sessions");
    return;
  }
  // What is read is written, and read again as the same: bytes of an older version become those of
  // this one once.
  if (auto session = codec::decode_session(bytes, *analyzer)) {
    promise(*kind == codec::RecordKind::session, "only session records are sessions");
    const std::string once = codec::encode_session(session->session, session->seq);
    promise(once.size() <= codec::kSessionRecordMax, "session records are bounded");
    const auto again = codec::decode_session(once, *analyzer);
    promise(again && codec::encode_session(again->session, again->seq) == once,
            "a session is kept as it is");
    if (const std::string same = packed(bytes); !same.empty())
      promise(codec::decode_session(same, *analyzer).has_value(), "packed or not is the same");
  }
  if (auto closed = codec::decode_closed(bytes)) {
    promise(*kind == codec::RecordKind::closed, "only markers are markers");
    const std::string once = codec::encode_closed(closed->session, closed->seq);
    const auto again = codec::decode_closed(once);
    promise(again && codec::encode_closed(again->session, again->seq) == once,
            "a marker is kept as it is");
  }
  if (auto progress = codec::decode_progress(bytes)) {
    promise(*kind == codec::RecordKind::progress, "only progress records are progress");
    auto again = codec::decode_progress(codec::encode_progress(*progress));
    promise(again.has_value(), "progress is kept as it is");
    // The format tells what was read.
    again->format = progress->format;
    promise(*again == *progress, "progress is kept as it is");
  }
}

}  // namespace loopbreaker::fuzz
