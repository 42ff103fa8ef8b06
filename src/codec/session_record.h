// Sessions and closed markers as bytes: the records of the session-state topic and of the local
// store.
//
//   session_record := head, varint seq, packed Session
//   closed_record  := head, varint seq, packed ClosedSession
//
// A value is its members in the order of their declaration, except Turn::sketch, which is a
// function of the text:
//   bool, enum             := byte            std::uint16_t, std::uint32_t := varint
//   std::int32_t, _int64_t := zigzag          std::uint64_t (hashes)       := fixed64
//   Score                  := zigzag raw      TimeMs                       := time
//   string                 := bytes           Position                     := zigzag partition,
//   zigzag offset optional               := byte 0 | byte 1, value vector                 := varint
//   count, values recent_ids             := varint count up to the last that is not 0, fixed64 each
// head is in record_head.h, packed in packing.h, the primitives in wire.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "loopbreaker/analysis.h"
#include "loopbreaker/result.h"
#include "loopbreaker/session.h"

namespace loopbreaker::codec {

/// Upper bound of what is packed for any session within the bounds of its type.
inline constexpr std::size_t kSessionRecordMax = 256 * 1024;
/// More in any record is damage.
inline constexpr std::size_t kRecordMax = 4 * kSessionRecordMax;

enum class RecordKind : std::uint8_t { session = 1, closed = 2, progress = 3, outline = 4 };

struct SessionRecord {
  std::uint64_t seq = 0;  ///< the transaction that saved it
  Session session;
};

struct ClosedRecord {
  std::uint64_t seq = 0;
  ClosedSession session;
};

std::string encode_session(const Session& session, std::uint64_t seq);
/// Makes the turns' sketches again with `analyzer`.
Result<SessionRecord> decode_session(std::string_view bytes, Analyzer& analyzer);
/// Without the sketches: for those who look at a session and fold nothing into it.
Result<SessionRecord> decode_session_as_kept(std::string_view bytes);

std::string encode_closed(const ClosedSession& session, std::uint64_t seq);
Result<ClosedRecord> decode_closed(std::string_view bytes);

/// What a record is, from its first byte. The rest may still be damaged.
Result<RecordKind> kind_of(std::string_view bytes);

}  // namespace loopbreaker::codec
