// loopbreaker audit: recomputes from the input topic what should have been published, and compares
// it with what is there.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/audit_compare.h"
#include "cli/cluster_flags.h"
#include "cli/commands.h"
#include "cli/policy_file.h"
#include "codec/rfc3339.h"
#include "kafka/event_log.h"
#include "kafka/topic_reader.h"

namespace loopbreaker::cli {
namespace {

constexpr const char* kHelp =
    R"(Reads the input from before --from up to where the group stands, runs it through the same core in memory, and compares,
per session, the ordered list of escalations, handoffs and summaries with what a read-committed consumer finds; dead
letters by their ids. Joins no group and changes nothing; a processor may be running meanwhile.

It judges the sessions whose first event lies between --from and --to. To know which ones began earlier it reads a lead
before --from; those are left out and counted apart. It assumes what was in force then is in force now: pass the same
--config and --policy as to `loopbreaker run`. Where time followed the wall clock, an event that came after a deadline
it lies before shows as a difference: the processor could not wait for it.

Examples:
  loopbreaker audit
  loopbreaker audit --from 2026-01-01T00:00:00Z --to 2026-01-02T00:00:00Z --config loopbreaker.toml
  loopbreaker audit --from 2026-01-01T00:00:00Z --lead-hours 2 --policy last-year.toml

Exit codes: 0 nothing missing, extra or different; 1 something is; 2 wrong arguments, no such topic or group; 3 no broker.)";

struct AuditOptions {
  std::string from, to, policy;
  double lead_hours = 24;
  ClusterFlags cluster;
};

int complain(const Error& error) {
  fmt::print(stderr, "loopbreaker audit: {}\n", error.message);
  return error.action == Action::retry ? kUnavailable : kUsage;
}

TimeMs now() {
  using namespace std::chrono;
  return {duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count()};
}

/// Everything that a partition is audited with.
struct Auditor {
  Config config;
  kafka::Settings settings;
  std::unique_ptr<Policy> policy;
  CoreParts parts;
  std::unique_ptr<EventLog> group;
  AuditRange range;
  DurationMs lead{};

  /// From where `topic` must be read to see all of the range.
  Result<std::int64_t> begin_of(const std::string& topic, std::int32_t partition) const {
    auto log = kafka::partition_range(settings, topic, partition);
    if (!log) return log.error();
    if (range.from == kNoTime) return log->start;
    auto offset = kafka::offset_of_time(settings, topic, partition, range.from - lead);
    if (!offset) return offset.error();
    return std::max(*offset, log->start);
  }
  /// From `begin` to the end of now, at most to `limit`.
  Status each(const std::string& topic, std::int32_t partition, std::int64_t begin,
              std::int64_t limit,
              const std::function<Status(const kafka::TopicRecord&)>& sink) const {
    if (begin >= limit) return Ok{};
    auto reader = kafka::open_partition_reader(settings, topic, partition, begin);
    if (!reader) return reader.error();
    while (true) {
      auto next = (*reader)->next(DurationMs{1'000});
      if (!next) return next.error();
      if (!next->has_value()) {
        if ((*reader)->at_end()) return Ok{};
        continue;
      }
      if ((*next)->offset >= limit) return Ok{};
      if (Status ok = sink(**next); !ok) return ok;
      if ((*next)->offset + 1 >= limit) return Ok{};
    }
  }
  Status audit(std::int32_t number, AuditReport& report) const;
};

Status Auditor::audit(std::int32_t number, AuditReport& report) const {
  PartitionAudit audit(number, range, *policy, parts);
  // What is committed before the outputs are read must be among them; what they hold comes from no
  // more than is committed after.
  const auto before = group->committed(number);
  if (!before) return before.error();
  for (Topic topic : {Topic::escalations, Topic::handoffs, Topic::summaries, Topic::dead_letters}) {
    const std::string& name = settings.topics.of(topic);
    auto begin = begin_of(name, number);
    if (!begin) return begin.error();
    Status ok = each(name, number, *begin, INT64_MAX, [&](const kafka::TopicRecord& record) {
      if (record.value) audit.published(topic, record.key.value_or(""), *record.value);
      return Status(Ok{});
    });
    if (!ok) return ok;
  }
  const auto after = group->committed(number);
  if (!after) return after.error();
  auto begin = begin_of(settings.topics.input, number);
  if (!begin) return begin.error();
  if (range.from == kNoTime && *begin > 0) {
    return Error{fmt::format("'{}' partition {} begins at offset {}, in the middle of sessions: "
                             "give a --from that lies {:g} hours or more behind its beginning",
                             settings.topics.input, number, *begin,
                             static_cast<double>(lead.ms) / 3'600'000),
                 Action::stop};
  }
  Status ok = each(settings.topics.input, number, *begin, after->offset,
                   [&](const kafka::TopicRecord& r) -> Status {
                     Record record;
                     record.position = {r.partition, r.offset};
                     record.timestamp = r.timestamp;
                     if (r.key) record.key = *r.key;
                     if (r.value) record.value = *r.value;
                     for (const auto& [name, value] : r.headers)
                       record.headers.push_back({name, value});
                     return audit.consume(record, r.offset < before->offset);
                   });
  if (!ok) return ok;
  if (config.time.follow_wall_clock)
    if (ok = audit.follow(now()); !ok) return ok;
  audit.compare(report);
  return Ok{};
}

void print(const AuditReport& report, const std::string& group) {
  fmt::print("{} events that group {} has consumed; {} sessions judged", report.events, group,
             report.sessions);
  if (report.sessions_before > 0)
    fmt::print("; {} began before and are left out", report.sessions_before);
  fmt::print("\n\n{:<14} {:>10} {:>10} {:>10} {:>10} {:>10}\n", "", "expected", "published",
             "missing", "extra", "different");
  constexpr const char* kNames[] = {"escalations", "handoffs", "summaries", "dead letters"};
  for (std::size_t i = 0; i < std::size(kNames); ++i) {
    const AuditCounts& c = report.topics[i];
    fmt::print("{:<14} {:>10} {:>10} {:>10} {:>10} {:>10}\n", kNames[i], c.expected, c.published,
               c.missing, c.extra, c.different);
  }
  if (report.undecided > 0)
    fmt::print(
        "\n{} more may be published any moment: their events, or their deadlines, are just "
        "now being dealt with\n",
        report.undecided);
  if (!report.findings.empty()) fmt::print("\n");
  for (const std::string& finding : report.findings) fmt::print("{}\n", finding);
  fmt::print("\n{}\n", report.good() ? "What was published is what should have been."
                                     : "What was published is not what should have been.");
}

int audit(const AuditOptions& o) {
  auto config = cluster_config(o.cluster);
  if (!config) return complain(config.error());
  Auditor auditor;
  auditor.config = std::move(*config);
  auditor.settings = client_settings(auditor.config);
  auditor.settings.client_id = "lb-tool";
  auditor.lead = DurationMs{static_cast<std::int64_t>(o.lead_hours * 3'600'000)};
  for (auto [text, time, flag] : {std::tuple{&o.from, &auditor.range.from, "--from"},
                                  std::tuple{&o.to, &auditor.range.to, "--to"}}) {
    if (text->empty()) continue;
    const auto parsed = codec::parse_rfc3339(*text);
    if (!parsed)
      return complain(
          {fmt::format("{} {}: expected a time such as 2026-01-01T00:00:00Z", flag, *text),
           Action::stop});
    *time = *parsed;
  }
  auto policy = read_policy(o.policy.empty() ? auditor.config.policy.file : o.policy);
  if (!policy) return complain(policy.error());
  auditor.policy = std::move(*policy);
  const auto parts = text::load_parts(auditor.config.text.packs, auditor.config.text.models);
  if (!parts) return complain(parts.error());
  auto core = make_core_parts(auditor.config, *parts);
  if (!core) return complain(core.error());
  auditor.parts = std::move(*core);
  auto group = kafka::make_event_log(auditor.settings);
  if (!group) return complain(group.error());
  auditor.group = std::move(*group);
  auto partitions = auditor.group->partition_count();
  if (!partitions) return complain(partitions.error());

  AuditReport report;
  bool begun = false;
  for (std::int32_t p = 0; p < *partitions; ++p) {
    auto committed = auditor.group->committed(p);
    if (!committed) return complain(committed.error());
    if (committed->offset < 0) continue;
    begun = true;
    if (Status ok = auditor.audit(p, report); !ok) return complain(ok.error());
  }
  if (!begun)
    return complain({fmt::format("group {} has consumed nothing of {}: is it the right one?",
                                 auditor.settings.group, auditor.settings.topics.input),
                     Action::stop});
  print(report, auditor.settings.group);
  return report.good() ? kOk : kFailed;
}

}  // namespace

void add_audit(CLI::App& app, int& exit_code) {
  auto o = std::make_shared<AuditOptions>();
  CLI::App* cmd = app.add_subcommand(
      "audit", "Recompute what should have been published, and compare with what is there");
  cmd->add_option("--from", o->from,
                  "Judge sessions that began at this time or later (default: all that is there)");
  cmd->add_option("--to", o->to, "... and before this time (default: now)");
  cmd->add_option("--lead-hours", o->lead_hours,
                  "Read so far before --from: longer than a session may be silent")
      ->check(CLI::Range(0.0, 24.0 * 365))
      ->capture_default_str();
  cmd->add_option("--policy", o->policy, "Policy that was in force (default: as configured)")
      ->check(CLI::ExistingFile);
  add_cluster_flags(*cmd, o->cluster);
  cmd->footer(kHelp);
  cmd->callback([o, &exit_code] { exit_code = audit(*o); });
}

}  // namespace loopbreaker::cli
