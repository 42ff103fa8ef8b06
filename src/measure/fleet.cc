#include "measure/fleet.h"

#include <fmt/format.h>
#include <signal.h>

#include <chrono>
#include <fstream>
#include <thread>
#include <utility>

#include "measure/probe.h"

namespace loopbreaker::measure {
namespace {

constexpr double kPatience = 600;

double seconds_since(std::int64_t us) { return static_cast<double>(wall_us() - us) / 1e6; }
void pause(int ms) { std::this_thread::sleep_for(std::chrono::milliseconds(ms)); }

}  // namespace

Fleet::Fleet(std::string brokers, std::string prefix, std::filesystem::path dir,
             std::vector<std::string> arguments, std::function<bool()> go_on)
    : brokers_(std::move(brokers)),
      prefix_(std::move(prefix)),
      dir_(std::move(dir)),
      arguments_(std::move(arguments)),
      go_on_(std::move(go_on)) {}

Error Fleet::failed(const std::string& name, const std::string& what) const {
  return Error{fmt::format("{}: {}; its words are in {}", name, what, log(name)), Action::retry};
}

Status Fleet::start(const std::string& name, const std::vector<std::string>& more) {
  auto port = free_port();
  if (!port) return port.error();
  std::vector<std::string> all{"run",
                               "--brokers",
                               brokers_,
                               "--topic-prefix",
                               prefix_,
                               "--state-dir",
                               dir_ / name,
                               "--set",
                               fmt::format("kafka.group={}group", prefix_),
                               "--set",
                               fmt::format("http.address=127.0.0.1:{}", *port)};
  all.insert(all.end(), arguments_.begin(), arguments_.end());
  all.insert(all.end(), more.begin(), more.end());
  members_.erase(name);
  const std::int64_t began = wall_us();
  auto child = Child::start(all, log(name));
  if (!child) return child.error();
  members_.emplace(name, Member{std::move(*child), *port, began});
  return Ok{};
}

Result<Start> Fleet::watch(const std::string& name) {
  Member& member = members_.at(name);
  Start start;
  double first_at = 0, first_count = 0, last_at = 0;
  while (start.caught_up == 0) {
    if (!go_on_()) return Error{"interrupted", Action::retry};
    if (!member.child.running()) return failed(name, "it ended while it started");
    if (seconds_since(member.began_us) > kPatience) return failed(name, "it is not at work");
    const auto asked = scrape(member.port);
    const double now = seconds_since(member.began_us);
    if (asked) {
      if (asked->replayed > 0 && first_at == 0) {
        first_at = now;
        first_count = asked->replayed;
      }
      if (asked->replayed > start.replayed) {
        last_at = now;
        start.replayed = asked->replayed;
      }
      if (start.first_event == 0 && asked->folded > 0) start.first_event = now;
      if (start.all_live == 0 && ready(member.port)) start.all_live = now;
      if (start.all_live > 0 && start.first_event > 0 && asked->lag == 0) start.caught_up = now;
    }
    pause(10);
  }
  if (last_at > first_at) start.replay_rate = (start.replayed - first_count) / (last_at - first_at);
  return start;
}

Result<Scraped> Fleet::ask(const std::string& name) const { return scrape(members_.at(name).port); }

Status Fleet::wait_for(const std::string& name, double seconds,
                       const std::function<bool(const Scraped&)>& enough) {
  Member& member = members_.at(name);
  for (const std::int64_t began = wall_us();; pause(50)) {
    if (!go_on_()) return Error{"interrupted", Action::retry};
    if (!member.child.running()) return failed(name, "it ended");
    const auto asked = scrape(member.port);
    if (asked && enough(*asked)) return Ok{};
    if (seconds_since(began) > seconds)
      return failed(name, fmt::format("waited {:.0f} s for it in vain", seconds));
  }
}

Result<double> Fleet::stop(const std::string& name) {
  Member& member = members_.at(name);
  const std::int64_t began = wall_us();
  member.child.signal(SIGTERM);
  const Usage usage = member.child.wait();
  if (usage.exit_code != 0) return failed(name, fmt::format("it ended with {}", usage.exit_code));
  return seconds_since(began);
}

Usage Fleet::kill(const std::string& name) {
  Member& member = members_.at(name);
  member.child.signal(SIGKILL);
  return member.child.wait();
}

void Fleet::wipe(const std::string& name) {
  std::error_code ignored;
  std::filesystem::remove_all(dir_ / name, ignored);
}

double Fleet::peak_bytes(const std::string& name) const {
  std::ifstream file(fmt::format("/proc/{}/status", members_.at(name).child.pid()));
  for (std::string line; std::getline(file, line);)
    if (line.starts_with("VmHWM:")) return std::strtod(line.c_str() + 6, nullptr) * 1024;
  return 0;
}

double Fleet::cpu_seconds(const std::string& name) const {
  return Child::cpu_seconds_of(members_.at(name).child.pid());
}

}  // namespace loopbreaker::measure
