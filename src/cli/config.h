// The configuration of a process: one table of keys, read from a TOML file, the environment, --set
// and flags, the later the stronger, and checked as a whole before anything opens.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "codec/diagnostic.h"
#include "loopbreaker/types.h"

namespace loopbreaker::cli {

/// Where a group without committed offsets begins.
enum class FirstStart : std::uint8_t { earliest, latest };

/// How much of a bad record its dead letter shows.
enum class DeadLetterPayload : std::uint8_t { none, redacted, original };
std::string_view name_of(DeadLetterPayload);

enum class LogFormat : std::uint8_t { text, json };

/// librdkafka properties, or names of national ids with their patterns; in order of their names.
using NamedValues = std::vector<std::pair<std::string, std::string>>;

/// All that `run` needs. A default-constructed one holds the defaults of the table of keys.
struct Config {
  struct Kafka {
    std::string brokers, group, topic_prefix;
    FirstStart first_start = FirstStart::earliest;
    DurationMs transaction_timeout;
    NamedValues consumer, producer;  ///< passed to librdkafka as they are
  } kafka;
  struct Topics {
    std::string input, escalations, handoffs, summaries, dead_letters,
        state;  ///< without the prefix
  } topics;
  struct Run {
    int workers = 0;  ///< 0 = auto: one per core, at most one per partition
    bool until_caught_up = false;
    DurationMs drain_timeout;
    DurationMs stall_after;
  } run;
  struct State {
    std::string dir;
    DurationMs max_age;
    std::int64_t max_replay = 0;
    DurationMs patience;
    std::uint64_t table_bytes = 0;
    std::uint64_t rocksdb_cache_bytes = 0;
  } state;
  struct Commit {
    DurationMs min_interval, max_interval;
    std::uint64_t max_bytes = 0;
  } commit;
  struct Time {
    bool follow_wall_clock = true;
    DurationMs allowed_delay, max_ahead;
  } time;
  struct Input {
    std::uint64_t max_record_bytes = 0;
    bool strict_keys = false;
  } input;
  struct DeadLetters {
    DeadLetterPayload payload = DeadLetterPayload::redacted;
  } dead_letters;
  struct Redaction {
    bool enabled = true;
    std::string secret;        ///< empty: the built-in one, text/redact.h
    NamedValues national_ids;  ///< name to pattern
  } redaction;
  struct Text {
    std::string packs;   ///< file that overrides the built-in phrase packs; empty = built-in
    std::string models;  ///< folder with model files in place of built-in ones; empty = built-in
  } text;
  struct PolicyFile {
    std::string file;  ///< empty = built-in
  } policy;
  struct Http {
    std::string host;  ///< empty = no HTTP at all
    int port = 0;
  } http;
  struct Log {
    std::string level;  ///< trace, debug, info, warning, error
    LogFormat format = LogFormat::text;
  } log;

  Config();
  /// A topic's name as in Kafka: prefix and name.
  std::string topic(std::string_view name) const { return kafka.topic_prefix + std::string(name); }
};

/// What the command line says; filled by add_config_options.
struct ConfigArguments {
  std::string file;
  std::vector<std::string> set;  ///< "section.key=value", weaker than flags
  NamedValues flags;             ///< key to value, of the flags that were given
  bool print_config = false;
};

/// Adds --config, --brokers, --state-dir, --policy, --topic-prefix, --workers, --until-caught-up,
/// --set and
/// --print-config. `arguments` must outlive the parse.
void add_config_options(CLI::App& app, ConfigArguments& arguments);

using Environment = std::map<std::string, std::string>;
/// The variables of this process that begin with LOOPBREAKER_.
Environment process_environment();

/// A key's value as it came to be.
struct EffectiveValue {
  std::string key;     ///< "kafka.brokers"
  std::string value;   ///< as TOML; "(hidden)" for a secret that is set
  std::string source;  ///< "default", "loopbreaker.toml:3", "LOOPBREAKER_KAFKA_BROKERS", "--set",
                       ///< "--brokers"
};

struct ConfigLoad {
  std::optional<Config> config;  ///< empty when any diagnostic is an error
  std::vector<codec::Diagnostic> diagnostics;
  std::vector<EffectiveValue> effective;  ///< in the order of the table of keys
};

/// Reads nothing but the file that `arguments` names. All errors at once.
ConfigLoad load_config(const ConfigArguments& arguments, const Environment& environment);

/// The effective configuration as a TOML file with the source of each value as a comment; secrets
/// are hidden.
std::string config_to_text(const ConfigLoad&);

/// One key: the table is the only list of them.
struct ConfigKey {
  std::string_view name;           ///< "section.key"; a table of free names ends in ".*"
  std::string_view type;           ///< "text", "duration", "size", "yes or no", ...
  std::string_view default_value;  ///< as in TOML
  std::string_view flag;           ///< empty when there is none
  std::string_view doc;
};
std::span<const ConfigKey> config_keys();
/// The table of keys as text for `--help` and the documentation.
std::string config_help();

}  // namespace loopbreaker::cli
