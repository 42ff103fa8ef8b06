// What brokers refuse: by mock brokers that answer as they are told.
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include "broker.h"

namespace loopbreaker::kafka {
namespace {

// As the protocol numbers them.
constexpr int kProduce = 0, kInitProducerId = 22, kAddPartitions = 24, kAddOffsets = 25,
              kOffsetCommit = 28;

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

}  // namespace
}  // namespace loopbreaker::kafka
