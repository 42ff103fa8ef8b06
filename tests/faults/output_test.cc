// Outputs that are refused, and readers behind an open transaction.
#include "fixture.h"

namespace loopbreaker::testing {
namespace {

class Output : public Faults {};

TEST_F(Output, a_topic_that_takes_no_handoffs_stops_the_process_until_it_is_mended) {
  start("a");
  wait_until_begun();
  feed(6'000, 4'000);
  cluster_->configure(settings_.topics.handoffs, {{"max.message.bytes", "100"}});
  EXPECT_EQ(wait_for_end("a"), 4) << said_by("a");
  EXPECT_NE(said_by("a").find("raise the topic's max.message.bytes"), std::string::npos)
      << said_by("a");
  // Until then it is not even begun.
  start("a");
  EXPECT_EQ(wait_for_end("a"), 2) << said_by("a");
  cluster_->configure(settings_.topics.handoffs, {});
  start("a");
  finish_and_verify();
}

TEST_F(Output, a_topic_that_is_not_there_any_more_stops_the_process_until_it_is_made) {
  start("a");
  wait_until_begun();
  // Nothing has been published yet that could be lost with it.
  auto admin = kafka::make_admin(settings_);
  ASSERT_TRUE(admin);
  ASSERT_TRUE((*admin)->remove(settings_.topics.escalations));
  feed(4'000, 4'000);
  EXPECT_EQ(wait_for_end("a"), 4) << said_by("a");
  ASSERT_TRUE((*admin)->create({settings_.topics.escalations, kPartitions, 1, {}}));
  start("a");
  finish_and_verify();
}

TEST_F(Output, readers_behind_a_dead_process_s_transaction_are_free_when_it_starts_again) {
  feed(0, 2'500);
  auto blocked = [&] {
    for (int p = 0; p < kPartitions; ++p)
      for (const std::string* topic :
           {&settings_.topics.summaries, &settings_.topics.escalations, &settings_.topics.handoffs})
        if (const Ends e = cluster_->ends(*topic, p); e.stable < e.end) return true;
    return false;
  };
  // How it dies with a transaction open is a matter of luck: often enough it does.
  bool found = false;
  for (int death = 0; death < 12 && !found; ++death) {
    start("a", {"--set", "commit.max_interval=1ms", "--set", "commit.min_interval=0ms"});
    pause(600, 1'000);
    kill_9("a");
    found = blocked();
  }
  feeder_->stop();
  if (!found) GTEST_SKIP() << "it never died within a transaction";
  const auto began = Clock::now();
  start("a");
  while (blocked() && Clock::now() - began < std::chrono::seconds(30)) pause(20, 20);
  const Seconds took = Clock::now() - began;
  RecordProperty("free_after_ms", static_cast<int>(took.count() * 1'000));
  EXPECT_FALSE(blocked()) << "still blocked after " << took.count() << " s";
  finish_and_verify();
}

}  // namespace
}  // namespace loopbreaker::testing
