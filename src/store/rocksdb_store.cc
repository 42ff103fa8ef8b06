// The local store on RocksDB. One column family, no write-ahead log: what a crash leaves is a
// prefix of the batches written, each whole, and the progress record in it says how far that prefix
// goes.
//
// Key grammar: partition (4 bytes, big endian) · 'p'                  -> progress record
//              partition (4 bytes, big endian) · 'r' · state-topic key -> record
#include "store/rocksdb_store.h"

#include <fmt/format.h>
#include <rocksdb/cache.h>
#include <rocksdb/convenience.h>
#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>
#include <rocksdb/write_buffer_manager.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <thread>

namespace loopbreaker::store {
namespace {

constexpr char kProgress = 'p';
constexpr char kRecord = 'r';
/// A file in the store's directory: damage was found in use.
constexpr const char* kDamaged = "/DAMAGED";

std::string prefix(std::int64_t partition) {
  std::string p(4, '\0');
  for (int i = 0; i < 4; ++i)
    p[static_cast<std::size_t>(i)] = static_cast<char>(partition >> (24 - 8 * i) & 0xff);
  return p;
}

std::int32_t partition_of(const rocksdb::Slice& key) {
  std::uint32_t p = 0;
  for (std::size_t i = 0; i < 4; ++i) p = p << 8 | static_cast<std::uint8_t>(key[i]);
  return static_cast<std::int32_t>(p);
}

std::string progress_key(std::int32_t partition) { return prefix(partition) + kProgress; }

std::string record_key(std::int32_t partition, std::string_view key) {
  std::string k = prefix(partition) + kRecord;
  k += key;
  return k;
}

/// The first key behind all that begin with `key`. REQUIRES: its last byte is not 0xff.
std::string behind(std::string key) {
  ++key.back();
  return key;
}

rocksdb::WriteOptions without_log() {
  rocksdb::WriteOptions o;
  // The state topic is the log. On every write: one write with it would bring back a log that is
  // out of step.
  o.disableWAL = true;
  return o;
}

Error translate(const rocksdb::Status& s, std::string_view path, std::string_view doing) {
  const std::string said = s.ToString();
  if (s.IsCorruption()) {
    return {fmt::format("{} the local store '{}': it is damaged ({}); it can be dropped, the state "
                        "topic has all of it",
                        doing, path, said),
            Action::recover};
  }
  if (s.IsIOError() && said.find("LOCK") != std::string::npos) {
    return {
        fmt::format(
            "{} the local store '{}': another process holds it; stop that one, or give this one a "
            "--state-dir of its own",
            doing, path),
        Action::stop};
  }
  if (s.IsNoSpace() || s.subcode() == rocksdb::Status::kNoSpace) {
    return {fmt::format("{} the local store '{}': the disk is full; make room", doing, path),
            Action::retry};
  }
  return {fmt::format("{} the local store '{}': {}", doing, path, said), Action::retry};
}

rocksdb::Options options_of(const RocksDbSettings& settings) {
  rocksdb::Options o;
  o.create_if_missing = true;
  o.paranoid_checks = true;
  o.compaction_style =
      rocksdb::kCompactionStyleUniversal;  // writes little: records are rewritten often
  auto cache = rocksdb::NewLRUCache(settings.cache_bytes);
  // Memtables are charged to the cache, so that the two together have one bound. Without stalls:
  // the commit path must not wait for a disk.
  o.write_buffer_manager =
      std::make_shared<rocksdb::WriteBufferManager>(settings.write_bytes, cache, false);
  o.write_buffer_size = std::max<std::uint64_t>(settings.write_bytes / 2, 1u << 20);
  rocksdb::BlockBasedTableOptions t;
  t.block_cache = cache;
  t.cache_index_and_filter_blocks = true;  // else they grow outside of any bound
  // In pieces: a file's whole index is larger than a shard of the cache, and would be read again by
  // each lookup.
  t.index_type = rocksdb::BlockBasedTableOptions::kTwoLevelIndexSearch;
  t.partition_filters = true;
  t.pin_top_level_index_and_filter = true;
  t.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  t.checksum = rocksdb::kXXH3;
  t.format_version = 5;
  o.table_factory.reset(rocksdb::NewBlockBasedTableFactory(t));
  o.compression = rocksdb::kNoCompression;  // records are packed
  o.max_background_jobs = 2;
  o.max_open_files = 256;
  o.keep_log_file_num = 2;
  o.max_log_file_size = 1u << 20;
  o.info_log_level = rocksdb::WARN_LEVEL;
  return o;
}

class RocksDbStore final : public StateStore {
 public:
  RocksDbStore(std::string path, DurationMs flush_interval)
      : path_(std::move(path)), flush_interval_(flush_interval) {}

  ~RocksDbStore() override {
    {
      std::lock_guard lock(mutex_);
      closing_ = true;
    }
    wake_.notify_all();
    if (flusher_.joinable()) flusher_.join();
    // Closing flushes what is in memory.
  }

  Status open(const RocksDbSettings& settings) {
    rocksdb::DB* db = nullptr;
    const auto s = rocksdb::DB::Open(options_of(settings), path_, &db);
    if (!s.ok()) return translate(s, path_, "cannot open");
    db_.reset(db);
    if (auto ok = finish_drops(); !ok) return ok;
    if (flush_interval_.ms > 0) flusher_ = std::thread([this] { flush_on_time(); });
    return Ok{};
  }

  Status open_read_only() {
    rocksdb::Options options = options_of({});
    options.create_if_missing = false;
    rocksdb::DB* db = nullptr;
    const auto s = rocksdb::DB::OpenForReadOnly(options, path_, &db);
    if (!s.ok()) return translate(s, path_, "cannot open");
    db_.reset(db);
    reads_only_ = true;
    return Ok{};
  }

  Result<std::optional<std::string>> get(std::int32_t partition, std::string_view key) override {
    return look_up(record_key(partition, key));
  }

  Result<std::optional<std::string>> progress(std::int32_t partition) override {
    return look_up(progress_key(partition));
  }

  Status each(
      std::int32_t partition, std::string_view key_prefix,
      const std::function<Status(std::string_view key, std::string_view value)>& sink) override {
    const std::string begin = record_key(partition, key_prefix);
    const std::size_t ours = record_key(partition, "").size();
    const std::string end =
        key_prefix.empty() ? prefix(std::int64_t{partition} + 1) : behind(begin);
    const rocksdb::Slice bound(end);
    rocksdb::ReadOptions options;
    options.iterate_upper_bound = &bound;
    options.fill_cache = false;  // a scan must not push out what is asked for
    std::unique_ptr<rocksdb::Iterator> it(db_->NewIterator(options));
    for (it->Seek(begin); it->Valid(); it->Next()) {
      auto key = it->key().ToStringView();
      key.remove_prefix(ours);
      if (auto ok = sink(key, it->value().ToStringView()); !ok) return ok;
    }
    if (!it->status().ok()) return told(it->status(), "cannot read");
    return Ok{};
  }

  Status write(const StoreBatch& batch) override {
    rocksdb::WriteBatch b;
    for (const auto& put : batch.puts) {
      if (put.value) {
        b.Put(record_key(batch.partition, put.key), *put.value);
      } else {
        b.Delete(record_key(batch.partition, put.key));
      }
    }
    // In the same batch: records without the progress that goes with them would be lies after a
    // crash.
    b.Put(progress_key(batch.partition), batch.progress);
    return apply(b);
  }

  Status drop(std::int32_t partition) override {
    const std::string begin = prefix(partition), end = prefix(std::int64_t{partition} + 1);
    rocksdb::WriteBatch b;
    b.DeleteRange(begin, end);
    // The range's tombstone must be on disk, and stay in the first level, before files below it go:
    // a cut in between would otherwise leave some of the old records, or bring them back.
    std::lock_guard lock(drop_mutex_);
    auto s = db_->SetOptions({{"disable_auto_compactions", "true"}});
    if (!s.ok()) return told(s, "cannot drop a partition from");
    Status result = apply(b);
    if (result) result = flush();
    if (result) {
      const rocksdb::Slice from(begin), to(end);
      s = rocksdb::DeleteFilesInRange(db_.get(), db_->DefaultColumnFamily(), &from, &to, false);
      if (!s.ok()) result = told(s, "cannot drop a partition from");
    }
    s = db_->SetOptions({{"disable_auto_compactions", "false"}});
    if (result && !s.ok()) return told(s, "cannot drop a partition from");
    return result;
  }

  Result<std::vector<std::int32_t>> partitions() override {
    std::vector<std::int32_t> all;
    std::unique_ptr<rocksdb::Iterator> it(db_->NewIterator({}));
    it->SeekToFirst();
    while (it->Valid()) {
      if (it->key().size() < 5) {
        return Error{
            fmt::format("the local store '{}' holds a key that is none of ours; it can be dropped",
                        path_),
            Action::recover};
      }
      all.push_back(partition_of(it->key()));
      it->Seek(prefix(std::int64_t{all.back()} + 1));
    }
    if (!it->status().ok()) return told(it->status(), "cannot read");
    return all;
  }

  Status flush() override {
    dirty_ = false;
    const auto s = db_->Flush(rocksdb::FlushOptions());
    if (s.ok()) return Ok{};
    dirty_ = true;
    return told(s, "cannot flush");
  }

  std::uint64_t bytes() const override {
    std::uint64_t files = 0, memory = 0;
    db_->GetIntProperty(rocksdb::DB::Properties::kTotalSstFilesSize, &files);
    db_->GetIntProperty(rocksdb::DB::Properties::kCurSizeAllMemTables, &memory);
    return files + memory;
  }

 private:
  // Opening reads few of the blocks: damage that is found later is marked, or the next start would
  // meet it again.
  Error told(const rocksdb::Status& s, std::string_view doing) const {
    if (s.IsCorruption() && !reads_only_) std::ofstream(path_ + kDamaged).put('\n');
    return translate(s, path_, doing);
  }

  Result<std::optional<std::string>> look_up(const std::string& key) {
    std::string value;
    const auto s = db_->Get({}, key, &value);
    if (s.IsNotFound()) return std::optional<std::string>();
    if (!s.ok()) return told(s, "cannot read");
    return std::optional(std::move(value));
  }

  Status apply(rocksdb::WriteBatch& batch) {
    auto s = db_->Write(without_log(), &batch);
    // After a failed flush (a full disk, say) RocksDB refuses all writes until it is told to try
    // again.
    if (!s.ok() && !s.IsCorruption() && db_->Resume().ok()) s = db_->Write(without_log(), &batch);
    if (!s.ok()) return told(s, "cannot write to");
    dirty_ = true;
    return Ok{};
  }

  // A partition always has progress: one without is what a cut left of something, and good for
  // nothing.
  Status finish_drops() {
    auto all = partitions();
    if (!all) return all.error();
    for (auto partition : *all) {
      auto found = progress(partition);
      if (!found) return found.error();
      if (*found) continue;
      if (auto ok = drop(partition); !ok) return ok;
    }
    return Ok{};
  }

  void flush_on_time() {
    std::unique_lock lock(mutex_);
    while (!wake_.wait_for(lock, std::chrono::milliseconds(flush_interval_.ms),
                           [this] { return closing_; })) {
      if (!dirty_) continue;
      lock.unlock();
      // A failure stays with RocksDB, which tells the next write.
      (void)flush();
      lock.lock();
    }
  }

  std::string path_;
  DurationMs flush_interval_;
  std::atomic<bool> dirty_{false};  // something was written since the last flush began
  std::mutex drop_mutex_;

  std::mutex mutex_;
  std::condition_variable wake_;
  bool closing_ = false;
  bool reads_only_ = false;
  std::unique_ptr<rocksdb::DB> db_;
  std::thread flusher_;
};

}  // namespace

Result<std::unique_ptr<StateStore>> open_rocksdb_store(const std::string& path,
                                                       const RocksDbSettings& settings) {
  std::error_code ec;
  std::filesystem::create_directories(path, ec);
  if (ec) {
    return Error{
        fmt::format("cannot make the directory '{}' of the local store: {}", path, ec.message()),
        Action::stop};
  }
  if (std::filesystem::exists(path + kDamaged, ec)) {
    return Error{fmt::format("cannot open the local store '{}': it was found damaged while it was "
                             "in use; it can be dropped, the state topic has all of it",
                             path),
                 Action::recover};
  }
  auto store = std::make_unique<RocksDbStore>(path, settings.flush_interval);
  if (auto ok = store->open(settings); !ok) return ok.error();
  return std::unique_ptr<StateStore>(std::move(store));
}

Result<std::unique_ptr<StateStore>> open_rocksdb_read_only(const std::string& path) {
  if (!std::filesystem::exists(path + "/CURRENT"))
    return Error{
        fmt::format("there is no local store in '{}': is this the state directory of a processor?",
                    path),
        Action::stop};
  auto store = std::make_unique<RocksDbStore>(path, DurationMs{0});
  if (auto ok = store->open_read_only(); !ok) return ok.error();
  return std::unique_ptr<StateStore>(std::move(store));
}

Status destroy(const std::string& path) {
  std::error_code ec;
  if (!std::filesystem::exists(path, ec)) return Ok{};
  const auto s = rocksdb::DestroyDB(path, rocksdb::Options());
  if (!s.ok() && !s.IsCorruption()) {
    // Of a damaged store RocksDB may not find its way through; of one that is held, nothing may be
    // removed.
    const Error e = translate(s, path, "cannot remove");
    if (e.action == Action::stop) return e;
  }
  std::filesystem::remove_all(path, ec);
  if (ec)
    return Error{fmt::format("cannot remove the local store '{}': {}", path, ec.message()),
                 Action::stop};
  return Ok{};
}

}  // namespace loopbreaker::store
