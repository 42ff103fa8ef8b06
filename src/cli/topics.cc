// loopbreaker topics: makes, shows and checks the topics on a cluster.
#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "cli/cluster_flags.h"
#include "cli/commands.h"
#include "kafka/admin.h"
#include "kafka/topic_check.h"
#include "kafka/topic_definitions.h"

namespace loopbreaker::cli {
namespace {

struct TopicsOptions {
  ClusterFlags cluster;
  std::int32_t partitions = 0;    ///< 0: as the input has, or as defined
  std::int32_t replication = -1;  ///< the broker's default
  std::vector<std::string> properties;
};

int complain(const Error& error) {
  fmt::print(stderr, "loopbreaker topics: {}\n", error.message);
  return error.action == Action::stop ? kUsage : kUnavailable;
}

/// "name=value" for all topics, "topic:name=value" for one.
Status add_property(std::vector<kafka::TopicDefinition>& definitions, const std::string& text) {
  const auto equals = text.find('=');
  if (equals == std::string::npos || equals == 0) {
    return Error{fmt::format("--property {}: want [TOPIC:]name=value", text), Action::stop};
  }
  std::string name = text.substr(0, equals);
  const std::string value = text.substr(equals + 1);
  const auto colon = name.find(':');
  const std::string topic = colon == std::string::npos ? "" : name.substr(0, colon);
  if (colon != std::string::npos) name.erase(0, colon + 1);
  bool used = false;
  for (auto& d : definitions) {
    if (!topic.empty() && d.name != topic) continue;
    d.config[name] = value;
    used = true;
  }
  if (used) return Ok{};
  std::vector<std::string> names;
  for (const auto& d : definitions) names.push_back(d.name);
  return Error{
      fmt::format("--property {}: there is no topic '{}'; there are {} (without the prefix)", text,
                  topic, fmt::join(names, ", ")),
      Action::stop};
}

struct Cluster {
  kafka::Settings settings;
  std::unique_ptr<kafka::Admin> admin;
  std::vector<kafka::TopicDefinition> definitions;
};

Result<Cluster> connect(const TopicsOptions& o) {
  auto settings = cluster_settings(o.cluster);
  if (!settings) return settings.error();
  if (auto ok = kafka::validate(*settings); !ok) return ok.error();
  auto definitions = kafka::topic_definitions();
  if (!definitions) return definitions.error();
  for (const auto& p : o.properties) {
    if (auto ok = add_property(*definitions, p); !ok) return ok.error();
  }
  auto admin = kafka::make_admin(*settings);
  if (!admin) return admin.error();
  return Cluster{std::move(*settings), std::move(*admin), std::move(*definitions)};
}

/// Prints the points that `show` wants. True when every needed one is good.
template <class Show>
bool print_points(const std::vector<kafka::CheckPoint>& points, Show show) {
  std::string topic;
  std::set<std::string> advice;  // the same for several topics: said once, below
  bool good = true;
  for (const auto& p : points) {
    good = good && (p.good || !p.needed);
    if (!show(p)) continue;
    if (p.topic != topic) fmt::print("{}\n", topic = p.topic);
    fmt::print("  {} {}\n", p.good ? "✓" : p.needed ? "✗" : "!", p.what);
    if (p.good) continue;
    if (p.needed) {
      fmt::print("      to mend: {}\n", p.mend);
    } else {
      advice.insert(p.mend);
    }
  }
  for (const auto& text : advice) fmt::print("! {}\n", text);
  return good;
}

int create(const TopicsOptions& o) {
  auto cluster = connect(o);
  if (!cluster) return complain(cluster.error());
  // All get as many partitions as the input: the one given, the one that is there, or the one
  // defined.
  std::int32_t partitions = o.partitions;
  auto there = cluster->admin->partition_count(cluster->settings.topics.input);
  if (!there) return complain(there.error());
  if (*there > 0 && partitions > 0 && *there != partitions) {
    return complain(
        {fmt::format(
             "'{}' is there with {} partitions, so all others need {}, too: leave --partitions out",
             cluster->settings.topics.input, *there, *there),
         Action::stop});
  }
  if (*there > 0) partitions = *there;
  for (const auto& d : cluster->definitions) {
    const std::string& name = cluster_name(d, cluster->settings.topics);
    const std::int32_t count = partitions > 0 ? partitions : d.partitions;
    auto made = cluster->admin->create({name, count, o.replication, d.config});
    if (!made) return complain(made.error());
    fmt::print("{:<9} {}{}\n", *made ? "created" : "there", name,
               *made ? fmt::format(", {} partitions", count) : "");
  }
  auto points = kafka::inspect_topics(*cluster->admin, cluster->settings.topics);
  if (!points) return complain(points.error());
  // Of topics that were there already, say only what must be mended.
  return print_points(*points, [](const kafka::CheckPoint& p) { return p.needed && !p.good; })
             ? kOk
             : kFailed;
}

int check(const TopicsOptions& o) {
  auto cluster = connect(o);
  if (!cluster) return complain(cluster.error());
  auto points = kafka::inspect_topics(*cluster->admin, cluster->settings.topics);
  if (!points) return complain(points.error());
  const bool good = print_points(*points, [](const kafka::CheckPoint&) { return true; });
  fmt::print("{}\n", good ? "The topics are fit for use."
                          : "The topics are not fit for use: mend what is marked ✗.");
  return good ? kOk : kFailed;
}

void print_definition(const kafka::TopicDefinition& d, const std::string& name) {
  fmt::print("{}\n  {}\n  key: {}\n  value: {}\n", name, d.description, d.key, d.value);
  if (!d.schema.empty()) fmt::print("  schema: topics/{}\n", d.schema);
}

int describe(const TopicsOptions& o) {
  auto cluster = connect(o);
  if (!cluster) return complain(cluster.error());
  for (const auto& d : cluster->definitions) {
    const std::string& name = cluster_name(d, cluster->settings.topics);
    auto found = cluster->admin->describe(name);
    if (!found) return complain(found.error());
    print_definition(d, name);
    if (!*found) {
      fmt::print("  not on this cluster; 'loopbreaker topics create' makes it\n\n");
      continue;
    }
    const kafka::TopicState& t = **found;
    fmt::print("  {} partitions, {} {}\n", t.partitions, t.replication,
               t.replication == 1 ? "copy" : "copies");
    for (const auto& [property, value] : t.config) {
      const bool telling = d.config.contains(property) || property == "retention.ms" ||
                           property == "retention.bytes" || property == "max.message.bytes" ||
                           property == "min.insync.replicas";
      if (telling) fmt::print("  {} = {}\n", property, value);
    }
    fmt::print("\n");
  }
  return kOk;
}

}  // namespace

void add_topics(CLI::App& app, int& exit_code) {
  auto o = std::make_shared<TopicsOptions>();
  CLI::App* cmd = app.add_subcommand("topics", "Create, describe and check the Kafka topics");
  cmd->require_subcommand(1);

  CLI::App* create_cmd =
      cmd->add_subcommand("create", "Make the topics that are not there; check those that are");
  create_cmd
      ->add_option("--partitions", o->partitions,
                   "For all topics (default: as the input has, else 4)")
      ->check(CLI::Range(1, 10000));
  create_cmd
      ->add_option("--replication", o->replication,
                   "Copies of each partition (default: the broker's)")
      ->check(CLI::Range(1, 32767));
  create_cmd->add_option(
      "--property", o->properties,
      "A topic property, [TOPIC:]name=value, over the defined ones; may be repeated");
  add_cluster_flags(*create_cmd, o->cluster);
  create_cmd->footer(R"(Topics that exist are left as they are.

Examples:
  loopbreaker topics create
  loopbreaker topics create --brokers kafka1:9092 --partitions 12 --replication 3 --property min.insync.replicas=2
  loopbreaker topics create --topic-prefix test- --property session-state:segment.ms=600000

Exit codes: 0 done, 1 a topic that was there is not fit for use, 2 wrong arguments or refused, 3 no broker.)");
  create_cmd->callback([o, &exit_code] { exit_code = create(*o); });

  CLI::App* describe_cmd =
      cmd->add_subcommand("describe", "What each topic is for, and how it is on the cluster");
  add_cluster_flags(*describe_cmd, o->cluster);
  describe_cmd->footer(R"(Examples:
  loopbreaker topics describe
  loopbreaker topics describe --topic-prefix test-

Exit codes: 0 done, 2 wrong arguments or refused, 3 no broker.)");
  describe_cmd->callback([o, &exit_code] { exit_code = describe(*o); });

  CLI::App* check_cmd = cmd->add_subcommand("check", "Do the topics keep what recovery needs?");
  add_cluster_flags(*check_cmd, o->cluster);
  check_cmd->footer(R"(✓ is good, ✗ must be mended before `loopbreaker run` starts, ! is advice.

Examples:
  loopbreaker topics check
  loopbreaker topics check --brokers kafka1:9092

Exit codes: 0 fit for use, 1 not fit, 2 wrong arguments or refused, 3 no broker.)");
  check_cmd->callback([o, &exit_code] { exit_code = check(*o); });

  cmd->footer(R"(Examples:
  loopbreaker topics create --partitions 8
  loopbreaker topics check)");
}

}  // namespace loopbreaker::cli
