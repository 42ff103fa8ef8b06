#include "cli/bench_recovery.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "cli/bench_flags.h"
#include "cli/bench_traffic.h"
#include "cli/cluster_flags.h"
#include "cli/commands.h"
#include "cli/interrupt.h"
#include "codec/json_writer.h"
#include "measure/recovery.h"

namespace loopbreaker::cli {
namespace {

constexpr double kGiB = 1024.0 * 1024 * 1024;

struct Options : BenchFlags {
  std::uint64_t sessions = 1'000'000, replay = 2'000'000, seed = 1;
  double rate = 20'000, age = 330, pace = 1, minutes = 24, apart = 20;
};

/// One line of the table.
struct Row {
  std::string name, unit;
  double value = 0;
  bool at_most = true;
  double target = 0;
  std::string detail;
  bool met() const { return at_most ? value <= target : value >= target; }
};

class Table {
 public:
  void begin(const std::string& source, const Options& o) {
    conditions_ = fmt::format(
        "{}; {} sessions, {:.0f} events/s, {} partitions, broker beside it, {} cores, load average "
        "{} at the start",
        source, o.sessions, o.rate, o.partitions, std::thread::hardware_concurrency(),
        load_average());
    fmt::print("{}\n\n", conditions_);
  }
  void add(Row row) {
    fmt::print("{:<58} {:>9.2f} {:<9} {} {:<7g} {}\n    {}\n", row.name, row.value, row.unit,
               row.at_most ? "<=" : ">=", row.target, row.met() ? "met" : "MISSED", row.detail);
    std::fflush(stdout);
    rows_.push_back(std::move(row));
  }
  std::string json() const {
    std::string out;
    {
      constexpr auto kWhole = codec::JsonWriter::kWhole;
      codec::JsonWriter json(out);
      json.begin_object();
      json.member("conditions", conditions_, kWhole);
      json.begin_array("results");
      for (const Row& row : rows_) {
        json.begin_object();
        json.member("name", row.name, kWhole);
        json.member("unit", row.unit, kWhole);
        json.name("value");
        json.number(row.value);
        json.name(row.at_most ? "at_most" : "at_least");
        json.number(row.target);
        json.member_boolean("met", row.met());
        json.member("detail", row.detail, kWhole);
        json.end_object();
      }
      json.end_array();
      json.end_object();
    }
    return out;
  }

 private:
  std::string conditions_;
  std::vector<Row> rows_;
};

std::string told(const measure::Start& s) {
  return fmt::format(
      "all partitions at work after {:.1f} s, caught up after {:.1f} s; {:.0f} events replayed, "
      "{:.0f} events/s",
      s.all_live, s.caught_up, s.replayed, s.replay_rate);
}

Status log_share(measure::Recovery& recovery, const Options& o, Table& table) {
  auto share = recovery.log_share(o.pace, o.minutes * 60);
  if (!share) return share.error();
  const auto& s = *share;
  std::string detail =
      fmt::format("{:.0f} events/s; {:.0f} B of state per event of {:.0f} B", s.events / s.seconds,
                  s.state_bytes / s.events, s.input_bytes / s.events);
  if (s.input_log > 0)
    detail += fmt::format(
        "; on the broker's disk, compressed, per input byte: state {:.2f}, offsets {:.2f}, "
        "transactions {:.2f}",
        s.state_log / s.input_log, s.offsets_log / s.input_log, s.transactions_log / s.input_log);
  table.add({"log bytes per input byte beyond the outputs", "B/B", s.state_bytes / s.input_bytes,
             true, .30, detail});
  return Ok{};
}

Status restarts(measure::Recovery& recovery, Table& table) {
  auto restarts = recovery.restarts();
  if (!restarts) return restarts.error();
  const auto& r = *restarts;
  table.add({"restart after SIGTERM, to the first new event", "s", r.stopped.first_event, true, 5,
             fmt::format("{:.0f} open sessions, {:.2f} GiB of local store, left within {:.1f} s; ",
                         r.sessions, r.rocksdb_bytes / kGiB, r.leave_seconds) +
                 told(r.stopped)});
  table.add(
      {"restart after kill -9, to the first new event", "s", r.killed.first_event, true, 20,
       fmt::format("{:.0f} events not in saved records when it was killed; ", r.kill_unsaved) +
           told(r.killed)});
  const double seconds = std::max(r.wiped.first_event, .001);
  table.add({"restart after kill -9 with an empty disk", "s", r.wiped.first_event, true, 60,
             fmt::format("{:.0f} MB/s of session-state, {:.0f} sessions/s; {:.0f} events not in "
                         "saved records; ",
                         r.state_log_bytes / 1e6 / seconds, r.sessions / seconds, r.wipe_unsaved) +
                 told(r.wiped)});
  return Ok{};
}

Status replay(measure::Recovery& recovery, const Options& o, Table& table) {
  auto replay = recovery.replay(o.replay);
  if (!replay) return replay.error();
  table.add({"replay, one worker", "events/s", replay->start.replay_rate, false, 400'000,
             told(replay->start)});
  return Ok{};
}

Status memory(measure::Recovery& recovery, Table& table) {
  for (const auto& [budget, target] : {std::pair{"16GiB", 8.0}, std::pair{"1GiB", 2.5}}) {
    auto memory = recovery.memory(budget);
    if (!memory) return memory.error();
    table.add({fmt::format("resident at most, table budget {}", budget), "GiB",
               memory->peak_bytes / kGiB, true, target,
               fmt::format("{:.0f} open sessions, from a backlog folded in {:.0f} s",
                           memory->sessions, memory->load_seconds)});
  }
  return Ok{};
}

Status rolling(measure::Recovery& recovery, const Options& o, Table& table) {
  auto rolling = recovery.rolling(3, o.apart);
  if (!rolling) return rolling.error();
  Row pause{"rolling restart of 3 processes: pause of a partition", "s", 0, true, 5, ""};
  Row normal{"rolling restart: until decisions come as soon as before", "s", 0, true, 10, ""};
  for (const auto& one : rolling->restarts) {
    pause.value = std::max(pause.value, one.pause_seconds);
    normal.value = std::max(normal.value, one.normal_seconds);
    pause.detail += fmt::format("{}left in {:.1f} s, first event {:.1f} s after, pause {:.1f} s",
                                pause.detail.empty() ? "" : "; ", one.leave_seconds,
                                one.first_event, one.pause_seconds);
  }
  normal.detail = fmt::format("before: p50 {:.1f}, p99 {:.1f} ms", rolling->normal_p50_ms,
                              rolling->normal_p99_ms);
  table.add(pause);
  table.add(normal);
  return Ok{};
}

Status measure_all(const Options& o, const kafka::Settings& settings, measure::Traffic& traffic,
                   const std::filesystem::path& dir, Table& table) {
  measure::Recovery::Options options;
  options.sessions = o.sessions;
  options.rate = o.rate;
  options.age_seconds = o.age;
  options.partitions = o.partitions;
  options.replication = o.replication;
  options.run = o.run;
  options.dir = dir;
  options.prefix = o.prefix.empty() ? fmt::format("loopbreaker-recovery-{}.", getpid()) : o.prefix;
  options.log_dir = o.log_dir;
  options.seed = o.seed;
  options.go_on = [] { return !interrupted(); };
  options.say = [](const std::string& what) { fmt::print(stderr, "... {}\n", what); };
  measure::Recovery recovery(settings, traffic, options);
  if (o.wants("rolling"))
    if (Status ok = rolling(recovery, o, table); !ok) return ok;
  if (o.wants("replay"))
    if (Status ok = replay(recovery, o, table); !ok) return ok;
  if (o.wants("restarts"))
    if (Status ok = restarts(recovery, table); !ok) return ok;
  if (o.wants("memory"))
    if (Status ok = memory(recovery, table); !ok) return ok;
  if (o.wants("log"))
    if (Status ok = log_share(recovery, o, table); !ok) return ok;
  return Ok{};
}

int complain(const Error& error) {
  fmt::print(stderr, "loopbreaker bench recovery: {}\n", error.message);
  return error.action == Action::stop ? kUsage : kUnavailable;
}

int run(const Options& o) {
  static constexpr std::string_view kParts[] = {"log", "memory", "replay", "restarts", "rolling"};
  if (Status ok = o.check_parts(kParts); !ok) return complain(ok.error());
  auto settings = cluster_settings(o.cluster);
  if (!settings) return complain(settings.error());
  watch_interrupts();
  measure::Traffic traffic;
  auto source = fill_traffic(*settings, o.files, {}, traffic);
  if (!source) return complain(source.error());
  Table table;
  table.begin(*source, o);
  const auto dir =
      std::filesystem::temp_directory_path() / fmt::format("loopbreaker-recovery-{}", getpid());
  std::filesystem::create_directories(dir);
  if (Status ok = measure_all(o, *settings, traffic, dir, table); !ok) return complain(ok.error());
  std::filesystem::remove_all(dir);
  if (o.out.empty()) return kOk;
  std::ofstream file(o.out);
  file << table.json() << '\n';
  return file.flush() ? kOk : complain({o.out + " cannot be written"});
}

}  // namespace

void add_bench_recovery(CLI::App& bench, int& exit_code) {
  auto o = std::make_shared<Options>();
  CLI::App* cmd = bench.add_subcommand(
      "recovery", "What failures cost: restarts, replay, memory, rolling restart, log bytes");
  cmd->add_option("--input", o->files,
                  "Take conversations of these files (NDJSON, also .gz); default: generated ones");
  cmd->add_option("--only", o->only, "log, memory, replay, restarts, rolling; default: all")
      ->delimiter(',');
  cmd->add_option("--sessions", o->sessions, "Open at the restarts")->capture_default_str();
  cmd->add_option("--rate", o->rate, "Events per second while something fails")
      ->capture_default_str();
  cmd->add_option("--age", o->age,
                  "Seconds of that load before a kill: longer than state.max_age, so that what is "
                  "saved and what is not are as in a process that has run for days")
      ->capture_default_str();
  cmd->add_option("--replay", o->replay, "Events of the replay")->capture_default_str();
  cmd->add_option("--apart", o->apart, "Seconds between the rolling restarts")
      ->capture_default_str();
  cmd->add_option("--pace", o->pace,
                  "Conversations that begin per second where each goes on at the pace at which it "
                  "was recorded")
      ->capture_default_str();
  cmd->add_option("--minutes", o->minutes, "Of that; the second half is counted")
      ->capture_default_str();
  add_topic_flags(*cmd, *o);
  cmd->add_option("--seed", o->seed, "Same seed, same events")->capture_default_str();
  cmd->add_option("--out", o->out, "Write the table as JSON");
  add_cluster_flags(*cmd, o->cluster);
  cmd->footer(
      R"(It makes topics of its own under a prefix, fills them, runs `loopbreaker run` on them, and removes them at the
end. `./dev bench recovery` does all this with a broker of its own.

rolling   three processes under load, restarted one after the other: how long a decision waits, and
          how long until decisions come as soon as before
replay    one worker folds everything again
restarts  after SIGTERM, after kill -9, after kill -9 with an empty disk: from the start of the new
          process until it has folded an event that nobody had committed
memory    resident memory with all sessions in the table, and with most of them spilled
log       what is written to session-state per byte of input, conversations at their own pace

Exit codes: 0 done, met or not; 2 wrong arguments; 3 no broker, or a run failed.)");
  cmd->callback([o, &exit_code] { exit_code = run(*o); });
}

}  // namespace loopbreaker::cli
