#include "feeder.h"

#include <atomic>
#include <chrono>
#include <map>
#include <stdexcept>
#include <thread>

#include "client.h"
#include "workload/workload.h"

namespace loopbreaker::testing {
namespace {

using Clock = std::chrono::steady_clock;

std::map<std::string, std::string> producer_properties(const std::string& brokers) {
  return {{"bootstrap.servers", brokers},
          {"acks", "all"},
          {"linger.ms", "5"},
          {"partitioner", "murmur2_random"},  // as Kafka's Java client places keys
          // In order and for as long as it takes; what is sent again may be there twice.
          {"max.in.flight", "1"},
          {"retries", "100000000"},
          {"message.timeout.ms", "0"},
          {"reconnect.backoff.max.ms", "500"}};
}

void produce(rd_kafka_t* producer, const std::string& topic, int partition, std::string_view key,
             std::string_view value, TimeMs time) {
  for (;;) {
    const auto code = rd_kafka_producev(
        producer, RD_KAFKA_V_TOPIC(topic.c_str()), RD_KAFKA_V_PARTITION(partition),
        RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_KEY(key.data(), key.size()),
        RD_KAFKA_V_VALUE(const_cast<char*>(value.data()), value.size()),
        RD_KAFKA_V_TIMESTAMP(time.ms), RD_KAFKA_V_END);
    if (!code) return;
    if (code != RD_KAFKA_RESP_ERR__QUEUE_FULL) throw std::runtime_error(rd_kafka_err2str(code));
    rd_kafka_poll(producer, 10);
  }
}

void flush(rd_kafka_t* producer) {
  for (const auto until = Clock::now() + std::chrono::minutes(2); rd_kafka_outq_len(producer) > 0;)
    if (rd_kafka_flush(producer, 500) && Clock::now() > until)
      throw std::runtime_error("what was sent is not acknowledged");
}

void must(rd_kafka_error_t* error) {
  if (!error) return;
  const std::string text = rd_kafka_error_string(error);
  rd_kafka_error_destroy(error);
  throw std::runtime_error(text);
}

workload::WorkloadSettings workload_settings(const FeederSettings& s) {
  workload::WorkloadSettings w;
  w.seed = s.seed;
  w.stuck_share = 0.3;
  w.open_sessions = 200;
  w.sessions = s.sessions;
  w.id_prefix = s.id_prefix;
  w.start = w.start + s.later;
  return w;
}

}  // namespace

struct Feeder::Impl {
  explicit Impl(FeederSettings s)
      : settings(std::move(s)),
        workload(workload_settings(settings)),
        producer(open_client(RD_KAFKA_PRODUCER, producer_properties(settings.brokers))) {}

  void run() {
    const auto began = Clock::now();
    workload::WorkloadEvent event;
    for (std::uint64_t i = 0; i < settings.skip; ++i) workload.next(event);
    while (!stopping && (settings.events == 0 || sent < settings.events) && workload.next(event)) {
      if (settings.events_per_second > 0) {
        const auto due =
            began + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(
                        static_cast<double>(sent) / settings.events_per_second));
        while (!stopping && Clock::now() < due) rd_kafka_poll(producer.get(), 1);
      }
      if (settings.poison_every > 0 && sent % settings.poison_every == settings.poison_every / 2)
        produce(producer.get(), settings.topic, settings.partition, event.key,
                "{\"number\": " + std::to_string(sent) + ", \"cut short", event.time);
      produce(producer.get(), settings.topic, settings.partition, event.key, event.json,
              event.time);
      ++sent;
      if (sent % 64 == 0) rd_kafka_poll(producer.get(), 0);
    }
    flush(producer.get());
  }

  FeederSettings settings;
  workload::Workload workload;
  Client producer;
  std::atomic<bool> stopping{false};
  std::atomic<std::uint64_t> sent{0};
  std::thread thread;
};

Feeder::Feeder(FeederSettings settings) : impl_(std::make_unique<Impl>(std::move(settings))) {
  impl_->thread = std::thread([this] { impl_->run(); });
}
Feeder::~Feeder() { stop(); }

void Feeder::stop() {
  impl_->stopping = true;
  wait();
}
void Feeder::wait() {
  if (impl_->thread.joinable()) impl_->thread.join();
}
std::uint64_t Feeder::sent() const { return impl_->sent; }

std::uint64_t send_all(const std::string& brokers, const std::string& topic,
                       const std::function<std::optional<Spoken>()>& next,
                       std::size_t transactions) {
  auto properties = producer_properties(brokers);
  if (transactions > 0) {
    for (const char* name : {"max.in.flight", "retries", "message.timeout.ms"})
      properties.erase(name);
    properties["transactional.id"] = topic + "-writer";
  }
  const Client producer = open_client(RD_KAFKA_PRODUCER, properties);
  if (transactions > 0) must(rd_kafka_init_transactions(producer.get(), 30'000));
  std::uint64_t sent = 0, in_transaction = 0, number = 0;
  auto end = [&] {
    flush(producer.get());
    must(++number % 3 == 0 ? rd_kafka_abort_transaction(producer.get(), 30'000)
                           : rd_kafka_commit_transaction(producer.get(), 30'000));
    in_transaction = 0;
  };
  while (auto spoken = next()) {
    if (transactions > 0 && in_transaction == 0) must(rd_kafka_begin_transaction(producer.get()));
    produce(producer.get(), topic, -1, spoken->key, spoken->json, spoken->time);
    ++sent;
    if (transactions > 0 && ++in_transaction == transactions) end();
    if (sent % 64 == 0) rd_kafka_poll(producer.get(), 0);
  }
  if (in_transaction > 0) end();
  flush(producer.get());
  return sent;
}

}  // namespace loopbreaker::testing
