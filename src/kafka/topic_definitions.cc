// Reads the definitions that topics/*.toml give.
#include "kafka/topic_definitions.h"

#include <fmt/format.h>

#include <array>

// As in every other file that reads TOML: two ways of building it do not link together.
#include "codec/toml.h"

extern "C" const char loopbreaker_topic_definitions[];

namespace loopbreaker::kafka {
namespace {

constexpr std::array kRoles = {&Names::input,     &Names::escalations,  &Names::handoffs,
                               &Names::summaries, &Names::dead_letters, &Names::state};

Result<TopicDefinition> parse(std::string_view text) {
  const toml::parse_result parsed = toml::parse(text);
  if (!parsed) {
    return Error{fmt::format("a topic definition is not TOML, line {}: {}",
                             parsed.error().source().begin.line, parsed.error().description()),
                 Action::stop};
  }
  const toml::table& table = parsed.table();
  TopicDefinition d;
  d.name = table["name"].value_or("");
  d.description = table["description"].value_or("");
  d.key = table["key"].value_or("");
  d.value = table["value"].value_or("");
  d.schema = table["schema"].value_or("");
  d.partitions = table["partitions"].value_or(0);
  if (const auto* config = table["config"].as_table()) {
    for (const auto& [name, value] : *config)
      d.config[std::string(name.str())] = value.value_or("");
  }
  if (d.name.empty() || d.description.empty() || d.key.empty() || d.value.empty() ||
      d.partitions < 1) {
    return Error{
        fmt::format("the topic definition '{}' lacks name, description, key, value or partitions",
                    d.name),
        Action::stop};
  }
  return d;
}

}  // namespace

Result<std::vector<TopicDefinition>> topic_definitions() {
  std::vector<TopicDefinition> all;
  const char* text = loopbreaker_topic_definitions;
  for (std::size_t i = 0; i < kRoles.size(); ++i) {
    const std::string_view one(text);
    auto definition = parse(one);
    if (!definition) return definition.error();
    all.push_back(std::move(*definition));
    text += one.size() + 1;
  }
  return all;
}

const std::string& cluster_name(const TopicDefinition& definition, const Names& names) {
  static const Names defaults;
  for (auto role : kRoles) {
    if (defaults.*role == definition.name) return names.*role;
  }
  return definition.name;
}

}  // namespace loopbreaker::kafka
