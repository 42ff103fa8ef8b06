// A real broker for tests, topics of their own, and what most tests do with them.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "kafka/admin.h"
#include "kafka/event_log.h"
#include "kafka/output_log.h"
#include "kafka/plain_producer.h"
#include "kafka/state_log.h"
#include "kafka/topic_definitions.h"
#include "kafka/topic_reader.h"

namespace loopbreaker::kafka {

template <class T>
T must(Result<T> r) {
  if (!r) {
    ADD_FAILURE() << r.error().message;
    throw std::runtime_error(r.error().message);
  }
  return std::move(r).value();
}

/// Tests in it are skipped without LOOPBREAKER_TEST_BROKERS. Each has topics under a prefix of its
/// own.
class Broker : public ::testing::Test {
 protected:
  void SetUp() override {
    const char* brokers = std::getenv("LOOPBREAKER_TEST_BROKERS");
    if (!brokers || !*brokers) {
      GTEST_SKIP() << "needs a broker: ./dev kafka start, then "
                      "LOOPBREAKER_TEST_BROKERS=127.0.0.1:9092, or ./dev test";
    }
    std::random_device random;
    settings_.brokers = brokers;
    settings_.topics = settings_.topics.with_prefix("t" + std::to_string(random()) + "-");
    settings_.group = settings_.topics.input;
    settings_.transactional_id = settings_.topics.input + "-0";
    settings_.transaction_timeout = {10'000};
    settings_.ask_timeout = {60'000};  // on a busy machine a broker may think for long
    admin_ = must(make_admin(settings_));
  }

  void TearDown() override {
    if (!admin_) return;
    for (const auto& topic : made_) (void)admin_->remove(topic);
  }

  void make_topic(const std::string& name, std::int32_t partitions,
                  std::map<std::string, std::string> config = {}) {
    EXPECT_TRUE(must(admin_->create({name, partitions, 1, std::move(config)})));
    made_.push_back(name);
  }

  void make_topics(std::int32_t partitions) {
    for (const auto& d : must(topic_definitions()))
      make_topic(cluster_name(d, settings_.topics), partitions, d.config);
  }

  /// `count` records with values "0", "1", ... into one partition of the input.
  void feed(std::int32_t partition, int count, int first = 0) {
    auto producer = must(make_plain_producer(settings_, settings_.topics.input));
    for (int i = first; i < first + count; ++i) {
      const std::string value = std::to_string(i);
      must(producer->send({partition, "k", value, TimeMs{1'000'000 + i}, {}}));
    }
    must(producer->flush());
  }

  /// All that a read-committed reader sees of a topic, values only, in order of partition and
  /// offset.
  /// Waits until there are `at_least` so many: the broker answers a commit before its control
  /// records are in every log, and until then readers of committed records do not see it.
  std::vector<std::string> values(const std::string& topic, std::size_t at_least) {
    std::vector<std::string> seen = values(topic);
    for (int i = 0; i < 50 && seen.size() < at_least; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
      seen = values(topic);
    }
    return seen;
  }
  std::vector<std::string> values(const std::string& topic) {
    auto reader = must(open_topic_reader(settings_, {topic}, ReadFrom::beginning));
    std::map<std::pair<int, std::int64_t>, std::string> seen;
    while (!reader->at_end()) {
      if (auto r = must(reader->next({1000})))
        seen[{r->partition, r->offset}] = r->value.value_or("(tombstone)");
    }
    std::vector<std::string> out;
    for (auto& [at, value] : seen) out.push_back(value);
    return out;
  }

  Settings settings_;
  std::unique_ptr<Admin> admin_;
  std::vector<std::string> made_;
};

/// Starts each partition where the group stands, or at the log's start; remembers what happened.
struct Member : AssignmentListener {
  explicit Member(const Settings& settings) : log(must(make_event_log(settings))) {
    must(log->join(*this));
  }

  void assigned(std::span<const std::int32_t> partitions) override {
    for (auto p : partitions) {
      owned.insert(p);
      const auto committed = must(log->committed(p));
      found[p] = committed;
      must(log->start(p, committed.offset >= 0 ? committed.offset : must(log->range(p)).start));
    }
    ++assignments;
  }
  void revoked(std::span<const std::int32_t> partitions, bool lost) override {
    for (auto p : partitions) owned.erase(p);
    lost_once = lost_once || lost;
    ++revocations;
  }

  /// Polls until `done`, or until it is certain that it will not be.
  template <class Done>
  bool poll_until(Done done) {
    for (int i = 0; i < 6000; ++i) {
      if (done()) return true;
      const auto batch = log->poll({20}, 500);
      if (!batch) {
        errors.push_back(batch.error());
        continue;
      }
      for (const auto& r : *batch) {
        values[r.position.partition].emplace_back(r.value.value_or("(none)"));
        offsets[r.position.partition].push_back(r.position.offset);
      }
    }
    return done();
  }

  std::unique_ptr<EventLog> log;
  std::set<std::int32_t> owned;
  std::map<std::int32_t, CommittedOffset> found;
  std::map<std::int32_t, std::vector<std::string>> values;
  std::map<std::int32_t, std::vector<std::int64_t>> offsets;
  std::vector<Error> errors;
  int assignments = 0, revocations = 0;
  bool lost_once = false;
};

}  // namespace loopbreaker::kafka
