#include "runtime/outline.h"

#include "loopbreaker/core.h"

namespace loopbreaker::runtime {

std::uint64_t judged_by(const Policy& policy) {
  return stable_hash(policy.hash + "/" LOOPBREAKER_VERSION);
}

codec::Outline outline_of(const Session& session, std::uint64_t seq, const Policy& policy) {
  return {.kind = codec::RecordKind::session,
          .seq = seq,
          .as_of = session.as_of,
          .judged_by = judged_by(policy),
          .at = next_deadline(policy, session).at};
}

codec::Outline outline_of(const ClosedSession& closed, std::uint64_t seq) {
  return {.kind = codec::RecordKind::closed,
          .seq = seq,
          .as_of = closed.as_of,
          .at = closed.closed_log_time,
          .idle = closed.idle};
}

Result<codec::Outline> outline_of_record(std::string_view record, const Policy& policy) {
  auto kind = codec::kind_of(record);
  if (!kind) return kind.error();
  if (*kind == codec::RecordKind::closed) {
    auto closed = codec::decode_closed(record);
    if (!closed) return closed.error();
    return outline_of(closed->session, closed->seq);
  }
  auto open = codec::decode_session_as_kept(record);
  if (!open) return open.error();
  return outline_of(open->session, open->seq, policy);
}

}  // namespace loopbreaker::runtime
