// Membership and positions on a real broker.
#include "kafka/event_log.h"

#include <algorithm>
#include <numeric>

#include "broker.h"

namespace loopbreaker::kafka {
namespace {

std::vector<std::string> numbers(int first, int count) {
  std::vector<std::string> out;
  for (int i = 0; i < count; ++i) out.push_back(std::to_string(first + i));
  return out;
}

class Events : public Broker {};

TEST_F(Events, AMemberReadsItsPartitionsInOrderToTheEnd) {
  make_topic(settings_.topics.input, 2);
  feed(0, 700);
  feed(1, 3);
  Member member(settings_);
  ASSERT_TRUE(member.poll_until([&] { return member.log->at_end(0) && member.log->at_end(1); }));
  EXPECT_EQ(member.values[0], numbers(0, 700));
  EXPECT_EQ(member.values[1], numbers(0, 3));
  EXPECT_EQ(must(member.log->partition_count()), 2);
  EXPECT_EQ(must(member.log->range(0)).start, 0);
  EXPECT_EQ(must(member.log->range(0)).end, 700);
  feed(1, 1, 3);
  ASSERT_TRUE(member.poll_until([&] { return member.values[1].size() == 4; }));
  member.log->leave();
  EXPECT_EQ(member.revocations, 1);
  EXPECT_TRUE(member.owned.empty());
  EXPECT_FALSE(member.lost_once);
}

TEST_F(Events, APollTakesNoMoreThanItWasAskedFor) {
  make_topic(settings_.topics.input, 1);
  feed(0, 50);
  Member member(settings_);
  ASSERT_TRUE(member.poll_until([&] { return !member.owned.empty(); }));
  std::size_t seen = member.values[0].size();
  for (int i = 0; i < 500 && seen < 50; ++i) {
    const auto batch = must(member.log->poll({20}, 7));
    EXPECT_LE(batch.size(), 7u);
    seen += batch.size();
  }
  EXPECT_EQ(seen, 50u);
}

TEST_F(Events, StartGoesBackAndForthAndNothingFetchedBeforeIsSeen) {
  make_topic(settings_.topics.input, 2);
  feed(0, 5000);
  feed(1, 10);
  Member member(settings_);
  ASSERT_TRUE(member.poll_until([&] { return member.log->at_end(0) && member.log->at_end(1); }));
  for (std::int64_t from : {0, 4990, 123}) {
    member.values.clear();
    must(member.log->start(0, from));
    EXPECT_FALSE(member.log->at_end(0));
    ASSERT_TRUE(member.poll_until([&] { return member.log->at_end(0) && member.log->at_end(1); }));
    EXPECT_EQ(member.values[0], numbers(static_cast<int>(from), 5000 - static_cast<int>(from)));
    EXPECT_TRUE(member.values[1].empty()) << "the other partition goes on where it was";
  }
}

TEST_F(Events, AnOffsetThatTheLogDoesNotHaveStopsWithAWordAboutIt) {
  make_topic(settings_.topics.input, 1);
  feed(0, 5);
  Member member(settings_);
  ASSERT_TRUE(member.poll_until([&] { return member.log->at_end(0); }));
  must(member.log->start(0, 4000));
  ASSERT_TRUE(member.poll_until([&] { return !member.errors.empty(); }));
  EXPECT_EQ(member.errors[0].action, Action::stop);
  EXPECT_NE(member.errors[0].message.find("no longer in the log"), std::string::npos)
      << member.errors[0].message;
}

TEST_F(Events, APartitionOfSomeoneElseCannotBeStarted) {
  make_topic(settings_.topics.input, 1);
  Member member(settings_);
  ASSERT_TRUE(member.poll_until([&] { return !member.owned.empty(); }));
  auto result = member.log->start(5, 0);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().action, Action::recover);
}

TEST_F(Events, TwoMembersShareThePartitionsAndTakeOverFromEachOther) {
  make_topic(settings_.topics.input, 4);
  Member first(settings_);
  ASSERT_TRUE(first.poll_until([&] { return first.owned.size() == 4; }));
  auto second = std::make_unique<Member>(settings_);
  ASSERT_TRUE(first.poll_until([&] {
    (void)second->poll_until([calls = 0]() mutable { return ++calls > 1; });
    return first.owned.size() == 2 && second->owned.size() == 2;
  }));
  std::set<std::int32_t> all = first.owned;
  all.insert(second->owned.begin(), second->owned.end());
  EXPECT_EQ(all, (std::set<std::int32_t>{0, 1, 2, 3}));
  for (int p = 0; p < 4; ++p) feed(p, 3);
  ASSERT_TRUE(first.poll_until([&] { return first.values.size() == 2; }));
  ASSERT_TRUE(second->poll_until([&] { return second->values.size() == 2; }));
  second->log->leave();
  ASSERT_TRUE(
      first.poll_until([&] { return first.owned.size() == 4 && first.values.size() == 4; }));
  EXPECT_FALSE(first.lost_once);
}

TEST_F(Events, AStaticMemberThatComesBackGetsItsPartitionsWithoutARebalanceOfOthers) {
  make_topic(settings_.topics.input, 2);
  Settings a = settings_, b = settings_;
  a.instance_id = "a";
  b.instance_id = "b";
  Member stays(a);
  auto restarts = std::make_unique<Member>(b);
  ASSERT_TRUE(stays.poll_until([&] {
    (void)restarts->poll_until([calls = 0]() mutable { return ++calls > 1; });
    return stays.owned.size() == 1 && restarts->owned.size() == 1;
  }));
  const auto its = restarts->owned;
  const int before = stays.revocations;
  restarts->log->leave();
  restarts = std::make_unique<Member>(b);
  ASSERT_TRUE(restarts->poll_until([&] { return !restarts->owned.empty(); }));
  EXPECT_EQ(restarts->owned, its);
  (void)stays.poll_until([calls = 0]() mutable { return ++calls > 10; });
  EXPECT_EQ(stays.revocations, before);
}

TEST_F(Events, HeadersKeysAndTimesComeAsTheyWereWritten) {
  make_topic(settings_.topics.input, 1);
  auto producer = must(make_plain_producer(settings_, settings_.topics.input));
  const std::vector<Header> headers = {
      {"ce_id", "1"}, {"content-type", "application/json"}, {"ce_id", ""}};
  must(producer->send({0, "key", "value", TimeMs{1'600'000'000'123}, headers}));
  must(producer->send({0, std::nullopt, std::nullopt, TimeMs{5}, {}}));
  must(producer->send({0, "", "", TimeMs{6}, {}}));
  must(producer->flush());
  EXPECT_EQ(producer->delivered(), 3u);

  struct Listener : AssignmentListener {
    EventLog* log;
    void assigned(std::span<const std::int32_t>) override { must(log->start(0, 0)); }
    void revoked(std::span<const std::int32_t>, bool) override {}
  } listener;
  auto log = must(make_event_log(settings_));
  listener.log = log.get();
  must(log->join(listener));
  int seen = 0;
  for (int i = 0; i < 1500 && seen < 3; ++i) {
    for (const auto& r : must(log->poll({20}, 10))) {
      EXPECT_EQ(r.position, (Position{0, seen}));
      if (seen == 0) {
        EXPECT_EQ(r.key, "key");
        EXPECT_EQ(r.value, "value");
        EXPECT_EQ(r.timestamp, TimeMs{1'600'000'000'123});
        ASSERT_EQ(r.headers.size(), 3u);
        EXPECT_EQ(r.headers[1].name, "content-type");
        EXPECT_EQ(r.headers[1].value, "application/json");
        EXPECT_EQ(r.headers[2].value, "");
      } else if (seen == 1) {
        EXPECT_EQ(r.key, std::nullopt);
        EXPECT_EQ(r.value, std::nullopt);
        EXPECT_TRUE(r.headers.empty());
      } else {
        EXPECT_EQ(r.key, "");
        EXPECT_EQ(r.value, "");
      }
      ++seen;
    }
  }
  EXPECT_EQ(seen, 3);
}

TEST_F(Events, AnInputTopicThatIsDeletedUnderItsReaderStopsItAndItsClientEnds) {
  make_topic(settings_.topics.input, 1);
  feed(0, 20'000);
  settings_.consumer["topic.metadata.propagation.max.ms"] = "500";  // 30 s by default
  settings_.consumer["topic.metadata.refresh.interval.ms"] = "1000";
  auto member = std::make_unique<Member>(settings_);
  ASSERT_TRUE(member->poll_until([&] { return !member->values.empty(); }));
  must(admin_->remove(settings_.topics.input));
  ASSERT_TRUE(member->poll_until([&] {
    return std::ranges::any_of(member->errors,
                               [](const Error& e) { return e.action == Action::stop; });
  }));
  member.reset();
}

TEST_F(Events, AMissingInputTopicStopsWithItsName) {
  Member member(settings_);
  ASSERT_TRUE(member.poll_until([&] { return !member.errors.empty(); }));
  EXPECT_EQ(member.errors[0].action, Action::stop);
  EXPECT_NE(member.errors[0].message.find(settings_.topics.input), std::string::npos)
      << member.errors[0].message;
}

TEST(EventLog, AnUnreachableBrokerIsARetryThatSaysWhy) {
  Settings s;
  s.brokers = "127.0.0.1:1";
  s.ask_timeout = {300};
  auto log = must(make_event_log(s));
  auto result = log->partition_count();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().action, Action::retry);
  EXPECT_NE(result.error().message.find("Connection refused"), std::string::npos)
      << result.error().message;
}

}  // namespace
}  // namespace loopbreaker::kafka
