// The in-memory twin of the local store, with faults on demand.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "loopbreaker/ports.h"

namespace loopbreaker::store {

class MemoryStore final : public StateStore {
 public:
  Result<std::optional<std::string>> get(std::int32_t partition, std::string_view key) override;
  Result<std::optional<std::string>> progress(std::int32_t partition) override;
  Status each(std::int32_t partition, std::string_view prefix,
              const std::function<Status(std::string_view, std::string_view)>& sink) override;
  Status write(const StoreBatch&) override;
  Status drop(std::int32_t partition) override;
  Result<std::vector<std::int32_t>> partitions() override;
  Status flush() override;
  std::uint64_t bytes() const override;

  /// The next write or flush fails with this and changes nothing.
  void fail_next(Error error);
  /// What a power cut does: everything since the last flush() is gone, as a whole.
  void lose_unflushed();

 private:
  struct Partition {
    std::map<std::string, std::string, std::less<>> records;
    std::optional<std::string> progress;
  };
  using Partitions = std::map<std::int32_t, Partition>;

  std::optional<Error> take_fault();

  mutable std::mutex mutex_;
  Partitions now_, flushed_;
  std::optional<Error> fault_;
};

}  // namespace loopbreaker::store
