// What the input topic may hold: aborted records, records of no use, one session that is half of
// everything.
#include "fixture.h"
#include "workload/workload.h"

namespace loopbreaker::testing {
namespace {

class Input : public Faults {
 protected:
  /// Conversations of a seed, one event per call.
  std::function<std::optional<Spoken>()> conversations(std::uint64_t events) {
    workload::WorkloadSettings w;
    w.seed = seed_;
    w.stuck_share = 0.3;
    w.open_sessions = 100;
    auto all = std::make_shared<workload::Workload>(w);
    return [all, events, n = std::uint64_t{0}]() mutable -> std::optional<Spoken> {
      workload::WorkloadEvent event;
      if (n++ >= events || !all->next(event)) return std::nullopt;
      return Spoken{std::string(event.key), std::string(event.json), event.time};
    };
  }
};

TEST_F(Input, written_in_transactions_of_which_some_are_aborted) {
  start("a");
  const std::uint64_t sent =
      send_all(settings_.brokers, settings_.topics.input, conversations(9'000), 50);
  verifier_->read_input();
  EXPECT_LT(verifier_->events(), sent * 3 / 4);
  finish_and_verify();
  // The last records are markers: nobody waits for a record behind them.
  for (int p = 0; p < kPartitions; ++p) {
    const Ends ends = cluster_->ends(settings_.topics.input, p);
    EXPECT_GT(ends.end, verifier_->consumed()[static_cast<std::size_t>(p)]);
  }
  start("a", {"--until-caught-up"});
  EXPECT_EQ(wait_for_end("a"), 0) << said_by("a");
}

TEST_F(Input, records_of_no_use_are_one_dead_letter_each_through_kills) {
  FeederSettings f = load(9'000, 3'000);
  f.poison_every = 10;
  feed(f);
  for (int death = 0; death < 3; ++death) {
    start("a", {"--set", "state.max_age=1h"});
    pause(700, 1'200);
    kill_9("a");
  }
  start("a");
  finish_and_verify();
  EXPECT_EQ(verifier_->outputs_in(settings_.topics.dead_letters), 900u);
}

TEST_F(Input, half_of_all_events_in_one_session) {
  auto others = conversations(10'000);
  std::uint64_t number = 0;
  std::string last_time = "2026-01-01T00:00:00Z";
  TimeMs time{1'767'225'600'000};
  bool his_turn = false;
  send_all(settings_.brokers, settings_.topics.input, [&]() -> std::optional<Spoken> {
    his_turn = !his_turn;
    if (!his_turn) {
      auto spoken = others();
      if (!spoken) return std::nullopt;
      // The long session's events happen when the others' do.
      const auto at = spoken->json.find("\"time\":\"");
      if (at != std::string::npos) {
        last_time = spoken->json.substr(at + 8, spoken->json.find('"', at + 8) - at - 8);
        time = spoken->time;
      }
      return spoken;
    }
    const std::string n = std::to_string(number++);
    const bool customer = number % 2 == 0;
    return Spoken{
        "the-long-one",
        R"({"specversion":"1.0","id":"long-)" + n +
            R"(","source":"/test","type":"conversation.message","subject":"the-long-one","time":")" +
            last_time + R"(","data":{"session_id":"the-long-one","participant":")" +
            (customer ? "customer" : "bot") + R"(","text":")" +
            (customer ? "still the same question, number " + n
                      : "please look at our help page " + n) +
            R"("}})",
        time};
  });
  verifier_->read_input();
  ASSERT_EQ(verifier_->expected_in(settings_.topics.dead_letters), 0u)
      << "the test's events are bad";
  for (int death = 0; death < 2; ++death) {
    start("a", {"--set", "commit.max_bytes=64KiB", "--set", "commit.max_interval=20ms"});
    pause(800, 1'500);
    member("a").kill(SIGKILL);
    member("a").wait();
  }
  start("a");
  finish_and_verify();
}

}  // namespace
}  // namespace loopbreaker::testing
