// Processes that die, freeze, come and go while events flow.
#include "fixture.h"

namespace loopbreaker::testing {
namespace {

class Processes : public Faults {};

TEST_F(Processes, killed_at_random_moments_and_started_again) {
  feed(9'000);
  for (int death = 0; death < 4; ++death) {
    start("a");
    pause(300, 1'000);
    kill_9("a");
  }
  start("a");
  finish_and_verify();
}

TEST_F(Processes, killed_in_the_middle_of_its_drain) {
  feed(7'000);
  for (int death = 0; death < 3; ++death) {
    start("a");
    pause(500, 900);
    member("a").kill(SIGTERM);
    pause(0, 150);
    member("a").kill(SIGKILL);
    const int code = member("a").wait();  // some are quicker than that
    ASSERT_TRUE(code == 0 || code == 128 + SIGKILL) << code << said_by("a");
  }
  start("a");
  finish_and_verify();
}

TEST_F(Processes, killed_again_and_again_while_it_recovers) {
  feed(8'000, 4'000);
  // Nothing but markers and decided sessions is saved: there is much to replay.
  const std::vector<std::string> old = {"--set", "state.max_age=1h"};
  start("a", old);
  pause(1'000, 1'500);
  kill_9("a");
  for (int death = 0; death < 4; ++death) {
    start("a", old);
    pause(100, 500);
    kill_9("a");
  }
  start("a", old);
  finish_and_verify();
}

TEST_F(Processes, frozen_past_its_session_and_woken_when_its_partitions_are_another_s) {
  feed(0, 1'500);
  start("a");
  start("b");
  wait_until_begun();
  pause(1'000, 1'500);
  member("a").kill(SIGSTOP);
  const auto then = input_ends();
  // Partitions of a are b's after a's session; whatever a had open is over by then.
  ASSERT_TRUE(wait_for_commit(then)) << logs();
  member("a").kill(SIGCONT);
  pause(500, 1'000);
  feeder_->stop();
  finish_and_verify();
}

TEST_F(Processes, members_that_join_and_leave) {
  feed(0, 1'500);
  const std::vector<std::string> names = {"a", "b", "c"};
  start("a");
  std::set<std::string> running = {"a"};
  for (int change = 0; change < 5; ++change) {
    pause(1'000, 1'800);
    const std::string name = names[chance_() % names.size()];
    if (!running.contains(name)) {
      start(name);
      running.insert(name);
    } else if (running.size() > 1) {
      EXPECT_EQ(stop(name), 0) << said_by(name);
      running.erase(name);
    }
  }
  feeder_->stop();
  finish_and_verify();
}

TEST_F(Processes, a_rolling_restart_of_three) {
  feed(0, 1'000);
  for (const char* name : {"a", "b", "c"}) start(name);
  wait_until_begun();
  pause(1'000, 1'000);
  for (const char* name : {"a", "b", "c"}) {
    ASSERT_EQ(stop(name), 0) << said_by(name);
    start(name);
    const auto took = wait_for_commit(input_ends());
    ASSERT_TRUE(took) << logs();
    RecordProperty(std::string("pause_ms_of_") + name, static_cast<int>(took->count() * 1'000));
  }
  feeder_->stop();
  finish_and_verify();
}

}  // namespace
}  // namespace loopbreaker::testing
