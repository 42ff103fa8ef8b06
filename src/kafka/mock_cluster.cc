// librdkafka's mock brokers, held by a client that does nothing else.
#include "kafka/mock_cluster.h"

#include <fmt/format.h>
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include "kafka/client.h"

namespace loopbreaker::kafka {
namespace {

class Mock final : public MockCluster {
 public:
  ~Mock() override {
    if (cluster_) rd_kafka_mock_cluster_destroy(cluster_);
  }

  Status start(int brokers) {
    auto client = Client::open(Kind::producer, {}, {{"client.id", "mock"}, {"log_level", "3"}});
    if (!client) return client.error();
    client_ = std::move(*client);
    cluster_ = rd_kafka_mock_cluster_new(client_->get(), brokers);
    if (!cluster_)
      return Error{"cannot start the embedded brokers: no free port on 127.0.0.1?", Action::stop};
    return Ok{};
  }

  std::string brokers() const override { return rd_kafka_mock_cluster_bootstraps(cluster_); }

  Status create_topic(const std::string& topic, std::int32_t partitions) override {
    const auto code = rd_kafka_mock_topic_create(cluster_, topic.c_str(), partitions, 1);
    if (code)
      return translate(code, fmt::format("cannot make topic '{}' in the embedded brokers", topic));
    return Ok{};
  }

 private:
  std::unique_ptr<Client> client_;
  rd_kafka_mock_cluster_t* cluster_ = nullptr;
};

}  // namespace

Result<std::unique_ptr<MockCluster>> start_mock_cluster(int brokers) {
  auto mock = std::make_unique<Mock>();
  if (auto ok = mock->start(brokers); !ok) return ok.error();
  return std::unique_ptr<MockCluster>(std::move(mock));
}

}  // namespace loopbreaker::kafka
