// Topics and their configuration, through librdkafka's admin API.
#include "kafka/admin.h"

#include <fmt/format.h>
#include <librdkafka/rdkafka.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <thread>

#include "kafka/client.h"

namespace loopbreaker::kafka {
namespace {

struct DestroyQueue {
  void operator()(rd_kafka_queue_t* q) const { rd_kafka_queue_destroy(q); }
};
struct DestroyEvent {
  void operator()(rd_kafka_event_t* e) const { rd_kafka_event_destroy(e); }
};
struct DestroyOptions {
  void operator()(rd_kafka_AdminOptions_t* o) const { rd_kafka_AdminOptions_destroy(o); }
};
using Queue = std::unique_ptr<rd_kafka_queue_t, DestroyQueue>;
using Event = std::unique_ptr<rd_kafka_event_t, DestroyEvent>;
using Options = std::unique_ptr<rd_kafka_AdminOptions_t, DestroyOptions>;
using Metadata = std::unique_ptr<const rd_kafka_metadata_t, decltype(&rd_kafka_metadata_destroy)>;

class ClusterAdmin final : public Admin {
 public:
  Status open(const Settings& settings) {
    auto client = Client::open(Kind::producer, settings, common_properties(settings));
    if (!client) return client.error();
    client_ = std::move(*client);
    queue_.reset(rd_kafka_queue_new(client_->get()));
    return Ok{};
  }

  Result<bool> create(const NewTopic& t) override {
    const std::string doing = fmt::format("cannot create topic '{}'", t.name);
    char text[512];
    std::unique_ptr<rd_kafka_NewTopic_t, decltype(&rd_kafka_NewTopic_destroy)> topic(
        rd_kafka_NewTopic_new(t.name.c_str(), t.partitions, t.replication, text, sizeof text),
        rd_kafka_NewTopic_destroy);
    if (!topic) return Error{fmt::format("{}: {}", doing, text), Action::stop};
    for (const auto& [name, value] : t.config)
      rd_kafka_NewTopic_set_config(topic.get(), name.c_str(), value.c_str());
    Options options = make_options(RD_KAFKA_ADMIN_OP_CREATETOPICS);
    rd_kafka_AdminOptions_set_operation_timeout(options.get(), client_->ask_ms(), text,
                                                sizeof text);
    rd_kafka_NewTopic_t* list[] = {topic.get()};
    rd_kafka_CreateTopics(client_->get(), list, 1, options.get(), queue_.get());
    auto event = answer(doing);
    if (!event) return event.error();
    std::size_t count = 0;
    const auto* results = rd_kafka_CreateTopics_result_topics(
        rd_kafka_event_CreateTopics_result(event->get()), &count);
    auto code = result_of(results, count, text);
    if (code == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) return false;
    if (code) return translate(code, doing, text);
    // The controller has made it; the brokers hear of it, and choose leaders, a moment later.
    if (!wait_until(
            [&](const rd_kafka_metadata_topic_t& t) {
              return led(t) == t.partition_cnt && led(t) > 0;
            },
            t.name)) {
      return Error{fmt::format("topic '{}' was created and is not ready after {} ms", t.name,
                               client_->ask_ms()),
                   Action::retry};
    }
    return true;
  }

  Status remove(const std::string& name) override {
    const std::string doing = fmt::format("cannot delete topic '{}'", name);
    char text[512];
    std::unique_ptr<rd_kafka_DeleteTopic_t, decltype(&rd_kafka_DeleteTopic_destroy)> topic(
        rd_kafka_DeleteTopic_new(name.c_str()), rd_kafka_DeleteTopic_destroy);
    Options options = make_options(RD_KAFKA_ADMIN_OP_DELETETOPICS);
    rd_kafka_AdminOptions_set_operation_timeout(options.get(), client_->ask_ms(), text,
                                                sizeof text);
    rd_kafka_DeleteTopic_t* list[] = {topic.get()};
    rd_kafka_DeleteTopics(client_->get(), list, 1, options.get(), queue_.get());
    auto event = answer(doing);
    if (!event) return event.error();
    std::size_t count = 0;
    const auto* results = rd_kafka_DeleteTopics_result_topics(
        rd_kafka_event_DeleteTopics_result(event->get()), &count);
    if (const auto code = result_of(results, count, text)) return translate(code, doing, text);
    if (!wait_until([](const rd_kafka_metadata_topic_t& t) { return missing(t.err); }, name)) {
      return Error{fmt::format("topic '{}' was deleted and is still there after {} ms", name,
                               client_->ask_ms()),
                   Action::retry};
    }
    return Ok{};
  }

  Result<std::optional<TopicState>> describe(const std::string& name) override {
    auto all = metadata(&name);
    if (!all) return all.error();
    const auto& found = (*all)->topics[0];
    if (missing(found.err)) return std::optional<TopicState>();
    const std::string doing = fmt::format("cannot describe topic '{}'", name);
    if (found.err) return translate(found.err, doing);
    TopicState state{
        .name = name, .partitions = found.partition_cnt, .replication = 0, .config = {}};
    if (found.partition_cnt > 0) state.replication = found.partitions[0].replica_cnt;
    if (auto ok = read_config(state, doing); !ok) return ok.error();
    return std::optional(std::move(state));
  }

  Result<std::int32_t> partition_count(const std::string& name) override {
    auto all = metadata(&name);
    if (!all) return all.error();
    const auto& found = (*all)->topics[0];
    if (missing(found.err)) return std::int32_t{-1};
    if (found.err) return translate(found.err, fmt::format("cannot look up topic '{}'", name));
    return static_cast<std::int32_t>(found.partition_cnt);
  }

  Result<std::vector<std::string>> topics() override {
    auto all = metadata(nullptr);
    if (!all) return all.error();
    std::vector<std::string> names;
    for (int i = 0; i < (*all)->topic_cnt; ++i) names.emplace_back((*all)->topics[i].topic);
    std::ranges::sort(names);
    return names;
  }

  Result<int> group_members(const std::string& group) override {
    const rd_kafka_group_list* list = nullptr;
    const auto code = rd_kafka_list_groups(client_->get(), group.c_str(), &list, client_->ask_ms());
    if (code)
      return translate(code, fmt::format("cannot ask for group '{}'", group),
                       client_->last_words());
    int members = 0;
    for (int i = 0; i < list->group_cnt; ++i) members += list->groups[i].member_cnt;
    rd_kafka_group_list_destroy(list);
    return members;
  }

  Result<std::string> cluster_id() override {
    std::unique_ptr<char, decltype(&std::free)> id(
        rd_kafka_clusterid(client_->get(), client_->ask_ms()), std::free);
    return id ? std::string(id.get()) : std::string();
  }

 private:
  static bool missing(rd_kafka_resp_err_t code) {
    return code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART ||
           code == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC;
  }

  /// Partitions that have a leader.
  static int led(const rd_kafka_metadata_topic_t& t) {
    int count = 0;
    for (int i = 0; i < t.partition_cnt; ++i) count += t.partitions[i].leader >= 0 ? 1 : 0;
    return t.err ? 0 : count;
  }

  template <class Done>
  bool wait_until(Done done, const std::string& topic) {
    const auto until =
        std::chrono::steady_clock::now() + std::chrono::milliseconds(client_->ask_ms());
    while (true) {
      if (auto all = metadata(&topic); all && done((*all)->topics[0])) return true;
      if (std::chrono::steady_clock::now() > until) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  }

  // The one topic's result: its code, and in `text` what the broker says of it.
  static rd_kafka_resp_err_t result_of(const rd_kafka_topic_result_t* const* results,
                                       std::size_t count, char (&text)[512]) {
    text[0] = 0;
    if (count != 1) return RD_KAFKA_RESP_ERR__BAD_MSG;
    if (const char* said = rd_kafka_topic_result_error_string(results[0])) {
      std::snprintf(text, sizeof text, " (%s)", said);
    }
    return rd_kafka_topic_result_error(results[0]);
  }

  Options make_options(rd_kafka_admin_op_t op) const {
    char text[512];
    Options options(rd_kafka_AdminOptions_new(client_->get(), op));
    rd_kafka_AdminOptions_set_request_timeout(options.get(), client_->ask_ms(), text, sizeof text);
    return options;
  }

  Result<Event> answer(const std::string& doing) {
    Event event(rd_kafka_queue_poll(queue_.get(), client_->ask_ms() + 5'000));
    if (!event) return translate(RD_KAFKA_RESP_ERR__TIMED_OUT, doing, client_->last_words());
    if (const auto code = rd_kafka_event_error(event.get())) {
      return translate(
          code, doing,
          fmt::format(" ({}){}", rd_kafka_event_error_string(event.get()), client_->last_words()));
    }
    return event;
  }

  Result<Metadata> metadata(const std::string* topic) {
    std::unique_ptr<rd_kafka_topic_t, decltype(&rd_kafka_topic_destroy)> handle(
        topic ? rd_kafka_topic_new(client_->get(), topic->c_str(), nullptr) : nullptr,
        rd_kafka_topic_destroy);
    const rd_kafka_metadata_t* found = nullptr;
    const auto code =
        rd_kafka_metadata(client_->get(), topic ? 0 : 1, handle.get(), &found, client_->ask_ms());
    if (code)
      return translate(code, "cannot ask the cluster for its topics", client_->last_words());
    Metadata owner(found, rd_kafka_metadata_destroy);
    if (topic && found->topic_cnt != 1) {
      return translate(RD_KAFKA_RESP_ERR__BAD_MSG,
                       fmt::format("cannot look up topic '{}'", *topic));
    }
    return owner;
  }

  Status read_config(TopicState& state, const std::string& doing) {
    std::unique_ptr<rd_kafka_ConfigResource_t, decltype(&rd_kafka_ConfigResource_destroy)> resource(
        rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, state.name.c_str()),
        rd_kafka_ConfigResource_destroy);
    Options options = make_options(RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS);
    rd_kafka_ConfigResource_t* list[] = {resource.get()};
    rd_kafka_DescribeConfigs(client_->get(), list, 1, options.get(), queue_.get());
    auto event = answer(doing);
    if (!event) return event.error();
    std::size_t count = 0;
    const auto* resources = rd_kafka_DescribeConfigs_result_resources(
        rd_kafka_event_DescribeConfigs_result(event->get()), &count);
    if (count != 1) return translate(RD_KAFKA_RESP_ERR__BAD_MSG, doing);
    if (const auto code = rd_kafka_ConfigResource_error(resources[0]))
      return translate(code, doing);
    const auto* entries = rd_kafka_ConfigResource_configs(resources[0], &count);
    for (std::size_t i = 0; i < count; ++i) {
      const char* value = rd_kafka_ConfigEntry_value(entries[i]);
      state.config[rd_kafka_ConfigEntry_name(entries[i])] = value ? value : "";
    }
    return Ok{};
  }

  std::unique_ptr<Client> client_;
  Queue queue_;
};

}  // namespace

Result<std::unique_ptr<Admin>> make_admin(const Settings& settings) {
  auto admin = std::make_unique<ClusterAdmin>();
  if (auto ok = admin->open(settings); !ok) return ok.error();
  return std::unique_ptr<Admin>(std::move(admin));
}

}  // namespace loopbreaker::kafka
