// The definitions, what is made of them, and what is found wrong with a cluster.
#include <fstream>

#include "broker.h"
#include "kafka/topic_check.h"

namespace loopbreaker::kafka {
namespace {

TEST(TopicDefinitions, AllSixAreThereWithSchemasThatExist) {
  const auto all = must(topic_definitions());
  ASSERT_EQ(all.size(), 6u);
  const Names names = Names{}.with_prefix("x-");
  std::set<std::string> on_cluster;
  for (const auto& d : all) {
    on_cluster.insert(cluster_name(d, names));
    EXPECT_TRUE(d.schema.empty() || std::ifstream(SOURCE_DIR "/topics/" + d.schema)) << d.schema;
    EXPECT_TRUE(d.config.contains("cleanup.policy")) << d.name;
  }
  EXPECT_EQ(on_cluster, (std::set<std::string>{names.input, names.escalations, names.handoffs,
                                               names.summaries, names.dead_letters, names.state}));
}

class Topics : public Broker {};

TEST_F(Topics, WhatIsMadeFromTheDefinitionsPassesTheCheck) {
  make_topics(3);
  auto ok = check_topics(*admin_, settings_.topics);
  EXPECT_TRUE(ok) << ok.error().message;
  EXPECT_TRUE(check_topics(settings_));
  EXPECT_FALSE(must(admin_->create({settings_.topics.input, 3, 1, {}}))) << "it is there already";
  const auto state = must(admin_->describe(settings_.topics.state));
  ASSERT_TRUE(state);
  EXPECT_EQ(state->partitions, 3);
  EXPECT_EQ(state->config.at("cleanup.policy"), "compact");
}

TEST_F(Topics, EachThingThatIsWrongIsNamedWithItsRemedy) {
  for (const auto& d : must(topic_definitions())) {
    const std::string& name = cluster_name(d, settings_.topics);
    auto config = d.config;
    if (d.name == "dead-letters") continue;
    if (d.name == "session-state") {
      config["cleanup.policy"] = "compact,delete";
      config["delete.retention.ms"] = "1000";
      config["max.compaction.lag.ms"] = "7200000";
    }
    if (d.name == "handoffs") config["max.message.bytes"] = "1000";
    make_topic(name, d.name == "escalations" ? 5 : 2, config);
  }
  auto ok = check_topics(*admin_, settings_.topics);
  ASSERT_FALSE(ok);
  EXPECT_EQ(ok.error().action, Action::stop);
  const std::string said = ok.error().message;
  for (const char* wrong :
       {"dead-letters': not so: exists", "escalations': not so: 5 partitions",
        "cleanup.policy is compact,delete", "delete.retention.ms is 1000",
        "max.compaction.lag.ms is 7200000", "max.message.bytes is 1000",
        "--add-config delete.retention.ms=86400000", "loopbreaker topics create"}) {
    EXPECT_NE(said.find(wrong), std::string::npos) << wrong << "\n" << said;
  }
}

TEST_F(Topics, ATopicThatIsNotThereIsNoErrorToAskFor) {
  EXPECT_EQ(must(admin_->partition_count("no-such-topic")), -1);
  EXPECT_EQ(must(admin_->describe("no-such-topic")), std::nullopt);
}

TEST(TopicCheck, AClusterThatCannotBeAskedIsARetry) {
  Settings s;
  s.brokers = "127.0.0.1:1";
  s.ask_timeout = {300};
  auto ok = check_topics(s);
  ASSERT_FALSE(ok);
  EXPECT_EQ(ok.error().action, Action::retry) << ok.error().message;
}

}  // namespace
}  // namespace loopbreaker::kafka
