#include "verifier.h"

#include <librdkafka/rdkafka.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <stdexcept>
#include <string_view>

#include "codec/policy_toml.h"
#include "loopbreaker/ports.h"
#include "runtime/partition.h"
#include "text/analyzer.h"
#include "text/redact.h"

namespace loopbreaker::testing {
namespace {

using Clock = std::chrono::steady_clock;

Record record_of(const rd_kafka_message_t& m) {
  Record r;
  r.position = {m.partition, m.offset};
  rd_kafka_timestamp_type_t kind;
  const auto timestamp = rd_kafka_message_timestamp(&m, &kind);
  if (kind != RD_KAFKA_TIMESTAMP_NOT_AVAILABLE) r.timestamp = TimeMs{timestamp};
  if (m.key) r.key = std::string_view(static_cast<const char*>(m.key), m.key_len);
  if (m.payload) r.value = std::string_view(static_cast<const char*>(m.payload), m.len);
  rd_kafka_headers_t* headers = nullptr;
  if (rd_kafka_message_headers(&m, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR) {
    const char* name;
    const void* value;
    std::size_t size;
    for (std::size_t i = 0;
         rd_kafka_header_get_all(headers, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR;
         ++i)
      r.headers.push_back({name, std::string_view(static_cast<const char*>(value), size)});
  }
  return r;
}

/// From `positions` (moved on) to the end of every partition, in the order of each.
void read(const std::string& brokers, const std::string& topic,
          std::vector<std::int64_t>& positions, const std::function<void(const Record&)>& sink) {
  char text[512];
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  for (auto [name, value] : std::initializer_list<std::pair<const char*, const char*>>{
           {"bootstrap.servers", brokers.c_str()},
           {"group.id", "verifier"},  // named, never joined: nothing is committed
           {"isolation.level", "read_committed"},
           {"enable.auto.commit", "false"},
           {"enable.partition.eof", "true"},
           {"auto.offset.reset", "error"},
           {"check.crcs", "true"},
           {"fetch.wait.max.ms", "50"}})
    if (rd_kafka_conf_set(conf, name, value, text, sizeof text) != RD_KAFKA_CONF_OK)
      throw std::runtime_error(text);
  rd_kafka_conf_set_log_cb(conf, [](const rd_kafka_t*, int, const char*, const char*) {});
  std::unique_ptr<rd_kafka_t, decltype(&rd_kafka_destroy)> consumer(
      rd_kafka_new(RD_KAFKA_CONSUMER, conf, text, sizeof text), rd_kafka_destroy);
  if (!consumer) throw std::runtime_error(text);
  rd_kafka_poll_set_consumer(consumer.get());
  std::unique_ptr<rd_kafka_topic_partition_list_t, decltype(&rd_kafka_topic_partition_list_destroy)>
      list(rd_kafka_topic_partition_list_new(1), rd_kafka_topic_partition_list_destroy);
  for (std::size_t p = 0; p < positions.size(); ++p)
    rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), static_cast<int>(p))->offset =
        positions[p];
  if (auto code = rd_kafka_assign(consumer.get(), list.get()))
    throw std::runtime_error(rd_kafka_err2str(code));
  std::size_t at_end = 0;
  for (auto heard = Clock::now(); at_end < positions.size();) {
    std::unique_ptr<rd_kafka_message_t, decltype(&rd_kafka_message_destroy)> message(
        rd_kafka_consumer_poll(consumer.get(), 100), rd_kafka_message_destroy);
    if (!message || (message->err && message->err != RD_KAFKA_RESP_ERR__PARTITION_EOF &&
                     message->partition < 0)) {
      if (Clock::now() - heard > std::chrono::seconds(60))
        throw std::runtime_error("reading " + topic + " heard nothing for a minute");
      continue;
    }
    heard = Clock::now();
    if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
      ++at_end;
      continue;
    }
    if (message->err)
      throw std::runtime_error("reading " + topic + ": " + rd_kafka_err2str(message->err));
    std::int64_t& position = positions[static_cast<std::size_t>(message->partition)];
    if (message->offset < position) throw std::runtime_error(topic + " went back");
    position = message->offset + 1;
    sink(record_of(*message));
  }
}

std::uint64_t hash(std::string_view bytes) { return stable_hash(bytes); }

/// The first value of that name: ids and types come before everything that customers write.
std::string_view field(std::string_view json, std::string_view name) {
  const std::string start = "\"" + std::string(name) + "\":\"";
  const auto from = json.find(start);
  if (from == std::string_view::npos) return {};
  json.remove_prefix(from + start.size());
  return json.substr(0, json.find('"'));
}

Published published(std::string_view value) {
  return {hash(field(value, "id")), hash(field(value, "type")), hash(value)};
}

}  // namespace

struct Verifier::Impl {
  using Lists = std::map<std::pair<std::string, std::string>, std::vector<Published>>;

  Impl(const kafka::Settings& s, int partitions)
      : settings(s), positions(static_cast<std::size_t>(partitions), 0) {
    runtime::IntakeSettings intake_settings;
    intake_settings.topic = s.topics.input;
    intake = std::make_unique<runtime::Intake>(
        intake_settings,
        [this](std::string_view in, std::string& out) { return redactor->redact(in, out); });
    bench.emplace(runtime::Workbench{policy, *analyzer, *intake, telemetry, nullptr, {}, {}});
    for (int p = 0; p < partitions; ++p)
      reference.push_back(std::make_unique<runtime::Partition>(p, *bench));
  }

  kafka::Settings settings;
  Policy policy = codec::default_policy();
  std::unique_ptr<Analyzer> analyzer = text::make_analyzer();
  std::unique_ptr<text::Redactor> redactor = std::move(*text::make_redactor({}));
  std::unique_ptr<runtime::Intake> intake;
  runtime::Telemetry telemetry;
  std::optional<runtime::Workbench> bench;
  std::vector<std::unique_ptr<runtime::Partition>> reference;

  std::vector<std::int64_t> positions;  // of the input
  std::map<std::string, std::vector<std::int64_t>> output_positions;
  std::size_t events = 0, outputs = 0;
  Lists expected, actual;
};

Verifier::Verifier(const kafka::Settings& settings, int partitions)
    : impl_(std::make_unique<Impl>(settings, partitions)) {}
Verifier::~Verifier() = default;

void Verifier::read_input() {
  Impl& v = *impl_;
  read(v.settings.brokers, v.settings.topics.input, v.positions, [&](const Record& record) {
    ++v.events;
    auto& partition = *v.reference[static_cast<std::size_t>(record.position.partition)];
    if (auto ok = partition.consume(record); !ok) throw std::runtime_error(ok.error().message);
    for (const OutRecord& out : partition.take_outputs())
      v.expected[{v.settings.topics.of(out.topic), out.key}].push_back(published(*out.value));
  });
}

void Verifier::read_outputs() {
  Impl& v = *impl_;
  for (Topic topic : {Topic::escalations, Topic::handoffs, Topic::summaries, Topic::dead_letters}) {
    const std::string& name = v.settings.topics.of(topic);
    auto& positions = v.output_positions[name];
    positions.resize(v.positions.size());
    read(v.settings.brokers, name, positions, [&](const Record& record) {
      ++v.outputs;
      v.actual[{name, std::string(record.key.value_or(""))}].push_back(
          published(record.value.value_or("")));
    });
  }
}

std::vector<std::string> Verifier::differences(const std::string& only) const {
  std::vector<std::string> out;
  auto add = [&](const auto& key, const std::string& what) {
    if (out.size() < 10) out.push_back(key.first + ", session '" + key.second + "': " + what);
  };
  for (const auto& [key, expected] : impl_->expected) {
    if (!key.second.starts_with(only)) continue;
    auto it = impl_->actual.find(key);
    if (it != impl_->actual.end() && it->second == expected) continue;
    const std::vector<Published> none;
    const auto& actual = it == impl_->actual.end() ? none : it->second;
    std::size_t same = 0;
    while (same < actual.size() && same < expected.size() && actual[same] == expected[same]) ++same;
    std::string what = std::to_string(expected.size()) + " expected, " +
                       std::to_string(actual.size()) + " published, the first " +
                       std::to_string(same) + " alike";
    if (same < actual.size() && same < expected.size())
      what += actual[same].id != expected[same].id       ? ", then another id"
              : actual[same].type != expected[same].type ? ", then another type"
                                                         : ", then another payload";
    add(key, what);
  }
  for (const auto& [key, actual] : impl_->actual)
    if (!impl_->expected.contains(key) && key.second.starts_with(only))
      add(key, std::to_string(actual.size()) + " published, none expected");
  return out;
}

std::vector<std::string> Verifier::too_much() const {
  std::vector<std::string> out;
  for (const auto& [key, actual] : impl_->actual) {
    auto it = impl_->expected.find(key);
    const bool begins = it != impl_->expected.end() && actual.size() <= it->second.size() &&
                        std::equal(actual.begin(), actual.end(), it->second.begin());
    if (!begins && out.size() < 10)
      out.push_back(key.first + ", session '" + key.second + "': " + std::to_string(actual.size()) +
                    " published, not what must come first");
  }
  return out;
}

const std::vector<std::int64_t>& Verifier::consumed() const { return impl_->positions; }
std::size_t Verifier::events() const { return impl_->events; }
std::size_t Verifier::outputs() const { return impl_->outputs; }

namespace {
std::size_t count_in(const auto& lists, const std::string& topic) {
  std::size_t n = 0;
  for (const auto& [key, list] : lists)
    if (key.first == topic) n += list.size();
  return n;
}
}  // namespace

std::size_t Verifier::outputs_in(const std::string& topic) const {
  return count_in(impl_->actual, topic);
}
std::size_t Verifier::expected_in(const std::string& topic) const {
  return count_in(impl_->expected, topic);
}

}  // namespace loopbreaker::testing
