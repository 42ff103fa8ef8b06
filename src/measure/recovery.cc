#include "measure/recovery.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <thread>
#include <utility>

#include "kafka/topic_reader.h"
#include "measure/load.h"
#include "measure/log_dir.h"
#include "measure/probe.h"
#include "measure/topics.h"

namespace loopbreaker::measure {
namespace {

constexpr double kPatience = 1'800;
/// Decisions are as before when the 99th percentile of a second is at most twice that of normal
/// times, or below this.
constexpr double kNormalMs = 100;
/// So many seconds in a row.
constexpr std::int64_t kCalmSeconds = 3;
/// Several processes on one machine share its cores.
const std::vector<std::string> kOneWorker{"--workers", "1"};

/// A load that goes on until it is destroyed.
class Background {
 public:
  Background(const kafka::Settings& settings, Traffic& traffic, const LoadSettings& what)
      : thread_([this, settings, &traffic, what] {
          auto loaded =
              load(settings, settings.topics.input, traffic, what, [this] { return !over_; });
          if (!loaded) status_ = loaded.error();
        }) {}
  ~Background() { (void)end(); }
  Status end() {
    over_ = true;
    if (thread_.joinable()) thread_.join();
    return status_;
  }

 private:
  std::atomic<bool> over_{false};
  Status status_ = Ok{};
  std::thread thread_;
};

LoadSettings steady(double rate) {
  LoadSettings what;
  what.rate = rate;
  what.events = static_cast<std::uint64_t>(-1);
  what.first = TimeMs{wall_us() / 1000};
  return what;
}

struct Share {
  double events = 0, bytes = 0;
};

/// Records of a topic with a timestamp in [from, to): how many, and the bytes of keys and values.
Result<Share> written(const kafka::Settings& settings, const std::string& topic, TimeMs from,
                      TimeMs to) {
  auto reader = kafka::open_topic_reader(settings, {topic}, kafka::ReadFrom::beginning);
  if (!reader) return reader.error();
  Share share;
  while (!(*reader)->at_end()) {
    auto record = (*reader)->next({1'000});
    if (!record) return record.error();
    if (!*record || (*record)->timestamp < from || (*record)->timestamp >= to) continue;
    share.events += 1;
    share.bytes += static_cast<double>((*record)->key.value_or("").size() +
                                       (*record)->value.value_or("").size());
  }
  return share;
}

double percentile(std::vector<double> values, int percent) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  return values[std::min(values.size() - 1,
                         values.size() * static_cast<std::size_t>(percent) / 100)];
}

}  // namespace

/// Topics and processes of one measurement.
struct Recovery::World {
  Topics topics;
  kafka::Settings settings;
  Fleet fleet;
};

Recovery::Recovery(kafka::Settings settings, Traffic& traffic, Options options)
    : settings_(std::move(settings)), traffic_(traffic), options_(std::move(options)) {}

Result<std::unique_ptr<Recovery::World>> Recovery::make(int partitions) {
  const std::string prefix = fmt::format("{}{}.", options_.prefix, ++worlds_);
  auto topics = Topics::make(settings_, prefix, partitions, options_.replication);
  if (!topics) return topics.error();
  kafka::Settings settings = settings_;
  settings.topics = topics->names();
  const auto dir = options_.dir / std::to_string(worlds_);
  std::filesystem::create_directories(dir);
  return std::make_unique<World>(
      World{std::move(*topics), settings,
            Fleet(settings.brokers, prefix, dir, options_.run, options_.go_on)});
}

Result<std::uint64_t> Recovery::fill(const World& world, std::uint64_t sessions,
                                     std::uint64_t events) {
  options_.say(fmt::format("{} events of {} open sessions go into the input", events, sessions));
  traffic_.begin({.seed = options_.seed, .open = static_cast<std::uint32_t>(sessions)});
  LoadSettings what;
  what.events = events;
  what.event_rate = options_.rate;
  // As if they had come at that rate until now: nobody has been silent for too long.
  const double lasted = static_cast<double>(events) / options_.rate * 1000;
  what.first = TimeMs{wall_us() / 1000 - static_cast<std::int64_t>(lasted)};
  auto loaded = load(world.settings, world.settings.topics.input, traffic_, what, options_.go_on);
  if (!loaded) return loaded.error();
  return loaded->events;
}

Result<LogShare> Recovery::log_share(double conversations, double seconds) {
  auto world = make(options_.partitions);
  if (!world) return world.error();
  World& w = **world;
  options_.say(
      fmt::format("{} conversations begin per second, for {:.0f} s", conversations, seconds));
  if (Status ok = w.fleet.start("one"); !ok) return ok.error();
  traffic_.begin({.seed = options_.seed, .open = 1});
  LoadSettings what;
  what.events = static_cast<std::uint64_t>(-1);
  what.conversations = conversations;
  what.first = TimeMs{wall_us() / 1000};
  const TimeMs from = what.first + DurationMs{static_cast<std::int64_t>(seconds * 500)};
  const TimeMs to = what.first + DurationMs{static_cast<std::int64_t>(seconds * 1000)};
  Background load(w.settings, traffic_, what);
  const auto until = [&](TimeMs time) {
    return w.fleet.wait_for("one", kPatience * 10,
                            [&](const Scraped&) { return wall_us() / 1000 >= time.ms; });
  };
  struct Disk {
    double input, state, offsets, transactions;
  };
  const auto disk = [&] {
    const auto of = [&](const std::string& prefix) {
      return static_cast<double>(log_bytes(options_.log_dir, prefix));
    };
    return Disk{of(w.settings.topics.input + "-"), of(w.settings.topics.state + "-"),
                of("__consumer_offsets-"), of("__transaction_state-")};
  };
  if (Status ok = until(from); !ok) return ok.error();
  const Disk before = disk();
  if (Status ok = until(to); !ok) return ok.error();
  const Disk after = disk();
  if (Status ok = load.end(); !ok) return ok.error();
  if (auto left = w.fleet.stop("one"); !left) return left.error();
  auto input = written(w.settings, w.settings.topics.input, from, to);
  if (!input) return input.error();
  auto state = written(w.settings, w.settings.topics.state, from, to);
  if (!state) return state.error();
  return LogShare{.seconds = seconds / 2,
                  .events = input->events,
                  .input_bytes = input->bytes,
                  .state_bytes = state->bytes,
                  .input_log = after.input - before.input,
                  .state_log = after.state - before.state,
                  .offsets_log = after.offsets - before.offsets,
                  .transactions_log = after.transactions - before.transactions};
}

Result<Restarts> Recovery::restarts() {
  auto world = make(options_.partitions);
  if (!world) return world.error();
  World& w = **world;
  Restarts r;
  auto filled = fill(w, options_.sessions, options_.sessions * options_.turns);
  if (!filled) return filled.error();
  r.events = static_cast<double>(*filled);
  const std::int64_t began = wall_us();
  if (Status ok = w.fleet.start("one"); !ok) return ok.error();
  if (Status ok = w.fleet.wait_for("one", kPatience,
                                   [&](const Scraped& s) { return s.folded >= r.events; });
      !ok)
    return ok.error();
  r.load_seconds = static_cast<double>(wall_us() - began) / 1e6;
  r.peak_bytes = w.fleet.peak_bytes("one");
  options_.say("waiting until every session has been saved");
  if (Status ok = w.fleet.wait_for("one", kPatience,
                                   [&](const Scraped& s) { return s.lag == 0 && s.unsaved == 0; });
      !ok)
    return ok.error();
  auto asked = w.fleet.ask("one");
  if (!asked) return asked.error();
  r.sessions = asked->open;
  r.rocksdb_bytes = asked->rocksdb_bytes;

  options_.say("stopped by SIGTERM, and started again");
  auto left = w.fleet.stop("one");
  if (!left) return left.error();
  r.leave_seconds = *left;
  Background load(w.settings, traffic_, steady(options_.rate));
  // The next failure finds a process that has been under load for longer than state.max_age.
  const auto started = [&](Start& start) -> Status {
    if (Status ok = w.fleet.start("one"); !ok) return ok;
    auto watched = w.fleet.watch("one");
    if (!watched) return watched.error();
    start = *watched;
    return Ok{};
  };
  const auto killed = [&](double& unsaved) -> Status {
    options_.say(fmt::format("{:.0f} events/s for {:.0f} s, then kill -9", options_.rate,
                             options_.age_seconds));
    const std::int64_t from = wall_us();
    const auto over = [&](const Scraped&) {
      return static_cast<double>(wall_us() - from) > options_.age_seconds * 1e6;
    };
    if (Status ok = w.fleet.wait_for("one", kPatience * 10, over); !ok) return ok;
    auto before = w.fleet.ask("one");
    if (!before) return before.error();
    unsaved = before->unsaved;
    w.fleet.kill("one");
    return Ok{};
  };
  if (Status ok = started(r.stopped); !ok) return ok.error();
  if (Status ok = killed(r.kill_unsaved); !ok) return ok.error();
  if (Status ok = started(r.killed); !ok) return ok.error();
  if (Status ok = killed(r.wipe_unsaved); !ok) return ok.error();
  w.fleet.wipe("one");
  r.state_log_bytes =
      static_cast<double>(log_bytes(options_.log_dir, w.settings.topics.state + "-"));
  if (Status ok = started(r.wiped); !ok) return ok.error();
  if (Status ok = load.end(); !ok) return ok.error();
  return r;
}

Result<Replay> Recovery::replay(std::uint64_t events) {
  auto world = make(1);
  if (!world) return world.error();
  World& w = **world;
  auto filled = fill(w, std::max<std::uint64_t>(events / options_.turns, 1), events);
  if (!filled) return filled.error();
  // Nothing is saved but what decides or ends, as in a process that was killed just before.
  const std::vector<std::string> unsaved{"--workers", "1",
                                         "--set",     "state.max_age=1d",
                                         "--set",     "state.max_replay=1000000000000",
                                         "--set",     "state.table_bytes=16GiB"};
  if (Status ok = w.fleet.start("one", unsaved); !ok) return ok.error();
  if (Status ok = w.fleet.wait_for(
          "one", kPatience,
          [&](const Scraped& s) { return s.folded >= static_cast<double>(*filled); });
      !ok)
    return ok.error();
  // The last of them must be committed, or they would be new again.
  if (Status ok = w.fleet.wait_for(
          "one", 60,
          [&](const Scraped& s) { return s.unsaved >= static_cast<double>(*filled) * .9; });
      !ok)
    return ok.error();
  options_.say("kill -9, and everything is folded again");
  w.fleet.kill("one");
  Background load(w.settings, traffic_, steady(100));
  if (Status ok = w.fleet.start("one", unsaved); !ok) return ok.error();
  auto start = w.fleet.watch("one");
  if (!start) return start.error();
  return Replay{start->replayed, *start};
}

Result<Memory> Recovery::memory(const std::string& table_bytes) {
  auto world = make(options_.partitions);
  if (!world) return world.error();
  World& w = **world;
  auto filled = fill(w, options_.sessions, options_.sessions * options_.turns);
  if (!filled) return filled.error();
  const std::int64_t began = wall_us();
  if (Status ok = w.fleet.start("one", {"--set", "state.table_bytes=" + table_bytes}); !ok)
    return ok.error();
  if (Status ok = w.fleet.wait_for(
          "one", kPatience,
          [&](const Scraped& s) { return s.folded >= static_cast<double>(*filled) && s.lag == 0; });
      !ok)
    return ok.error();
  auto asked = w.fleet.ask("one");
  if (!asked) return asked.error();
  return Memory{asked->open, w.fleet.peak_bytes("one"),
                static_cast<double>(wall_us() - began) / 1e6};
}

Result<Rolling> Recovery::rolling(int processes, double apart_seconds) {
  auto world = make(processes * 2);
  if (!world) return world.error();
  World& w = **world;
  std::vector<std::string> names;
  for (int i = 0; i < processes; ++i) names.push_back(fmt::format("p{}", i + 1));
  for (const std::string& name : names)
    if (Status ok = w.fleet.start(name, kOneWorker); !ok) return ok.error();
  auto probe = Probe::start(w.settings);
  if (!probe) return probe.error();
  traffic_.begin({.seed = options_.seed, .open = 20'000});
  options_.say(fmt::format("{} processes under {:.0f} events/s, restarted one after the other",
                           processes, options_.rate));
  Background load(w.settings, traffic_, steady(options_.rate));
  const auto wait = [&](double seconds) {
    const std::int64_t from = wall_us();
    return w.fleet.wait_for(names.front(), kPatience, [&](const Scraped&) {
      return static_cast<double>(wall_us() - from) > seconds * 1e6;
    });
  };
  if (Status ok = wait(apart_seconds * 2); !ok) return ok.error();
  (*probe)->measure(TimeMs{wall_us() / 1000}, kEndOfTime);
  if (Status ok = wait(apart_seconds); !ok) return ok.error();
  Rolling rolling;
  std::vector<std::int64_t> at;
  for (const std::string& name : names) {
    at.push_back(wall_us());
    auto left = w.fleet.stop(name);
    if (!left) return left.error();
    if (Status ok = w.fleet.start(name, kOneWorker); !ok) return ok.error();
    auto start = w.fleet.watch(name);
    if (!start) return start.error();
    rolling.restarts.push_back({.leave_seconds = *left, .first_event = start->first_event});
    if (Status ok = wait(apart_seconds); !ok) return ok.error();
  }
  at.push_back(wall_us());
  if (Status ok = load.end(); !ok) return ok.error();
  (*probe)->settle({2'000});
  const std::vector<Decided> decided = (*probe)->decided();

  std::vector<double> before;
  for (const Decided& d : decided)
    if (d.due_us < at[0] - 1'000'000) before.push_back(static_cast<double>(d.took_us) / 1e3);
  rolling.normal_p50_ms = percentile(before, 50);
  rolling.normal_p99_ms = percentile(before, 99);
  const double limit = std::max(kNormalMs, 2 * rolling.normal_p99_ms);
  for (std::size_t i = 0; i < names.size(); ++i) {
    std::map<std::int64_t, std::vector<double>> by_second;  // counted from the SIGTERM
    Rolling::One& one = rolling.restarts[i];
    for (const Decided& d : decided) {
      if (d.due_us < at[i] || d.due_us >= at[i + 1]) continue;
      one.pause_seconds = std::max(one.pause_seconds, static_cast<double>(d.took_us) / 1e6);
      by_second[(d.due_us - at[i]) / 1'000'000].push_back(static_cast<double>(d.took_us) / 1e3);
    }
    // Back to normal is where seconds in a row are: a single one may be slow on any machine.
    std::int64_t calm_from = 0;
    one.normal_seconds = apart_seconds;
    for (const auto& [second, took] : by_second) {
      if (percentile(took, 99) > limit) calm_from = second + 1;
      if (second - calm_from + 1 < kCalmSeconds) continue;
      one.normal_seconds = static_cast<double>(calm_from);
      break;
    }
  }
  return rolling;
}

}  // namespace loopbreaker::measure
