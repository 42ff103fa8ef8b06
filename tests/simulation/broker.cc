#include "broker.h"

#include <algorithm>
#include <unordered_map>

namespace loopbreaker::simulation {

std::int64_t OutputPartition::stable_end() const {
  while (stable_ < static_cast<std::int64_t>(entries.size()) &&
         entries[static_cast<std::size_t>(stable_)].kind != Entry::Kind::open)
    ++stable_;
  return stable_;
}

std::int64_t InputPartition::end(TimeMs now) const {
  while (end_ < static_cast<std::int64_t>(entries.size()) &&
         entries[static_cast<std::size_t>(end_)].appended <= now)
    ++end_;
  return end_;
}

Broker::Broker(Scheduler& scheduler, Coverage& coverage, BrokerSettings settings, int partitions)
    : input(static_cast<std::size_t>(partitions)),
      scheduler_(scheduler),
      coverage_(coverage),
      settings_(settings),
      outputs_(kTopics, std::vector<OutputPartition>(static_cast<std::size_t>(partitions))) {}

void Broker::compact(std::int32_t partition) {
  OutputPartition& log = output(Topic::state, partition);
  const auto end = static_cast<std::size_t>(log.stable_end());
  std::unordered_map<std::string, std::size_t> last;
  for (std::size_t i = 0; i < end; ++i)
    if (log.entries[i].kind == Entry::Kind::committed && log.entries[i].key)
      last[*log.entries[i].key] = i;
  for (std::size_t i = 0; i < end; ++i) {
    Entry& e = log.entries[i];
    if (e.removed || e.kind == Entry::Kind::control) continue;
    const bool superseded = e.kind == Entry::Kind::aborted || (e.key && last[*e.key] != i);
    const bool expired = !e.value && scheduler_.now() - e.appended > settings_.delete_retention;
    if (!superseded && !expired) continue;
    e.removed = true;
    coverage_(expired && !superseded ? Seen::tombstone_removed : Seen::compacted);
  }
}

// --- transactions --------------------------------------------------------------------------------

Refusal Broker::init_producer(const std::string& id, std::int32_t& epoch) {
  Producer& producer = producers_[id];
  if (producer.ongoing) {
    if (!producer.ongoing->ending) end(id, producer, false);
    return Refusal::busy;
  }
  epoch = ++producer.epoch;
  return Refusal::none;
}

Refusal Broker::usable(const std::string& id, std::int32_t epoch, Producer*& producer) {
  producer = &producers_[id];
  if (producer->epoch != epoch) {
    coverage_(Seen::producer_fenced);
    return Refusal::fenced;
  }
  if (producer->ongoing && producer->ongoing->ending) return Refusal::busy;
  return Refusal::none;
}

Broker::Ongoing& Broker::begin(const std::string& id, Producer& producer) {
  if (producer.ongoing) return *producer.ongoing;
  producer.ongoing.emplace().number = ++transactions_;
  scheduler_.after(settings_.transaction_timeout, [this, id, number = transactions_] {
    Producer& p = producers_[id];
    if (!p.ongoing || p.ongoing->number != number || p.ongoing->ending) return;
    coverage_(Seen::transaction_timed_out);
    ++p.epoch;  // whoever began it is fenced
    end(id, p, false);
  });
  return *producer.ongoing;
}

Refusal Broker::add_offsets(const std::string& id, std::int32_t epoch, const std::string& member,
                            std::int32_t member_epoch, std::int32_t generation,
                            const std::vector<OffsetToCommit>& offsets) {
  Producer* producer = nullptr;
  if (auto no = usable(id, epoch, producer); no != Refusal::none) return no;
  const auto m = members_.find(member);
  if (m == members_.end() || m->second.epoch != member_epoch || generation != generation_) {
    coverage_(Seen::group_fenced);
    return Refusal::not_a_member;
  }
  Ongoing& t = begin(id, *producer);
  for (const OffsetToCommit& o : offsets) {
    t.offsets.push_back(o);
    pending_[o.partition].insert(t.number);
  }
  return Refusal::none;
}

Refusal Broker::add_partition(const std::string& id, std::int32_t epoch, Topic topic,
                              std::int32_t partition) {
  Producer* producer = nullptr;
  if (auto no = usable(id, epoch, producer); no != Refusal::none) return no;
  begin(id, *producer).partitions.insert({static_cast<int>(topic), partition});
  return Refusal::none;
}

Refusal Broker::produce(const std::string& id, std::int32_t epoch, const OutRecord& record,
                        std::int64_t& offset) {
  Producer* producer = nullptr;
  if (auto no = usable(id, epoch, producer); no != Refusal::none)
    return no == Refusal::busy ? Refusal::no_transaction : no;
  if (!producer->ongoing ||
      !producer->ongoing->partitions.contains({static_cast<int>(record.topic), record.partition}))
    return Refusal::no_transaction;
  OutputPartition& log = output(record.topic, record.partition);
  Entry e;
  e.appended = scheduler_.now();
  e.key = record.key;
  e.value = record.value;
  producer->ongoing->records.emplace_back(&log, log.entries.size());
  offset = static_cast<std::int64_t>(log.entries.size());
  log.entries.push_back(std::move(e));
  return Refusal::none;
}

Refusal Broker::end_transaction(const std::string& id, std::int32_t epoch, bool commit) {
  Producer* producer = nullptr;
  if (auto no = usable(id, epoch, producer); no != Refusal::none) return no;
  if (!producer->ongoing) return Refusal::no_transaction;
  end(id, *producer, commit);
  return Refusal::none;
}

void Broker::end(const std::string& id, Producer& producer, bool commit) {
  Ongoing& t = *producer.ongoing;
  t.ending = true;
  if (!commit) coverage_(Seen::transaction_aborted);
  std::set<OutputPartition*> logs;
  for (const auto& [topic, partition] : t.partitions)
    logs.insert(&output(static_cast<Topic>(topic), partition));
  t.markers_left = static_cast<int>(logs.size()) + 1;
  Chance& chance = scheduler_.chance;
  const bool restarts = std::exchange(forget_at_end_, false) && commit && !earlier_.empty();
  // Of what was committed nothing but this may be forgotten.
  if (restarts && chance.one_in(2)) earlier_ = offsets;
  // Each partition hears of the outcome by itself, the group's offsets too, in any order.
  auto delay = [&] {
    if (restarts) return DurationMs{chance.between(2'000, 4'000)};
    return DurationMs{chance.one_in(40)  ? chance.below(4'000)
                      : chance.one_in(4) ? chance.below(60)
                                         : chance.below(3)};
  };
  DurationMs first{INT64_MAX}, last{0};
  auto send = [&](OutputPartition* log) {
    const DurationMs d = delay();
    first = std::min(first, d);
    last = std::max(last, d);
    scheduler_.after(
        d, [this, id, number = t.number, log, commit] { write_marker(id, number, log, commit); });
  };
  // A set of pointers has no order that a seed repeats: by topic and partition.
  for (auto& topic : outputs_)
    for (OutputPartition& log : topic)
      if (logs.contains(&log)) send(&log);
  send(nullptr);
  if (last.ms - first.ms > 100) coverage_(Seen::markers_apart);
  if (!restarts) return;
  coverage_(Seen::restarted_at_an_end);
  forget_offsets();
  members_.clear();
  rebalance();
}

void Broker::write_marker(const std::string& id, std::uint64_t number, OutputPartition* partition,
                          bool commit) {
  Producer& producer = producers_[id];
  Ongoing& t = *producer.ongoing;
  if (partition) {
    for (const auto& [log, index] : t.records)
      if (log == partition)
        log->entries[index].kind = commit ? Entry::Kind::committed : Entry::Kind::aborted;
    Entry marker;
    marker.kind = Entry::Kind::control;
    marker.appended = scheduler_.now();
    partition->entries.push_back(std::move(marker));
  } else {
    for (const OffsetToCommit& o : t.offsets) {
      pending_[o.partition].erase(number);
      if (commit) offsets[o.partition] = {o.offset, o.metadata};
    }
  }
  if (--t.markers_left == 0) producer.ongoing.reset();
}

Broker::Committed Broker::committed(std::int32_t partition) const {
  Committed out;
  if (auto it = pending_.find(partition); it != pending_.end()) out.pending = !it->second.empty();
  if (auto it = offsets.find(partition); it != offsets.end()) out.offset = it->second;
  return out;
}

bool Broker::forget_offsets() {
  if (earlier_.empty()) {
    if (offsets.size() == outputs_.front().size()) earlier_ = offsets;
    return false;
  }
  const bool older = std::ranges::any_of(
      earlier_, [this](const auto& e) { return offsets[e.first].metadata != e.second.metadata; });
  offsets = std::exchange(earlier_, {});
  pending_.clear();
  // Their markers still come, and find nothing that they would commit.
  for (auto& [id, producer] : producers_)
    if (producer.ongoing) producer.ongoing->offsets.clear();
  return older;
}

// --- the group -----------------------------------------------------------------------------------

std::int32_t Broker::join(const std::string& member) {
  auto it = members_.find(member);
  if (it != members_.end()) {
    // Static membership: the same identity gets the same partitions without a rebalance.
    coverage_(Seen::static_rejoin);
    it->second.epoch = ++member_epochs_;
    it->second.rejoined = true;
    ++it->second.silence;
    it->second.silent = false;
    if (preparing_) complete_if_all_rejoined();
    return it->second.epoch;
  }
  Member& fresh = members_[member];
  fresh.epoch = ++member_epochs_;
  const std::int32_t epoch = fresh.epoch;
  rebalance();
  rejoin(member, epoch);
  return epoch;
}

Broker::Membership Broker::membership(const std::string& member, std::int32_t member_epoch) const {
  Membership out;
  out.member_epoch = member_epoch;
  auto it = members_.find(member);
  if (it == members_.end() || it->second.epoch != member_epoch) return out;
  out.known = true;
  out.rebalancing = preparing_ && !it->second.rejoined;
  out.generation = preparing_ ? -1 : generation_;
  if (!preparing_) out.partitions = it->second.partitions;
  return out;
}

void Broker::rejoin(const std::string& member, std::int32_t member_epoch) {
  auto it = members_.find(member);
  if (it == members_.end() || it->second.epoch != member_epoch || !preparing_) return;
  it->second.rejoined = true;
  complete_if_all_rejoined();
}

void Broker::leave(const std::string& member, std::int32_t member_epoch) {
  auto it = members_.find(member);
  if (it == members_.end() || it->second.epoch != member_epoch) return;
  members_.erase(it);
  rebalance();
  complete_if_all_rejoined();
}

void Broker::heartbeats_stop(const std::string& member) {
  auto it = members_.find(member);
  if (it == members_.end()) return;
  it->second.silent = true;
  const std::uint64_t silence = ++it->second.silence;
  scheduler_.after(settings_.session_timeout, [this, member, silence] {
    auto m = members_.find(member);
    if (m == members_.end() || m->second.silence != silence || !m->second.silent) return;
    coverage_(Seen::member_expired);
    members_.erase(m);
    rebalance();
    complete_if_all_rejoined();
  });
}

void Broker::heartbeats_again(const std::string& member) {
  if (auto it = members_.find(member); it != members_.end()) {
    ++it->second.silence;
    it->second.silent = false;
  }
}

void Broker::rebalance() {
  if (preparing_) return;
  preparing_ = true;
  coverage_(Seen::rebalance);
  for (auto& [name, member] : members_) member.rejoined = false;
  const std::uint64_t number = ++rebalances_;
  scheduler_.after(settings_.rebalance_timeout, [this, number] {
    if (!preparing_ || rebalances_ != number) return;
    std::erase_if(members_, [](const auto& m) { return !m.second.rejoined; });
    complete_rebalance();
  });
}

void Broker::complete_if_all_rejoined() {
  if (!preparing_) return;
  for (const auto& [name, member] : members_)
    if (!member.rejoined) return;
  complete_rebalance();
}

void Broker::complete_rebalance() {
  preparing_ = false;
  ++generation_;
  const int n = static_cast<int>(members_.size());
  int i = 0;
  std::int32_t next = 0;
  for (auto& [name, member] : members_) {  // range: neighbours to each, the first get one more
    const int share = partitions() / n + (i++ < partitions() % n ? 1 : 0);
    member.partitions.clear();
    for (int k = 0; k < share; ++k) member.partitions.push_back(next++);
  }
}

}  // namespace loopbreaker::simulation
