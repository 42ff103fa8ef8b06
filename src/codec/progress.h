// The progress record of a partition: where the group stands, written with every transaction.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "loopbreaker/result.h"
#include "loopbreaker/types.h"

namespace loopbreaker::codec {

struct Progress {
  std::uint32_t format = 4;       ///< as read; always written as this program's
  std::uint64_t seq = 0;          ///< counts the partition's transactions
  std::int64_t committed = 0;     ///< next offset to consume, as committed in the same transaction
  std::int64_t replay_from = 0;   ///< smallest offset that a recovery must fold again
  TimeMs stream_time = kNoTime;   ///< as of replay_from
  std::int64_t last_offset = -1;  ///< the last consumed record; -1 when there is none
  std::uint64_t last_hash = 0;    ///< its fingerprint
  TimeMs written_at{};            ///< wall clock
  std::int64_t state_position =
      0;  ///< how far session-state was read into the store; filled by the store's side
  TimeMs log_time = kNoTime;  ///< highest record timestamp before replay_from; since format 2
  bool operator==(const Progress&) const = default;
};

/// The part of it that stands beside the committed offset.
struct ProgressMark {
  std::uint32_t format = 4;
  std::uint64_t seq = 0;
  std::int64_t committed = 0;
  bool operator==(const ProgressMark&) const = default;
};

std::string encode_progress(const Progress& progress);
Result<Progress> decode_progress(std::string_view bytes);

/// For the metadata of a committed offset: ASCII, at most 80 bytes.
std::string progress_metadata(const Progress& progress);
Result<ProgressMark> decode_metadata(std::string_view metadata);

}  // namespace loopbreaker::codec
