// Two maps: what is there now, and what a power cut would leave.
#include "store/memory_store.h"

namespace loopbreaker::store {

Result<std::optional<std::string>> MemoryStore::get(std::int32_t partition, std::string_view key) {
  std::lock_guard lock(mutex_);
  auto p = now_.find(partition);
  if (p == now_.end()) return std::optional<std::string>();
  auto it = p->second.records.find(key);
  if (it == p->second.records.end()) return std::optional<std::string>();
  return std::optional(it->second);
}

Result<std::optional<std::string>> MemoryStore::progress(std::int32_t partition) {
  std::lock_guard lock(mutex_);
  auto p = now_.find(partition);
  return p == now_.end() ? std::optional<std::string>() : p->second.progress;
}

Status MemoryStore::each(std::int32_t partition, std::string_view prefix,
                         const std::function<Status(std::string_view, std::string_view)>& sink) {
  Partition copy;  // the sink may call back
  {
    std::lock_guard lock(mutex_);
    auto p = now_.find(partition);
    if (p != now_.end()) copy = p->second;
  }
  for (const auto& [key, value] : copy.records) {
    if (!std::string_view(key).starts_with(prefix)) continue;
    if (auto ok = sink(key, value); !ok) return ok;
  }
  return Ok{};
}

Status MemoryStore::write(const StoreBatch& batch) {
  std::lock_guard lock(mutex_);
  if (auto fault = take_fault()) return *fault;
  Partition& p = now_[batch.partition];
  for (const auto& put : batch.puts) {
    if (put.value) {
      p.records.insert_or_assign(put.key, *put.value);
    } else {
      p.records.erase(put.key);
    }
  }
  p.progress = batch.progress;
  return Ok{};
}

Status MemoryStore::drop(std::int32_t partition) {
  std::lock_guard lock(mutex_);
  now_.erase(partition);
  flushed_.erase(partition);
  return Ok{};
}

Result<std::vector<std::int32_t>> MemoryStore::partitions() {
  std::lock_guard lock(mutex_);
  std::vector<std::int32_t> all;
  for (const auto& [partition, p] : now_) all.push_back(partition);
  return all;
}

Status MemoryStore::flush() {
  std::lock_guard lock(mutex_);
  if (auto fault = take_fault()) return *fault;
  flushed_ = now_;
  return Ok{};
}

std::uint64_t MemoryStore::bytes() const {
  std::lock_guard lock(mutex_);
  std::uint64_t sum = 0;
  for (const auto& [partition, p] : now_) {
    if (p.progress) sum += p.progress->size();
    for (const auto& [key, value] : p.records) sum += key.size() + value.size();
  }
  return sum;
}

void MemoryStore::fail_next(Error error) {
  std::lock_guard lock(mutex_);
  fault_ = std::move(error);
}

void MemoryStore::lose_unflushed() {
  std::lock_guard lock(mutex_);
  now_ = flushed_;
}

std::optional<Error> MemoryStore::take_fault() {
  auto fault = std::move(fault_);
  fault_.reset();
  return fault;
}

}  // namespace loopbreaker::store
