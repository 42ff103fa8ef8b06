#include "measure/processor.h"

#include <fmt/format.h>
#include <signal.h>

#include <chrono>
#include <thread>

#include "measure/load.h"

namespace loopbreaker::measure {
namespace {

/// Outputs that are committed are readable at once; this is far more than a reader needs to see
/// them.
constexpr DurationMs kQuiet{1'000};

double since(std::int64_t from_us, std::int64_t to_us) {
  return to_us == 0 ? 0 : static_cast<double>(to_us - from_us) / 1e6;
}

void pause() { std::this_thread::sleep_for(std::chrono::milliseconds(5)); }

}  // namespace

Bench::Bench(kafka::Settings settings, Topics& topics, Options options)
    : settings_(std::move(settings)), topics_(topics), options_(std::move(options)) {
  settings_.topics = topics_.names();
}

Status Bench::begin() {
  if (runs_++ > 0) {
    if (Status renewed = topics_.renew_outputs(); !renewed) return renewed;
  }
  return Ok{};
}

std::string Bench::log() const { return options_.dir / fmt::format("run-{}.log", runs_); }

Result<Child> Bench::start(bool to_the_end) const {
  std::vector<std::string> all{"run",
                               "--brokers",
                               settings_.brokers,
                               "--topic-prefix",
                               topics_.prefix(),
                               "--state-dir",
                               options_.dir / fmt::format("state-{}", runs_),
                               "--set",
                               fmt::format("kafka.group={}group-{}", topics_.prefix(), runs_),
                               "--set",
                               "http.address=off"};
  if (to_the_end) {
    // The events are old: their own times must be the clock.
    all.insert(all.end(), {"--until-caught-up", "--set", "time.follow_wall_clock=false"});
  }
  all.insert(all.end(), options_.run.begin(), options_.run.end());
  return Child::start(all, log());
}

Error Bench::failed(const std::string& what) const {
  return Error{fmt::format("{}; its words are in {}", what, log()), Action::retry};
}

Result<Drain> Bench::drain(std::uint64_t events) {
  if (Status begun = begin(); !begun) return begun.error();
  auto probe = Probe::start(settings_);
  if (!probe) return probe.error();
  const std::int64_t began = wall_us();
  auto child = start(true);
  if (!child) return child.error();
  Drain drain;
  drain.events = events;
  drain.usage = child->wait();
  if (drain.usage.exit_code != 0)
    return failed(fmt::format("run ended with {}", drain.usage.exit_code));
  (*probe)->settle(kQuiet);
  if (Status read = (*probe)->status(); !read) return read.error();
  drain.seen = (*probe)->seen();
  drain.seconds = since(began, drain.seen.last_us);
  drain.first_seconds = since(began, drain.seen.first_us);
  return drain;
}

Result<Restart> Bench::restart(std::uint64_t outputs) {
  if (Status begun = begin(); !begun) return begun.error();
  auto probe = Probe::start(settings_);
  if (!probe) return probe.error();
  auto first = start(true);
  if (!first) return first.error();
  while ((*probe)->seen().all() < outputs / 2) {
    if (!first->running()) return failed("the input was over before it could be killed half way");
    pause();
  }
  first->signal(SIGKILL);
  first->wait();
  (*probe)->settle(kQuiet);
  Restart restart;
  restart.before = (*probe)->seen().all();
  const std::int64_t began = wall_us();
  auto second = start(true);
  if (!second) return second.error();
  while ((*probe)->seen().all() == restart.before && second->running()) pause();
  // The reader may have been polling for a while; what it saw first is the time that counts.
  const std::int64_t first_output = wall_us();
  const Usage usage = second->wait();
  if (usage.exit_code != 0)
    return failed(fmt::format("run ended with {} after its restart", usage.exit_code));
  (*probe)->settle(kQuiet);
  restart.seen = (*probe)->seen();
  restart.first_output_seconds = since(began, first_output);
  restart.whole_seconds = since(began, restart.seen.last_us);
  return restart;
}

Result<Latency> Bench::latency(Traffic& traffic, double rate, double warm_seconds, double seconds,
                               const std::function<void()>& mark) {
  if (Status begun = begin(); !begun) return begun.error();
  auto probe = Probe::start(settings_);
  if (!probe) return probe.error();
  auto child = start(false);
  if (!child) return child.error();
  // Joining and opening are over by then; what they would still hold up is in the warm-up.
  const TimeMs first{wall_us() / 1000 + 3'000};
  const auto from = first + DurationMs{static_cast<std::int64_t>(warm_seconds * 1000)};
  (*probe)->measure(from, from + DurationMs{static_cast<std::int64_t>(seconds * 1000)});
  LoadSettings what;
  what.rate = rate;
  what.events = static_cast<std::uint64_t>(rate * (warm_seconds + seconds));
  what.first = first;
  std::int64_t warm_us = 0;
  double warm_cpu = 0;
  auto loaded = load(settings_, settings_.topics.input, traffic, what, [&] {
    if (warm_us == 0 && wall_us() >= from.ms * 1000) {
      warm_us = wall_us();
      warm_cpu = Child::cpu_seconds_of(child->pid());
      mark();
    }
    return child->running();
  });
  if (!loaded) return loaded.error();
  const double cpu = Child::cpu_seconds_of(child->pid()) - warm_cpu;
  const double took = static_cast<double>(wall_us() - warm_us) / 1e6;
  mark();
  if (!child->running()) return failed("run ended during the measurement");
  (*probe)->settle(kQuiet);
  child->signal(SIGTERM);
  const Usage usage = child->wait();
  if (usage.exit_code != 0) return failed(fmt::format("run ended with {}", usage.exit_code));
  Latency latency;
  latency.us = (*probe)->latencies();
  latency.late_ms = loaded->late_ms;
  latency.cores = cpu / took;
  latency.seconds = took;
  latency.peak_bytes = usage.peak_bytes;
  return latency;
}

}  // namespace loopbreaker::measure
