// Inside the configuration: the table of keys with their setters, and values on their way into it.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/config.h"

namespace loopbreaker::cli {

/// How a value was written; `free` for the environment and the command line, where everything is
/// text.
enum class Written : std::uint8_t { free, text, integer, decimal, boolean, other };

/// One value from one source.
struct Assignment {
  std::string key;
  std::string value;
  Written written = Written::free;
  std::string source;  ///< file name, name of the variable, or flag
  int line = 0;        ///< 0 where the source has no lines
  int column = 0;
  int value_column = 0;
};

struct ConfigEntry {
  ConfigKey key;
  Written expects = Written::text;  ///< in a file; sizes and workers may also be integers
  bool integer_too = false;
  bool secret = false;
  /// Stores the value; returns what is wrong with it.
  std::function<std::optional<std::string>(Config&, std::string_view)> set;
  /// For tables of free names: stores one of them.
  std::function<std::optional<std::string>(Config&, std::string_view name, std::string_view)>
      set_named;
};
std::span<const ConfigEntry> config_table();

/// The entry a key belongs to, also a key in a table of free names
/// ("kafka.consumer.fetch.min.bytes").
const ConfigEntry* find_entry(std::string_view key);
/// Whether a free name's value must not be shown (passwords of librdkafka).
bool is_secret_name(std::string_view key);

/// "LOOPBREAKER_KAFKA_BROKERS" for "kafka.brokers".
std::string variable_of(std::string_view key);

/// Values from each source; what cannot even be read as an assignment becomes a diagnostic.
std::vector<Assignment> from_file(const std::string& path, std::vector<codec::Diagnostic>&);
std::vector<Assignment> from_environment(const Environment&, std::vector<codec::Diagnostic>&);
std::vector<Assignment> from_arguments(const ConfigArguments&, std::vector<codec::Diagnostic>&);

}  // namespace loopbreaker::cli
