#include "runtime/worker.h"

#include <algorithm>

#include "runtime/check.h"

namespace loopbreaker::runtime {
namespace {

constexpr std::size_t kBatchMax = 4'096;
constexpr std::size_t kCommitCheck = 64;
constexpr DurationMs kPollMax{50};
constexpr DurationMs kLeaseRetry{10};
/// A little more than max.poll.interval.ms: who has not polled for so long is not in the group any
/// more.
constexpr DurationMs kLeaseWaitMax{330'000};
/// A rebalance waits for a member that does not poll; who is outside of the group for longer than
/// that has a client that does not find it.
constexpr DurationMs kRebalanceMax{330'000};
constexpr DurationMs kBackOff{500}, kBackOffMax{5'000};
/// With more input waiting, decisions wait a little longer, so that commits are large and rare.
constexpr DurationMs kLaggingInterval{200};
/// However slow the broker is, a worker spends at most a half of its time in commits, a fifth with
/// more input waiting: else it would commit after every few events, and be slower for it. Decisions
/// wait no longer than kCommitWaitMax.
constexpr int kCommitShare = 2, kLaggingCommitShare = 5;
constexpr DurationMs kCommitWaitMax{2'000};
constexpr DurationMs kReportInterval{1'000};
/// After so many recoveries without a commit in between, an operator should look.
constexpr int kRecoveriesMax = 20;
constexpr DurationMs kRecoveryForgotten{60'000};
/// What is saved of a partition at once where everything is: as much as one request takes. A
/// producer that has more for a partition waits for each answer without a pause, and takes the
/// processor time that a broker on the same machine needs to give it.
constexpr std::size_t kSavedAtOnceMax = 768 << 10;
/// How long a hand-over or a shut-down goes on saving sessions.
constexpr DurationMs kSaveAllMax{3'000};

/// Between a record taken and its commit nothing can be tried again where it stopped: part of a
/// record may be folded, part of a transaction may be out, and the next poll goes on behind it.
Error must_recover(Error error) {
  if (error.action == Action::retry) error.action = Action::recover;
  return error;
}

}  // namespace

Worker::Worker(WorkerSettings settings, Workbench bench, WorkerDoors doors)
    : settings_(std::move(settings)), bench_(std::move(bench)), doors_(std::move(doors)) {
  bench_.deadlines_at_once = settings_.deadlines_at_once;
}

Status Worker::run(const std::atomic<bool>& stop) {
  alive_ = doors_.clock.now().ms;
  // Fences this slot's past before anything is read.
  for (Status ok = doors_.outputs.init(); !ok; ok = doors_.outputs.init()) {
    if (ok.error().action == Action::stop) return ok;
    if (stop.load(std::memory_order_relaxed)) return Ok{};
    doors_.log("warning", "cannot begin yet: " + ok.error().message);
    doors_.sleep(back_off());
    alive_ = doors_.clock.now().ms;
  }
  waits_in_a_row_ = 0;
  if (Status ok = doors_.events.join(*this); !ok) return ok;
  last_commit_ = last_commit_of_all_ = last_progress_ = doors_.clock.now();
  outside_since_ = last_progress_;
  while (!stop.load(std::memory_order_relaxed)) {
    alive_ = doors_.clock.now().ms;
    if (Status ok = watch(); !ok) return ok;
    Status ok = step();
    if (ok) continue;
    switch (ok.error().action) {
      case Action::retry:  // of a poll that brought nothing
        doors_.log("warning", ok.error().message);
        doors_.sleep(DurationMs{200});
        break;
      case Action::recover:
        if (Status recovered = recover_all(ok.error());
            !recovered && recovered.error().action == Action::stop)
          return recovered;
        break;
      case Action::stop:
        return ok;
    }
  }
  Status last = failure_ ? Status(Ok{}) : commit(/*save_all=*/true);
  leaving_ = true;
  left_ = std::move(partitions_);
  partitions_.clear();
  doors_.events.leave();
  for (const auto& [number, partition] : left_) doors_.leases.release(number, settings_.number);
  owned_ = 0;
  if (!last && last.error().action == Action::recover) {
    doors_.log("warning", "the last commit has no clear answer, the next start settles it: " +
                              last.error().message);
    return Ok{};
  }
  return last;
}

DurationMs Worker::back_off() {
  return DurationMs{std::min<std::int64_t>(++waits_in_a_row_ * kBackOff.ms, kBackOffMax.ms)};
}

void Worker::forget_all() {
  waiting_.clear();
  for (auto& [number, partition] : partitions_)
    partition = std::make_unique<Partition>(number, bench_);
}

Status Worker::step() {
  const bool urgent = std::any_of(partitions_.begin(), partitions_.end(),
                                  [](const auto& p) { return p.second->has_urgent(); });
  const DurationMs until_commit = last_commit_ + urgent_after(false) - doors_.clock.now();
  DurationMs wait = urgent ? std::clamp(until_commit, DurationMs{0}, kPollMax) : kPollMax;
  if (more_due_) wait = DurationMs{0};
  auto batch = doors_.events.poll(wait, kBatchMax);
  if (failure_) return *std::exchange(failure_, std::nullopt);
  if (!batch) return batch.error();
  const TimeMs now = doors_.clock.now();
  for (auto& [number, partition] : partitions_) partition->set_wall_clock(now);
  std::size_t taken = 0;
  for (std::size_t i = 0; i < batch->size(); ++i) {
    const Record& record = (*batch)[i];
    auto it = partitions_.find(record.position.partition);
    // Fetched before it was taken away, or from where it was before its recovery.
    if (it == partitions_.end() || waiting_.contains(it->first)) continue;
    for (std::size_t n = Partition::kPrefetchSteps; n > 0; --n) {
      if (i + n < batch->size() && (*batch)[i + n].position.partition == record.position.partition)
        it->second->prefetch((*batch)[i + n], static_cast<int>(n));
    }
    if (Status ok = take(*it->second, record); !ok) return ok;
    // Within a large batch too: a transaction ends at its size (rule 16), and decisions do not
    // wait.
    if (++taken % kCommitCheck != 0) continue;
    if (Status ok = maybe_commit(/*lagging=*/true, /*within_batch=*/true); !ok) return ok;
  }
  if (taken > 0) moved();
  if (!waiting_.empty())
    if (Status ok = start_next(); !ok) return must_recover(ok.error());
  look_around(batch->empty());
  if (failure_) return *std::exchange(failure_, std::nullopt);
  return maybe_commit(/*lagging=*/batch->size() == kBatchMax, /*within_batch=*/false);
}

Status Worker::take(Partition& partition, const Record& record) {
  for (;;) {
    auto taken = partition.consume(record);
    if (!taken) return must_recover(taken.error());
    if (*taken) return Ok{};
    alive_ = doors_.clock.now().ms;
    if (Status ok = maybe_commit(/*lagging=*/true, /*within_batch=*/false); !ok) return ok;
  }
}

void Worker::moved() {
  last_progress_ = doors_.clock.now();
  renewed_ = false;
}

Status Worker::watch() {
  if (settings_.stall_after.ms == 0) return Ok{};
  const TimeMs now = doors_.clock.now();
  if (outside_since_ && doors_.renew_events &&
      now - *outside_since_ > std::max(kRebalanceMax, settings_.stall_after)) {
    // Whether anything waits is not known here, and the broker may be away: nothing to end for.
    outside_since_ = now;
    doors_.log("error", "not in the group for " + std::to_string(kRebalanceMax.ms / 1'000) +
                            " s: a new consumer joins in the place of the one there was");
    bench_.telemetry.client_renewed("consumer");
    return doors_.renew_events();
  }
  if (lag_ == 0 || now - last_progress_ <= settings_.stall_after) return Ok{};
  const std::string what = "no progress for " + std::to_string((now - last_progress_).ms / 1'000) +
                           " s with " + std::to_string(lag_) + " events waiting";
  // Not for an operator to mend: whoever starts processes should start this one again.
  if (renewed_ || !doors_.renew_events)
    return Error{what + (renewed_ ? ", nor with a new consumer" : ""), Action::retry};
  renewed_ = true;
  last_progress_ = now;
  doors_.log("error", what + ": a new consumer joins in the place of the one there was");
  bench_.telemetry.client_renewed("consumer");
  return doors_.renew_events();
}

void Worker::look_around(bool idle) {
  const TimeMs now = doors_.clock.now();
  bool all_at_end = assigned_once_;
  bool replaying = !assigned_once_;
  more_due_ = false;
  for (auto& [number, partition] : partitions_) {
    const bool at_end = idle && doors_.events.at_end(number);
    all_at_end &= at_end;
    if (!partition->live()) {
      // A replay that ends at the end of the log has no next record to tell that it is over.
      replaying = true;
      continue;
    }
    if (at_end && settings_.follow_wall_clock) {
      auto followed = partition->follow(now - settings_.allowed_delay);
      if (!followed) {
        failure_ = must_recover(followed.error());
      } else {
        more_due_ |= !*followed;
      }
    }
  }
  recovering_ = replaying;
  const bool nothing_pending = std::none_of(partitions_.begin(), partitions_.end(),
                                            [](const auto& p) { return p.second->has_news(); });
  caught_up_ = all_at_end && !replaying && nothing_pending;

  if (now - last_report_ < kReportInterval) return;
  last_report_ = now;
  lag_ = 0;
  for (auto& [number, partition] : partitions_) {
    partition->report();
    if (const auto lag = lag_of(*partition)) {
      bench_.telemetry.set_lag(number, *lag);
      lag_ += *lag;
    }
  }
  if (lag_ == 0) {
    last_progress_ = now;
    // Without partitions there is nothing that could tell whether a new consumer has helped.
    if (!partitions_.empty()) renewed_ = false;
  }
  if (settings_.number == 0) bench_.telemetry.set_store_bytes(doors_.store.bytes());
}

std::optional<std::int64_t> Worker::lag_of(const Partition& partition) {
  const std::int64_t next = partition.next_offset();
  const bool moves = std::exchange(reported_[partition.number()], next) != next;
  // Control records count as lag until the next record is read; at the end there is none.
  if (doors_.events.at_end(partition.number())) return 0;
  // Asked is only for one that stands still: the answer waits behind the fetch under way, and all
  // partitions with it.
  std::optional<std::int64_t> end;
  if (moves) end = doors_.events.known_end(partition.number());
  if (!end) {
    auto range = doors_.events.range(partition.number());
    if (!range) return std::nullopt;
    end = range->end;
  }
  return std::max<std::int64_t>(*end - next, 0);
}

DurationMs Worker::rest(bool lagging) const {
  const DurationMs share{last_commit_took_.ms * (lagging ? kLaggingCommitShare : kCommitShare)};
  return std::min(share, kCommitWaitMax);
}

DurationMs Worker::urgent_after(bool lagging) const {
  return std::max(
      {rest(lagging), settings_.commit_min_interval, lagging ? kLaggingInterval : DurationMs{0}});
}

Status Worker::maybe_commit(bool lagging, bool within_batch) {
  bool urgent = false, news = false;
  std::size_t bytes = 0, memory = 0;
  for (auto& [number, partition] : partitions_) {
    if (!partition->live()) continue;
    urgent |= partition->has_urgent();
    news |= partition->has_news();
    bytes += partition->pending_bytes();
    memory += partition->table().bytes();
  }
  // Memory is looked after once per batch: saving and spilling a few sessions at a time costs more.
  const bool pressed = !within_batch && memory > settings_.table_bytes;
  if (news) {
    const TimeMs now = doors_.clock.now();
    const bool all_due =
        now - last_commit_of_all_ >= std::max(rest(lagging), settings_.commit_max_interval) ||
        bytes >= settings_.commit_max_bytes;
    if (all_due || pressed) {
      // Under pressure everything is saved, so that everything may leave memory (rule 9).
      if (Status ok = commit(pressed); !ok) return ok;
    } else if (urgent && now - last_commit_ >= urgent_after(lagging)) {
      if (Status ok = commit_once(Taking::urgent); !ok) return ok;
    }
  }
  if (pressed) {
    const std::size_t share = settings_.table_bytes / std::max<std::size_t>(partitions_.size(), 1);
    // Down to a little below the budget, so that not every batch presses again.
    for (auto& [number, partition] : partitions_) partition->shrink(share - share / 8);
  }
  return Ok{};
}

Status Worker::commit(bool save_all) {
  if (!save_all) return commit_once(Taking::news);
  // As many transactions as it takes (rule 16), but others wait for a hand-over: what is not saved
  // by then is replayed.
  const TimeMs give_up = doors_.clock.now() + kSaveAllMax;
  for (;;) {
    if (Status ok = commit_once(Taking::everything); !ok) return ok;
    const bool all_saved = std::none_of(partitions_.begin(), partitions_.end(), [](const auto& p) {
      return p.second->live() && p.second->table().unsaved_count() > 0;
    });
    if (all_saved || doors_.clock.now() > give_up) return Ok{};
  }
}

Status Worker::commit_once(Taking taking) {
  Transaction tx;
  std::vector<Partition*> taking_part;
  const TimeMs begin = doors_.clock.now();
  last_commit_ = begin;
  if (taking != Taking::urgent) last_commit_of_all_ = begin;
  const auto takes_part = [taking](const Partition& partition) {
    if (!partition.live()) return false;
    if (taking == Taking::urgent) return partition.has_urgent();
    return partition.has_news() ||
           (taking == Taking::everything && partition.table().unsaved_count() > 0);
  };
  const bool all = taking == Taking::everything;
  std::size_t budget = settings_.commit_max_bytes / std::max<std::size_t>(partitions_.size(), 1);
  if (all) budget = std::min(budget, kSavedAtOnceMax);
  for (auto& [number, partition] : partitions_) {
    if (!takes_part(*partition)) continue;
    partition->prepare(tx, begin, all, budget);
    taking_part.push_back(partition.get());
  }
  if (taking_part.empty()) return Ok{};
  std::size_t bytes = 0;
  for (const OutRecord& record : tx.records)
    bytes += record.key.size() + (record.value ? record.value->size() : 0);

  auto receipt = doors_.outputs.commit(tx, doors_.events);
  const TimeMs end = doors_.clock.now();
  last_commit_took_ = end - begin;
  if (!receipt) {
    bench_.telemetry.aborted();
    commit_failed_ = true;
    return receipt.error();
  }
  bench_.telemetry.commit(end - begin, tx.records.size(), bytes);
  for (Partition* partition : taking_part) {
    std::int64_t state_end = -1;
    for (auto [number, position] : receipt->state_end)
      if (number == partition->number()) state_end = position;
    // The store follows the log, never the other way round (rule 1).
    if (Status ok = partition->commit_done(state_end, end); !ok) return must_recover(ok.error());
  }
  recoveries_in_a_row_ = waits_in_a_row_ = 0;
  moved();
  return Ok{};
}

Status Worker::recover_partition(std::int32_t number, std::string_view cause) {
  const TimeMs begin = doors_.clock.now();
  auto recovered = recover(number, bench_,
                           {doors_.events, doors_.outputs, doors_.state, doors_.store, doors_.clock,
                            doors_.sleep, [this] { alive_ = doors_.clock.now().ms; }},
                           settings_.recovery, assigned_at_);
  if (!recovered) return recovered.error();
  const DurationMs took = doors_.clock.now() - begin;
  bench_.telemetry.recovery(cause, took);
  last_progress_ = doors_.clock.now();
  doors_.log(recovered->offset_mended ? "warning" : "info",
             "partition " + std::to_string(number) + ": from offset " +
                 std::to_string(recovered->read_from) + " (" + recovered->note + "), " +
                 std::to_string(took.ms) + " ms");
  partitions_[number] = std::move(recovered->partition);
  waiting_[number] = recovered->read_from;
  return start_next();
}

Status Worker::start_next() {
  const auto is_long = [this](const Partition& partition) {
    return partition.left_to_replay() > settings_.long_replay;
  };
  bool busy = std::any_of(partitions_.begin(), partitions_.end(), [&](const auto& p) {
    // What is left at the end of the log are gaps.
    return p.second && !waiting_.contains(p.first) && is_long(*p.second) &&
           !doors_.events.at_end(p.first);
  });
  for (auto it = waiting_.begin(); it != waiting_.end();) {
    const auto [number, from] = *it;
    const bool takes_long = is_long(*partitions_.at(number));
    if (busy && takes_long) {
      ++it;
      continue;
    }
    busy |= takes_long;
    it = waiting_.erase(it);
    if (Status ok = doors_.events.start(number, from); !ok) return ok;
  }
  return Ok{};
}

void Worker::assigned(std::span<const std::int32_t> partitions) {
  recovering_ = true;
  caught_up_ = false;
  assigned_once_ = true;
  assigned_at_ = doors_.clock.now();
  outside_since_.reset();
  for (std::int32_t number : partitions) {
    partitions_[number] = nullptr;
    waiting_.erase(number);
  }
  count_owned();
  for (std::int32_t number : partitions) {
    if (!wait_for_lease(number)) {
      partitions_.erase(number);
      count_owned();
      continue;
    }
    if (failure_) continue;
    alive_ = doors_.clock.now().ms;
    if (Status ok = recover_partition(number, "assigned"); !ok) failure_ = must_recover(ok.error());
  }
  // Nothing may be touched half recovered; recover_all starts over, or the worker stops.
  if (failure_) forget_all();
}

void Worker::count_owned() {
  const auto owned = static_cast<std::int64_t>(partitions_.size());
  owned_ = static_cast<int>(owned);
  bench_.max_replay = settings_.max_replay / std::max<std::int64_t>(owned, 1);
}

bool Worker::wait_for_lease(std::int32_t number) {
  if (doors_.leases.try_acquire(number, settings_.number)) return true;
  doors_.log("info", "partition " + std::to_string(number) +
                         ": waits for the worker of this process that had it");
  const TimeMs give_up = doors_.clock.now() + kLeaseWaitMax;
  while (!doors_.leases.try_acquire(number, settings_.number)) {
    alive_ = doors_.clock.now().ms;
    if (doors_.clock.now() > give_up) {
      // The group has given it back to that worker, and this one did not hear of it, because it
      // waited here: after a process was frozen, say. The next poll joins again.
      doors_.log("warning",
                 "partition " + std::to_string(number) +
                     ": not waited for any longer, the group has gone on without this worker");
      return false;
    }
    doors_.sleep(kLeaseRetry);
  }
  return true;
}

void Worker::revoked(std::span<const std::int32_t> partitions, bool lost) {
  caught_up_ = false;
  if (!lost && !failure_ && !leaving_) {
    // The last moment at which this member's offsets are accepted (rule 17). What fails here is
    // done again by the next owner.
    if (Status ok = commit(/*save_all=*/true); !ok) {
      doors_.log("warning", "hand-over without a last commit: " + ok.error().message);
      failure_ = ok.error();
    }
  }
  for (std::int32_t number : partitions) {
    partitions_.erase(number);
    waiting_.erase(number);
    reported_.erase(number);
    bench_.telemetry.drop_partition(number);
    doors_.leases.release(number, settings_.number);
  }
  count_owned();
  if (owned_ == 0) outside_since_ = doors_.clock.now();
}

Status Worker::recover_all(const Error& cause) {
  // Rule 11: after an abort or an unclear answer the producer is made anew and every partition
  // recovers.
  recovering_ = true;
  caught_up_ = false;
  // What the partitions hold may have been sent or not: nobody may commit it any more.
  forget_all();
  doors_.log("warning", "recovering: " + cause.message);
  // A quiet input brings no commit for days: what lies far back is not in a row with this.
  if (doors_.clock.now() - last_recovery_ > kRecoveryForgotten) recoveries_in_a_row_ = 0;
  last_recovery_ = doors_.clock.now();
  if (++recoveries_in_a_row_ > kRecoveriesMax)
    return Error{"gave up after " + std::to_string(kRecoveriesMax) +
                     " recoveries without a commit, the last because: " + cause.message,
                 Action::stop};
  if (recoveries_in_a_row_ + waits_in_a_row_ > 1) doors_.sleep(back_off());
  const std::string_view why = commit_failed_ ? "failed_transaction" : "failure";
  Status ok = doors_.outputs.init();
  bench_.telemetry.client_renewed("producer");
  for (auto it = partitions_.begin(); ok && it != partitions_.end(); ++it) {
    alive_ = doors_.clock.now().ms;
    ok = recover_partition(it->first, why);
  }
  if (ok) commit_failed_ = false;
  if (ok || ok.error().action == Action::stop) return ok;
  // Comes back here after the next poll. What passes is waited for: a broker that is away or a disk
  // that is full is no reason to end the process.
  if (ok.error().action == Action::retry) --recoveries_in_a_row_;
  failure_ = must_recover(ok.error());
  return ok;
}

}  // namespace loopbreaker::runtime
