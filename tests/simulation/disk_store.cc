#include "disk_store.h"

namespace loopbreaker::simulation {

SimStore::SimStore(Disk& disk, Environment& env) : disk_(disk), env_(env) {
  if (disk_.torn) disk_ = {};  // as damage that is found while the store is opened
  now_ = disk_.durable;
}

void SimStore::apply(Disk::Partition& p, const StoreBatch& batch) {
  for (const auto& put : batch.puts) {
    if (put.value)
      p.records.insert_or_assign(put.key, *put.value);
    else
      p.records.erase(put.key);
  }
  p.progress = batch.progress;
}

void SimStore::crash() {
  if (unflushed_.empty()) return;
  Chance& chance = env_.scheduler.chance;
  const auto all = static_cast<std::int64_t>(unflushed_.size());
  const std::int64_t kept = chance.one_in(3) ? 0 : chance.one_in(2) ? all : chance.below(all + 1);
  env_.coverage(kept == 0 ? Seen::unflushed_lost : Seen::unflushed_kept_in_part);
  for (std::int64_t i = 0; i < kept; ++i) {
    const StoreBatch& batch = unflushed_[static_cast<std::size_t>(i)];
    apply(disk_.durable[batch.partition], batch);
  }
  if (kept < all && env_.rates->store_write_failed > 0 && chance.one_in(4)) {
    env_.coverage(Seen::torn_write);
    disk_.torn = true;
  }
  unflushed_.clear();
}

Status SimStore::readable(std::int32_t partition) {
  if (disk_.damaged.contains(partition))
    return Error{"simulated: the store is damaged", Action::recover};
  if (env_.fault(&FaultRates::store_read_failed, Seen::store_read_failed))
    return Error{"simulated: the store cannot be read", Action::retry};
  return Ok{};
}

Result<std::optional<std::string>> SimStore::get(std::int32_t partition, std::string_view key) {
  env_.coverage(Seen::spilled);
  if (Status ok = readable(partition); !ok) return ok.error();
  const auto& records = now_[partition].records;
  auto it = records.find(key);
  if (it == records.end()) return std::optional<std::string>();
  return std::optional(it->second);
}

Result<std::optional<std::string>> SimStore::progress(std::int32_t partition) {
  if (Status ok = readable(partition); !ok) return ok.error();
  auto it = now_.find(partition);
  return it == now_.end() ? std::optional<std::string>() : it->second.progress;
}

Status SimStore::each(std::int32_t partition, std::string_view prefix,
                      const std::function<Status(std::string_view, std::string_view)>& sink) {
  if (Status ok = readable(partition); !ok) return ok.error();
  for (const auto& [key, value] : now_[partition].records) {
    if (!std::string_view(key).starts_with(prefix)) continue;
    if (Status ok = sink(key, value); !ok) return ok;
  }
  return Ok{};
}

Status SimStore::write(const StoreBatch& batch) {
  env_.kill_point(Seen::killed_before_store_write);
  if (disk_.full) {
    env_.coverage(Seen::disk_full);
    return Error{"simulated: the disk is full", Action::retry};
  }
  if (env_.fault(&FaultRates::store_write_failed, Seen::disk_full))
    return Error{"simulated: the store cannot be written", Action::retry};
  apply(now_[batch.partition], batch);
  unflushed_.push_back(batch);
  if (env_.scheduler.chance.one_in(8)) {
    env_.kill_point(Seen::killed_mid_flush, 8);
    return flush();
  }
  return Ok{};
}

Status SimStore::drop(std::int32_t partition) {
  if (disk_.full) {
    env_.coverage(Seen::disk_full);
    return Error{"simulated: the disk is full", Action::retry};
  }
  now_.erase(partition);
  disk_.damaged.erase(partition);
  return flush();
}

Result<std::vector<std::int32_t>> SimStore::partitions() {
  std::vector<std::int32_t> all;
  for (const auto& [partition, p] : now_) all.push_back(partition);
  return all;
}

Status SimStore::flush() {
  disk_.durable = now_;
  unflushed_.clear();
  return Ok{};
}

}  // namespace loopbreaker::simulation
