// The broker dies, freezes and comes back under load.
#include "fixture.h"

namespace loopbreaker::testing {
namespace {

class BrokerFaults : public Faults {
 protected:
  void SetUp() override {
    Faults::SetUp();
    if (IsSkipped()) return;
    if (!cluster_->owns_broker())
      GTEST_SKIP() << "the broker is not one that ./dev started here: it is left alone";
  }
};

TEST_F(BrokerFaults, killed_stopped_and_frozen_under_load) {
  feed(load(0, 1'500));
  start("a");
  start("b");
  pause(2'000, 2'500);
  for (const char* fault : {"killed", "stopped", "frozen"}) {
    if (fault == std::string("frozen")) {
      cluster_->signal_broker(SIGSTOP);
      pause(4'000, 4'000);
      cluster_->signal_broker(SIGCONT);
    } else {
      cluster_->stop_broker(fault == std::string("killed") ? SIGKILL : SIGTERM);
      cluster_->start_broker();
    }
    const auto took = wait_for_commit(input_ends());
    ASSERT_TRUE(took) << "no progress after the broker was " << fault << "\n" << logs();
    RecordProperty(std::string("progress_ms_after_") + fault,
                   static_cast<int>(took->count() * 1'000));
  }
  feeder_->stop();
  finish_and_verify();
}

}  // namespace
}  // namespace loopbreaker::testing
