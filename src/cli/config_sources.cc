// Configuration values as they come: from the TOML file, the environment, --set and the flags.
#include <fmt/format.h>
#include "codec/toml.h"

#include <algorithm>

#include "cli/config_table.h"
#include "cli/read_file.h"
#include "codec/literal.h"

extern "C" char** environ;

namespace loopbreaker::cli {
namespace {

using codec::Diagnostic;

constexpr std::string_view kVariablePrefix = "LOOPBREAKER_";

/// Walks a file's tables down to values. Keys below a table of free names are joined with dots, so
/// that fetch.min.bytes = 1 and "fetch.min.bytes" = 1 mean the same.
class Flattener {
 public:
  explicit Flattener(std::string file) : file_(std::move(file)) {}

  std::vector<Assignment> flatten(const toml::table& top) {
    walk(top, "");
    std::ranges::stable_sort(out_, {},
                             [](const Assignment& a) { return std::pair(a.line, a.column); });
    return std::move(out_);
  }

 private:
  void walk(const toml::table& table, const std::string& prefix) {
    for (const auto& [key, node] : table) {
      const std::string name =
          prefix.empty() ? std::string(key.str()) : fmt::format("{}.{}", prefix, key.str());
      if (const toml::table* inner = node.as_table()) {
        walk(*inner, name);
        continue;
      }
      Assignment a;
      a.key = name;
      a.source = file_;
      a.line = static_cast<int>(key.source().begin.line);
      a.column = static_cast<int>(key.source().begin.column);
      a.value_column = static_cast<int>(node.source().begin.column);
      read(node, a);
      out_.push_back(std::move(a));
    }
  }

  void read(const toml::node& node, Assignment& a) {
    if (const auto* text = node.as_string()) {
      a.written = Written::text;
      a.value = **text;
    } else if (const auto* integer = node.as_integer()) {
      a.written = Written::integer;
      a.value = std::to_string(**integer);
    } else if (const auto* boolean = node.as_boolean()) {
      a.written = Written::boolean;
      a.value = **boolean ? "true" : "false";
    } else if (const auto* decimal = node.as_floating_point()) {
      a.written = Written::decimal;
      a.value = fmt::format("{}", **decimal);
    } else {
      a.written = Written::other;
    }
  }

  const std::string file_;
  std::vector<Assignment> out_;
};

/// The key a variable means; empty when there is none.
std::string key_of(std::string_view variable) {
  for (const ConfigEntry& e : config_table()) {
    if (!e.set_named) {
      if (variable == variable_of(e.key.name)) return std::string(e.key.name);
      continue;
    }
    const std::string_view table = e.key.name.substr(0, e.key.name.size() - 1);
    const std::string prefix = variable_of(table);
    if (variable.size() <= prefix.size() || !variable.starts_with(prefix)) continue;
    std::string name = codec::lower(variable.substr(prefix.size()));
    // librdkafka's names have dots, which variables cannot have.
    if (table.starts_with("kafka.")) std::ranges::replace(name, '_', '.');
    return std::string(table) + name;
  }
  return {};
}

std::vector<std::string> all_variables() {
  std::vector<std::string> out;
  for (const ConfigEntry& e : config_table())
    if (!e.set_named) out.push_back(variable_of(e.key.name));
  return out;
}

bool in_known_section(std::string_view variable) {
  return std::ranges::any_of(config_table(), [&](const ConfigEntry& e) {
    const std::string_view section = e.key.name.substr(0, e.key.name.find('.') + 1);
    return variable.starts_with(variable_of(section));
  });
}

}  // namespace

Environment process_environment() {
  Environment out;
  for (char** one = environ; one && *one; ++one) {
    const std::string_view entry = *one;
    const std::size_t equals = entry.find('=');
    if (entry.starts_with(kVariablePrefix) && equals != std::string_view::npos)
      out.emplace(entry.substr(0, equals), entry.substr(equals + 1));
  }
  return out;
}

std::vector<Assignment> from_file(const std::string& path, std::vector<Diagnostic>& diagnostics) {
  const Result<std::string> content = read_file(path);
  if (!content) {
    diagnostics.push_back({Diagnostic::Severity::error, path, 0, 0, content.error().message});
    return {};
  }
  const toml::parse_result parsed = toml::parse(std::string_view(*content), std::string_view(path));
  if (!parsed) {
    const toml::parse_error& e = parsed.error();
    diagnostics.push_back(
        {Diagnostic::Severity::error, path, static_cast<int>(e.source().begin.line),
         static_cast<int>(e.source().begin.column), fmt::format("not TOML: {}", e.description())});
    return {};
  }
  return Flattener(path).flatten(parsed.table());
}

std::vector<Assignment> from_environment(const Environment& environment,
                                         std::vector<Diagnostic>& diagnostics) {
  std::vector<Assignment> out;
  const std::vector<std::string> known = all_variables();
  const std::vector<std::string_view> names(known.begin(), known.end());
  for (const auto& [variable, value] : environment) {
    if (!variable.starts_with(kVariablePrefix)) continue;
    std::string key = key_of(variable);
    if (!key.empty()) {
      out.push_back({std::move(key), value, Written::free, variable, 0, 0, 0});
      continue;
    }
    const std::string hint = codec::did_you_mean(variable, names);
    if (in_known_section(variable))
      diagnostics.push_back(
          {Diagnostic::Severity::error, variable, 0, 0,
           fmt::format("no such key, or a librdkafka property without a name{}", hint)});
    else if (!hint.empty())
      // Others may use the prefix for purposes of their own (service links of a container
      // platform).
      diagnostics.push_back({Diagnostic::Severity::warning, variable, 0, 0,
                             fmt::format("ignored: no such key{}", hint)});
  }
  return out;
}

std::vector<Assignment> from_arguments(const ConfigArguments& arguments,
                                       std::vector<Diagnostic>& diagnostics) {
  std::vector<Assignment> out;
  for (const std::string& set : arguments.set) {
    const std::size_t equals = set.find('=');
    if (equals == std::string::npos || equals == 0) {
      diagnostics.push_back(
          {Diagnostic::Severity::error, "--set", 0, 0,
           fmt::format("\"{}\": write section.key=value, e.g. --set run.workers=2", set)});
      continue;
    }
    out.push_back({set.substr(0, equals), set.substr(equals + 1), Written::free, "--set", 0, 0, 0});
  }
  for (const auto& [key, value] : arguments.flags) {
    const ConfigEntry* entry = find_entry(key);
    out.push_back({key, value, Written::free, std::string(entry ? entry->key.flag : key), 0, 0, 0});
  }
  return out;
}

}  // namespace loopbreaker::cli
