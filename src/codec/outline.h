// What a start has to know of a record of the local store without reading it: kept beside the
// record, in the same batch, by the local store only.
//
//   outline := head, byte kind, varint seq, zigzag as_of, fixed64 judged_by, time at, byte idle
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "codec/session_record.h"

namespace loopbreaker::codec {

struct Outline {
  RecordKind kind = RecordKind::session;  ///< of the record: a session or a closed marker
  std::uint64_t seq = 0;                  ///< as in the record
  std::int64_t as_of = -1;                ///< as in the record
  std::uint64_t judged_by = 0;            ///< session: hash of the policy that its deadline is by
  TimeMs at = kEndOfTime;                 ///< session: its next deadline; marker: closed_log_time
  bool idle = false;                      ///< marker: as in the record
  bool operator==(const Outline&) const = default;
};

std::string encode_outline(const Outline& outline);
Result<Outline> decode_outline(std::string_view bytes);

}  // namespace loopbreaker::codec
