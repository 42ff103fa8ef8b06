// What only a store on a disk can show: it survives, it is held by one, it notices damage.
#include "store/rocksdb_store.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include "scratch.h"

namespace loopbreaker::store {
namespace {

std::unique_ptr<StateStore> open(const std::string& path, RocksDbSettings settings = {}) {
  auto store = open_rocksdb_store(path, settings);
  EXPECT_TRUE(store) << store.error().message;
  return store ? std::move(*store) : nullptr;
}

TEST(RocksDbStore, ClosingSavesAndOpeningFindsIt) {
  Scratch scratch;
  ASSERT_TRUE(open(scratch / "s")->write({7, {{"a", "1"}}, "p"}));
  auto again = open(scratch / "s");
  EXPECT_EQ(*again->get(7, "a"), "1");
  EXPECT_EQ(*again->progress(7), "p");
}

TEST(RocksDbStore, ADropIsForEver) {
  Scratch scratch;
  {
    auto store = open(scratch / "s");
    ASSERT_TRUE(store->write({0, {{"a", "1"}}, "p"}));
    ASSERT_TRUE(store->write({1, {{"a", "1"}}, "p"}));
    ASSERT_TRUE(store->flush());
    ASSERT_TRUE(store->drop(0));
  }
  auto again = open(scratch / "s");
  EXPECT_EQ(*again->partitions(), std::vector<std::int32_t>{1});
  EXPECT_EQ(*again->get(0, "a"), std::nullopt);
}

TEST(RocksDbStore, WhatIsHeldByAnotherIsRefusedWithAWordAboutIt) {
  Scratch scratch;
  auto held = open(scratch / "s");
  auto second = open_rocksdb_store(scratch / "s");
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().action, Action::stop);
  EXPECT_NE(second.error().message.find("another process holds it"), std::string::npos)
      << second.error().message;
  auto removed = destroy(scratch / "s");
  EXPECT_FALSE(removed) << "nor may it be removed";
}

// Not a test: the process that the next one kills. It says through descriptor 3 when something is
// on disk.
TEST(RocksDbStore, DISABLED_WritesUntilKilled) {
  const char* path = std::getenv("LOOPBREAKER_TEST_WRITER");
  if (!path) GTEST_SKIP() << "only started by the test that kills it";
  // Small memtables and constant flushing: the kill falls into the middle of something.
  auto store = open(path, {.cache_bytes = 1 << 20, .write_bytes = 1 << 20, .flush_interval = {5}});
  ASSERT_TRUE(store);
  for (long i = 0;; ++i) {
    StoreBatch batch{0, {}, std::to_string(i)};
    for (int k = 0; k < 20; ++k) batch.puts.push_back({fmt::format("k{}", k), std::to_string(i)});
    batch.puts.push_back({fmt::format("only{}", i), std::string(500, 'x')});
    if (i > 0) batch.puts.push_back({fmt::format("only{}", i - 1), std::nullopt});
    ASSERT_TRUE(store->write(batch));
    if (i != 100) continue;
    ASSERT_TRUE(store->flush());
    ASSERT_EQ(::write(3, "!", 1), 1);
  }
}

pid_t start_writer(const std::string& path, int say_to) {
  const pid_t child = ::fork();
  if (child != 0) return child;
  // A fresh process: RocksDB's threads do not survive a fork.
  if (say_to == 3) {
    ::fcntl(3, F_SETFD, 0);
  } else {
    ::dup2(say_to, 3);
  }
  ::setenv("LOOPBREAKER_TEST_WRITER", path.c_str(), 1);
  ::unsetenv("GTEST_OUTPUT");
  ::execl("/proc/self/exe", "store_tests", "--gtest_filter=RocksDbStore.DISABLED_WritesUntilKilled",
          "--gtest_also_run_disabled_tests", "--gtest_brief=1", nullptr);
  ::_exit(1);
}

TEST(RocksDbStore, KilledAtAnyMomentItKeepsWholeBatchesInTheirOrder) {
  Scratch scratch;
  const std::string path = scratch / "s";
  for (int round = 0; round < 3; ++round) {
    int pipe[2];
    ASSERT_EQ(::pipe2(pipe, O_CLOEXEC), 0);
    const pid_t child = start_writer(path, pipe[1]);
    ASSERT_GT(child, 0);
    ::close(pipe[1]);
    char flushed_once = 0;
    ASSERT_EQ(::read(pipe[0], &flushed_once, 1), 1);
    ::close(pipe[0]);
    std::this_thread::sleep_for(std::chrono::milliseconds(20 + 70 * round));
    ::kill(child, SIGKILL);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the writer failed by itself";

    auto store = open(path);
    ASSERT_TRUE(store);
    const auto progress = *store->progress(0);
    ASSERT_TRUE(progress);
    EXPECT_GE(std::stol(*progress), 100);
    int records = 0;
    ASSERT_TRUE(store->each(0, "", [&](std::string_view key, std::string_view value) -> Status {
      ++records;
      if (key.starts_with("only")) {
        EXPECT_EQ(key, "only" + *progress);
      } else {
        EXPECT_EQ(value, *progress) << key;
      }
      return Ok{};
    }));
    EXPECT_EQ(records, 21);
    ASSERT_TRUE(store->drop(0));
  }
}

TEST(RocksDbStore, ItFlushesByItselfWhenNobodyWrites) {
  Scratch scratch;
  auto store = open(scratch / "s", {.flush_interval = {20}});
  ASSERT_TRUE(store->write({0, {{"a", "1"}}, "p"}));
  auto has_table = [&] {
    for (const auto& file : std::filesystem::directory_iterator(scratch / "s")) {
      if (file.path().extension() == ".sst") return true;
    }
    return false;
  };
  for (int i = 0; i < 500 && !has_table(); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_TRUE(has_table());
}

TEST(RocksDbStore, ADamagedFileIsNoticedAndTheStoreCanBeMadeAnew) {
  Scratch scratch;
  const std::string path = scratch / "s";
  {
    auto store = open(path);
    ASSERT_TRUE(store->write({0, {{"a", std::string(5000, 'a')}}, "p"}));
  }
  for (const auto& file : std::filesystem::directory_iterator(path)) {
    if (file.path().extension() != ".sst") continue;
    std::fstream f(file.path(), std::ios::in | std::ios::out | std::ios::binary);
    f.seekp(10);
    f.put('\x7f');
  }
  auto damaged = open_rocksdb_store(path);
  if (damaged) {
    auto value = (*damaged)->get(0, "a");
    ASSERT_FALSE(value) << "a wrong byte was read without a word";
    EXPECT_EQ(value.error().action, Action::recover);
    EXPECT_NE(value.error().message.find("can be dropped"), std::string::npos)
        << value.error().message;
    damaged->reset();
    // The next start does not meet the same block again.
    auto next = open_rocksdb_store(path);
    ASSERT_FALSE(next);
    EXPECT_EQ(next.error().action, Action::recover);
  } else {
    EXPECT_EQ(damaged.error().action, Action::recover);
  }
  ASSERT_TRUE(destroy(path));
  EXPECT_TRUE(open(path)->partitions()->empty());
}

TEST(RocksDbStore, ACutManifestIsRefusedAndTheStoreCanBeMadeAnew) {
  Scratch scratch;
  const std::string path = scratch / "s";
  ASSERT_TRUE(open(path)->write({0, {{"a", "1"}}, "p"}));
  for (const auto& file : std::filesystem::directory_iterator(path)) {
    if (file.path().filename().string().starts_with("MANIFEST"))
      std::filesystem::resize_file(file.path(), 3);
  }
  auto damaged = open_rocksdb_store(path);
  ASSERT_FALSE(damaged);
  EXPECT_EQ(damaged.error().action, Action::recover) << damaged.error().message;
  ASSERT_TRUE(destroy(path));
  EXPECT_TRUE(open(path)->partitions()->empty());
}

TEST(RocksDbStore, RemovingWhatIsNotThereIsNoError) {
  Scratch scratch;
  EXPECT_TRUE(destroy(scratch / "nothing"));
}

}  // namespace
}  // namespace loopbreaker::store
