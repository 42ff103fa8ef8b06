// The Kafka ports over the simulated broker: what the real clients do, and what may go wrong
// between them and it.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "broker.h"
#include "faults.h"
#include "loopbreaker/ports.h"

namespace loopbreaker::simulation {

class SimEventLog final : public EventLog {
 public:
  SimEventLog(Broker& broker, Environment& env, std::string member, std::size_t batch_max,
              DurationMs pause_max);
  Status join(AssignmentListener&) override;
  Result<std::span<const Record>> poll(DurationMs wait, std::size_t max) override;
  Status start(std::int32_t partition, std::int64_t offset) override;
  Result<CommittedOffset> committed(std::int32_t partition) override;
  Result<LogRange> range(std::int32_t partition) override;
  std::optional<std::int64_t> known_end(std::int32_t partition) const override;
  bool at_end(std::int32_t partition) const override;
  Result<std::int32_t> partition_count() override;
  void leave() override;

  const std::string& member() const { return member_; }
  std::int32_t member_epoch() const { return member_epoch_; }
  std::int32_t generation() const { return generation_; }
  std::function<void()> before_poll, with_batch;
  DurationMs pause_max;  ///< an empty poll may take so long: the clock runs when nothing happens

 private:
  void follow_group();
  void revoke(bool lost);
  void fetch(std::size_t max);

  struct Place {
    std::int64_t next = -1;
    bool at_end = false;
  };
  Broker& broker_;
  Environment& env_;
  const std::string member_;
  const std::size_t batch_max_;
  AssignmentListener* listener_ = nullptr;
  std::int32_t member_epoch_ = -1, generation_ = -1;
  std::map<std::int32_t, Place> places_;
  bool assigned_ = false;
  std::vector<Record> batch_;
};

/// Does not make the runtime's duty its own: after a failed commit it lets the same epoch be used
/// again, as far as the broker does.
class SimOutputLog final : public OutputLog {
 public:
  SimOutputLog(Broker& broker, Environment& env, std::string id)
      : broker_(broker), env_(env), id_(std::move(id)) {}
  Status init() override;
  Result<CommitReceipt> commit(const Transaction&, EventLog& members_of) override;

 private:
  Status send(const Transaction&, const SimEventLog& member, CommitReceipt& receipt);
  Error give_up(std::string why);

  Broker& broker_;
  Environment& env_;
  const std::string id_;
  std::int32_t epoch_ = -1;
  bool doubtful_ = false;
};

class SimStateLog final : public StateLog {
 public:
  SimStateLog(Broker& broker, Environment& env) : broker_(broker), env_(env) {}
  Result<LogRange> range(std::int32_t partition) override;
  Result<std::int64_t> read(std::int32_t partition, std::int64_t from,
                            const std::function<Status(const Record&)>& sink) override;
  Result<bool> settled(std::int32_t partition) override;

 private:
  Broker& broker_;
  Environment& env_;
};

}  // namespace loopbreaker::simulation
