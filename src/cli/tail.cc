// loopbreaker tail: what was published, read back from Kafka and rendered for people.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "cli/cluster_flags.h"
#include "cli/commands.h"
#include "cli/interrupt.h"
#include "cli/render.h"
#include "kafka/topic_reader.h"

namespace loopbreaker::cli {
namespace {

struct TailOptions {
  std::vector<std::string> topics = {"escalations", "handoffs"};
  std::string from = "end", session, color = "auto";
  bool json = false, until_end = false;
  std::uint64_t count = 0;
  ClusterFlags cluster;
};

int complain(const Error& error) {
  fmt::print(stderr, "loopbreaker tail: {}\n", error.message);
  return error.action == Action::retry ? kUnavailable : kUsage;
}

/// Names on the command line to names on the cluster.
std::vector<std::string> topic_names(const TailOptions& o, const kafka::Names& names) {
  std::vector<std::string> out;
  for (const std::string& topic : o.topics) {
    out.push_back(topic == "escalations" ? names.escalations
                  : topic == "handoffs"  ? names.handoffs
                  : topic == "summaries" ? names.summaries
                                         : names.dead_letters);
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

bool wanted(const TailOptions& o, const kafka::TopicRecord& record) {
  if (!record.value) return false;
  if (o.session.empty() || record.key == o.session) return true;
  const auto head = read_output(*record.value);
  return head && head->session_id == o.session;
}

int tail(const TailOptions& o) {
  auto settings = cluster_settings(o.cluster);
  if (!settings) return complain(settings.error());
  const std::vector<std::string> topics = topic_names(o, settings->topics);
  auto reader = kafka::open_topic_reader(
      *settings, topics, o.from == "beginning" ? kafka::ReadFrom::beginning : kafka::ReadFrom::end);
  if (!reader) return complain(reader.error());
  watch_interrupts();
  if (o.from == "end" && !o.until_end && ::isatty(STDERR_FILENO) != 0) {
    fmt::print(stderr,
               "waiting for new records in {}; --from beginning shows earlier ones, Ctrl-C ends\n",
               fmt::join(topics, ", "));
  }
  const RenderOptions render = render_options(stdout, o.color);
  std::uint64_t shown = 0;
  while (!interrupted()) {
    auto record = (*reader)->next({100});
    if (!record) return complain(record.error());
    if (!record->has_value()) {
      // Only in a lull: what is already there is written in large pieces.
      if (std::fflush(stdout) != 0) return kOk;
      if (o.until_end && (*reader)->at_end()) break;
      continue;
    }
    if (!wanted(o, **record)) continue;
    const std::string& value = *(*record)->value;
    const std::string text = o.json ? value + "\n" : render_output(value, render);
    if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) return kOk;
    ++shown;
    if (o.count > 0 && shown >= o.count) break;
  }
  std::fflush(stdout);
  return kOk;
}

}  // namespace

void add_tail(CLI::App& app, int& exit_code) {
  auto o = std::make_shared<TailOptions>();
  CLI::App* cmd = app.add_subcommand(
      "tail", "Show escalations, handoffs, summaries and dead letters as they are published");
  cmd->add_option("--topics", o->topics, "Which, comma-separated")
      ->delimiter(',')
      ->check(CLI::IsMember({"escalations", "handoffs", "summaries", "dead-letters"}))
      ->capture_default_str();
  cmd->add_option("--from", o->from, "Where to begin: beginning or end")
      ->check(CLI::IsMember({"beginning", "end"}))
      ->capture_default_str();
  cmd->add_option("--session", o->session, "Only this conversation");
  cmd->add_option("--count", o->count, "Stop after so many");
  cmd->add_flag("--until-end", o->until_end, "Stop at the end of what is there now");
  cmd->add_flag("--json", o->json, "The values as they are, one per line");
  cmd->add_option("--color", o->color, "auto, always or never")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->capture_default_str();
  add_cluster_flags(*cmd, o->cluster);
  cmd->footer(
      R"(Reads committed records only, and joins no consumer group: it disturbs nobody. Ctrl-C ends it.

Examples:
  loopbreaker tail
  loopbreaker tail --from beginning --topics handoffs --count 1
  loopbreaker tail --from beginning --until-end --topics escalations,summaries --json > out.ndjson
  loopbreaker tail --session chat-17 --from beginning

Exit codes: 0 done, 2 wrong arguments or no such topic, 3 no broker.)");
  cmd->callback([o, &exit_code] { exit_code = tail(*o); });
}

}  // namespace loopbreaker::cli
