#include "cluster.h"

#include <arpa/inet.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "client.h"

namespace loopbreaker::testing {
namespace {

using Clock = std::chrono::steady_clock;
constexpr int kAskMs = 30'000;

struct Destroy {
  void operator()(rd_kafka_queue_t* p) const { rd_kafka_queue_destroy(p); }
  void operator()(rd_kafka_event_t* p) const { rd_kafka_event_destroy(p); }
  void operator()(rd_kafka_topic_partition_list_t* p) const {
    rd_kafka_topic_partition_list_destroy(p);
  }
  void operator()(rd_kafka_AdminOptions_t* p) const { rd_kafka_AdminOptions_destroy(p); }
};
using Queue = std::unique_ptr<rd_kafka_queue_t, Destroy>;
using Event = std::unique_ptr<rd_kafka_event_t, Destroy>;
using List = std::unique_ptr<rd_kafka_topic_partition_list_t, Destroy>;
using Options = std::unique_ptr<rd_kafka_AdminOptions_t, Destroy>;

[[noreturn]] void fail(const std::string& doing, rd_kafka_resp_err_t code) {
  throw std::runtime_error(doing + ": " + rd_kafka_err2str(code));
}

List one(const std::string& topic, int partition, std::int64_t offset) {
  List list(rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), partition)->offset = offset;
  return list;
}

}  // namespace

struct Cluster::Impl {
  std::string brokers;
  std::uintmax_t log_before = 0;  ///< bytes of the broker's log when it was last started
  Client admin, committed_reader, raw_reader;
  std::map<std::string, Client> groups;

  /// Sends a request and takes its one answer.
  Event ask(rd_kafka_admin_op_t op, const std::string& doing,
            const std::function<void(rd_kafka_AdminOptions_t*, rd_kafka_queue_t*)>& send) {
    Queue queue(rd_kafka_queue_new(admin.get()));
    Options options(rd_kafka_AdminOptions_new(admin.get(), op));
    char text[512];
    rd_kafka_AdminOptions_set_request_timeout(options.get(), kAskMs, text, sizeof text);
    send(options.get(), queue.get());
    Event event(rd_kafka_queue_poll(queue.get(), kAskMs + 5'000));
    if (!event) fail(doing, RD_KAFKA_RESP_ERR__TIMED_OUT);
    if (auto code = rd_kafka_event_error(event.get())) fail(doing, code);
    return event;
  }

  std::string broker_folder() const {
    return std::string(SOURCE_DIR) + "/.kafka/" + brokers.substr(brokers.rfind(':') + 1);
  }
  /// -1: not there, or not a broker.
  int broker_pid() const {
    int pid = -1;
    std::ifstream(broker_folder() + "/pid") >> pid;
    if (pid <= 0) return -1;
    std::ifstream file("/proc/" + std::to_string(pid) + "/cmdline");
    std::stringstream command;
    command << file.rdbuf();
    return command.str().find("kafka.Kafka") == std::string::npos ? -1 : pid;
  }
};

Cluster::Cluster(std::string brokers) : impl_(std::make_unique<Impl>()) {
  impl_->brokers = std::move(brokers);
  const std::map<std::string, std::string> common = {{"bootstrap.servers", impl_->brokers},
                                                     {"reconnect.backoff.max.ms", "500"}};
  auto with = [&](const std::string& isolation) {
    auto properties = common;
    properties["isolation.level"] = isolation;
    return properties;
  };
  impl_->admin = open_client(RD_KAFKA_PRODUCER, common);
  impl_->committed_reader = open_client(RD_KAFKA_CONSUMER, with("read_committed"));
  impl_->raw_reader = open_client(RD_KAFKA_CONSUMER, with("read_uncommitted"));
}

Cluster::~Cluster() = default;

Ends Cluster::ends(const std::string& topic, int partition) {
  Ends out;
  auto query = [&](rd_kafka_t* reader, std::int64_t& end) {
    // A leader that was just chosen does not know of it yet.
    for (const auto until = Clock::now() + std::chrono::milliseconds(kAskMs);;) {
      const auto code = rd_kafka_query_watermark_offsets(reader, topic.c_str(), partition,
                                                         &out.start, &end, kAskMs);
      if (!code) return;
      if (Clock::now() > until) fail("ends of " + topic, code);
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
  };
  query(impl_->committed_reader.get(), out.stable);
  query(impl_->raw_reader.get(), out.end);
  return out;
}

std::vector<std::int64_t> Cluster::committed(const std::string& group, const std::string& topic,
                                             int partitions) {
  Client& client = impl_->groups[group];
  // A broker that has just started does not coordinate the group yet.
  for (const auto until = Clock::now() + std::chrono::milliseconds(2 * kAskMs);;) {
    // Uncommitted: the answer must not wait for a dead process's transaction.
    if (!client)
      client = open_client(RD_KAFKA_CONSUMER, {{"bootstrap.servers", impl_->brokers},
                                               {"group.id", group},
                                               {"isolation.level", "read_uncommitted"},
                                               {"reconnect.backoff.max.ms", "500"}});
    List list(rd_kafka_topic_partition_list_new(partitions));
    for (int p = 0; p < partitions; ++p)
      rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), p);
    auto code = rd_kafka_committed(client.get(), list.get(), kAskMs);
    std::vector<std::int64_t> out;
    for (int i = 0; i < list->cnt && !code; ++i) {
      code = list->elems[i].err;
      out.push_back(std::max<std::int64_t>(list->elems[i].offset, -1));
    }
    if (!code) return out;
    if (Clock::now() > until) fail("committed offsets of " + group, code);
    client.reset();
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
}

void Cluster::delete_records(const std::string& topic, int partition, std::int64_t before) {
  List list = one(topic, partition, before);
  std::unique_ptr<rd_kafka_DeleteRecords_t, decltype(&rd_kafka_DeleteRecords_destroy)> request(
      rd_kafka_DeleteRecords_new(list.get()), rd_kafka_DeleteRecords_destroy);
  Event event =
      impl_->ask(RD_KAFKA_ADMIN_OP_DELETERECORDS, "delete records",
                 [&](rd_kafka_AdminOptions_t* options, rd_kafka_queue_t* queue) {
                   rd_kafka_DeleteRecords_t* requests[] = {request.get()};
                   rd_kafka_DeleteRecords(impl_->admin.get(), requests, 1, options, queue);
                 });
  const auto* done =
      rd_kafka_DeleteRecords_result_offsets(rd_kafka_event_DeleteRecords_result(event.get()));
  if (done->elems[0].err) fail("delete records", done->elems[0].err);
}

void Cluster::raise_partitions(const std::string& topic, int partitions) {
  char text[512];
  std::unique_ptr<rd_kafka_NewPartitions_t, decltype(&rd_kafka_NewPartitions_destroy)> request(
      rd_kafka_NewPartitions_new(topic.c_str(), static_cast<std::size_t>(partitions), text,
                                 sizeof text),
      rd_kafka_NewPartitions_destroy);
  Event event =
      impl_->ask(RD_KAFKA_ADMIN_OP_CREATEPARTITIONS, "raise partitions",
                 [&](rd_kafka_AdminOptions_t* options, rd_kafka_queue_t* queue) {
                   rd_kafka_NewPartitions_t* requests[] = {request.get()};
                   rd_kafka_CreatePartitions(impl_->admin.get(), requests, 1, options, queue);
                 });
  std::size_t count = 0;
  const auto* results = rd_kafka_CreatePartitions_result_topics(
      rd_kafka_event_CreatePartitions_result(event.get()), &count);
  if (auto code = rd_kafka_topic_result_error(results[0])) fail("raise partitions", code);
}

void Cluster::configure(const std::string& topic,
                        const std::map<std::string, std::string>& config) {
  std::unique_ptr<rd_kafka_ConfigResource_t, decltype(&rd_kafka_ConfigResource_destroy)> request(
      rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.c_str()),
      rd_kafka_ConfigResource_destroy);
  for (const auto& [name, value] : config)
    rd_kafka_ConfigResource_set_config(request.get(), name.c_str(), value.c_str());
  Event event = impl_->ask(RD_KAFKA_ADMIN_OP_ALTERCONFIGS, "configure " + topic,
                           [&](rd_kafka_AdminOptions_t* options, rd_kafka_queue_t* queue) {
                             rd_kafka_ConfigResource_t* requests[] = {request.get()};
                             rd_kafka_AlterConfigs(impl_->admin.get(), requests, 1, options, queue);
                           });
  std::size_t count = 0;
  const auto* results = rd_kafka_AlterConfigs_result_resources(
      rd_kafka_event_AlterConfigs_result(event.get()), &count);
  if (auto code = rd_kafka_ConfigResource_error(results[0])) fail("configure " + topic, code);
}

void Cluster::set_offset(const std::string& group, const std::string& topic, int partition,
                         std::int64_t offset, const std::string& metadata) {
  List list = one(topic, partition, offset);
  if (!metadata.empty()) {
    auto& element = list->elems[0];  // the list frees it, as the library would its own
    element.metadata = ::strdup(metadata.c_str());
    element.metadata_size = metadata.size();
  }
  std::unique_ptr<rd_kafka_AlterConsumerGroupOffsets_t,
                  decltype(&rd_kafka_AlterConsumerGroupOffsets_destroy)>
      request(rd_kafka_AlterConsumerGroupOffsets_new(group.c_str(), list.get()),
              rd_kafka_AlterConsumerGroupOffsets_destroy);
  // Refused as long as members are there: static ones stay until their session is over.
  for (const auto until = Clock::now() + std::chrono::milliseconds(kAskMs);;) {
    Event event = impl_->ask(RD_KAFKA_ADMIN_OP_ALTERCONSUMERGROUPOFFSETS, "set offset of " + group,
                             [&](rd_kafka_AdminOptions_t* options, rd_kafka_queue_t* queue) {
                               rd_kafka_AlterConsumerGroupOffsets_t* requests[] = {request.get()};
                               rd_kafka_AlterConsumerGroupOffsets(impl_->admin.get(), requests, 1,
                                                                  options, queue);
                             });
    std::size_t count = 0;
    const auto* groups = rd_kafka_AlterConsumerGroupOffsets_result_groups(
        rd_kafka_event_AlterConsumerGroupOffsets_result(event.get()), &count);
    auto code = RD_KAFKA_RESP_ERR_NO_ERROR;
    if (const auto* error = rd_kafka_group_result_error(groups[0]))
      code = rd_kafka_error_code(error);
    const auto* partitions = rd_kafka_group_result_partitions(groups[0]);
    if (!code && partitions && partitions->cnt > 0) code = partitions->elems[0].err;
    if (!code) return;
    if (code != RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID || Clock::now() > until)
      fail("set offset of " + group, code);
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  }
}

void Cluster::delete_group(const std::string& group) {
  for (const auto until = Clock::now() + std::chrono::milliseconds(kAskMs);;) {
    std::unique_ptr<rd_kafka_DeleteGroup_t, decltype(&rd_kafka_DeleteGroup_destroy)> request(
        rd_kafka_DeleteGroup_new(group.c_str()), rd_kafka_DeleteGroup_destroy);
    Event event =
        impl_->ask(RD_KAFKA_ADMIN_OP_DELETEGROUPS, "delete " + group,
                   [&](rd_kafka_AdminOptions_t* options, rd_kafka_queue_t* queue) {
                     rd_kafka_DeleteGroup_t* requests[] = {request.get()};
                     rd_kafka_DeleteGroups(impl_->admin.get(), requests, 1, options, queue);
                   });
    std::size_t count = 0;
    const auto* groups = rd_kafka_DeleteGroups_result_groups(
        rd_kafka_event_DeleteGroups_result(event.get()), &count);
    const auto* error = rd_kafka_group_result_error(groups[0]);
    if (!error) return;
    if (rd_kafka_error_code(error) != RD_KAFKA_RESP_ERR_NON_EMPTY_GROUP || Clock::now() > until)
      fail("delete " + group, rd_kafka_error_code(error));
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  }
}

bool Cluster::owns_broker() const { return impl_->broker_pid() > 0; }

void Cluster::signal_broker(int signal) {
  const int pid = impl_->broker_pid();
  if (pid <= 0) throw std::runtime_error("the broker is not one that ./dev started here");
  ::kill(pid, signal);
}

void Cluster::stop_broker(int signal) {
  const int pid = impl_->broker_pid();
  signal_broker(signal);
  // Its last thread closes the port; the process looks dead before.
  auto listening = [&] {
    const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(
        std::stoi(impl_->brokers.substr(impl_->brokers.rfind(':') + 1))));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const bool yes = ::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    ::close(fd);
    return yes;
  };
  for (const auto until = Clock::now() + std::chrono::seconds(60);
       impl_->broker_pid() == pid || listening();) {
    if (Clock::now() > until) throw std::runtime_error("the broker does not end");
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

void Cluster::start_broker() {
  std::error_code none;
  const auto size = std::filesystem::file_size(impl_->broker_folder() + "/log", none);
  impl_->log_before = none ? 0 : size;
  const std::string port = impl_->brokers.substr(impl_->brokers.rfind(':') + 1);
  const std::string command =
      "'" SOURCE_DIR "/dev' kafka start --port " + port + " </dev/null >/dev/null";
  if (std::system(command.c_str()) != 0) throw std::runtime_error("the broker does not start");
}

bool Cluster::opened_too_early() const {
  std::ifstream log(impl_->broker_folder() + "/log");
  log.seekg(static_cast<std::streamoff>(impl_->log_before));
  for (std::string line; std::getline(log, line);)
    if (line.find("Ignored load completion from __consumer_offsets") != std::string::npos &&
        line.find("ACTIVE state") != std::string::npos)
      return true;
  return false;
}

}  // namespace loopbreaker::testing
