// loopbreaker state: where a group stands, whether it could go on, and the one way to start over
// when it could not.
#include <fmt/format.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/cluster_flags.h"
#include "cli/commands.h"
#include "codec/progress.h"
#include "kafka/admin.h"
#include "kafka/event_log.h"
#include "kafka/output_log.h"
#include "kafka/state_log.h"
#include "kafka/topic_definitions.h"
#include "kafka/topic_reader.h"
#include "runtime/partition.h"
#include "runtime/recovery.h"

namespace loopbreaker::cli {
namespace {

constexpr const char* kWayOut =
    "to go on without the open sessions: stop all processes of the group, then\n"
    "  loopbreaker state start-over --at committed    from where it stood: nothing is decided "
    "twice\n"
    "  loopbreaker state start-over --at earliest     from what the log still holds: decided "
    "again\n"
    "  loopbreaker state start-over --at latest       from now on: what is in between is not "
    "read\n";

int complain(const Error& error) {
  fmt::print(stderr, "loopbreaker state: {}\n", error.message);
  return error.action == Action::retry ? kUnavailable : kUsage;
}

struct Cluster {
  kafka::Settings settings;
  std::unique_ptr<kafka::Admin> admin;
  std::unique_ptr<EventLog> group;  ///< asked, never joined
  std::unique_ptr<StateLog> state;
  std::int32_t partitions = 0, state_partitions = 0;
};

Result<Cluster> connect(const ClusterFlags& flags) {
  auto settings = cluster_settings(flags);
  if (!settings) return settings.error();
  Cluster c;
  c.settings = std::move(*settings);
  auto admin = kafka::make_admin(c.settings);
  if (!admin) return admin.error();
  c.admin = std::move(*admin);
  auto group = kafka::make_event_log(c.settings);
  if (!group) return group.error();
  c.group = std::move(*group);
  auto state = kafka::make_state_log(c.settings);
  if (!state) return state.error();
  c.state = std::move(*state);
  auto partitions = c.group->partition_count();
  if (!partitions) return partitions.error();
  c.partitions = *partitions;
  auto of_state = c.admin->partition_count(c.settings.topics.state);
  if (!of_state) return of_state.error();
  c.state_partitions = *of_state;
  return c;
}

/// What there is to know about one partition, and why a start would refuse it, if it would.
struct Standing {
  CommittedOffset committed;
  LogRange log;
  std::optional<codec::Progress> progress;  ///< the last one in the state topic
  DurationMs replay_span{};                 ///< log time from replay_from to what was consumed last
  bool open_transaction = false;            ///< in the state topic: recoveries wait for its end
  bool older = false;                       ///< the group's offset: a start puts it right
  std::string refusal;

  std::int64_t replay_events() const {
    return progress ? progress->committed - progress->replay_from : 0;
  }
};

Result<TimeMs> time_at(const Cluster& c, std::int32_t partition, std::int64_t offset) {
  auto reader =
      kafka::open_partition_reader(c.settings, c.settings.topics.input, partition, offset);
  if (!reader) return reader.error();
  for (int tries = 0; tries < 50; ++tries) {
    auto record = (*reader)->next(DurationMs{100});
    if (!record) return record.error();
    if (record->has_value()) return (*record)->timestamp;
    if ((*reader)->at_end()) break;
  }
  return kNoTime;
}

/// As recovery would judge it (runtime/recovery.cc), without waiting and without touching anything.
std::string refusal_of(const Cluster& c, std::int32_t partition, Standing& s) {
  if (partition >= c.state_partitions)
    return fmt::format("'{}' has no partition {}: the input was given more partitions",
                       c.settings.topics.state, partition);
  if (s.committed.offset < 0) {
    if (!s.progress) return "";
    return fmt::format(
        "the group has no offset, '{}' says {}: the offsets were deleted, or the "
        "input was made anew",
        c.settings.topics.state, s.progress->committed);
  }
  if (!s.progress)
    return fmt::format("the group stands at {}, '{}' knows nothing of it: it was made anew",
                       s.committed.offset, c.settings.topics.state);
  const auto mark = codec::decode_metadata(s.committed.metadata);
  s.older = runtime::is_older(s.committed, *s.progress);
  if (s.older) return "";
  if (!mark || mark->seq != s.progress->seq || s.progress->committed != s.committed.offset)
    return fmt::format(
        "the group stands at {}, '{}' says {}: the offsets were reset, or it was "
        "made anew",
        s.committed.offset, c.settings.topics.state, s.progress->committed);
  if (s.progress->committed > s.log.end)
    return fmt::format("the input ends at {}, {} are consumed: it was truncated or made anew",
                       s.log.end, s.progress->committed);
  if (s.progress->replay_from < s.log.start)
    return fmt::format(
        "the input begins at {}, events from {} on are still needed: its retention "
        "is too short",
        s.log.start, s.progress->replay_from);
  return "";
}

Result<Standing> look_at(const Cluster& c, std::int32_t partition) {
  Standing s;
  auto log = c.group->range(partition);
  if (!log) return log.error();
  s.log = *log;
  auto committed = c.group->committed(partition);
  if (!committed) return committed.error();
  s.committed = *committed;
  if (partition < c.state_partitions) {
    auto end = c.state->read(partition, 0, [&](const Record& record) -> Status {
      if (record.key != runtime::kProgressKey || !record.value) return Ok{};
      auto progress = codec::decode_progress(*record.value);
      if (!progress) return progress.error();
      s.progress = *progress;
      return Ok{};
    });
    if (!end) return end.error();
    auto settled = c.state->settled(partition);
    if (!settled) return settled.error();
    s.open_transaction = !*settled;
  }
  s.refusal = refusal_of(c, partition, s);
  if (s.refusal.empty() && s.replay_events() > 0) {
    auto from = time_at(c, partition, s.progress->replay_from);
    if (!from) return from.error();
    auto to = time_at(c, partition, s.progress->last_offset);
    if (!to) return to.error();
    if (*from != kNoTime && *to != kNoTime) s.replay_span = *to - *from;
  }
  return s;
}

int show(const ClusterFlags& flags) {
  auto c = connect(flags);
  if (!c) return complain(c.error());
  fmt::print("group {} on {}\n{:>9} {:>12} {:>12} {:>12} {:>10} {:>12} {:>10} {:>12}\n",
             c->settings.group, c->settings.topics.input, "partition", "log begins", "committed",
             "log ends", "seq", "replay from", "to replay", "of seconds");
  bool good = true;
  std::string remarks;
  for (std::int32_t p = 0; p < c->partitions; ++p) {
    auto s = look_at(*c, p);
    if (!s) return complain(s.error());
    auto number = [](bool there, auto value) {
      return there ? fmt::format("{}", value) : std::string("-");
    };
    const bool known = s->progress.has_value();
    fmt::print("{:>9} {:>12} {:>12} {:>12} {:>10} {:>12} {:>10} {:>12}\n", p, s->log.start,
               number(s->committed.offset >= 0, s->committed.offset), s->log.end,
               number(known, known ? s->progress->seq : 0),
               number(known, known ? s->progress->replay_from : 0), s->replay_events(),
               s->replay_span.ms / 1'000);
    if (s->open_transaction)
      remarks +=
          fmt::format("partition {}: a transaction is open; a recovery waits for its end\n", p);
    if (s->older)
      remarks += fmt::format(
          "partition {}: the group answers {}, which is older than '{}': its coordinator has lost "
          "what came after; a start waits until no earlier transaction can be open, and puts it "
          "right\n",
          p, s->committed.offset, c->settings.topics.state);
    if (s->refusal.empty()) continue;
    good = false;
    remarks += fmt::format("partition {}: a start refuses: {}\n", p, s->refusal);
  }
  if (!remarks.empty()) fmt::print("\n{}", remarks);
  if (good) return kOk;
  fmt::print("\n{}", kWayOut);
  return kRefused;
}

/// Where to begin, of each partition.
Result<std::vector<std::int64_t>> beginnings(const Cluster& c, const std::string& at) {
  std::vector<std::int64_t> out;
  for (std::int32_t p = 0; p < c.partitions; ++p) {
    auto s = look_at(c, p);
    if (!s) return s.error();
    std::int64_t offset = at == "latest" ? s->log.end : s->log.start;
    if (at == "committed") {
      // What was decided last is what the state says; without it, what the group says.
      if (s->progress)
        offset = s->progress->committed;
      else if (s->committed.offset >= 0)
        offset = s->committed.offset;
      if (offset > s->log.end) {
        return Error{fmt::format("partition {}: {} were consumed, but the input ends at {}: it is "
                                 "another one; choose --at earliest or --at latest",
                                 p, offset, s->log.end),
                     Action::stop};
      }
      offset = std::max(offset, s->log.start);
    }
    out.push_back(offset);
  }
  return out;
}

Status make_state_anew(const Cluster& c) {
  auto definitions = kafka::topic_definitions();
  if (!definitions) return definitions.error();
  std::int32_t replication = -1;
  if (auto there = c.admin->describe(c.settings.topics.state); there && *there) {
    replication = (*there)->replication;
    if (Status ok = c.admin->remove(c.settings.topics.state); !ok) return ok;
  }
  for (const auto& d : *definitions) {
    if (kafka::cluster_name(d, c.settings.topics) != c.settings.topics.state) continue;
    auto made = c.admin->create({c.settings.topics.state, c.partitions, replication, d.config});
    if (!made) return made.error();
  }
  return Ok{};
}

int start_over(const ClusterFlags& flags, const std::string& at, bool yes) {
  auto c = connect(flags);
  if (!c) return complain(c.error());
  auto members = c->admin->group_members(c->settings.group);
  if (!members) return complain(members.error());
  if (*members > 0) {
    return complain({fmt::format("group {} has {} members: stop its processes, and wait until "
                                 "their sessions are over (15 s)",
                                 c->settings.group, *members),
                     Action::stop});
  }
  auto offsets = beginnings(*c, at);
  if (!offsets) return complain(offsets.error());
  for (std::int32_t p = 0; p < c->partitions; ++p)
    fmt::print("partition {}: begins at offset {}\n", p, (*offsets)[static_cast<std::size_t>(p)]);
  fmt::print("'{}' is deleted and made anew: all open sessions are forgotten.\n",
             c->settings.topics.state);
  if (!yes) {
    fmt::print("Nothing was done yet; add --yes to do it.\n");
    return kUsage;
  }
  if (Status ok = make_state_anew(*c); !ok) return complain(ok.error());
  kafka::Settings writer = c->settings;
  writer.transactional_id = writer.topics.state + "-start-over";
  auto outputs = kafka::make_output_log(writer);
  if (!outputs) return complain(outputs.error());
  if (Status ok = (*outputs)->init(); !ok) return complain(ok.error());
  Transaction tx;
  using namespace std::chrono;
  for (std::int32_t p = 0; p < c->partitions; ++p) {
    codec::Progress progress;
    progress.seq = 1;
    progress.committed = progress.replay_from = (*offsets)[static_cast<std::size_t>(p)];
    progress.written_at = {
        duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count()};
    tx.records.push_back(
        {Topic::state, p, std::string(runtime::kProgressKey), codec::encode_progress(progress)});
    tx.offsets.push_back({p, progress.committed, codec::progress_metadata(progress)});
  }
  auto done = (*outputs)->commit(tx, *c->group);
  if (!done) {
    fmt::print(stderr, "loopbreaker state: {}\nnot done to the end: run the same command again\n",
               done.error().message);
    return kUnavailable;
  }
  fmt::print("Done. Start the processes again.\n");
  return kOk;
}

}  // namespace

void add_state(CLI::App& app, int& exit_code) {
  auto flags = std::make_shared<ClusterFlags>();
  CLI::App* cmd = app.add_subcommand(
      "state", "Where the group stands, what a restart would replay, and how to start over");
  cmd->require_subcommand(1);

  CLI::App* show_cmd = cmd->add_subcommand("show", "Could the group go on, and from where?");
  add_cluster_flags(*show_cmd, *flags);
  show_cmd->footer(
      R"(Asks the cluster only; joins no group and changes nothing. A running group moves on meanwhile: what is read at two
moments may differ for an instant. `loopbreaker inspect` looks into a local state directory.

Examples:
  loopbreaker state show
  loopbreaker state show --brokers kafka1:9092 --set kafka.group=loopbreaker-eu

Exit codes: 0 it can go on, 2 wrong arguments or no such topic, 3 no broker, 4 a start would refuse.)");
  show_cmd->callback([flags, &exit_code] { exit_code = show(*flags); });

  auto at = std::make_shared<std::string>();
  auto yes = std::make_shared<bool>(false);
  CLI::App* over_cmd =
      cmd->add_subcommand("start-over", "Forget all open sessions and begin at a chosen place");
  over_cmd->add_option("--at", *at, "committed, earliest or latest")
      ->check(CLI::IsMember({"committed", "earliest", "latest"}))
      ->required();
  over_cmd->add_flag("--yes", *yes, "Do it; without it only says what would be done");
  add_cluster_flags(*over_cmd, *flags);
  over_cmd->footer(
      R"(For a group that `loopbreaker run` refuses to go on with: offsets reset or deleted, records deleted before they were
read, a topic made anew. Nothing of this is ever done by itself, because each choice loses or repeats something:
--at committed decides nothing twice and loses the open sessions' past; --at earliest publishes again what was published;
--at latest skips what is in between. The state topic is made anew, with as many partitions as the input.

Examples:
  loopbreaker state start-over --at committed
  loopbreaker state start-over --at committed --yes

Exit codes: 0 done, 2 refused, or not done for want of --yes, 3 no broker, or not done to the end.)");
  over_cmd->callback([flags, at, yes, &exit_code] { exit_code = start_over(*flags, *at, *yes); });
  cmd->footer(R"(Examples:
  loopbreaker state show
  loopbreaker state start-over --at committed)");
}

}  // namespace loopbreaker::cli
