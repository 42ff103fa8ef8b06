// What a session costs that comes back from the local store, step by step: what a recovery pays for
// each session that its replay meets.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <random>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "codec/session_record.h"
#include "state_records.h"
#include "store/rocksdb_store.h"
#include "text/analyzer.h"

namespace {

using namespace loopbreaker;

constexpr std::int32_t kPartition = 0;
/// Sessions in the store, far more than its cache holds.
constexpr std::size_t kSessionsStored = 200'000;

/// A store in a directory of its own, with the sessions of recorded conversations under many names.
class Stored {
 public:
  static Stored& get() {
    static Stored stored;
    return stored;
  }

  /// All keys, in no order.
  const std::vector<std::string>& keys() const { return keys_; }
  StateStore& store() { return *store_; }
  std::string record(const std::string& key) {
    auto found = store_->get(kPartition, key);
    if (!found || !found->has_value()) std::abort();
    return std::move(**found);
  }

 private:
  Stored() {
    char name[] = "/tmp/loopbreaker-read-back-XXXXXX";
    if (::mkdtemp(name) == nullptr) std::abort();
    directory_ = name;
    store_ = std::move(store::open_rocksdb_store(directory_)).value();
    std::unordered_map<std::string, std::string> last;
    bench::each_state_record(bench::all_open(), bench::kAgainAndAgain, [&](const OutRecord& r) {
      if (codec::kind_of(*r.value).value() == codec::RecordKind::session) last[r.key] = *r.value;
    });
    if (last.empty()) std::abort();
    StoreBatch batch;
    batch.partition = kPartition;
    batch.progress = "progress";
    while (keys_.size() < kSessionsStored) {
      const std::string copy = "-" + std::to_string(keys_.size());
      for (const auto& [key, value] : last) {
        keys_.push_back(key + copy);
        batch.puts.push_back({keys_.back(), value});
      }
      if (!store_->write(batch)) std::abort();
      batch.puts.clear();
    }
    if (!store_->flush()) std::abort();
    std::shuffle(keys_.begin(), keys_.end(), std::mt19937_64(1));
  }
  ~Stored() {
    store_.reset();
    std::filesystem::remove_all(directory_);
  }

  std::string directory_;
  std::unique_ptr<StateStore> store_;
  std::vector<std::string> keys_;
};

void get_from_store(benchmark::State& state) {
  Stored& stored = Stored::get();
  std::size_t i = 0;
  for (auto _ : state) {
    auto found = stored.store().get(kPartition, stored.keys()[i++ % stored.keys().size()]);
    if (!found || !found->has_value()) state.SkipWithError("a record is missing");
  }
}
BENCHMARK(get_from_store);

/// `decode` each of some thousand records.
template <class Decode>
void decode_all(benchmark::State& state, Decode decode) {
  Stored& stored = Stored::get();
  std::vector<std::string> records;
  for (std::size_t i = 0; i < 5'000; ++i) records.push_back(stored.record(stored.keys()[i]));
  std::size_t i = 0;
  for (auto _ : state) {
    auto record = decode(records[i++ % records.size()]);
    if (!record || record->session.turns.empty()) state.SkipWithError("not a session with turns");
  }
}

void decode_as_kept(benchmark::State& state) {
  decode_all(state, [](const std::string& r) { return codec::decode_session_as_kept(r); });
}
BENCHMARK(decode_as_kept);

void decode_with_sketches(benchmark::State& state) {
  const auto analyzer = text::make_analyzer();
  decode_all(state, [&](const std::string& r) { return codec::decode_session(r, *analyzer); });
}
BENCHMARK(decode_with_sketches);

}  // namespace
