// The plain producer and reader against a broker, and all adapters against the mock brokers of the
// demo.
#include "broker.h"
#include "kafka/mock_cluster.h"
#include "kafka/murmur2.h"

namespace loopbreaker::kafka {
namespace {

class Plain : public Broker {};

TEST_F(Plain, KeysFallWhereJavaPutsThemAndReadersSeeAllOfAPartitionInOrder) {
  make_topic(settings_.topics.input, 5);
  auto producer = must(make_plain_producer(settings_, settings_.topics.input));
  for (int i = 0; i < 2000; ++i) {
    const std::string key = "session-" + std::to_string(i % 100), value = std::to_string(i);
    must(producer->send({-1, key, value, TimeMs{1'500'000'000'000 + i}, {}}));
  }
  must(producer->flush());
  auto reader = must(open_topic_reader(settings_, {settings_.topics.input}, ReadFrom::beginning));
  std::map<std::string, int> last;
  int seen = 0;
  for (int i = 0; i < 30'000 && !reader->at_end(); ++i) {
    const auto r = must(reader->next({1000}));
    if (!r) continue;
    ++seen;
    EXPECT_EQ(r->partition, murmur2_partition(*r->key, 5));
    const int value = std::stoi(*r->value);
    EXPECT_EQ(r->timestamp.ms, 1'500'000'000'000 + value);
    EXPECT_TRUE(!last.contains(*r->key) || last[*r->key] < value);
    last[*r->key] = value;
  }
  EXPECT_EQ(seen, 2000);
}

TEST_F(Plain, AReaderFromTheEndSeesOnlyWhatIsNew) {
  make_topic(settings_.topics.input, 1);
  feed(0, 3);
  auto reader = must(open_topic_reader(settings_, {settings_.topics.input}, ReadFrom::end));
  EXPECT_TRUE(reader->at_end());
  feed(0, 1, 99);
  std::optional<TopicRecord> r;
  for (int i = 0; i < 50 && !r; ++i) r = must(reader->next({200}));
  ASSERT_TRUE(r);
  EXPECT_EQ(r->value, "99");
  auto middle = must(open_partition_reader(settings_, settings_.topics.input, 0, 2));
  for (r.reset(); !r;) r = must(middle->next({200}));
  EXPECT_EQ(r->offset, 2);
}

TEST_F(Plain, ATopicThatIsNotThereIsNamed) {
  auto producer = make_plain_producer(settings_, settings_.topics.input);
  ASSERT_FALSE(producer);
  EXPECT_NE(producer.error().message.find(settings_.topics.input), std::string::npos)
      << producer.error().message;
  auto reader = open_topic_reader(settings_, {settings_.topics.input}, ReadFrom::end);
  ASSERT_FALSE(reader);
  EXPECT_EQ(reader.error().action, Action::stop);
}

TEST(MockCluster, CarriesAWholeRoundOfTheDemo) {
  auto cluster = must(start_mock_cluster());
  Settings s;
  s.brokers = cluster->brokers();
  s.group = "demo";
  s.instance_id = "demo-0";
  s.transactional_id = "demo-0";
  for (const auto& d : must(topic_definitions())) must(cluster->create_topic(d.name, 2));
  auto producer = must(make_plain_producer(s, s.topics.input));
  for (int i = 0; i < 10; ++i) must(producer->send({i % 2, "k", std::to_string(i), kNoTime, {}}));
  must(producer->flush());
  Member member(s);
  ASSERT_TRUE(member.poll_until(
      [&] { return member.values[0].size() == 5 && member.values[1].size() == 5; }));
  auto output = must(make_output_log(s));
  must(output->init());
  must(output->commit(
      {{{Topic::escalations, 0, "k", "stuck"}, {Topic::state, 1, "k", "state"}}, {{0, 5, "m"}}},
      *member.log));
  auto reader = must(open_topic_reader(s, {s.topics.escalations}, ReadFrom::beginning));
  std::optional<TopicRecord> r;
  for (int i = 0; i < 50 && !r; ++i) r = must(reader->next({200}));
  ASSERT_TRUE(r);
  EXPECT_EQ(r->value, "stuck");
  auto state = must(make_state_log(s));
  int records = 0;
  must(state->read(1, 0, [&](const Record&) -> Status {
    ++records;
    return Ok{};
  }));
  EXPECT_EQ(records, 1);
  member.log->leave();
}

}  // namespace
}  // namespace loopbreaker::kafka
