// Conversations from a seed, played and judged: always there, on every machine the same.
#include <gtest/gtest.h>

#include "codec/policy_toml.h"
#include "quality/player.h"
#include "recorded.h"
#include "text/analyzer.h"
#include "workload/workload.h"

namespace loopbreaker {
namespace {

TEST(Quality, stuck_customers_of_generated_conversations_are_noticed_and_others_left_alone) {
  workload::WorkloadSettings settings;
  settings.seed = 20'260'101;
  settings.stuck_share = .4;
  settings.sessions = 1'500;
  workload::Workload workload(settings);

  const auto analyzer = text::make_analyzer();
  quality::Player player(codec::default_policy(), *analyzer);
  quality::Recorder recorder(player);
  std::map<std::string, workload::Label> labels;
  workload::WorkloadEvent event;
  while (workload.next(event)) {
    if (event.index == 0) labels.emplace(event.key, *event.label);
    ASSERT_TRUE(player.consume(event.json).has_value());
    player.take_outputs();
  }
  const quality::Recording recording = recorder.take();

  std::map<std::string, std::pair<double, double>> shares;  // decided, all
  for (const auto& [id, label] : labels) {
    const auto it = recording.find(id);
    ASSERT_NE(it, recording.end()) << id;
    const bool decided = it->second.first_decision() >= 0;
    std::string group;
    if (stuck(label.kind)) {
      group = "generated: recall of " + std::string(name_of(label.kind));
    } else if (label.kind == workload::Kind::sensitive) {
      group = "generated: recall of sensitive needs";
    } else {
      group = "generated: false alarms";
    }
    shares[group].first += decided;
    shares[group].second += 1;
  }
  testing::Recorded recorded;
  for (const auto& [group, share] : shares) {
    EXPECT_GE(share.second, 20) << group << ": too few to say anything";
    recorded.expect(group, share.first / share.second, group != "generated: false alarms");
  }
}

}  // namespace
}  // namespace loopbreaker
