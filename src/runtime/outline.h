// Outlines of the local store's records: a start reads these, and a record only when its session is
// touched.
#pragma once

#include <string>
#include <string_view>

#include "codec/outline.h"
#include "loopbreaker/policy.h"
#include "loopbreaker/session.h"

namespace loopbreaker::runtime {

inline constexpr std::string_view kOutlines = "o/";
/// Beside session_key() in the local store; never in the state topic.
inline std::string outline_key(std::string_view id) { return std::string(kOutlines).append(id); }

/// What tells whether a deadline in an outline still holds: another policy, or another release, may
/// have another.
std::uint64_t judged_by(const Policy& policy);

codec::Outline outline_of(const Session& session, std::uint64_t seq, const Policy& policy);
codec::Outline outline_of(const ClosedSession& closed, std::uint64_t seq);
/// Of a record of the state topic.
Result<codec::Outline> outline_of_record(std::string_view record, const Policy& policy);

}  // namespace loopbreaker::runtime
