// The local store on RocksDB: a cache of the state topic that may be lost at any time, but never be
// half true.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "loopbreaker/ports.h"
#include "loopbreaker/result.h"
#include "loopbreaker/types.h"

namespace loopbreaker::store {

struct RocksDbSettings {
  std::uint64_t cache_bytes = 64u << 20;  ///< block cache, index and filter blocks included
  std::uint64_t write_bytes = 32u << 20;  ///< all memtables together, charged to the cache
  /// A thread of the store flushes what is older than this, also when nobody writes: without it
  /// progress would age in memory until the state topic has moved past it. 0: only flush() does.
  DurationMs flush_interval{30'000};
};

/// Opens or creates the store in directory `path` (parents included). Errors name the directory and
/// say whether it is held by another process (Action::stop) or damaged (Action::recover: destroy()
/// it and open anew; nothing is lost, because the state topic has it all).
Result<std::unique_ptr<StateStore>> open_rocksdb_store(const std::string& path,
                                                       const RocksDbSettings& settings = {});

/// A store as it last was on disk, also beside the process that holds it: what that has in memory
/// is not seen (up to its flush interval). Writing and dropping fail.
Result<std::unique_ptr<StateStore>> open_rocksdb_read_only(const std::string& path);

/// Removes a store and all that is in it. Fails when another process holds it.
Status destroy(const std::string& path);

}  // namespace loopbreaker::store
