// What a start without a local store need not look at.
#pragma once

#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <string_view>
#include <utility>

#include "runtime/recovery.h"

namespace loopbreaker::runtime {

/// Which record of a key is its last: session-state holds several of a session until it is
/// compacted, and to unpack and store one costs ten times as much as to read past it.
class LastRecords {
 public:
  /// Looks ahead, from `from` to the end of the log at this moment.
  Status look(std::int32_t partition, const RecoveryDoors& doors, std::int64_t from) {
    auto end = doors.state.read(partition, from, [&](const Record& record) -> Status {
      if (++seen_ % kAliveEach == 0) doors.alive();
      if (record.key) last_[name_of(*record.key)] = record.position.offset;
      return Ok{};
    });
    if (!end) return end.error();
    end_ = *end;
    return Ok{};
  }
  std::int64_t end() const { return end_; }
  /// Whether a later record of the same key was seen.
  bool outdated(const Record& record) const {
    if (record.position.offset >= end_) return false;
    const auto it = last_.find(name_of(*record.key));
    return it != last_.end() && it->second > record.position.offset;
  }

 private:
  static constexpr std::size_t kAliveEach = 4'096;
  /// 128 bits stand for the key: two sessions do not have the same.
  using Name = std::pair<std::uint64_t, std::uint64_t>;
  static Name name_of(std::string_view key) {
    return {stable_hash(key), stable_hash(key, 0x9e3779b97f4a7c15ull)};
  }

  absl::flat_hash_map<Name, std::int64_t> last_;
  std::int64_t end_ = 0;  ///< of what was seen
  std::size_t seen_ = 0;
};

}  // namespace loopbreaker::runtime
