// What really happened: each fault and each situation that a run went through is counted, so that a
// simulation that has stopped to simulate something is noticed.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace loopbreaker::simulation {

enum class Seen : std::uint8_t {
  // A process is killed at a named point.
  killed_after_fold,
  killed_before_commit,
  killed_with_offsets_sent,
  killed_mid_produce,
  killed_with_commit_sent,
  killed_before_store_write,
  killed_mid_flush,
  killed_in_recovery,
  killed_during_replay,
  killed_in_rebalance,
  killed_while_closing,
  killed_anywhere,
  // The log.
  commit_request_lost,
  commit_answer_lost,
  commit_request_late,
  commit_request_twice,
  late_commit_refused,
  transaction_timed_out,
  transaction_aborted,
  producer_fenced,
  group_fenced,
  offsets_pending,
  markers_apart,
  state_end_held_back,
  offsets_forgotten,
  restarted_at_an_end,
  offset_mended,
  output_refused,
  poll_failed,
  ask_failed,
  state_read_failed,
  init_failed,
  aborted_input_skipped,
  // The group.
  rebalance,
  member_expired,
  static_rejoin,
  partition_lost,
  process_paused,
  rolling_restart,
  held_after_commit,
  handover_waited,
  partition_came_back_to_old_store,
  replay_waited,
  // The store.
  disk_wiped,
  unflushed_lost,
  unflushed_kept_in_part,
  torn_write,
  disk_full,
  store_read_failed,
  bit_flip,
  old_disk_restored,
  old_disk_too_old,
  // Compaction and time.
  compacted,
  tombstone_removed,
  input_truncated,
  clock_moved_days,
  // Input.
  poison,
  duplicate_event,
  late_rating,
  late_dropped,
  reopened,
  far_time,
  log_time_back,
  hot_session,
  // Ways of running.
  saves_every_touch,
  saves_lazily,
  spilled,
  follows_wall_clock,
  policy_changed,
  several_processes,
  several_workers,
  count_,
};

inline constexpr std::size_t kSeen = static_cast<std::size_t>(Seen::count_);
std::string_view name_of(Seen);

struct Coverage {
  std::array<std::uint64_t, kSeen> times{};
  void operator()(Seen what) { ++times[static_cast<std::size_t>(what)]; }
  std::uint64_t operator[](Seen what) const { return times[static_cast<std::size_t>(what)]; }
  void add(const Coverage& other) {
    for (std::size_t i = 0; i < kSeen; ++i) times[i] += other.times[i];
  }
};

}  // namespace loopbreaker::simulation
