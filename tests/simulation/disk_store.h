// The local store over a simulated disk: what was not flushed is lost from some write on when the
// process dies, writes and reads fail, and what is damaged is noticed, as checksums do.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "faults.h"
#include "loopbreaker/ports.h"

namespace loopbreaker::simulation {

/// What survives the process.
struct Disk {
  struct Partition {
    std::map<std::string, std::string, std::less<>> records;
    std::optional<std::string> progress;
  };
  std::map<std::int32_t, Partition> durable;
  std::set<std::int32_t> damaged;  ///< bits have flipped under these partitions
  bool torn = false;               ///< found at the next start, which makes a new store
  bool full = false;
};

class SimStore final : public StateStore {
 public:
  SimStore(Disk& disk, Environment& env);
  /// The process is dead: decides what of the writes is on the disk.
  void crash();

  Result<std::optional<std::string>> get(std::int32_t partition, std::string_view key) override;
  Result<std::optional<std::string>> progress(std::int32_t partition) override;
  Status each(std::int32_t partition, std::string_view prefix,
              const std::function<Status(std::string_view, std::string_view)>& sink) override;
  Status write(const StoreBatch&) override;
  Status drop(std::int32_t partition) override;
  Result<std::vector<std::int32_t>> partitions() override;
  Status flush() override;
  std::uint64_t bytes() const override { return 0; }

 private:
  Status readable(std::int32_t partition);
  static void apply(Disk::Partition& p, const StoreBatch& batch);

  Disk& disk_;
  Environment& env_;
  std::map<std::int32_t, Disk::Partition> now_;
  std::vector<StoreBatch> unflushed_;
};

}  // namespace loopbreaker::simulation
