// Keys must fall where every other Kafka client puts them.
#include "kafka/murmur2.h"

#include <gtest/gtest.h>
#include <librdkafka/rdkafka.h>

#include <random>
#include <string>

namespace loopbreaker::kafka {
namespace {

TEST(Murmur2, EqualsTheKnownValuesOfKafkasOwnTests) {
  auto hash = [](std::string_view s) { return static_cast<std::int32_t>(murmur2(s)); };
  EXPECT_EQ(hash("21"), -973932308);
  EXPECT_EQ(hash("foobar"), -790332482);
  EXPECT_EQ(hash("a-little-bit-long-string"), -985981536);
  EXPECT_EQ(hash("a-little-bit-longer-string"), -1486304829);
  EXPECT_EQ(hash("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8"), -58897971);
  EXPECT_EQ(hash("abc"), 479470107);
}

TEST(Murmur2, EqualsLibrdkafkaForAnyKey) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  for (int i = 0; i < 5000; ++i) {
    std::string key(random() % 40, '\0');
    for (char& c : key) c = static_cast<char>(random());
    const auto partitions = static_cast<std::int32_t>(1 + random() % 64);
    ASSERT_EQ(murmur2_partition(key, partitions),
              rd_kafka_msg_partitioner_murmur2(nullptr, key.data(), key.size(), partitions, nullptr,
                                               nullptr));
  }
}

}  // namespace
}  // namespace loopbreaker::kafka
