// See cluster_flags.h.
#include "cli/cluster_flags.h"

#include <utility>

namespace loopbreaker::cli {

void add_cluster_flags(CLI::App& app, ClusterFlags& flags) {
  app.add_option(
      "--brokers", flags.brokers,
      "Kafka bootstrap brokers, host:port,... (default: kafka.brokers of the configuration)");
  app.add_option("--topic-prefix", flags.topic_prefix, "Put before the name of every topic");
  app.add_option("--config", flags.arguments.file, "Configuration file, as for `loopbreaker run`");
  app.add_option("--set", flags.arguments.set,
                 "One value of the configuration, section.key=value; may be repeated");
}

kafka::Settings client_settings(const Config& config) {
  kafka::Settings settings;
  settings.brokers = config.kafka.brokers;
  settings.group = config.kafka.group;
  settings.transaction_timeout = config.kafka.transaction_timeout;
  settings.consumer = {config.kafka.consumer.begin(), config.kafka.consumer.end()};
  settings.producer = {config.kafka.producer.begin(), config.kafka.producer.end()};
  settings.topics.input = config.topic(config.topics.input);
  settings.topics.escalations = config.topic(config.topics.escalations);
  settings.topics.handoffs = config.topic(config.topics.handoffs);
  settings.topics.summaries = config.topic(config.topics.summaries);
  settings.topics.dead_letters = config.topic(config.topics.dead_letters);
  settings.topics.state = config.topic(config.topics.state);
  return settings;
}

Result<Config> cluster_config(const ClusterFlags& flags) {
  ConfigArguments arguments = flags.arguments;
  if (!flags.brokers.empty()) arguments.flags.emplace_back("kafka.brokers", flags.brokers);
  if (!flags.topic_prefix.empty())
    arguments.flags.emplace_back("kafka.topic_prefix", flags.topic_prefix);
  ConfigLoad load = load_config(arguments, process_environment());
  if (!load.config)
    return Error{"the configuration has errors:\n" + codec::to_text(load.diagnostics)};
  return std::move(*load.config);
}

Result<kafka::Settings> cluster_settings(const ClusterFlags& flags) {
  const auto config = cluster_config(flags);
  if (!config) return config.error();
  kafka::Settings settings = client_settings(*config);
  settings.client_id = "lb-tool";
  return settings;
}

}  // namespace loopbreaker::cli
