// The worker over the in-memory log: whatever happens to it, what was published is what an
// undisturbed run publishes.
#include <gmock/gmock.h>

#include <random>

#include "harness.h"
#include "runtime/outline.h"
#include "store/memory_store.h"
#include "workload/workload.h"

namespace loopbreaker::testing {
namespace {

constexpr std::size_t kPartitions = 3;

MemoryBroker traffic(std::uint64_t seed, std::uint64_t sessions) {
  MemoryBroker broker(kPartitions);
  workload::WorkloadSettings settings;
  settings.seed = seed;
  settings.sessions = sessions;
  settings.stuck_share = 0.4;
  settings.open_sessions = 40;
  workload::Workload workload(settings);
  workload::WorkloadEvent event;
  while (workload.next(event))
    broker.send(static_cast<std::int32_t>(stable_hash(event.key) % kPartitions), event.time,
                std::string(event.key), std::string(event.json));
  return broker;
}

/// A customer of partition 0 who says hello, so long after the beginning.
void say_hello(MemoryBroker& broker, const std::string& session, DurationMs after) {
  broker.send(0, TimeMs{1'700'000'000'000} + after, session,
              R"({"specversion":"1.0","type":"conversation.message","source":"test","id":")" +
                  session + R"(","data":{"session_id":")" + session +
                  R"(","participant":"customer","text":"hello"}})");
}

void expect_equal(const Published& expected, const Published& actual) {
  ASSERT_GT(expected.size(), 10u);
  ASSERT_EQ(expected.size(), actual.size());
  for (const auto& [session, outputs] : expected) {
    auto it = actual.find(session);
    ASSERT_NE(it, actual.end()) << session;
    ASSERT_EQ(outputs, it->second) << session;
  }
}

TEST(Worker, publishes_what_the_reference_run_publishes) {
  MemoryBroker broker = traffic(1, 150);
  store::MemoryStore store;
  auto lived = run_worker(broker, store);
  ASSERT_TRUE(lived) << lived.error().message;
  EXPECT_GT(broker.commits, kPartitions);
  expect_equal(reference(broker), by_session(broker));
}

TEST(Worker, publishes_the_same_when_sessions_do_not_fit_into_memory) {
  MemoryBroker broker = traffic(2, 150);
  store::MemoryStore store;
  RunOptions options;
  options.table_bytes = 60'000;
  auto lived = run_worker(broker, store, options);
  ASSERT_TRUE(lived) << lived.error().message;
  expect_equal(reference(broker), by_session(broker));
}

TEST(Worker, a_decision_does_not_take_along_partitions_where_nothing_was_decided) {
  MemoryBroker broker = traffic(6, 150);
  // Partition 0 gets customers who only ever say hello.
  broker.input[0].clear();
  for (int i = 0; i < 500; ++i)
    say_hello(broker, "s" + std::to_string(i), DurationMs{i});
  store::MemoryStore store;
  RunOptions options;
  options.max_age = DurationMs{300'000};
  options.commit_max_bytes = 64 << 20;
  options.commit_max_interval = DurationMs{60'000};  // of the manual clock: later than all of it
  auto lived = run_worker(broker, store, options);
  ASSERT_TRUE(lived) << lived.error().message;
  EXPECT_LE(broker.commits_of[0], 3u) << "the first start, all of its news once, and the end";
  EXPECT_GT(broker.commits_of[1] + broker.commits_of[2], 6u);
  expect_equal(reference(broker), by_session(broker));
}

TEST(Worker, thousands_of_sessions_that_end_at_once_leave_in_several_transactions) {
  for (const std::size_t table_bytes : {std::size_t{1} << 30, std::size_t{60'000}}) {
    MemoryBroker broker(kPartitions);
    for (int i = 0; i < 3'000; ++i)
      say_hello(broker, "s" + std::to_string(i), DurationMs{i});
    say_hello(broker, "the last", DurationMs{86'400'000});
    say_hello(broker, "after the grace of all markers", DurationMs{86'520'000});
    store::MemoryStore store;
    RunOptions options;
    options.max_age = DurationMs{300'000};
    options.table_bytes = table_bytes;
    auto lived = run_worker(broker, store, options);
    ASSERT_TRUE(lived) << lived.error().message;
    EXPECT_EQ(broker.published[Topic::summaries].size(), 3'000u);
    EXPECT_LT(broker.records_max, 1'500u);
    expect_equal(reference(broker), by_session(broker));
  }
}

class Disturbed : public ::testing::TestWithParam<int> {
 protected:
  DurationMs max_age() const { return {GetParam()}; }
};
INSTANTIATE_TEST_SUITE_P(MaxAge, Disturbed, ::testing::Values(0, 300'000), [](const auto& info) {
  return info.param == 0 ? std::string("saves_every_touched_session") : std::string("saves_lazily");
});

TEST_P(Disturbed, aborted_and_unclear_commits_change_nothing) {
  const Published expected = reference(traffic(3, 80));
  for (std::uint32_t seed = 1; seed <= 10; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 chance(seed);
    MemoryBroker broker = traffic(3, 80);
    store::MemoryStore store;
    RunOptions options;
    options.max_age = max_age();
    for (int i = 0; i < 200; ++i) {
      const auto roll = chance() % 6;
      options.faults.push_back(roll == 0   ? MemoryOutputLog::Fault::aborted
                               : roll == 1 ? MemoryOutputLog::Fault::answer_lost
                                           : MemoryOutputLog::Fault::none);
    }
    auto lived = run_worker(broker, store, options);
    ASSERT_TRUE(lived) << lived.error().message;
    expect_equal(expected, by_session(broker));
  }
}

TEST_P(Disturbed, a_worker_that_dies_at_any_commit_is_continued_by_the_next) {
  const Published expected = reference(traffic(4, 80));
  for (std::uint32_t seed = 1; seed <= 15; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 chance(seed);
    MemoryBroker broker = traffic(4, 80);
    auto store = std::make_unique<store::MemoryStore>();
    int deaths = 0;
    for (;;) {
      RunOptions options;
      options.max_age = max_age();
      options.table_bytes = chance() % 2 ? 1 << 30 : 50'000;
      options.commits_to_live = deaths < 6 ? static_cast<int>(chance() % 5) : -1;
      options.dies_after_commit = chance() % 2;
      auto lived = run_worker(broker, *store, options);
      ASSERT_TRUE(lived) << lived.error().message;
      if (*lived) break;
      ++deaths;
      switch (chance() % 3) {
        case 0:  // the machine lost its disk
          store = std::make_unique<store::MemoryStore>();
          break;
        case 1:  // what was not flushed is lost
          store->lose_unflushed();
          break;
        default:
          break;
      }
    }
    ASSERT_GT(deaths, 0);
    expect_equal(expected, by_session(broker));
  }
}

TEST_P(Disturbed, a_restart_goes_on_where_the_last_run_stopped) {
  MemoryBroker all = traffic(5, 100);
  const Published expected = reference(all);
  MemoryBroker broker(kPartitions);
  store::MemoryStore store;
  for (int part = 1; part <= 4; ++part) {
    for (std::size_t p = 0; p < kPartitions; ++p)
      broker.input[p].assign(all.input[p].begin(),
                             all.input[p].begin() + all.input[p].size() * part / 4);
    RunOptions options;
    options.max_age = max_age();
    auto lived = run_worker(broker, store, options);
    ASSERT_TRUE(lived) << lived.error().message;
  }
  expect_equal(expected, by_session(broker));
}

TEST(Recovery, refuses_when_the_groups_offset_was_moved) {
  MemoryBroker broker = traffic(6, 30);
  store::MemoryStore store;
  ASSERT_TRUE(run_worker(broker, store));
  broker.offsets[1].offset = 3;
  broker.offsets[1].metadata.clear();
  auto again = run_worker(broker, store);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().action, Action::stop);
  EXPECT_THAT(again.error().message, ::testing::HasSubstr("partition 1"));
  EXPECT_THAT(again.error().message, ::testing::HasSubstr("offset 3"));
}

/// All partitions half consumed, then to the end; and what the group would answer if it had
/// forgotten the second half.
struct Forgotten {
  MemoryBroker all = traffic(6, 60), broker{kPartitions};
  store::MemoryStore store;
  std::map<std::int32_t, CommittedOffset> before, last;

  void run(std::size_t sixths) {
    for (std::size_t p = 0; p < kPartitions; ++p)
      broker.input[p].assign(all.input[p].begin(),
                             all.input[p].begin() + all.input[p].size() * sixths / 6);
    auto lived = run_worker(broker, store);
    ASSERT_TRUE(lived) << lived.error().message;
  }
  void forget() {
    run(2);
    before = broker.offsets;
    run(4);
    last = std::exchange(broker.offsets, before);
  }
};

TEST(Recovery, puts_right_a_groups_offset_that_is_older_than_what_was_committed_with_it) {
  Forgotten f;
  f.forget();
  f.run(4);
  for (const auto& [partition, committed] : f.last)
    EXPECT_EQ(f.broker.offsets[partition].offset, committed.offset) << partition;
  f.run(6);
  expect_equal(reference(f.all), by_session(f.broker));
}

TEST(Recovery, does_not_pass_over_the_groups_offset_while_a_transaction_is_open) {
  Forgotten f;
  f.forget();
  RunOptions options;
  options.state_is_settled = false;
  auto again = run_worker(f.broker, f.store, options);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().action, Action::stop);
  EXPECT_EQ(f.broker.offsets[1].offset, f.before[1].offset);
}

TEST(Recovery, refuses_an_older_offset_that_somebody_else_has_set) {
  Forgotten f;
  f.forget();
  for (auto& [partition, committed] : f.broker.offsets) committed.metadata.clear();
  auto again = run_worker(f.broker, f.store);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().action, Action::stop);
}

TEST(Recovery, refuses_when_the_groups_offset_was_deleted) {
  MemoryBroker broker = traffic(6, 30);
  store::MemoryStore store;
  ASSERT_TRUE(run_worker(broker, store));
  broker.offsets.clear();
  auto again = run_worker(broker, store);
  ASSERT_FALSE(again);
  EXPECT_THAT(again.error().message, ::testing::HasSubstr("(none)"));
}

TEST(Recovery, refuses_when_the_input_topic_holds_other_events) {
  MemoryBroker broker = traffic(7, 30);
  store::MemoryStore store;
  ASSERT_TRUE(run_worker(broker, store));
  MemoryBroker other = traffic(8, 60);
  broker.input = other.input;
  auto again = run_worker(broker, store);
  ASSERT_FALSE(again);
  EXPECT_THAT(again.error().message, ::testing::HasSubstr("is not the one that was consumed last"));
}

TEST(Recovery, refuses_when_the_input_topic_was_truncated) {
  MemoryBroker broker = traffic(7, 30);
  store::MemoryStore store;
  ASSERT_TRUE(run_worker(broker, store));
  for (auto& partition : broker.input) partition.resize(partition.size() / 2);
  auto again = run_worker(broker, store);
  ASSERT_FALSE(again);
  EXPECT_THAT(again.error().message, ::testing::HasSubstr("truncated or made anew"));
}

TEST(Recovery, begins_a_new_group_and_commits_that_before_the_first_event) {
  MemoryBroker broker(1);
  store::MemoryStore store;
  ASSERT_TRUE(run_worker(broker, store));
  EXPECT_EQ(broker.commits, 1u);
  EXPECT_EQ(broker.offsets[0].offset, 0);
  EXPECT_EQ(broker.state[0].size(), 1u);
}

/// A store from which no record can be read by itself.
class OutlinesOnlyStore final : public StateStore {
 public:
  explicit OutlinesOnlyStore(StateStore& inner) : inner_(inner) {}
  Result<std::optional<std::string>> get(std::int32_t, std::string_view key) override {
    return Error{"was asked for " + std::string(key), Action::stop};
  }
  Result<std::optional<std::string>> progress(std::int32_t p) override {
    return inner_.progress(p);
  }
  Status each(std::int32_t p, std::string_view prefix,
              const std::function<Status(std::string_view, std::string_view)>& sink) override {
    if (prefix != runtime::kOutlines) return Error{"was asked for all records", Action::stop};
    return inner_.each(p, prefix, [&](std::string_view key, std::string_view value) {
      ++outlines;
      return sink(key, value);
    });
  }
  Status write(const StoreBatch& batch) override { return inner_.write(batch); }
  Status drop(std::int32_t p) override { return inner_.drop(p); }
  Result<std::vector<std::int32_t>> partitions() override { return inner_.partitions(); }
  Status flush() override { return inner_.flush(); }
  std::uint64_t bytes() const override { return inner_.bytes(); }
  int outlines = 0;

 private:
  StateStore& inner_;
};

TEST(Recovery, a_start_reads_no_session_before_it_is_touched) {
  MemoryBroker broker = traffic(10, 60);
  for (auto& partition : broker.input) partition.resize(partition.size() / 2);
  store::MemoryStore store;
  ASSERT_TRUE(run_worker(broker, store));
  OutlinesOnlyStore outlines(store);
  auto again = run_worker(broker, outlines);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_GT(outlines.outlines, 10);
}

TEST(Recovery, an_outline_goes_with_its_record) {
  MemoryBroker broker = traffic(11, 60);
  store::MemoryStore store;
  ASSERT_TRUE(run_worker(broker, store));
  std::size_t records = 0;
  for (std::int32_t p = 0; p < static_cast<std::int32_t>(kPartitions); ++p) {
    std::map<std::string, std::string> outlines;
    ASSERT_TRUE(store.each(p, runtime::kOutlines, [&](std::string_view k, std::string_view v) {
      outlines[std::string(k.substr(runtime::kOutlines.size()))] = v;
      return Status(Ok{});
    }));
    ASSERT_TRUE(store.each(p, runtime::kSessions, [&](std::string_view k, std::string_view v) {
      ++records;
      const std::string id(k.substr(runtime::kSessions.size()));
      auto made = runtime::outline_of_record(v, codec::default_policy());
      EXPECT_TRUE(made) << id;
      EXPECT_EQ(codec::encode_outline(*made), outlines[id]) << id;
      outlines.erase(id);
      return Status(Ok{});
    }));
    EXPECT_TRUE(outlines.empty()) << outlines.begin()->first;
  }
  EXPECT_GT(records, 10u);
}

TEST(Recovery, a_deadline_by_another_policy_is_worked_out_anew) {
  MemoryBroker all = traffic(12, 100);
  const Published expected = reference(all);
  MemoryBroker broker(kPartitions);
  store::MemoryStore store;
  for (std::size_t p = 0; p < kPartitions; ++p)
    broker.input[p].assign(all.input[p].begin(), all.input[p].begin() + all.input[p].size() / 2);
  ASSERT_TRUE(run_worker(broker, store));
  int open = 0;
  for (std::int32_t p = 0; p < static_cast<std::int32_t>(kPartitions); ++p) {
    StoreBatch batch{p, {}, **store.progress(p)};
    ASSERT_TRUE(store.each(p, runtime::kOutlines, [&](std::string_view k, std::string_view v) {
      auto outline = codec::decode_outline(v);
      if (outline->kind != codec::RecordKind::session) return Status(Ok{});
      ++open;
      outline->judged_by = 1;
      outline->at = kEndOfTime;
      batch.puts.push_back({std::string(k), codec::encode_outline(*outline)});
      return Status(Ok{});
    }));
    ASSERT_TRUE(store.write(batch));
  }
  ASSERT_GT(open, 10);
  for (std::size_t p = 0; p < kPartitions; ++p) broker.input[p] = all.input[p];
  auto again = run_worker(broker, store);
  ASSERT_TRUE(again) << again.error().message;
  expect_equal(expected, by_session(broker));
}

/// A consumer that is assigned its partitions and then brings nothing.
class StuckEventLog final : public EventLog {
 public:
  explicit StuckEventLog(EventLog& inner) : inner_(inner) {}
  bool stuck = true;
  bool outside = false;  ///< does not even get into the group

  Status join(AssignmentListener& l) override { return inner_.join(l); }
  Result<std::span<const Record>> poll(DurationMs wait, std::size_t max) override {
    if (outside) return std::span<const Record>{};
    return inner_.poll(wait, stuck ? 0 : max);
  }
  Status start(std::int32_t p, std::int64_t offset) override { return inner_.start(p, offset); }
  Result<CommittedOffset> committed(std::int32_t p) override { return inner_.committed(p); }
  Result<LogRange> range(std::int32_t p) override { return inner_.range(p); }
  std::optional<std::int64_t> known_end(std::int32_t p) const override {
    return inner_.known_end(p);
  }
  bool at_end(std::int32_t p) const override { return inner_.at_end(p); }
  Result<std::int32_t> partition_count() override { return inner_.partition_count(); }
  void leave() override { inner_.leave(); }

 private:
  EventLog& inner_;
};

struct Watched {
  Status end = Ok{};
  int renewed = 0;
  Published published;
};

/// A worker whose consumer does not move, or is not in the group; `helps`: a new one does.
Watched run_stuck(bool helps, bool outside = false) {
  MemoryBroker broker = traffic(7, 60);
  MemoryEventLog events(broker);
  StuckEventLog stuck(events);
  stuck.outside = outside;
  MemoryOutputLog outputs(broker);
  MemoryStateLog state(broker);
  store::MemoryStore store;
  ManualClock clock;
  runtime::Leases leases;
  Bench bench(&store);
  runtime::WorkerSettings settings;
  settings.follow_wall_clock = false;
  settings.stall_after = DurationMs{5'000};
  Watched out;
  std::atomic<bool> stop{false};
  std::unique_ptr<runtime::Worker> worker;
  worker = std::make_unique<runtime::Worker>(
      settings, bench.workbench,
      runtime::WorkerDoors{stuck, outputs, state, store, clock, leases, [](DurationMs) {},
                           [](std::string_view, std::string) {},
                           [&]() -> Status {
                             ++out.renewed;
                             stuck.stuck = !helps;
                             stuck.outside = false;
                             return Ok{};
                           }});
  std::atomic<bool> over{false};
  std::thread watcher([&] {
    while (!over && !worker->caught_up()) std::this_thread::yield();
    stop = true;
  });
  out.end = worker->run(stop);
  over = true;
  watcher.join();
  out.published = by_session(broker);
  return out;
}

TEST(Watchdog, a_new_consumer_takes_the_place_of_one_that_does_not_move) {
  const Watched watched = run_stuck(true);
  EXPECT_TRUE(watched.end) << watched.end.error().message;
  EXPECT_EQ(watched.renewed, 1);
  expect_equal(reference(traffic(7, 60)), watched.published);
}

TEST(Watchdog, a_new_consumer_takes_the_place_of_one_that_does_not_get_into_the_group) {
  const Watched watched = run_stuck(true, true);
  EXPECT_TRUE(watched.end) << watched.end.error().message;
  EXPECT_EQ(watched.renewed, 1);
  expect_equal(reference(traffic(7, 60)), watched.published);
}

TEST(Watchdog, a_worker_that_does_not_move_with_a_new_consumer_either_ends_with_the_reason) {
  const Watched watched = run_stuck(false);
  ASSERT_FALSE(watched.end);
  EXPECT_EQ(watched.renewed, 1);
  EXPECT_EQ(watched.end.error().action, Action::retry);
  EXPECT_THAT(watched.end.error().message, ::testing::HasSubstr("events waiting"));
  EXPECT_THAT(watched.end.error().message, ::testing::HasSubstr("nor with a new consumer"));
}

// Whoever watches the worker from outside ends the process after two minutes without one.
TEST(Watchdog, a_recovery_that_waits_for_long_gives_signs_of_life) {
  MemoryBroker broker = traffic(6, 30);
  store::MemoryStore store;
  ASSERT_TRUE(run_worker(broker, store));
  broker.offsets[1].offset = 3;
  broker.offsets[1].metadata.clear();
  MemoryEventLog events(broker);
  MemoryOutputLog outputs(broker);
  MemoryStateLog state(broker);
  ManualClock clock;
  runtime::Leases leases;
  Bench bench(&store);
  runtime::WorkerSettings settings;
  settings.recovery.patience = DurationMs{600'000};
  std::unique_ptr<runtime::Worker> worker;
  const TimeMs begin = clock.time;
  DurationMs longest{0};
  worker = std::make_unique<runtime::Worker>(
      settings, bench.workbench,
      runtime::WorkerDoors{events, outputs, state, store, clock, leases,
                           [&](DurationMs d) {
                             clock.time = clock.time + d;
                             longest = std::max(longest, clock.time - worker->last_sign_of_life());
                           },
                           [](std::string_view, std::string) {}});
  std::atomic<bool> stop{false};
  const Status end = worker->run(stop);
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().action, Action::stop);
  EXPECT_GT(clock.time - begin, settings.recovery.patience);
  EXPECT_LT(longest, DurationMs{10'000});
}

}  // namespace
}  // namespace loopbreaker::testing
