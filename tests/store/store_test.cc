// What both local stores promise.
#include <gtest/gtest.h>

#include <map>
#include <random>

#include "scratch.h"
#include "store/memory_store.h"
#include "store/rocksdb_store.h"

namespace loopbreaker::store {
namespace {

struct OnDisk {
  Scratch scratch;
  std::unique_ptr<StateStore> store = open();
  std::unique_ptr<StateStore> open() {
    auto s = open_rocksdb_store(scratch / "store");
    EXPECT_TRUE(s) << s.error().message;
    return std::move(*s);
  }
};
struct InMemory {
  std::unique_ptr<StateStore> store = std::make_unique<MemoryStore>();
};

template <class Twin>
class Store : public ::testing::Test {
 protected:
  StateStore& store() { return *twin_.store; }

  void put(std::int32_t partition, std::vector<StoreBatch::Put> puts, std::string progress) {
    auto ok = store().write({partition, std::move(puts), std::move(progress)});
    ASSERT_TRUE(ok) << ok.error().message;
  }

  std::map<std::string, std::string> all(std::int32_t partition) {
    std::map<std::string, std::string> out;
    std::string last;
    auto ok = store().each(partition, "", [&](std::string_view key, std::string_view value) -> Status {
      EXPECT_TRUE(out.empty() || last < key) << "keys come in order";
      last = key;
      out.emplace(key, value);
      return Ok{};
    });
    EXPECT_TRUE(ok);
    return out;
  }

  std::optional<std::string> get(std::int32_t partition, std::string_view key) {
    auto r = store().get(partition, key);
    EXPECT_TRUE(r);
    return *r;
  }

  Twin twin_;
};

using Twins = ::testing::Types<OnDisk, InMemory>;
TYPED_TEST_SUITE(Store, Twins);

using All = std::map<std::string, std::string>;

TYPED_TEST(Store, AnEmptyStoreKnowsNothing) {
  EXPECT_EQ(this->get(0, "a"), std::nullopt);
  EXPECT_EQ(*this->store().progress(0), std::nullopt);
  EXPECT_TRUE(this->store().partitions()->empty());
  EXPECT_TRUE(this->all(0).empty());
}

TYPED_TEST(Store, RecordsAndProgressOfABatchAreThereTogether) {
  this->put(3, {{"a", "1"}, {"b", "2"}}, "p1");
  EXPECT_EQ(this->get(3, "a"), "1");
  EXPECT_EQ(this->all(3), (All{{"a", "1"}, {"b", "2"}}));
  EXPECT_EQ(*this->store().progress(3), "p1");
}

TYPED_TEST(Store, ALaterBatchReplacesAndDeletes) {
  this->put(0, {{"a", "1"}, {"b", "2"}}, "p1");
  this->put(0, {{"a", "3"}, {"b", std::nullopt}, {"c", ""}}, "p2");
  EXPECT_EQ(this->all(0), (All{{"a", "3"}, {"c", ""}}));
  EXPECT_EQ(*this->store().progress(0), "p2");
}

TYPED_TEST(Store, PartitionsDoNotSeeEachOther) {
  this->put(1, {{"a", "one"}}, "p1");
  this->put(256, {{"a", "many"}}, "p256");
  this->put(0, {}, "p0");
  EXPECT_EQ(this->get(1, "a"), "one");
  EXPECT_EQ(this->get(256, "a"), "many");
  EXPECT_EQ(this->get(0, "a"), std::nullopt);
  EXPECT_EQ(*this->store().partitions(), (std::vector<std::int32_t>{0, 1, 256}));
}

TYPED_TEST(Store, AnyBytesMakeAKeyOrAValue) {
  const std::string odd("\0\xff\0", 3), empty;
  this->put(0, {{odd, odd}, {empty, "no key"}}, odd);
  EXPECT_EQ(this->get(0, odd), odd);
  EXPECT_EQ(this->get(0, empty), "no key");
  EXPECT_EQ(*this->store().progress(0), odd);
}

TYPED_TEST(Store, ADroppedPartitionIsGoneAndItsNeighboursStay) {
  for (std::int32_t p = 0; p < 3; ++p) this->put(p, {{"a", "1"}, {"b", "2"}}, "p");
  ASSERT_TRUE(this->store().flush());
  ASSERT_TRUE(this->store().drop(1));
  EXPECT_EQ(*this->store().partitions(), (std::vector<std::int32_t>{0, 2}));
  EXPECT_TRUE(this->all(1).empty());
  EXPECT_EQ(*this->store().progress(1), std::nullopt);
  EXPECT_EQ(this->all(2).size(), 2u);
  this->put(1, {{"c", "new"}}, "p");
  EXPECT_EQ(this->all(1), (All{{"c", "new"}})) << "what was dropped does not come back";
}

TYPED_TEST(Store, TheSinkOfAScanCanStopItAndMayCallBack) {
  this->put(0, {{"a", "1"}, {"b", "2"}}, "p");
  int seen = 0;
  auto ok = this->store().each(0, "", [&](std::string_view key, std::string_view) -> Status {
    ++seen;
    EXPECT_NE(this->get(0, key), std::nullopt);
    return Error{"enough", Action::recover};
  });
  ASSERT_FALSE(ok);
  EXPECT_EQ(ok.error().message, "enough");
  EXPECT_EQ(seen, 1);
}

TYPED_TEST(Store, ItEqualsAMapAfterAnyWritesAndDrops) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  auto below = [&](unsigned n) { return random() % n; };
  std::map<std::int32_t, All> model;
  for (int step = 0; step < 400; ++step) {
    const auto partition = static_cast<std::int32_t>(below(3));
    if (below(25) == 0) {
      ASSERT_TRUE(this->store().drop(partition));
      model.erase(partition);
    } else if (below(25) == 0) {
      ASSERT_TRUE(this->store().flush());
    } else {
      std::map<std::string, std::optional<std::string>> puts;
      for (unsigned i = below(5); i > 0; --i) {
        const std::string key = "k" + std::to_string(below(20));
        puts[key] = below(3) == 0 ? std::nullopt : std::optional(std::string(below(200), 'v'));
      }
      std::vector<StoreBatch::Put> list;
      for (auto& [key, value] : puts) {
        list.push_back({key, value});
        if (value)
          model[partition][key] = *value;
        else
          model[partition].erase(key);
      }
      model[partition];
      this->put(partition, list, std::to_string(step));
    }
  }
  std::vector<std::int32_t> partitions;
  for (const auto& [partition, records] : model) {
    partitions.push_back(partition);
    EXPECT_EQ(this->all(partition), records);
  }
  EXPECT_EQ(*this->store().partitions(), partitions);
}

TEST(MemoryStore, AFaultOnDemandChangesNothingAndPasses) {
  MemoryStore store;
  store.fail_next({"disk full", Action::retry});
  auto failed = store.write({0, {{"a", "1"}}, "p"});
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().message, "disk full");
  EXPECT_EQ(*store.get(0, "a"), std::nullopt);
  EXPECT_TRUE(store.write({0, {{"a", "1"}}, "p"}));
  EXPECT_EQ(*store.get(0, "a"), "1");
}

TEST(MemoryStore, APowerCutLosesWhatWasNotFlushed) {
  MemoryStore store;
  ASSERT_TRUE(store.write({0, {{"a", "1"}}, "p1"}));
  ASSERT_TRUE(store.flush());
  ASSERT_TRUE(store.write({0, {{"a", "2"}}, "p2"}));
  store.lose_unflushed();
  EXPECT_EQ(*store.get(0, "a"), "1");
  EXPECT_EQ(*store.progress(0), "p1");
}

}  // namespace
}  // namespace loopbreaker::store
