// The state topic is read to its end, whatever its last offsets are.
#include "kafka/state_log.h"

#include <fmt/format.h>
#include <librdkafka/rdkafka.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "broker.h"

namespace loopbreaker::kafka {
namespace {

class State : public Broker {
 protected:
  void SetUp() override {
    Broker::SetUp();
    if (IsSkipped()) return;
    for (const auto& d : must(topic_definitions())) {
      auto config = d.config;
      if (d.name == "session-state" && compacts_at_once()) {
        // Everything that is in a closed segment is compacted at once.
        config["segment.ms"] = "100";
        config["min.cleanable.dirty.ratio"] = "0.001";
        config["max.compaction.lag.ms"] = "100";
      }
      make_topic(cluster_name(d, settings_.topics), 2, config);
    }
  }

  void TearDown() override {
    output_.reset();
    member_.reset();
    Broker::TearDown();
  }

  virtual bool compacts_at_once() const { return false; }

  void open() {
    member_ = std::make_unique<Member>(settings_);
    ASSERT_TRUE(member_->poll_until([&] { return member_->owned.size() == 2; }));
    output_ = must(make_output_log(settings_));
    must(output_->init());
  }

  std::int64_t commit(std::string key, std::optional<std::string> value,
                      std::int32_t partition = 0) {
    Transaction t;
    t.records = {{Topic::state, partition, std::move(key), std::move(value)}};
    t.offsets = {{0, 0, ""}};
    const std::int64_t end = must(output_->commit(t, *member_->log)).state_end.at(0).second;
    // The broker answers a commit before its control records are in every log: until then readers
    // of committed records do not see it.
    auto log = must(make_state_log(settings_));
    for (int i = 0; i < 500 && must(log->range(partition)).end <= end; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    return end;
  }

  using Seen = std::vector<std::pair<std::string, std::string>>;
  std::int64_t read(std::int64_t from, Seen& seen, std::int32_t partition = 0) {
    auto log = must(make_state_log(settings_));
    return must(log->read(partition, from, [&](const Record& r) -> Status {
      seen.emplace_back(*r.key, r.value.value_or("(tombstone)"));
      return Ok{};
    }));
  }

  std::unique_ptr<Member> member_;
  std::unique_ptr<OutputLog> output_;
};

class CompactedState : public State {
  bool compacts_at_once() const override { return true; }
};

TEST_F(State, AnEmptyPartitionIsReadAtOnce) {
  Seen seen;
  EXPECT_EQ(read(0, seen), 0);
  EXPECT_EQ(read(-1, seen), 0);
  EXPECT_TRUE(seen.empty());
}

TEST_F(State, AllRecordsComeInOrderThoughControlRecordsEndTheLog) {
  open();
  commit("a", "1");
  const std::int64_t after_first = commit("b", "2") - 1;
  commit("a", std::nullopt);
  const std::int64_t end = commit("c", "") + 1;  // its control record
  Seen seen;
  EXPECT_EQ(read(0, seen), end);
  EXPECT_EQ(seen, (Seen{{"a", "1"}, {"b", "2"}, {"a", "(tombstone)"}, {"c", ""}}));
  seen.clear();
  EXPECT_EQ(read(after_first, seen), end);
  EXPECT_EQ(seen, (Seen{{"b", "2"}, {"a", "(tombstone)"}, {"c", ""}}));
  seen.clear();
  EXPECT_EQ(read(end, seen), end);
  EXPECT_TRUE(seen.empty());
  EXPECT_EQ(read(0, seen, 1), 0) << "the other partition has none";
}

TEST_F(State, OneReaderReadsAgainAndAgainFromWhereItIsTold) {
  open();
  for (int i = 0; i < 20; ++i) commit(fmt::format("k{}", i), "v");
  auto log = must(make_state_log(settings_));
  for (int round = 0; round < 5; ++round) {
    int seen = 0;
    const auto end = must(log->read(0, 0, [&](const Record&) -> Status {
      ++seen;
      return Ok{};
    }));
    EXPECT_EQ(seen, 20);
    EXPECT_EQ(end, must(log->range(0)).end);
  }
}

TEST_F(State, AbortedRecordsAreNotSeenAndDoNotHoldUpTheEnd) {
  open();
  commit("a", "1");
  Transaction t;
  t.records = {{Topic::state, 0, "a", "aborted"}, {Topic::handoffs, 9, "x", "no such partition"}};
  t.offsets = {{0, 0, ""}};
  ASSERT_FALSE(output_->commit(t, *member_->log));
  must(output_->init());
  Seen seen;
  read(0, seen);
  EXPECT_EQ(seen, (Seen{{"a", "1"}}));
}

TEST_F(State, AnOpenTransactionIsSeen) {
  open();
  commit("a", "1");
  auto log = must(make_state_log(settings_));
  EXPECT_TRUE(must(log->settled(0)));
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  for (const auto& [name, value] : {std::pair{"bootstrap.servers", settings_.brokers},
                                    {"transactional.id", settings_.topics.state}})
    ASSERT_EQ(rd_kafka_conf_set(conf, name, value.c_str(), nullptr, 0), RD_KAFKA_CONF_OK);
  rd_kafka_t* other = rd_kafka_new(RD_KAFKA_PRODUCER, conf, nullptr, 0);
  ASSERT_TRUE(other);
  ASSERT_EQ(rd_kafka_init_transactions(other, 30'000), nullptr);
  ASSERT_EQ(rd_kafka_begin_transaction(other), nullptr);
  ASSERT_EQ(rd_kafka_producev(other, RD_KAFKA_V_TOPIC(settings_.topics.state.c_str()),
                              RD_KAFKA_V_PARTITION(0), RD_KAFKA_V_KEY("b", 1),
                              RD_KAFKA_V_VALUE(const_cast<char*>("2"), 1), RD_KAFKA_V_END),
            RD_KAFKA_RESP_ERR_NO_ERROR);
  ASSERT_EQ(rd_kafka_flush(other, 30'000), RD_KAFKA_RESP_ERR_NO_ERROR);
  EXPECT_FALSE(must(log->settled(0)));
  EXPECT_TRUE(must(log->settled(1))) << "the other partition has none";
  ASSERT_EQ(rd_kafka_abort_transaction(other, 30'000), nullptr);
  rd_kafka_destroy(other);
  for (int i = 0; i < 500 && !must(log->settled(0)); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_TRUE(must(log->settled(0)));
}

TEST_F(State, TheSinksErrorEndsTheReading) {
  open();
  commit("a", "1");
  commit("b", "2");
  auto log = must(make_state_log(settings_));
  int seen = 0;
  auto result = log->read(0, 0, [&](const Record&) -> Status {
    ++seen;
    return Error{"enough", Action::recover};
  });
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().message, "enough");
  EXPECT_EQ(seen, 1);
}

TEST_F(CompactedState, GapsAreNoHindrance) {
  open();
  for (int i = 0; i < 10; ++i) commit("same", std::to_string(i));
  commit("gone", "x");
  commit("gone", std::nullopt);
  // A closed segment is compacted when the broker's cleaner comes by; a write after its time closes
  // it.
  Seen seen;
  std::int64_t end = 0;
  for (int i = 0; i < 40; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(250));
    end = commit("last", fmt::format("{}", i)) + 1;
    seen.clear();
    EXPECT_EQ(read(0, seen), end);
    if (seen.size() < 8) break;
  }
  EXPECT_LT(seen.size(), 8u) << "nothing was compacted: see log.cleaner.backoff.ms of the broker";
  EXPECT_EQ(std::ranges::count(seen, std::pair<std::string, std::string>{"same", "9"}), 1);
  seen.clear();
  EXPECT_EQ(read(1, seen), end) << "also from within a gap";
}

TEST_F(State, AMissingTopicIsSaid) {
  settings_.topics.state += "-not";
  auto log = must(make_state_log(settings_));
  auto result = log->range(0);
  ASSERT_FALSE(result);
  EXPECT_NE(result.error().message.find(settings_.topics.state), std::string::npos)
      << result.error().message;
}

}  // namespace
}  // namespace loopbreaker::kafka
