// What brokers refuse: by mock brokers that answer as they are told.
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include "broker.h"

namespace loopbreaker::kafka {
namespace {

// As the protocol numbers them.
constexpr int kProduce = 0, kJoinGroup = 11, kInitProducerId = 22, kAddPartitions = 24,
              kAddOffsets = 25, kOffsetCommit = 28;

class Refusal : public ::testing::Test {
 protected:
  void SetUp() override {
    holder_ = rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), nullptr, 0);
    ASSERT_TRUE(holder_);
    brokers_ = rd_kafka_mock_cluster_new(holder_, 1);
    ASSERT_TRUE(brokers_);
    settings_.brokers = rd_kafka_mock_cluster_bootstraps(brokers_);
    settings_.group = settings_.instance_id = settings_.transactional_id = "refusal";
    for (const auto& d : must(topic_definitions()))
      ASSERT_EQ(rd_kafka_mock_topic_create(brokers_, d.name.c_str(), 1, 1),
                RD_KAFKA_RESP_ERR_NO_ERROR);
    member_ = std::make_unique<Member>(settings_);
    ASSERT_TRUE(member_->poll_until([&] { return member_->owned.size() == 1; }));
    output_ = must(make_output_log(settings_));
  }
  void TearDown() override {
    if (member_) member_->log->leave();
    output_.reset();
    member_.reset();
    if (brokers_) rd_kafka_mock_cluster_destroy(brokers_);
    if (holder_) rd_kafka_destroy(holder_);
  }

  Result<CommitReceipt> commit() {
    return output_->commit(
        {{{Topic::escalations, 0, "k", "stuck"}, {Topic::state, 0, "k", "state"}}, {{0, 5, "m"}}},
        *member_->log);
  }
  /// The next transaction meets `code` once and ends with `sentence`; what is mended then goes on.
  void refuses(int request, rd_kafka_resp_err_t code, const std::string& sentence) {
    must(output_->init());
    rd_kafka_mock_push_request_errors(brokers_, static_cast<std::int16_t>(request), 1, code);
    auto refused = commit();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().action, Action::stop) << refused.error().message;
    EXPECT_NE(refused.error().message.find(sentence), std::string::npos) << refused.error().message;
    must(output_->init());
    auto mended = commit();
    EXPECT_TRUE(mended) << mended.error().message;
  }

  rd_kafka_mock_cluster_t* brokers() { return brokers_; }

  static constexpr const char* kRight = "give this client's principal the right to do so";
  Settings settings_;
  std::unique_ptr<Member> member_;
  std::unique_ptr<OutputLog> output_;

 private:
  rd_kafka_t* holder_ = nullptr;
  rd_kafka_mock_cluster_t* brokers_ = nullptr;
};

TEST_F(Refusal, NoRightToWriteToATopicIsForAnOperatorToMend) {
  refuses(kProduce, RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, kRight);
}

TEST_F(Refusal, NoRightToATopicInATransactionIsForAnOperatorToMend) {
  refuses(kAddPartitions, RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, kRight);
}

TEST_F(Refusal, NoRightToTheGroupIsForAnOperatorToMend) {
  refuses(kAddOffsets, RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED, kRight);
}

TEST_F(Refusal, NoRightToCommitForTheGroupIsForAnOperatorToMend) {
  refuses(kOffsetCommit, RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED, kRight);
}

TEST_F(Refusal, NoRightToTheTransactionalIdIsForAnOperatorToMend) {
  rd_kafka_mock_push_request_errors(brokers(), kInitProducerId, 1,
                                    RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED);
  Status refused = output_->init();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().action, Action::stop) << refused.error().message;
  EXPECT_NE(refused.error().message.find(kRight), std::string::npos) << refused.error().message;
  must(output_->init());
}

TEST_F(Refusal, ARecordThatIsTooLargeIsForAnOperatorToMend) {
  refuses(kProduce, RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, "max.message.bytes");
}

/// A consumer that joins, and every time `answers` are what its first requests meet.
class Identity : public Refusal {
 protected:
  void joins_and_meets(int times, std::vector<rd_kafka_resp_err_t> answers) {
    member_->log->leave();
    for (int i = 0; i < times; ++i) {
      for (const auto code : answers)
        rd_kafka_mock_push_request_errors(brokers(), kJoinGroup, 1, code);
    }
    member_ = std::make_unique<Member>(settings_);
  }
  bool refused_for_good() const {
    return !member_->errors.empty() && member_->errors.back().action == Action::stop;
  }
};

TEST_F(Identity, LostAgainAndAgainIsSharedAndForAnOperatorToMend) {
  joins_and_meets(20, {RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID});
  ASSERT_TRUE(member_->poll_until([&] { return refused_for_good(); }));
  EXPECT_NE(member_->errors.back().message.find("another process uses the same identity"),
            std::string::npos)
      << member_->errors.back().message;
}

TEST_F(Identity, LostWithTheBrokerIsTakenAgainHoweverOften) {
  joins_and_meets(7, {RD_KAFKA_RESP_ERR__TRANSPORT, RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID});
  ASSERT_TRUE(
      member_->poll_until([&] { return member_->owned.size() == 1 || refused_for_good(); }));
  EXPECT_FALSE(refused_for_good()) << member_->errors.back().message;
  EXPECT_EQ(member_->errors.size(), 7u) << "a new consumer each time";
}

}  // namespace
}  // namespace loopbreaker::kafka
