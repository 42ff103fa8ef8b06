// One transaction: all of it is seen, or nothing; and nobody from the past can add to it.
#include "broker.h"

namespace loopbreaker::kafka {
namespace {

class Transactions : public Broker {
 protected:
  void SetUp() override {
    Broker::SetUp();
    if (IsSkipped()) return;
    make_topics(2);
    feed(0, 3);
    feed(1, 3);
  }

  static Transaction transaction(std::int64_t offset, const std::string& value) {
    Transaction t;
    t.records = {{Topic::escalations, 0, "s", value},
                 {Topic::state, 0, "a", value + "-state"},
                 {Topic::state, 1, "a", value + "-state"},
                 {Topic::state, 1, "b", std::nullopt}};
    t.offsets = {{0, offset, "bWV0YQ=="}, {1, offset, ""}};
    return t;
  }

  static void join(Member& member) {
    ASSERT_TRUE(member.poll_until([&] { return member.owned.size() == 2; }));
  }
};

TEST_F(Transactions, WhatIsCommittedIsSeenAndItsOffsetsComeBackWithTheirMetadata) {
  Member member(settings_);
  join(member);
  EXPECT_EQ(member.found[0].offset, -1) << "the group has nothing yet";
  auto output = must(make_output_log(settings_));
  must(output->init());
  const CommitReceipt receipt = must(output->commit(transaction(2, "one"), *member.log));
  EXPECT_EQ(receipt.state_end,
            (std::vector<std::pair<std::int32_t, std::int64_t>>{{0, 1}, {1, 2}}));
  must(output->commit(transaction(3, "two"), *member.log));
  EXPECT_EQ(values(settings_.topics.escalations, 2), (std::vector<std::string>{"one", "two"}));
  EXPECT_EQ(values(settings_.topics.state, 6),
            (std::vector<std::string>{"one-state", "two-state", "one-state", "(tombstone)",
                                      "two-state", "(tombstone)"}));
  const auto committed = must(member.log->committed(0));
  EXPECT_EQ(committed.offset, 3);
  EXPECT_EQ(committed.metadata, "bWV0YQ==");
  EXPECT_EQ(must(member.log->committed(1)).metadata, "");
}

TEST_F(Transactions, ARefusedRecordTakesTheWholeTransactionWithItAndNamesTheTopic) {
  Member member(settings_);
  join(member);
  auto output = must(make_output_log(settings_));
  must(output->init());
  Transaction t = transaction(3, "bad");
  t.records.push_back({Topic::handoffs, 7, "s", "no such partition"});
  auto result = output->commit(t, *member.log);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().action, Action::stop) << result.error().message;
  EXPECT_NE(result.error().message.find(settings_.topics.handoffs + "' partition 7"),
            std::string::npos)
      << result.error().message;
  EXPECT_FALSE(output->commit(transaction(3, "again"), *member.log)) << "not before init()";
  must(output->init());
  must(output->commit(transaction(3, "good"), *member.log));
  EXPECT_EQ(values(settings_.topics.escalations, 1), std::vector<std::string>{"good"});
}

TEST_F(Transactions, ARecordThatIsTooLargeIsRefusedByNameAndForGood) {
  Member member(settings_);
  join(member);
  auto output = must(make_output_log(settings_));
  must(output->init());
  Transaction t = transaction(3, "bad");
  t.records.push_back({Topic::handoffs, 0, "s", std::string(2'000'000, 'x')});
  auto result = output->commit(t, *member.log);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().action, Action::stop) << result.error().message;
  EXPECT_NE(result.error().message.find(settings_.topics.handoffs), std::string::npos)
      << result.error().message;
  EXPECT_NE(result.error().message.find("max.message.bytes"), std::string::npos)
      << result.error().message;
  EXPECT_TRUE(values(settings_.topics.escalations).empty());
}

TEST_F(Transactions, ATransactionWithoutOffsetsIsNotTaken) {
  Member member(settings_);
  join(member);
  auto output = must(make_output_log(settings_));
  must(output->init());
  Transaction t = transaction(3, "x");
  t.offsets.clear();
  EXPECT_FALSE(output->commit(t, *member.log));
}

TEST_F(Transactions, ASecondProducerOfTheSameIdFencesTheFirst) {
  Member member(settings_);
  join(member);
  auto old = must(make_output_log(settings_));
  must(old->init());
  must(old->commit(transaction(1, "old"), *member.log));
  auto fresh = must(make_output_log(settings_));
  must(fresh->init());
  auto result = old->commit(transaction(2, "zombie"), *member.log);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().action, Action::recover) << result.error().message;
  must(fresh->commit(transaction(2, "new"), *member.log));
  EXPECT_EQ(values(settings_.topics.escalations, 2), (std::vector<std::string>{"old", "new"}));
}

TEST_F(Transactions, AMemberThatLostItsPartitionsCannotCommitForThem) {
  settings_.consumer["session.timeout.ms"] = "6000";
  settings_.consumer["heartbeat.interval.ms"] = "2000";
  settings_.instance_id = "same";
  auto zombie = std::make_unique<Member>(settings_);
  join(*zombie);
  auto output = must(make_output_log(settings_));
  must(output->init());
  // The same static member joins anew, as a restarted process does; the old one never heard of it.
  Member successor(settings_);
  join(successor);
  auto result = output->commit(transaction(3, "zombie"), *zombie->log);
  ASSERT_FALSE(result) << "the group must fence it, though its transactional id is good";
  EXPECT_NE(result.error().action, Action::retry) << result.error().message;
  EXPECT_TRUE(values(settings_.topics.escalations).empty());
  EXPECT_EQ(must(successor.log->committed(0)).offset, -1);
}

TEST_F(Transactions, AMissingOutputTopicIsSaidWhenTheProducerIsInitialised) {
  must(admin_->remove(settings_.topics.summaries));
  auto output = must(make_output_log(settings_));
  auto result = output->init();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().action, Action::stop);
  EXPECT_NE(result.error().message.find(settings_.topics.summaries), std::string::npos)
      << result.error().message;
}

}  // namespace
}  // namespace loopbreaker::kafka
