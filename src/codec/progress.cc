// See progress.h.
//
//   progress_record := head, varint seq, zigzag committed, zigzag replay_from, time stream_time,
//   zigzag last_offset,
//                      fixed64 last_hash, time written_at, zigzag state_position,
//                      time log_time (since version 2)
//   metadata        := "loopbreaker/" format " seq=" decimal " committed=" decimal
#include "codec/progress.h"

#include <charconv>

#include "codec/record_head.h"
#include "codec/wire.h"

namespace loopbreaker::codec {
namespace {

constexpr std::string_view kName = "loopbreaker/", kSeq = " seq=", kCommitted = " committed=";

/// Takes `label` and the number behind it off the front of `text`.
template <class T>
bool take(std::string_view& text, std::string_view label, T& number) {
  if (!text.starts_with(label)) return false;
  text.remove_prefix(label.size());
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return true;
}

}  // namespace

std::string encode_progress(const Progress& progress) {
  std::string bytes;
  WireWriter out(bytes);
  write_head(out, RecordKind::progress);
  out.varint(progress.seq);
  out.zigzag(progress.committed);
  out.zigzag(progress.replay_from);
  out.time(progress.stream_time);
  out.zigzag(progress.last_offset);
  out.fixed64(progress.last_hash);
  out.time(progress.written_at);
  out.zigzag(progress.state_position);
  out.time(progress.log_time);
  return bytes;
}

Result<Progress> decode_progress(std::string_view bytes) {
  WireReader in(bytes);
  if (auto error = read_head(bytes, RecordKind::progress, in)) return *error;
  Progress progress;
  progress.format = static_cast<std::uint8_t>(bytes[1]);
  progress.seq = in.varint();
  progress.committed = in.signed_of<std::int64_t>();
  progress.replay_from = in.signed_of<std::int64_t>();
  progress.stream_time = in.time();
  progress.last_offset = in.signed_of<std::int64_t>();
  progress.last_hash = in.fixed64();
  progress.written_at = in.time();
  progress.state_position = in.signed_of<std::int64_t>();
  if (progress.format >= 2) progress.log_time = in.time();
  if (!in.ok() || in.left() != 0) return damaged(RecordKind::progress, bytes.size());
  return progress;
}

std::string progress_metadata(const Progress& progress) {
  std::string text(kName);
  text += std::to_string(kRecordVersion);
  text.append(kSeq).append(std::to_string(progress.seq));
  text.append(kCommitted).append(std::to_string(progress.committed));
  return text;
}

Result<ProgressMark> decode_metadata(std::string_view metadata) {
  ProgressMark mark;
  std::string_view rest = metadata;
  if (!take(rest, kName, mark.format)) {
    return Error{
        "the group's committed offset was not written by loopbreaker: another consumer "
        "uses this group, or its offsets were reset; choose another group, or an explicit "
        "first start"};
  }
  if (mark.format > kRecordVersion) {
    return Error{"the group's committed offset has format version " + std::to_string(mark.format) +
                 ", this program reads up to " + std::to_string(kRecordVersion) +
                 ": run the version that wrote it or a newer one"};
  }
  if (!take(rest, kSeq, mark.seq) || !take(rest, kCommitted, mark.committed) || !rest.empty()) {
    return Error{
        "the metadata of the group's committed offset is damaged; choose an explicit "
        "first start"};
  }
  return mark;
}

}  // namespace loopbreaker::codec
