#include "clients.h"

#include <algorithm>
#include <set>

namespace loopbreaker::simulation {
namespace {

/// How long a client asks again before it gives up.
constexpr DurationMs kAskTimeout{20'000};

Action some_action(Chance& chance) { return chance.one_in(2) ? Action::retry : Action::recover; }

}  // namespace

// --- consumer ------------------------------------------------------------------------------------

SimEventLog::SimEventLog(Broker& broker, Environment& env, std::string member,
                         std::size_t batch_max, DurationMs pause)
    : pause_max(pause),
      broker_(broker),
      env_(env),
      member_(std::move(member)),
      batch_max_(batch_max) {}

Status SimEventLog::join(AssignmentListener& listener) {
  listener_ = &listener;
  member_epoch_ = broker_.join(member_);
  return Ok{};
}

void SimEventLog::revoke(bool lost) {
  if (!assigned_) return;
  if (lost) env_.coverage(Seen::partition_lost);
  assigned_ = false;
  std::vector<std::int32_t> mine;
  for (const auto& [partition, place] : places_) mine.push_back(partition);
  env_.kill_point(Seen::killed_in_rebalance);
  listener_->revoked(mine, lost);
  places_.clear();
}

/// What a poll does about the group before it looks for records.
void SimEventLog::follow_group() {
  auto m = broker_.membership(member_, member_epoch_);
  if (!m.known) {
    revoke(true);
    member_epoch_ = broker_.join(member_);
    generation_ = -1;
    m = broker_.membership(member_, member_epoch_);
  }
  if (m.rebalancing) {
    revoke(false);
    broker_.rejoin(member_, member_epoch_);
    m = broker_.membership(member_, member_epoch_);
  }
  if (m.known && m.generation >= 0 && (!assigned_ || m.generation != generation_)) {
    if (assigned_) revoke(true);  // a rebalance went by without this member
    generation_ = m.generation;
    places_.clear();
    for (std::int32_t partition : m.partitions) places_[partition] = {};
    assigned_ = true;
    env_.kill_point(Seen::killed_in_rebalance);
    listener_->assigned(m.partitions);
  }
}

void SimEventLog::fetch(std::size_t max) {
  std::vector<std::int32_t> order;
  for (const auto& [partition, place] : places_) order.push_back(partition);
  for (std::size_t i = order.size(); i > 1; --i)
    std::swap(
        order[i - 1],
        order[static_cast<std::size_t>(env_.scheduler.chance.below(static_cast<std::int64_t>(i)))]);
  for (std::int32_t partition : order) {
    Place& place = places_[partition];
    if (place.next < 0) {  // assigned and not started: nothing is fetched for it
      env_.coverage(Seen::replay_waited);
      continue;
    }
    InputPartition& log = broker_.input[static_cast<std::size_t>(partition)];
    const std::int64_t end = log.end(env_.scheduler.now());
    while (batch_.size() < max && place.next < end) {
      const Entry& e = log.entries[static_cast<std::size_t>(place.next)];
      const std::int64_t offset = place.next++;
      if (e.kind != Entry::Kind::committed) {
        env_.coverage(Seen::aborted_input_skipped);
        continue;
      }
      Record& record = batch_.emplace_back();
      record.position = {partition, offset};
      record.timestamp = e.timestamp;
      if (e.key) record.key = *e.key;
      if (e.value) record.value = *e.value;
      place.at_end = false;
    }
    if (place.next >= end && batch_.size() < max) place.at_end = true;
  }
}

Result<std::span<const Record>> SimEventLog::poll(DurationMs wait, std::size_t max) {
  if (before_poll) before_poll();
  bool replaying = false;
  for (const auto& [partition, place] : places_)
    replaying |= place.next < broker_.committed(partition).offset.offset;
  env_.kill_point(replaying ? Seen::killed_during_replay : Seen::killed_after_fold);
  env_.breathe();
  batch_.clear();
  if (env_.fault(&FaultRates::poll_failed, Seen::poll_failed))
    return Error{"simulated: a poll failed", some_action(env_.scheduler.chance)};
  follow_group();
  fetch(std::min(max, batch_max_));
  if (!batch_.empty()) {
    if (with_batch) with_batch();
    return std::span<const Record>(batch_);
  }
  env_.scheduler.sleep(
      DurationMs{std::max(wait.ms, env_.scheduler.chance.between(1, pause_max.ms))});
  return std::span<const Record>(batch_);
}

Status SimEventLog::start(std::int32_t partition, std::int64_t offset) {
  auto it = places_.find(partition);
  if (it == places_.end())
    return Error{"simulated: started a partition that is not assigned", Action::recover};
  it->second = {offset, false};
  return Ok{};
}

Result<CommittedOffset> SimEventLog::committed(std::int32_t partition) {
  env_.kill_point(Seen::killed_in_recovery);
  env_.breathe();
  if (env_.fault(&FaultRates::ask_failed, Seen::ask_failed))
    return Error{"simulated: the committed offset could not be asked for",
                 some_action(env_.scheduler.chance)};
  const TimeMs give_up = env_.scheduler.now() + kAskTimeout;
  for (;;) {
    auto answer = broker_.committed(partition);
    if (!answer.pending) return answer.offset;
    env_.coverage(Seen::offsets_pending);
    if (env_.scheduler.now() > give_up)
      return Error{"simulated: the committed offset is not stable", Action::retry};
    env_.scheduler.sleep(DurationMs{100});
  }
}

Result<LogRange> SimEventLog::range(std::int32_t partition) {
  if (env_.fault(&FaultRates::ask_failed, Seen::ask_failed))
    return Error{"simulated: the range could not be asked for", Action::retry};
  const InputPartition& log = broker_.input[static_cast<std::size_t>(partition)];
  return LogRange{log.start, log.end(env_.scheduler.now())};
}

std::optional<std::int64_t> SimEventLog::known_end(std::int32_t partition) const {
  return broker_.input[static_cast<std::size_t>(partition)].end(env_.scheduler.now());
}

bool SimEventLog::at_end(std::int32_t partition) const {
  auto it = places_.find(partition);
  return it != places_.end() && it->second.at_end;
}

Result<std::int32_t> SimEventLog::partition_count() { return broker_.partitions(); }

void SimEventLog::leave() {
  env_.kill_point(Seen::killed_while_closing, 8);
  revoke(!broker_.membership(member_, member_epoch_).known);
  broker_.leave(member_, member_epoch_);
}

// --- producer ------------------------------------------------------------------------------------

Status SimOutputLog::init() {
  env_.breathe();
  doubtful_ = false;
  if (env_.fault(&FaultRates::init_failed, Seen::init_failed))
    return Error{"simulated: the producer could not be initialised",
                 some_action(env_.scheduler.chance)};
  const TimeMs give_up = env_.scheduler.now() + kAskTimeout;
  while (broker_.init_producer(id_, epoch_) == Refusal::busy) {
    if (env_.scheduler.now() > give_up)
      return Error{"simulated: an earlier transaction does not end", Action::retry};
    env_.scheduler.sleep(DurationMs{20});
  }
  return Ok{};
}

/// Mostly ends the transaction before it gives up, as the real client tries to.
Error SimOutputLog::give_up(std::string why) {
  if (!env_.scheduler.chance.one_in(3)) (void)broker_.end_transaction(id_, epoch_, false);
  return Error{std::move(why), Action::recover};
}

Status SimOutputLog::send(const Transaction& tx, const SimEventLog& member,
                          CommitReceipt& receipt) {
  const TimeMs give_up_at = env_.scheduler.now() + kAskTimeout;
  // Only offsets are looked at by the group: a transaction without them is nobody's to refuse.
  while (!tx.offsets.empty()) {
    const Refusal no = broker_.add_offsets(id_, epoch_, member.member(), member.member_epoch(),
                                           member.generation(), tx.offsets);
    if (no == Refusal::none) break;
    if (no != Refusal::busy || env_.scheduler.now() > give_up_at)
      return give_up("simulated: offsets were refused");
    env_.scheduler.sleep(DurationMs{2});
  }
  env_.kill_point(Seen::killed_with_offsets_sent);
  env_.breathe();
  std::set<std::pair<int, std::int32_t>> added;
  std::map<std::int32_t, std::int64_t> state_end;
  const std::int64_t middle =
      env_.scheduler.chance.below(static_cast<std::int64_t>(tx.records.size()) + 1);
  std::int64_t i = 0;
  for (const OutRecord& record : tx.records) {
    if (i++ == middle) {
      env_.kill_point(Seen::killed_mid_produce);
      env_.breathe();
      if (env_.fault(&FaultRates::output_refused, Seen::output_refused))
        return give_up("simulated: a record was refused");
    }
    if (added.insert({static_cast<int>(record.topic), record.partition}).second &&
        broker_.add_partition(id_, epoch_, record.topic, record.partition) != Refusal::none)
      return give_up("simulated: a partition was refused");
    std::int64_t offset = -1;
    if (broker_.produce(id_, epoch_, record, offset) != Refusal::none)
      return give_up("simulated: a record was refused, the transaction is over");
    if (record.topic == Topic::state) state_end[record.partition] = offset + 1;
  }
  receipt.state_end.assign(state_end.begin(), state_end.end());
  return Ok{};
}

Result<CommitReceipt> SimOutputLog::commit(const Transaction& tx, EventLog& members_of) {
  env_.kill_point(Seen::killed_before_commit);
  if (doubtful_) {
    if (Status ok = init(); !ok) return Error{ok.error().message, Action::recover};
  }
  CommitReceipt receipt;
  if (Status ok = send(tx, dynamic_cast<SimEventLog&>(members_of), receipt); !ok) return ok.error();
  env_.breathe();

  if (env_.fault(&FaultRates::request_lost, Seen::commit_request_lost)) {
    env_.scheduler.sleep(DurationMs{env_.scheduler.chance.between(100, 12'000)});
    return Error{"simulated: no answer to the commit", Action::recover};
  }
  // A request that was held up reaches the coordinator when its sender has long given up, and ends
  // whatever transaction of that epoch is open then.
  // Whoever sent it may be gone by then.
  auto later = [&broker = broker_, &coverage = env_.coverage, id = id_, epoch = epoch_] {
    if (broker.end_transaction(id, epoch, true) == Refusal::fenced)
      coverage(Seen::late_commit_refused);
  };
  if (env_.fault(&FaultRates::request_late, Seen::commit_request_late)) {
    env_.scheduler.after(DurationMs{env_.scheduler.chance.between(1, 9'000)}, later);
    env_.scheduler.sleep(DurationMs{env_.scheduler.chance.between(1, 3'000)});
    return Error{"simulated: the commit was not answered in time", Action::recover};
  }
  const Refusal no = broker_.end_transaction(id_, epoch_, true);
  env_.kill_point(Seen::killed_with_commit_sent);
  if (no != Refusal::none) return Error{"simulated: the commit was refused", Action::recover};
  if (env_.fault(&FaultRates::request_twice, Seen::commit_request_twice)) {
    // Answered, but only the second time: a copy is still on its way.
    env_.scheduler.after(DurationMs{env_.scheduler.chance.between(1, 2'000)}, later);
    doubtful_ = true;
  }
  if (env_.fault(&FaultRates::answer_lost, Seen::commit_answer_lost)) {
    env_.scheduler.after(DurationMs{env_.scheduler.chance.between(1, 2'000)}, later);
    env_.scheduler.sleep(DurationMs{env_.scheduler.chance.between(1, 2'000)});
    return Error{"simulated: the answer to the commit was lost", Action::recover};
  }
  env_.breathe();
  if (env_.fault(&FaultRates::held_after_commit, Seen::held_after_commit)) {
    // Past max.poll.interval.ms the client leaves the group by itself; then the worker goes on.
    const auto& log = dynamic_cast<SimEventLog&>(members_of);
    env_.scheduler.after(DurationMs{30'000},
                         [&broker = broker_, member = log.member(), epoch = log.member_epoch()] {
                           broker.leave(member, epoch);
                         });
    env_.scheduler.sleep(DurationMs{env_.scheduler.chance.between(31'000, 90'000)});
  }
  return receipt;
}

// --- reader of the state topic -------------------------------------------------------------------

Result<LogRange> SimStateLog::range(std::int32_t partition) {
  env_.kill_point(Seen::killed_in_recovery);
  if (env_.fault(&FaultRates::ask_failed, Seen::ask_failed))
    return Error{"simulated: the range could not be asked for", Action::retry};
  const OutputPartition& log = broker_.output(Topic::state, partition);
  if (log.stable_end() < static_cast<std::int64_t>(log.entries.size()))
    env_.coverage(Seen::state_end_held_back);
  return LogRange{0, log.stable_end()};
}

Result<std::int64_t> SimStateLog::read(std::int32_t partition, std::int64_t from,
                                       const std::function<Status(const Record&)>& sink) {
  const OutputPartition& log = broker_.output(Topic::state, partition);
  const std::int64_t end = log.stable_end();
  const std::int64_t middle = env_.scheduler.chance.between(from, std::max(from, end));
  for (std::int64_t i = from; i < end; ++i) {
    if (i == middle) {
      env_.kill_point(Seen::killed_in_recovery);
      env_.breathe();
      if (env_.fault(&FaultRates::state_read_failed, Seen::state_read_failed))
        return Error{"simulated: reading the state topic failed",
                     some_action(env_.scheduler.chance)};
    }
    const Entry e = log.entries[static_cast<std::size_t>(i)];  // a copy: the log may grow meanwhile
    if (e.kind != Entry::Kind::committed || e.removed) continue;
    Record record;
    record.position = {partition, i};
    record.timestamp = e.appended;
    if (e.key) record.key = *e.key;
    if (e.value) record.value = *e.value;
    if (Status ok = sink(record); !ok) return ok.error();
  }
  return std::max(from, end);
}

Result<bool> SimStateLog::settled(std::int32_t partition) {
  env_.kill_point(Seen::killed_in_recovery);
  env_.breathe();
  if (env_.fault(&FaultRates::ask_failed, Seen::ask_failed))
    return Error{"simulated: the range could not be asked for", Action::retry};
  const OutputPartition& log = broker_.output(Topic::state, partition);
  return log.stable_end() == static_cast<std::int64_t>(log.entries.size());
}

}  // namespace loopbreaker::simulation
