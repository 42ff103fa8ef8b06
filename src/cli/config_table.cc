// The one list of configuration keys: name, type, default, flag, meaning, and where each goes.
#include "cli/config_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "codec/literal.h"
#include "text/redact.h"

namespace loopbreaker::cli {
namespace {

using Problem = std::optional<std::string>;
using codec::parse_duration;
using codec::parse_size;

constexpr std::int64_t kSecond = 1'000, kMinute = 60'000, kDay = 86'400'000;
constexpr std::uint64_t kKiB = 1 << 10, kMiB = 1 << 20, kTiB = 1ull << 40;
constexpr int kWorkersMax = 64;

template <class Field>
ConfigEntry text(ConfigKey key, Field field, bool may_be_empty = false) {
  ConfigEntry e{key, Written::text, false, false, {}, {}};
  e.set = [field, may_be_empty](Config& c, std::string_view value) -> Problem {
    if (value.empty() && !may_be_empty) return "must not be empty";
    field(c) = value;
    return std::nullopt;
  };
  return e;
}

template <class Field>
ConfigEntry topic_part(ConfigKey key, Field field, bool may_be_empty = false) {
  ConfigEntry e{key, Written::text, false, false, {}, {}};
  e.set = [field, may_be_empty](Config& c, std::string_view value) -> Problem {
    const bool good = std::ranges::all_of(value, [](char ch) {
      return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') ||
             ch == '.' || ch == '_' || ch == '-';
    });
    if (!good || value.size() > 200 || (value.empty() && !may_be_empty))
      return fmt::format(
          "\"{}\" cannot be part of a topic's name: only a-z, A-Z, 0-9, '.', '_' and '-', at most "
          "200 of them",
          value);
    field(c) = value;
    return std::nullopt;
  };
  return e;
}

template <class Field>
ConfigEntry duration(ConfigKey key, Field field, std::int64_t min_ms, std::int64_t max_ms) {
  ConfigEntry e{key, Written::text, false, false, {}, {}};
  e.set = [field, min_ms, max_ms](Config& c, std::string_view value) -> Problem {
    const auto parsed = parse_duration(value);
    if (!parsed) return fmt::format("\"{}\": {}", value, codec::kDurationHint);
    if (parsed->ms < min_ms || parsed->ms > max_ms)
      return fmt::format("\"{}\" is out of range: {} ms to {} ms", value, min_ms, max_ms);
    field(c) = *parsed;
    return std::nullopt;
  };
  return e;
}

template <class Field>
ConfigEntry size(ConfigKey key, Field field, std::uint64_t min, std::uint64_t max) {
  ConfigEntry e{key, Written::text, true, false, {}, {}};
  e.set = [field, min, max](Config& c, std::string_view value) -> Problem {
    const auto parsed = parse_size(value);
    if (!parsed) return fmt::format("\"{}\": {}", value, codec::kSizeHint);
    if (*parsed < min || *parsed > max)
      return fmt::format("\"{}\" is out of range: {} to {}", value, codec::size_literal(min),
                         codec::size_literal(max));
    field(c) = *parsed;
    return std::nullopt;
  };
  return e;
}

template <class Field>
ConfigEntry count(ConfigKey key, Field field, std::int64_t min, std::int64_t max) {
  ConfigEntry e{key, Written::text, true, false, {}, {}};
  e.set = [field, min, max](Config& c, std::string_view value) -> Problem {
    std::int64_t n = 0;
    const auto [end, problem] = std::from_chars(value.data(), value.data() + value.size(), n);
    if (problem != std::errc{} || end != value.data() + value.size() || n < min || n > max)
      return fmt::format("\"{}\" is not a whole number from {} to {}", value, min, max);
    field(c) = n;
    return std::nullopt;
  };
  return e;
}

template <class Field>
ConfigEntry yes_or_no(ConfigKey key, Field field) {
  ConfigEntry e{key, Written::boolean, false, false, {}, {}};
  e.set = [field](Config& c, std::string_view value) -> Problem {
    if (value != "true" && value != "false")
      return fmt::format("\"{}\": write true or false", value);
    field(c) = value == "true";
    return std::nullopt;
  };
  return e;
}

/// `store` gets the position of the chosen name.
template <class Store, std::size_t N>
ConfigEntry choice(ConfigKey key, const std::array<std::string_view, N>& names, Store store) {
  ConfigEntry e{key, Written::text, false, false, {}, {}};
  e.set = [names, store](Config& c, std::string_view value) -> Problem {
    const auto found = std::ranges::find(names, value);
    if (found != names.end()) {
      store(c, static_cast<int>(found - names.begin()));
      return std::nullopt;
    }
    std::string list;
    for (std::string_view name : names)
      list += fmt::format("{}\"{}\"", list.empty() ? "" : ", ", name);
    return fmt::format("\"{}\" is not one of {}{}", value, list, codec::did_you_mean(value, names));
  };
  return e;
}

ConfigEntry workers(ConfigKey key) {
  ConfigEntry e{key, Written::text, true, false, {}, {}};
  e.set = [](Config& c, std::string_view value) -> Problem {
    if (value == "auto") {
      c.run.workers = 0;
      return std::nullopt;
    }
    int n = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), n);
    if (error != std::errc() || end != value.data() + value.size() || n < 1 || n > kWorkersMax)
      return fmt::format("\"{}\": write \"auto\" or a number of workers from 1 to {}", value,
                         kWorkersMax);
    c.run.workers = n;
    return std::nullopt;
  };
  return e;
}

ConfigEntry address(ConfigKey key) {
  ConfigEntry e{key, Written::text, false, false, {}, {}};
  e.set = [](Config& c, std::string_view value) -> Problem {
    c.http = {};
    if (value.empty() || value == "off") return std::nullopt;
    const std::size_t colon = value.rfind(':');
    const std::string_view port = colon == std::string_view::npos ? "" : value.substr(colon + 1);
    std::string_view host = value.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    int number = 0;
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
    if (host.empty() || port.empty() || error != std::errc() || end != port.data() + port.size() ||
        number < 0 || number > 65'535)
      return fmt::format("\"{}\": write host:port, e.g. \"127.0.0.1:8321\", or \"off\"", value);
    c.http = {std::string(host), number};
    return std::nullopt;
  };
  return e;
}

/// The first of the alternatives that applies: properties that Loopbreaker itself must set, and
/// what to use instead.
std::optional<std::string_view> managed(std::string_view property) {
  struct Managed {
    std::string_view name, instead;
  };
  static constexpr std::array<Managed, 16> kManaged{{
      {"bootstrap.servers", "use kafka.brokers"},
      {"metadata.broker.list", "use kafka.brokers"},
      {"group.id", "use kafka.group"},
      {"group.instance.id", "it is kept in the state directory"},
      {"transactional.id", "it is kept in the state directory"},
      {"transaction.timeout.ms", "use kafka.transaction_timeout"},
      {"auto.offset.reset", "use kafka.first_start"},
      {"enable.auto.commit", "offsets are committed in the transactions"},
      {"auto.commit.enable", "offsets are committed in the transactions"},
      {"enable.auto.offset.store", "offsets are committed in the transactions"},
      {"offset.store.method", "offsets are committed in the transactions"},
      {"isolation.level", "only committed records are read"},
      {"enable.idempotence", "transactions need it"},
      {"enable.partition.eof", "it tells when a partition is caught up"},
      {"partitioner", "outputs go to the partition of their input"},
      {"acks", "transactions need all"},
  }};
  const auto found = std::ranges::find(kManaged, property, &Managed::name);
  return found == kManaged.end() ? std::nullopt : std::optional(found->instead);
}

void put(NamedValues& values, std::string_view name, std::string_view value) {
  const auto at = std::ranges::lower_bound(values, name, {},
                                           [](const auto& v) { return std::string_view(v.first); });
  if (at != values.end() && at->first == name)
    at->second = value;
  else
    values.emplace(at, name, value);
}

template <class Field>
ConfigEntry properties(ConfigKey key, Field field) {
  ConfigEntry e{key, Written::free, false, false, {}, {}};
  e.set_named = [field](Config& c, std::string_view name, std::string_view value) -> Problem {
    if (const auto instead = managed(name))
      return fmt::format("\"{}\" cannot be set, because exactly-once depends on it: {}", name,
                         *instead);
    put(field(c), name, value);
    return std::nullopt;
  };
  return e;
}

ConfigEntry national_ids(ConfigKey key) {
  ConfigEntry e{key, Written::text, false, false, {}, {}};
  e.set_named = [](Config& c, std::string_view name, std::string_view pattern) -> Problem {
    if (pattern.empty()) {
      std::erase_if(c.redaction.national_ids, [&](const auto& id) { return id.first == name; });
      return std::nullopt;
    }
    text::RedactionSettings one;
    one.keyed = false;
    one.national_ids = {{std::string(name), std::string(pattern)}};
    const auto redactor = text::make_redactor(one);
    if (!redactor) return redactor.error().message;
    put(c.redaction.national_ids, name, pattern);
    return std::nullopt;
  };
  return e;
}

constexpr std::array<std::string_view, 3> kPayloads{"none", "redacted", "original"};
constexpr std::array<std::string_view, 5> kLevels{"trace", "debug", "info", "warning", "error"};

#define FIELD(path) \
  [](Config & c) -> auto& { return c.path; }

std::vector<ConfigEntry> make_table() {
  std::vector<ConfigEntry> t;
  t.push_back(text({"kafka.brokers", "text", "127.0.0.1:9092", "--brokers",
                    "brokers to begin with, host:port, separated by commas"},
                   FIELD(kafka.brokers)));
  t.push_back(text({"kafka.group", "text", "loopbreaker", "",
                    "consumer group; processes with the same group share the partitions"},
                   FIELD(kafka.group)));
  t.push_back(topic_part(
      {"kafka.topic_prefix", "text", "", "--topic-prefix", "put before the names of all topics"},
      FIELD(kafka.topic_prefix), true));
  t.push_back(choice({"kafka.first_start", "earliest or latest", "earliest", "",
                      "where a group that has never run begins"},
                     std::array<std::string_view, 2>{"earliest", "latest"},
                     [](Config& c, int i) { c.kafka.first_start = static_cast<FirstStart>(i); }));
  t.push_back(duration({"kafka.transaction_timeout", "duration", "10s", "",
                        "a dead process's open transaction blocks readers for so long"},
                       FIELD(kafka.transaction_timeout), kSecond, 15 * kMinute));
  t.push_back(properties(
      {"kafka.consumer.*", "property", "", "", "any librdkafka property of the consumers"},
      FIELD(kafka.consumer)));
  t.push_back(properties(
      {"kafka.producer.*", "property", "", "", "any librdkafka property of the producers"},
      FIELD(kafka.producer)));

  t.push_back(topic_part(
      {"topics.input", "text", "conversation-events", "", "conversation events, keyed by session"},
      FIELD(topics.input)));
  t.push_back(topic_part({"topics.escalations", "text", "escalations", "", "escalation events"},
                         FIELD(topics.escalations)));
  t.push_back(topic_part({"topics.handoffs", "text", "handoffs", "", "handoff packets"},
                         FIELD(topics.handoffs)));
  t.push_back(topic_part(
      {"topics.summaries", "text", "session-summaries", "", "one summary per finished session"},
      FIELD(topics.summaries)));
  t.push_back(
      topic_part({"topics.dead_letters", "text", "dead-letters", "", "records that nobody can use"},
                 FIELD(topics.dead_letters)));
  t.push_back(topic_part({"topics.state", "text", "session-state", "",
                          "compacted topic with the state of the sessions"},
                         FIELD(topics.state)));

  t.push_back(workers({"run.workers", "\"auto\" or 1 to 64", "auto", "--workers",
                       "workers of this process; auto: one per core, at most one per partition"}));
  t.push_back(yes_or_no({"run.until_caught_up", "true or false", "false", "--until-caught-up",
                         "stop cleanly at the end of the input"},
                        FIELD(run.until_caught_up)));
  t.push_back(duration(
      {"run.drain_timeout", "duration", "5s", "", "how long SIGTERM lets workers commit and leave"},
      FIELD(run.drain_timeout), 100, 10 * kMinute));
  t.push_back(duration({"run.stall_after", "duration", "2m", "",
                        "a worker with events waiting that has not moved for so long gets a new "
                        "consumer, then ends the process; 0s: never"},
                       FIELD(run.stall_after), 0, kDay));

  t.push_back(text({"state.dir", "path", "./loopbreaker-state", "--state-dir",
                    "RocksDB and the identity of this process; one process each"},
                   FIELD(state.dir)));
  t.push_back(
      duration({"state.max_age", "duration", "5m", "",
                "a changed session is saved at the latest after this; 0s: with every commit"},
               FIELD(state.max_age), 0, kDay));
  t.push_back(count({"state.max_replay", "number", "500000", "",
                     "and sooner where a worker that was killed would fold more events again"},
                    FIELD(state.max_replay), 1'000, 1'000'000'000'000));
  t.push_back(duration(
      {"state.patience", "duration", "30s", "",
       "a recovery waits so long for the state that fits the group's offset, then refuses"},
      FIELD(state.patience), 1'000, 10 * kMinute));
  t.push_back(
      size({"state.table_bytes", "size", "1GiB", "",
            "sessions kept in memory, all workers together; the rest is spilled to RocksDB"},
           FIELD(state.table_bytes), kMiB, kTiB));
  t.push_back(
      size({"state.rocksdb_cache_bytes", "size", "64MiB", "", "RocksDB's caches and write buffers"},
           FIELD(state.rocksdb_cache_bytes), kMiB, kTiB));

  t.push_back(duration({"commit.min_interval", "duration", "10ms", "",
                        "escalations hasten a commit, but not beyond this pace"},
                       FIELD(commit.min_interval), 0, kMinute));
  t.push_back(duration({"commit.max_interval", "duration", "1s", "",
                        "everything else waits at most so long for a commit"},
                       FIELD(commit.max_interval), 1, kMinute));
  t.push_back(size({"commit.max_bytes", "size", "8MiB", "", "a transaction ends at this size"},
                   FIELD(commit.max_bytes), 64 * kKiB, 1024 * kMiB));

  t.push_back(yes_or_no({"time.follow_wall_clock", "true or false", "true", "",
                         "when caught up, time goes on without events, so that silence is noticed"},
                        FIELD(time.follow_wall_clock)));
  t.push_back(duration({"time.allowed_delay", "duration", "30s", "",
                        "how far stream time stays behind the wall clock"},
                       FIELD(time.allowed_delay), 0, kDay));
  t.push_back(
      duration({"time.max_ahead", "duration", "5m", "",
                "event times later than the record's timestamp by more than this are clamped"},
               FIELD(time.max_ahead), 0, kDay));

  t.push_back(
      size({"input.max_record_bytes", "size", "1MiB", "", "longer records become dead letters"},
           FIELD(input.max_record_bytes), kKiB, 64 * kMiB));
  t.push_back(yes_or_no({"input.strict_keys", "true or false", "false", "",
                         "records whose key is not the session id become dead letters"},
                        FIELD(input.strict_keys)));

  t.push_back(choice({"dead_letters.payload", "none, redacted or original", "redacted", "",
                      "how much of a bad record its dead letter shows"},
                     kPayloads, [](Config& c, int i) {
                       c.dead_letters.payload = static_cast<DeadLetterPayload>(i);
                     }));

  t.push_back(
      yes_or_no({"redaction.enabled", "true or false", "true", "",
                 "personal data is taken out of texts before anything is stored or published"},
                FIELD(redaction.enabled)));
  t.push_back(text(
      {"redaction.secret", "text", "", "",
       "key of the tokens in the state, one for all processes of a group; empty: a built-in one"},
      FIELD(redaction.secret), true));
  t.back().secret = true;
  t.push_back(national_ids({"redaction.national_ids.*", "pattern", "", "",
                            "name and regular expression of a national id; \"ssn\" is built in, an "
                            "empty pattern removes it"}));

  t.push_back(text({"text.packs", "path", "", "", "file that overrides the built-in phrase packs"},
                   FIELD(text.packs), true));
  t.push_back(text({"text.models", "path", "", "",
                    "folder whose model files take the place of the built-in ones"},
                   FIELD(text.models), true));
  t.push_back(
      text({"policy.file", "path", "", "--policy", "policy to decide by; empty: the built-in one"},
           FIELD(policy.file), true));
  t.push_back(address(
      {"http.address", "host:port or off", "127.0.0.1:8321", "", "metrics, health and readiness"}));
  t.push_back(choice({"log.level", "trace, debug, info, warning or error", "info", "",
                      "least level that is logged"},
                     kLevels,
                     [](Config& c, int i) { c.log.level = kLevels[static_cast<std::size_t>(i)]; }));
  t.push_back(choice(
      {"log.format", "text or json", "text", "", "lines for people, or one JSON object each"},
      std::array<std::string_view, 2>{"text", "json"},
      [](Config& c, int i) { c.log.format = static_cast<LogFormat>(i); }));
  return t;
}

#undef FIELD

}  // namespace

std::string_view name_of(DeadLetterPayload p) { return kPayloads[static_cast<std::size_t>(p)]; }

std::span<const ConfigEntry> config_table() {
  static const std::vector<ConfigEntry> table = make_table();
  return table;
}

std::span<const ConfigKey> config_keys() {
  static const std::vector<ConfigKey> keys = [] {
    std::vector<ConfigKey> out;
    for (const ConfigEntry& e : config_table()) out.push_back(e.key);
    return out;
  }();
  return keys;
}

const ConfigEntry* find_entry(std::string_view key) {
  for (const ConfigEntry& e : config_table()) {
    if (e.key.name == key) return &e;
    const std::string_view prefix =
        e.key.name.substr(0, e.key.name.size() - 1);  // "kafka.consumer."
    if (e.set_named && key.size() > prefix.size() && key.starts_with(prefix)) return &e;
  }
  return nullptr;
}

bool is_secret_name(std::string_view key) {
  for (std::string_view part : {"password", "secret", "token", "jaas", ".pem"})
    if (key.find(part) != std::string_view::npos) return true;
  return false;
}

std::string variable_of(std::string_view key) {
  std::string name = "LOOPBREAKER_";
  for (char c : key)
    name += c == '.' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return name;
}

}  // namespace loopbreaker::cli
