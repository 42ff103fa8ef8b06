// loopbreaker bench: what a cluster and a machine can do, measured where it will run.
#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "cli/bench_flags.h"
#include "cli/bench_page.h"
#include "cli/bench_recovery.h"
#include "cli/bench_report.h"
#include "cli/bench_results.h"
#include "cli/bench_traffic.h"
#include "cli/cluster_flags.h"
#include "cli/commands.h"
#include "cli/interrupt.h"
#include "measure/floor.h"
#include "measure/load.h"
#include "measure/log_dir.h"
#include "measure/processor.h"

namespace loopbreaker::cli {
namespace {

struct BenchOptions : BenchFlags {
  std::vector<double> rates{20'000};
  std::string topic;
  std::uint64_t events = 1'000'000;
  std::uint32_t open = 20'000, seed = 1, message_bytes = 0;
  int rounds = 1, broker_pid = 0;
  double warm = 15, seconds = 60;
  bool json = false;
};

struct LoadOptions {
  ClusterFlags cluster;
  std::vector<std::string> files;
  std::string topic;
  std::uint64_t events = 1'000'000;
  std::uint32_t open = 20'000, seed = 1;
  int partitions = 4;
  double rate = 0;
};

int complain(const Error& error) {
  fmt::print(stderr, "loopbreaker bench: {}\n", error.message);
  return error.action == Action::stop ? kUsage : kUnavailable;
}

bool go_on() { return !interrupted(); }
Error stopped() { return {"interrupted; what was made is removed", Action::retry}; }

class Measurement {
 public:
  Measurement(const BenchOptions& o, kafka::Settings settings, measure::Traffic& traffic,
              BenchReport& report)
      : o_(o), settings_(std::move(settings)), traffic_(traffic), report_(report) {
    prefix_ = o.prefix.empty() ? fmt::format("loopbreaker-bench-{}.", getpid()) : o.prefix;
    bench_.run = o.run;
    bench_.dir = std::filesystem::temp_directory_path() / prefix_;
  }
  ~Measurement() {
    std::error_code ignored;
    if (!failed_) std::filesystem::remove_all(bench_.dir, ignored);
  }

  Status all() {
    std::filesystem::create_directories(bench_.dir);
    Status done = steps();
    failed_ = !done;
    return done;
  }

 private:
  Status steps() {
    if (o_.wants("floor") || o_.wants("drain") || o_.wants("restart")) {
      if (Status done = bulk(); !done) return done;
    }
    if (o_.wants("latency")) {
      for (const double rate : o_.rates) {
        if (Status done = latency(rate > 0 ? rate : drained_ / 2); !done) return done;
      }
    }
    return Ok{};
  }

  Status bulk() {
    auto topics =
        measure::Topics::make(settings_, prefix_ + "bulk.", o_.partitions, o_.replication);
    if (!topics) return topics.error();
    kafka::Settings settings = settings_;
    settings.topics = topics->names();
    traffic_.begin({.seed = o_.seed, .open = o_.open, .message_bytes = o_.message_bytes});
    measure::LoadSettings what;
    what.events = o_.events;
    auto loaded = measure::load(settings, settings.topics.input, traffic_, what, go_on);
    if (!loaded) return loaded.error();
    report_.loaded(*loaded, input_bytes(settings.topics.input));
    measure::Bench bench(settings_, *topics, bench_);
    for (int round = 1; round <= o_.rounds; ++round) {
      if (o_.wants("floor")) {
        if (Status done = floors(settings, round); !done) return done;
      }
      if (o_.wants("drain") || o_.wants("restart")) {
        if (Status done = drain(bench, settings); !done) return done;
      }
      if (o_.wants("restart")) {
        auto restart = bench.restart(outputs_);
        if (!restart) return restart.error();
        if (restart->seen.checksum != checksum_)
          return Error{
              "the outputs after kill -9 differ from those of an undisturbed run: this must never "
              "happen"};
        report_.restart(*restart);
      }
      if (!go_on()) return stopped();
    }
    return Ok{};
  }

  Status floors(const kafka::Settings& base, int round) {
    for (const bool parse : {false, true}) {
      for (const int consumers : {1, 2}) {
        if (!go_on()) return stopped();
        kafka::Settings settings = base;
        settings.group = fmt::format("{}floor-{}-{}-{}", prefix_, round, parse, consumers);
        auto floor = measure::measure_floor(settings, o_.events, consumers, parse);
        if (!floor) return floor.error();
        report_.floor(*floor, consumers, parse);
      }
    }
    return Ok{};
  }

  Status drain(measure::Bench& bench, const kafka::Settings& settings) {
    const double broker = o_.broker_pid > 0 ? measure::Child::cpu_seconds_of(o_.broker_pid) : 0;
    auto drain = bench.drain(o_.events);
    if (!drain) return drain.error();
    if (outputs_ != 0 && (drain->seen.all() != outputs_ || drain->seen.checksum != checksum_))
      return Error{"two drains of the same input gave different outputs: this must never happen"};
    outputs_ = drain->seen.all();
    checksum_ = drain->seen.checksum;
    drained_ = static_cast<double>(drain->events) / drain->seconds;
    report_.drain(*drain,
                  o_.broker_pid > 0 ? measure::Child::cpu_seconds_of(o_.broker_pid) - broker : 0,
                  beyond(settings.topics));
    return Ok{};
  }

  Status latency(double rate) {
    if (rate <= 0)
      return Error{"half of the drain rate is not known: measure the drain in the same run"};
    auto topics = measure::Topics::make(settings_, fmt::format("{}rate-{:.0f}.", prefix_, rate),
                                        o_.partitions, o_.replication);
    if (!topics) return topics.error();
    traffic_.begin({.seed = o_.seed, .open = o_.open, .message_bytes = o_.message_bytes});
    measure::Bench bench(settings_, *topics, bench_);
    // Broker's CPU seconds, bytes of input and of state, over what is measured.
    std::array<double, 3> now{}, took{};
    const auto mark = [&] {
      const std::array<double, 3> before = now;
      now = {o_.broker_pid > 0 ? measure::Child::cpu_seconds_of(o_.broker_pid) : 0,
             static_cast<double>(input_bytes(topics->names().input)),
             static_cast<double>(beyond(topics->names()))};
      for (std::size_t i = 0; i < now.size(); ++i) took[i] = now[i] - before[i];
    };
    auto latency = bench.latency(traffic_, rate, o_.warm, o_.seconds, mark);
    if (!latency) return latency.error();
    const double events = rate * latency->seconds;
    report_.latency(rate, *latency, took[0] / latency->seconds, took[1] / events, took[2] / events);
    return go_on() ? Status(Ok{}) : Status(stopped());
  }

  std::uint64_t input_bytes(const std::string& topic) const {
    return measure::log_bytes(o_.log_dir, topic + "-");
  }
  /// What the log holds beyond input and outputs.
  std::uint64_t beyond(const kafka::Names& names) const {
    return measure::log_bytes(o_.log_dir, names.state + "-");
  }

  const BenchOptions& o_;
  kafka::Settings settings_;
  measure::Traffic& traffic_;
  BenchReport& report_;
  std::string prefix_;
  measure::Bench::Options bench_;
  std::uint64_t outputs_ = 0, checksum_ = 0;
  double drained_ = 0;
  bool failed_ = false;
};

int bench(const BenchOptions& o) {
  static constexpr std::string_view kParts[] = {"drain", "floor", "latency", "restart"};
  if (Status ok = o.check_parts(kParts); !ok) return complain(ok.error());
  auto settings = cluster_settings(o.cluster);
  if (!settings) return complain(settings.error());
  watch_interrupts();
  measure::Traffic traffic;
  auto source = fill_traffic(*settings, o.files, o.topic, traffic);
  if (!source) return complain(source.error());
  BenchReport report(o.json ? stderr : stdout);
  report.begin(*source, o.events, o.open, o.partitions);
  const Status done = Measurement(o, *settings, traffic, report).all();
  if (!done) return complain(done.error());
  report.end();
  if (o.json) fmt::print("{}\n", report.json());
  if (!o.out.empty()) {
    std::ofstream file(o.out);
    file << report.json() << '\n';
    if (!file.flush()) return complain({o.out + " cannot be written"});
  }
  return kOk;
}

int load(const LoadOptions& o) {
  auto settings = cluster_settings(o.cluster);
  if (!settings) return complain(settings.error());
  watch_interrupts();
  measure::Traffic traffic;
  auto source = fill_traffic(*settings, o.files, {}, traffic);
  if (!source) return complain(source.error());
  auto admin = kafka::make_admin(*settings);
  if (!admin) return complain(admin.error());
  auto made = (*admin)->create({o.topic, o.partitions, -1, {{"retention.ms", "-1"}}});
  if (!made) return complain(made.error());
  if (!*made)
    return complain(
        {"topic " + o.topic + " is there already; a measurement writes only to topics of its own"});
  traffic.begin({.seed = o.seed, .open = o.open});
  measure::LoadSettings what;
  what.events = o.events;
  what.rate = o.rate;
  if (o.rate > 0) what.first = TimeMs{measure::wall_us() / 1000 + 100};
  auto loaded = measure::load(*settings, o.topic, traffic, what, go_on);
  if (!loaded) return complain(loaded.error());
  fmt::print(
      "events={} conversations={} bytes={} seconds={:.2f} late_max_ms={:.1f} source=\"{}\"\n",
      loaded->events, loaded->conversations, loaded->bytes, loaded->seconds, loaded->late_ms,
      *source);
  return kOk;
}

void add_load(CLI::App& bench_command, int& exit_code) {
  auto o = std::make_shared<LoadOptions>();
  CLI::App* cmd = bench_command.add_subcommand(
      "load", "Make a topic and fill it with traffic, for other programs to read");
  cmd->add_option("--topic", o->topic, "The topic to make")->required();
  cmd->add_option(
      "--input", o->files,
      "Recorded conversations (NDJSON, also .gz) to make it of; default: generated ones");
  cmd->add_option("--events", o->events, "How many")->capture_default_str();
  cmd->add_option("--open", o->open, "Conversations going on at any moment")->capture_default_str();
  cmd->add_option("--partitions", o->partitions, "Of the topic")->capture_default_str();
  cmd->add_option("--rate", o->rate, "Events per second; default: as fast as it goes");
  cmd->add_option("--seed", o->seed, "Same seed, same events")->capture_default_str();
  add_cluster_flags(*cmd, o->cluster);
  cmd->callback([o, &exit_code] { exit_code = load(*o); });
}

int report(const std::string& dir) {
  auto results = BenchResults::read(dir);
  if (!results) return complain(results.error());
  if (Status written = write_bench_report(*results, dir); !written)
    return complain(written.error());
  return kOk;
}

void add_report(CLI::App& bench_command, int& exit_code) {
  auto dir = std::make_shared<std::string>();
  CLI::App* cmd = bench_command.add_subcommand(
      "report", "Render what ./dev bench left in a folder: each figure beside its target, plots");
  cmd->add_option("folder", *dir, "Where the results are, and the report goes")->required();
  cmd->callback([dir, &exit_code] { exit_code = report(*dir); });
}

}  // namespace

void add_bench(CLI::App& app, int& exit_code) {
  auto o = std::make_shared<BenchOptions>();
  CLI::App* cmd =
      app.add_subcommand("bench", "Measure a cluster: floor, drain, restart after a kill, latency");
  add_load(*cmd, exit_code);
  add_report(*cmd, exit_code);
  add_bench_recovery(*cmd, exit_code);
  cmd->require_subcommand(0, 1);
  cmd->add_option("--topic", o->topic,
                  "Take conversations of this topic, which is only read; default: generated ones");
  cmd->add_option("--input", o->files, "Take conversations of these files (NDJSON, also .gz)");
  cmd->add_option("--only", o->only, "floor, drain, restart, latency; default: all")
      ->delimiter(',');
  cmd->add_option("--events", o->events, "Events of floor, drain and restart")
      ->capture_default_str();
  cmd->add_option("--open", o->open, "Conversations going on at any moment")->capture_default_str();
  cmd->add_option("--message-bytes", o->message_bytes,
                  "Repeat or cut messages to about so many bytes; 0: as they are")
      ->capture_default_str();
  cmd->add_option("--rate", o->rates,
                  "Latency at these rates, events per second; 0: half of the drain rate")
      ->delimiter(',')
      ->capture_default_str();
  cmd->add_option("--warm", o->warm, "Seconds of warm-up of each latency run")
      ->capture_default_str();
  cmd->add_option("--seconds", o->seconds, "Seconds of each latency run that are measured")
      ->capture_default_str();
  cmd->add_option("--rounds", o->rounds, "Rounds of floor, drain and restart, one after the other")
      ->capture_default_str();
  add_topic_flags(*cmd, *o);
  cmd->add_option("--broker-pid", o->broker_pid,
                  "The broker's process, if it is on this machine: its CPU seconds");
  cmd->add_option("--seed", o->seed, "Same seed, same events")->capture_default_str();
  cmd->add_option("--out", o->out,
                  "Write the results as JSON; `loopbreaker plan --bench FILE` reads them");
  cmd->add_flag("--json", o->json, "Print the results as JSON");
  add_cluster_flags(*cmd, o->cluster);
  cmd->footer(
      R"(It makes topics of its own under a prefix, fills them, runs `loopbreaker run` on them, and removes them at the
end. Topics that it did not make are only read.

floor    consume, and consume and parse, with one and two consumers: what nothing can exceed
drain    from the start of the process until the last output can be read, read committed, full analysis
restart  kill -9 when half of the outputs are there, until a new process has published its first
latency  open loop: from the time an event was due until its escalation can be read, read committed

Examples:
  loopbreaker bench --brokers kafka-1:9092 --events 4000000 --rounds 3
  loopbreaker bench --topic conversation-events --only latency --rate 2000,20000 --out here.json
  loopbreaker bench load --brokers 127.0.0.1:9092 --topic sample --events 100000
  loopbreaker plan --bench here.json --peak-events 20k/s --sessions 100k

Exit codes: 0 done, 2 wrong arguments, 3 no broker, or a run failed.)");
  cmd->callback([o, cmd, &exit_code] {
    if (cmd->get_subcommands().empty()) exit_code = bench(*o);
  });
}

}  // namespace loopbreaker::cli
