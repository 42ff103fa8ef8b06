// The Kafka ports' in-memory twin: one group, one member, transactions that are all or nothing, and
// commits that can be made to fail before or after they took effect.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "loopbreaker/ports.h"

namespace loopbreaker::testing {

struct StoredRecord {
  TimeMs timestamp;
  std::optional<std::string> key, value;
};

/// What outlives every client: the topics and the group's offsets.
struct MemoryBroker {
  explicit MemoryBroker(std::int32_t partitions) : input(partitions), state(partitions) {}

  std::vector<std::vector<StoredRecord>> input;
  std::vector<std::vector<StoredRecord>> state;
  std::map<Topic, std::vector<OutRecord>> published;  ///< in commit order
  std::map<std::int32_t, CommittedOffset> offsets;
  std::uint64_t commits = 0;
  std::size_t records_max = 0;  ///< in one transaction
  std::map<std::int32_t, std::uint64_t> commits_of;  ///< partition to those in which it took part

  void send(std::int32_t partition, TimeMs timestamp, std::string key, std::string value) {
    input[partition].push_back({timestamp, std::move(key), std::move(value)});
  }
};

class MemoryEventLog final : public EventLog {
 public:
  explicit MemoryEventLog(MemoryBroker& broker, std::size_t batch_max = SIZE_MAX)
      : broker_(broker), batch_max_(batch_max) {}

  Status join(AssignmentListener& listener) override {
    listener_ = &listener;
    return Ok{};
  }
  Result<std::span<const Record>> poll(DurationMs, std::size_t max) override {
    if (!assigned_) {
      assigned_ = true;
      std::vector<std::int32_t> all;
      for (std::size_t i = 0; i < broker_.input.size(); ++i)
        all.push_back(static_cast<std::int32_t>(i));
      listener_->assigned(all);
    }
    batch_.clear();
    max = std::min(max, batch_max_);
    // Partitions take turns in a batch, each with a share of it.
    const std::size_t share =
        std::max<std::size_t>(max / std::max<std::size_t>(next_.size(), 1), 1);
    for (auto& [partition, next] : next_) {
      const std::size_t until = std::min(max, batch_.size() + share);
      while (batch_.size() < until &&
             next < static_cast<std::int64_t>(broker_.input[partition].size())) {
        const StoredRecord& stored = broker_.input[partition][next];
        Record record;
        record.position = {partition, next++};
        record.timestamp = stored.timestamp;
        if (stored.key) record.key = *stored.key;
        if (stored.value) record.value = *stored.value;
        batch_.push_back(std::move(record));
      }
    }
    return std::span<const Record>(batch_);
  }
  Status start(std::int32_t partition, std::int64_t offset) override {
    next_[partition] = offset;
    return Ok{};
  }
  Result<CommittedOffset> committed(std::int32_t partition) override {
    return broker_.offsets[partition];
  }
  Result<LogRange> range(std::int32_t partition) override {
    return LogRange{0, static_cast<std::int64_t>(broker_.input[partition].size())};
  }
  std::optional<std::int64_t> known_end(std::int32_t partition) const override {
    return static_cast<std::int64_t>(broker_.input[partition].size());
  }
  bool at_end(std::int32_t partition) const override {
    auto it = next_.find(partition);
    return it != next_.end() &&
           it->second == static_cast<std::int64_t>(broker_.input[partition].size());
  }
  Result<std::int32_t> partition_count() override {
    return static_cast<std::int32_t>(broker_.input.size());
  }
  void leave() override {}

 private:
  MemoryBroker& broker_;
  const std::size_t batch_max_;
  AssignmentListener* listener_ = nullptr;
  bool assigned_ = false;
  std::map<std::int32_t, std::int64_t> next_;
  std::vector<Record> batch_;
};

class MemoryOutputLog final : public OutputLog {
 public:
  enum class Fault { none, aborted, answer_lost };
  explicit MemoryOutputLog(MemoryBroker& broker) : broker_(broker) {}

  Status init() override {
    usable_ = true;
    return Ok{};
  }
  Result<CommitReceipt> commit(const Transaction& tx, EventLog&) override {
    if (!usable_) return Error{"used after a failed commit without init", Action::stop};
    const Fault fault = faults.empty() ? Fault::none : faults.front();
    if (!faults.empty()) faults.pop_front();
    if (fault == Fault::aborted) return fail("transaction aborted");
    CommitReceipt receipt;
    for (const OutRecord& record : tx.records) {
      if (record.topic == Topic::state) {
        broker_.state[record.partition].push_back({kNoTime, record.key, record.value});
        receipt.state_end.emplace_back(
            record.partition, static_cast<std::int64_t>(broker_.state[record.partition].size()));
      } else {
        broker_.published[record.topic].push_back(record);
      }
    }
    for (const OffsetToCommit& offset : tx.offsets) {
      broker_.offsets[offset.partition] = {offset.offset, offset.metadata};
      ++broker_.commits_of[offset.partition];
    }
    ++broker_.commits;
    broker_.records_max = std::max(broker_.records_max, tx.records.size());
    if (fault == Fault::answer_lost) return fail("no answer to the commit");
    return receipt;
  }

  std::deque<Fault> faults;  ///< one per commit, first first

 private:
  Error fail(std::string message) {
    usable_ = false;
    return Error{std::move(message), Action::recover};
  }
  MemoryBroker& broker_;
  bool usable_ = false;
};

class MemoryStateLog final : public StateLog {
 public:
  explicit MemoryStateLog(MemoryBroker& broker) : broker_(broker) {}
  Result<LogRange> range(std::int32_t partition) override {
    return LogRange{0, static_cast<std::int64_t>(broker_.state[partition].size())};
  }
  Result<std::int64_t> read(std::int32_t partition, std::int64_t from,
                            const std::function<Status(const Record&)>& sink) override {
    const auto& log = broker_.state[partition];
    for (std::int64_t i = from; i < static_cast<std::int64_t>(log.size()); ++i) {
      Record record;
      record.position = {partition, i};
      if (log[i].key) record.key = *log[i].key;
      if (log[i].value) record.value = *log[i].value;
      if (Status ok = sink(record); !ok) return ok.error();
    }
    return static_cast<std::int64_t>(log.size());
  }
  Result<bool> settled(std::int32_t) override { return settled_now; }

  bool settled_now = true;

 private:
  MemoryBroker& broker_;
};

struct ManualClock final : WallClock {
  TimeMs time{1'800'000'000'000};
  TimeMs now() override { return time = time + DurationMs{1}; }  // moves, so that intervals pass
};

}  // namespace loopbreaker::testing
