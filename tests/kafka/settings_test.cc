// What may be passed through to librdkafka is known before anything connects.
#include "kafka/settings.h"

#include <gtest/gtest.h>

namespace loopbreaker::kafka {
namespace {

std::string refusal(const Settings& s) {
  auto ok = validate(s);
  if (ok) return "";
  EXPECT_EQ(ok.error().action, Action::stop);
  return ok.error().message;
}

TEST(Settings, TheDefaultsAreValid) { EXPECT_EQ(refusal({}), ""); }

TEST(Settings, AnyOtherLibrdkafkaPropertyIsTaken) {
  Settings s;
  s.consumer = {
      {"fetch.max.bytes", "1000000"}, {"client.rack", "a"}, {"session.timeout.ms", "30000"}};
  s.producer = {{"compression.type", "zstd"}, {"linger.ms", "0"}};
  EXPECT_EQ(refusal(s), "");
}

TEST(Settings, AnUnknownPropertyIsNamedWithItsSection) {
  Settings s;
  s.consumer = {{"fetch.max.byte", "1"}};
  const std::string said = refusal(s);
  EXPECT_NE(said.find("[kafka.consumer] fetch.max.byte"), std::string::npos) << said;
}

TEST(Settings, AValueOutOfRangeIsNamed) {
  Settings s;
  s.producer = {{"linger.ms", "-5"}};
  const std::string said = refusal(s);
  EXPECT_NE(said.find("[kafka.producer] linger.ms = \"-5\""), std::string::npos) << said;
}

TEST(Settings, ValuesThatDoNotGoTogetherAreRefused) {
  Settings s;
  s.consumer = {{"session.timeout.ms", "30000"}, {"max.poll.interval.ms", "20000"}};
  EXPECT_NE(refusal(s).find("max.poll.interval.ms"), std::string::npos);
}

TEST(Settings, WhatWouldBreakTheProtocolIsRefusedWithAReason) {
  for (const char* property :
       {"enable.auto.commit", "isolation.level", "auto.offset.reset", "group.instance.id",
        "partition.assignment.strategy", "bootstrap.servers", "group.id"}) {
    Settings s;
    s.consumer = {{property, "true"}};
    EXPECT_NE(refusal(s).find(std::string(property) + " cannot be set here: "), std::string::npos)
        << property;
  }
  for (const char* property :
       {"transactional.id", "enable.idempotence", "acks", "transaction.timeout.ms"}) {
    Settings s;
    s.producer = {{property, "1"}};
    EXPECT_NE(refusal(s).find(std::string(property) + " cannot be set here: "), std::string::npos)
        << property;
  }
}

TEST(Settings, TopicNamesAreLegalAndDistinct) {
  Settings s;
  s.topics.input = "with space";
  EXPECT_NE(refusal(s).find("with space"), std::string::npos);
  s.topics.input = s.topics.state;
  EXPECT_NE(refusal(s).find("each needs a name of its own"), std::string::npos);
  s = {};
  s.topics = s.topics.with_prefix("eu.prod-");
  EXPECT_EQ(s.topics.of(Topic::dead_letters), "eu.prod-dead-letters");
  EXPECT_EQ(refusal(s), "");
}

TEST(Settings, ATransactionTimeoutBeyondKafkasBoundIsRefused) {
  Settings s;
  s.transaction_timeout = {1'000'000};
  EXPECT_NE(refusal(s).find("transaction_timeout"), std::string::npos);
}

}  // namespace
}  // namespace loopbreaker::kafka
