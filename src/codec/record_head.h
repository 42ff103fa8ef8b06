// How every binary record begins: what it is, and in which version.
//
//   head := kind byte (RecordKind), version byte
//
// A version changes with every change of what follows, in any kind of record; older versions stay
// readable, newer ones are refused.
//   2: log_time in the progress record
//   3: a shorter tally of the mood in a session's record
//   4: sessions and markers are packed
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "codec/session_record.h"
#include "codec/wire.h"

namespace loopbreaker::codec {

inline constexpr std::uint8_t kRecordVersion = 4;
/// Of sessions and markers, see packing.h.
inline constexpr std::uint8_t kPackedSince = 4;

void write_head(WireWriter& out, RecordKind kind);
/// Takes the head; an error when it is another kind, or a version that this program does not know.
/// Tells the version where it is asked for.
std::optional<Error> read_head(std::string_view bytes, RecordKind expected, WireReader& in,
                               std::uint8_t* told = nullptr);
/// What follows head and seq in the record of a session or a marker; empty where it is cut.
std::string_view body_of(std::string_view record);
/// For a body that ended early, late, or holds a value out of range.
Error damaged(RecordKind kind, std::size_t size);

}  // namespace loopbreaker::codec
