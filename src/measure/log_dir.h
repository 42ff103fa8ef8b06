// The broker's log directory, where its disk can be seen from here.
#pragma once

#include <cstdint>
#include <string>

namespace loopbreaker::measure {

/// Bytes of the segments of topics whose names begin with `prefix`; 0 without a directory.
std::uint64_t log_bytes(const std::string& dir, const std::string& prefix);

}  // namespace loopbreaker::measure
