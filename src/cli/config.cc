// Puts the configuration together from its sources and checks it as a whole.
#include "cli/config.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "cli/config_table.h"
#include "codec/literal.h"
#include "text/redact.h"

namespace loopbreaker::cli {
namespace {

using codec::Diagnostic;

std::string_view section_of(std::string_view key) { return key.substr(0, key.find('.')); }

std::string unknown_key(std::string_view key) {
  std::vector<std::string_view> names, sections;
  for (const ConfigKey& k : config_keys()) {
    names.push_back(k.name);
    if (sections.empty() || sections.back() != section_of(k.name))
      sections.push_back(section_of(k.name));
  }
  const std::string hint = codec::did_you_mean(key, names);
  if (!hint.empty() || std::ranges::find(sections, section_of(key)) != sections.end())
    return fmt::format("unknown key \"{}\"{}", key, hint);
  return fmt::format("unknown key \"{}\": there is no section \"{}\"{}", key, section_of(key),
                     codec::did_you_mean(section_of(key), sections));
}

/// What is wrong with how a value is written in a file; nothing elsewhere, where everything is
/// text.
std::optional<std::string> wrongly_written(const ConfigEntry& entry, Written written) {
  const bool fits = written == Written::free || written == entry.expects ||
                    (written == Written::integer && entry.integer_too) ||
                    (entry.expects == Written::free && written != Written::other);
  if (fits) return std::nullopt;
  if (entry.expects == Written::boolean) return "write true or false, without quotes";
  if (entry.expects == Written::free) return "write a text, a number, true or false";
  return fmt::format("write the value in quotes ({}){}", entry.key.type,
                     entry.integer_too ? ", or a whole number" : "");
}

std::string shown(const ConfigEntry& entry, std::string_view key, std::string_view value) {
  if ((entry.secret || (entry.set_named && is_secret_name(key))) && !value.empty())
    return "\"(hidden)\"";
  return entry.expects == Written::boolean ? std::string(value) : codec::quoted(value);
}

std::string source_of(const Assignment& a) {
  return a.line == 0 ? a.source : fmt::format("{}:{}", a.source, a.line);
}

class Loading {
 public:
  ConfigLoad load(const ConfigArguments& arguments, const Environment& environment) {
    if (!arguments.file.empty()) take(from_file(arguments.file, out_.diagnostics));
    take(from_environment(environment, out_.diagnostics));
    take(from_arguments(arguments, out_.diagnostics));
    check_whole();
    list_effective();
    if (!codec::has_errors(out_.diagnostics)) out_.config = std::move(config_);
    return std::move(out_);
  }

 private:
  void take(std::vector<Assignment> assignments) {
    for (Assignment& a : assignments) assign(std::move(a));
  }

  void assign(Assignment a) {
    const ConfigEntry* entry = find_entry(a.key);
    if (!entry) return error(a, a.column, unknown_key(a.key));
    std::optional<std::string> problem = wrongly_written(*entry, a.written);
    if (!problem)
      problem = entry->set
                    ? entry->set(config_, a.value)
                    : entry->set_named(config_, a.key.substr(entry->key.name.size() - 1), a.value);
    if (problem) error(a, a.value_column, fmt::format("{}: {}", a.key, *problem));
    last_.insert_or_assign(a.key, std::move(a));
  }

  void error(const Assignment& a, int column, std::string message) {
    out_.diagnostics.push_back(
        {Diagnostic::Severity::error, a.source, a.line, column, std::move(message)});
  }

  /// An error in what several keys say together, at the place of one of them that was set.
  void error_at(std::initializer_list<std::string_view> keys, std::string message) {
    for (std::string_view key : keys)
      if (const auto found = last_.find(std::string(key)); found != last_.end())
        return error(found->second, found->second.value_column, std::move(message));
    out_.diagnostics.push_back(
        {Diagnostic::Severity::error, "configuration", 0, 0, std::move(message)});
  }

  void check_whole() {
    if (config_.commit.min_interval > config_.commit.max_interval)
      error_at({"commit.min_interval", "commit.max_interval"},
               "commit.min_interval must not be longer than commit.max_interval");
    if (config_.commit.max_interval.ms * 4 > config_.kafka.transaction_timeout.ms)
      error_at(
          {"commit.max_interval", "kafka.transaction_timeout"},
          "commit.max_interval must not be longer than a quarter of kafka.transaction_timeout: "
          "a commit that the broker gives up on loses its time");
    std::set<std::string_view> names;
    const Config::Topics& t = config_.topics;
    for (const auto& [key, name] :
         {std::pair<std::string_view, std::string_view>{"topics.input", t.input},
          {"topics.escalations", t.escalations},
          {"topics.handoffs", t.handoffs},
          {"topics.summaries", t.summaries},
          {"topics.dead_letters", t.dead_letters},
          {"topics.state", t.state}})
      if (!names.insert(name).second)
        error_at({key}, fmt::format("{}: another topic is already called \"{}\"", key, name));
  }

  void list_effective() {
    for (const ConfigEntry& entry : config_table()) {
      if (!entry.set_named) {
        list(entry, std::string(entry.key.name), entry.key.default_value);
        continue;
      }
      const std::string_view prefix = entry.key.name.substr(0, entry.key.name.size() - 1);
      if (prefix == "redaction.national_ids.")
        for (const text::NationalId& id : text::RedactionSettings{}.national_ids)
          if (const std::string key = std::string(prefix) + id.name; !last_.contains(key))
            list(entry, key, id.pattern);
      for (const auto& [key, a] : last_)
        if (key.starts_with(prefix)) list(entry, key, {});
    }
  }

  void list(const ConfigEntry& entry, const std::string& key, std::string_view otherwise) {
    const auto found = last_.find(key);
    const bool set = found != last_.end();
    out_.effective.push_back(
        {key, shown(entry, key, set ? std::string_view(found->second.value) : otherwise),
         set ? source_of(found->second) : "default"});
  }

  Config config_;
  ConfigLoad out_;
  std::map<std::string, Assignment> last_;  ///< the strongest assignment of each key
};

}  // namespace

Config::Config() {
  for (const ConfigEntry& entry : config_table())
    if (entry.set) entry.set(*this, entry.key.default_value);
  for (const text::NationalId& id : text::RedactionSettings{}.national_ids)
    redaction.national_ids.emplace_back(id.name, id.pattern);
}

ConfigLoad load_config(const ConfigArguments& arguments, const Environment& environment) {
  return Loading().load(arguments, environment);
}

std::string config_to_text(const ConfigLoad& load) {
  std::string out, section;
  for (const EffectiveValue& v : load.effective) {
    std::string_view key = v.key;
    std::string_view in = section_of(key);
    for (std::string_view table : {"kafka.consumer", "kafka.producer", "redaction.national_ids"})
      if (key.starts_with(table) && key.size() > table.size() && key[table.size()] == '.')
        in = table;
    if (in != section) out += fmt::format("{}[{}]\n", out.empty() ? "" : "\n", in);
    section = in;
    std::string name(key.substr(in.size() + 1));
    if (name.find('.') != std::string::npos) name = codec::quoted(name);
    out += fmt::format("{:<48} # {}\n", fmt::format("{} = {}", name, v.value), v.source);
  }
  return out;
}

std::string config_help() {
  std::string out;
  for (const ConfigKey& k : config_keys()) {
    out += fmt::format(
        "  {} = {}", k.name,
        k.type == "true or false" ? std::string(k.default_value) : codec::quoted(k.default_value));
    out += fmt::format("\n      {} ({}{}{})\n", k.doc, k.type, k.flag.empty() ? "" : ", ", k.flag);
  }
  return out;
}

void add_config_options(CLI::App& app, ConfigArguments& arguments) {
  app.add_option("--config", arguments.file, "TOML file with the configuration")->type_name("FILE");
  app.add_option("--set", arguments.set,
                 "one value, e.g. --set commit.max_interval=500ms; may be repeated")
      ->type_name("SECTION.KEY=VALUE")
      ->allow_extra_args(false);
  for (const ConfigKey& key : config_keys()) {
    if (key.flag.empty()) continue;
    const auto store = [&arguments, name = std::string(key.name)](const std::string& value) {
      arguments.flags.emplace_back(name, value);
    };
    const std::string doc = fmt::format("{} ({})", key.doc, key.name);
    if (key.type == "true or false")
      app.add_flag_callback(
          std::string(key.flag), [store] { store("true"); }, doc);
    else
      app.add_option_function<std::string>(std::string(key.flag), store, doc)
          ->type_name(key.type == "path" ? "PATH" : "TEXT");
  }
  app.add_flag("--print-config", arguments.print_config,
               "print the effective configuration with the source of each value, and stop");
}

}  // namespace loopbreaker::cli
