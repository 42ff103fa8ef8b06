// One fault's world: topics of its own on a real broker, processes of the product that come and go,
// load while they do, and at the end the verifier's word.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "cluster.h"
#include "feeder.h"
#include "support/world.h"
#include "verifier.h"

namespace loopbreaker::testing {

using Seconds = std::chrono::duration<double>;
using std::chrono::milliseconds;

class Faults : public World {
 protected:
  using Clock = std::chrono::steady_clock;

  void SetUp() override {
    World::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    seed_ = std::random_device{}();
    if (const char* given = std::getenv("LOOPBREAKER_FAULT_SEED"); given && *given)
      seed_ = static_cast<unsigned>(std::strtoul(given, nullptr, 10));
    chance_.seed(seed_);
    cluster_.emplace(settings_.brokers);
    verifier_.emplace(settings_, kPartitions);
  }
  void TearDown() override {
    feeder_.reset();
    members_.clear();
    if (HasFailure() && !dir_.empty())
      std::cerr << "seed " << seed_ << " (LOOPBREAKER_FAULT_SEED repeats its choices), logs in "
                << dir_ << "\n";
    World::TearDown();
  }

  std::string group() const { return prefix_ + "group"; }
  /// Nothing but the broker and this process has a random pause.
  void pause(int from_ms, int to_ms) {
    std::this_thread::sleep_for(
        milliseconds(std::uniform_int_distribution<>(from_ms, to_ms)(chance_)));
  }

  // --- processes: named by their state directory -------------------------------------------------

  std::filesystem::path state_of(const std::string& name) const { return dir_ / ("state-" + name); }
  std::string log_of(const std::string& name) const { return dir_ / ("log-" + name); }
  std::string said_by(const std::string& name) const {
    std::ifstream file(log_of(name));
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
  }

  /// Starts the process of that name, anew when it ran before.
  Process& start(const std::string& name, const std::vector<std::string>& more = {}) {
    return start(name, more, prefix_);
  }
  /// With the topics, and in the group, of that prefix.
  Process& start(const std::string& name, const std::vector<std::string>& more,
                 const std::string& prefix) {
    std::vector<std::string> all{"run",  "--brokers",   settings_.brokers, "--topic-prefix",
                                 prefix, "--state-dir", state_of(name),    "--workers",
                                 "2"};
    for (const char* set :
         {"http.address=off", "time.follow_wall_clock=false",
          "kafka.consumer.session.timeout.ms=3000", "kafka.consumer.heartbeat.interval.ms=500",
          "run.drain_timeout=60s", "commit.max_interval=100ms", "state.max_age=2s"}) {
      all.push_back("--set");
      all.push_back(set);
    }
    all.push_back("--set");
    all.push_back("kafka.group=" + prefix + "group");
    all.insert(all.end(), more.begin(), more.end());
    auto& member = members_[name];
    member.reset();
    member = std::make_unique<Process>(all, log_of(name));
    return *member;
  }
  Process& member(const std::string& name) { return *members_.at(name); }
  void kill_9(const std::string& name) {
    member(name).kill(SIGKILL);
    ASSERT_EQ(member(name).wait(), 128 + SIGKILL) << name << " ended by itself:\n" << said_by(name);
  }
  /// Leaves in order; the exit code.
  int stop(const std::string& name) {
    member(name).kill(SIGTERM);
    return member(name).wait();
  }
  /// The exit code of a process that must end by itself; -1 when it does not.
  int wait_for_end(const std::string& name, Seconds limit = Seconds(90)) {
    for (const auto until = Clock::now() + limit; Clock::now() < until;) {
      if (!member(name).running()) return member(name).wait();
      std::this_thread::sleep_for(milliseconds(20));
    }
    return -1;
  }

  // --- load --------------------------------------------------------------------------------------

  FeederSettings load(std::uint64_t events, double per_second) const {
    FeederSettings f;
    f.brokers = settings_.brokers;
    f.topic = settings_.topics.input;
    f.seed = seed_;
    f.events = events;
    f.events_per_second = per_second;
    return f;
  }
  void feed(std::uint64_t events, double per_second = 3'000) { feed(load(events, per_second)); }
  void feed(const FeederSettings& settings) { feeder_ = std::make_unique<Feeder>(settings); }

  // --- progress ----------------------------------------------------------------------------------

  std::vector<std::int64_t> committed() {
    return cluster_->committed(group(), settings_.topics.input, kPartitions);
  }
  std::vector<std::int64_t> input_ends() {
    std::vector<std::int64_t> out;
    for (int p = 0; p < kPartitions; ++p)
      out.push_back(cluster_->ends(settings_.topics.input, p).stable);
    return out;
  }
  /// Until every partition is committed up to `goal`; the time it took. Nothing when it takes
  /// longer than `limit`, or when no process is left that could.
  std::optional<Seconds> wait_for_commit(const std::vector<std::int64_t>& goal,
                                         Seconds limit = Seconds(240)) {
    for (const auto began = Clock::now();;) {
      const auto now = committed();
      bool reached = true;
      for (std::size_t p = 0; p < goal.size(); ++p) reached &= now[p] >= goal[p];
      if (reached) return Clock::now() - began;
      bool anyone = false;
      for (auto& [name, process] : members_) anyone |= process && process->running();
      if (!anyone || Clock::now() - began > limit) return std::nullopt;
      std::this_thread::sleep_for(milliseconds(20));
    }
  }
  /// Every partition is owned, and its first offset committed.
  void wait_until_begun() {
    ASSERT_TRUE(wait_for_commit(std::vector<std::int64_t>(kPartitions, 0))) << logs();
  }
  /// Everything that is in the input now is consumed.
  void wait_until_consumed() {
    verifier_->read_input();
    ASSERT_TRUE(wait_for_commit(verifier_->consumed())) << "not consumed to the end\n" << logs();
  }
  std::string logs() const {
    std::string out;
    for (const auto& [name, process] : members_) {
      std::string said = said_by(name);
      if (said.size() > 6'000) said = "..." + said.substr(said.size() - 6'000);
      out += "--- " + name + "\n" + said;
    }
    return out;
  }
  /// The end of every test: what is left is consumed, everyone leaves, and what was published is
  /// what must be.
  void finish_and_verify(std::size_t outputs_at_least = 100) {
    if (feeder_) feeder_->wait();
    wait_until_consumed();
    if (HasFatalFailure()) return;
    for (auto& [name, process] : members_)
      if (process && process->running()) {
        EXPECT_EQ(stop(name), 0) << said_by(name);
      }
    verify(outputs_at_least);
  }
  void verify(std::size_t outputs_at_least = 100) {
    verifier_->read_outputs();
    EXPECT_GE(verifier_->outputs(), outputs_at_least) << "too little happened to tell anything";
    for (const std::string& difference : verifier_->differences()) ADD_FAILURE() << difference;
    if (HasFailure()) std::cerr << logs();
  }

  unsigned seed_ = 0;
  std::mt19937 chance_;
  std::optional<Cluster> cluster_;
  std::optional<Verifier> verifier_;
  std::map<std::string, std::unique_ptr<Process>> members_;
  std::unique_ptr<Feeder> feeder_;
};

}  // namespace loopbreaker::testing
