// What a transaction holds: which sessions are saved with it, and which may wait.
#include "runtime/partition.h"

#include <gmock/gmock.h>

#include "harness.h"
#include "store/memory_store.h"

namespace loopbreaker::testing {
namespace {

constexpr TimeMs kStart{1'767'225'600'000};  // 2026-01-01T00:00:00Z

class PartitionCommit : public ::testing::Test {
 protected:
  void say(const std::string& session, int minute) {
    const std::string minutes = (minute < 10 ? "0" : "") + std::to_string(minute);
    const std::string json =
        R"({"specversion":"1.0","id":")" + std::to_string(next_) +
        R"(","source":"test","type":"conversation.message","time":"2026-01-01T00:)" + minutes +
        R"(:00Z","subject":")" + session + R"(","data":{"session_id":")" + session +
        R"(","participant":"customer","text":"where is my parcel?","channel":"web"}})";
    Record record;
    record.position = {0, next_++};
    record.timestamp = kStart + DurationMs{3'600'000};
    record.key = session;
    record.value = json;
    auto ok = partition_.consume(record);
    ASSERT_TRUE(ok) << ok.error().message;
  }

  std::vector<std::string> saved(std::size_t budget = SIZE_MAX, bool save_all = false) {
    Transaction tx;
    partition_.prepare(tx, kStart, save_all, budget);
    std::vector<std::string> keys;
    for (const OutRecord& r : tx.records)
      if (r.topic == Topic::state && r.key.starts_with("s/")) keys.push_back(r.key);
    EXPECT_TRUE(partition_.commit_done(next_, kStart));
    return keys;
  }

  store::MemoryStore store_;
  Bench bench_{&store_, DurationMs{300'000}};
  runtime::Partition partition_{0, bench_.workbench};
  std::int64_t next_ = 0;
};

TEST_F(PartitionCommit, sessions_that_decided_nothing_wait) {
  partition_.set_wall_clock(kStart);
  say("a", 1);
  EXPECT_THAT(saved(), ::testing::IsEmpty());
}

TEST_F(PartitionCommit, what_lies_too_far_back_for_a_replay_is_saved_the_oldest_first) {
  bench_.workbench.max_replay = 2;
  partition_.set_wall_clock(kStart);
  say("a", 1);
  say("b", 1);
  EXPECT_THAT(saved(), ::testing::IsEmpty());
  say("a", 2);
  EXPECT_THAT(saved(), ::testing::ElementsAre("s/a"));
  say("c", 2);
  EXPECT_THAT(saved(), ::testing::ElementsAre("s/b"));
}

TEST_F(PartitionCommit, what_does_not_fit_comes_with_the_next_transaction_the_oldest_first) {
  partition_.set_wall_clock(kStart);
  say("a", 1);
  say("b", 1);
  say("c", 1);
  EXPECT_THAT(saved(1, true), ::testing::ElementsAre("s/a"));
  EXPECT_THAT(saved(SIZE_MAX, true), ::testing::ElementsAre("s/b", "s/c"));
}

TEST_F(PartitionCommit, a_session_whose_event_was_moved_by_the_wall_clock_is_saved_at_once) {
  partition_.set_wall_clock(kStart);
  say("a", 1);
  ASSERT_TRUE(partition_.follow(kStart + DurationMs{20 * 60'000}));
  (void)saved();
  say("b", 19);
  say("c", 2);  // more than five minutes behind the clock: no replay would move it again
  EXPECT_THAT(saved(), ::testing::ElementsAre("s/c"));
}

}  // namespace
}  // namespace loopbreaker::testing
