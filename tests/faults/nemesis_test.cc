// Random faults under load, one after the other and sometimes two at once. Short in every test run;
// `./dev faults --minutes N --seed S` goes on for long and prints what happened.
#include <cstdio>

#include "fixture.h"

namespace loopbreaker::testing {
namespace {

class Nemesis : public Faults {
 protected:
  struct Kind {
    const char* name;
    void (Nemesis::*inject)();
    bool needs_broker;
  };
  struct Times {
    std::vector<double> seconds;
  };

  const std::string& someone() { return names_[chance_() % names_.size()]; }

  /// One that was just started may have found no broker and ended before.
  void end_hard(const std::string& name) {
    member(name).kill(SIGKILL);
    const int code = member(name).wait();
    EXPECT_TRUE(code == 128 + SIGKILL || code == 3) << said_by(name);
  }
  void end_in_order(const std::string& name) {
    member(name).kill(SIGTERM);
    const int code = member(name).wait();
    EXPECT_TRUE(code == 0 || code == 3) << code << "\n" << said_by(name);
  }

  void kill_and_restart() {
    const std::string name = someone();
    end_hard(name);
    start_one(name);
  }
  void kill_everyone() {
    for (const auto& name : names_) member(name).kill(SIGKILL);
    for (const auto& name : names_) member(name).wait();
    for (const auto& name : names_) start_one(name);
  }
  void restart() {
    const std::string name = someone();
    end_in_order(name);
    start_one(name);
  }
  void kill_in_drain() {
    const std::string name = someone();
    member(name).kill(SIGTERM);
    pause(0, 200);
    member(name).kill(SIGKILL);
    const int code = member(name).wait();
    EXPECT_TRUE(code == 0 || code == 3 || code == 128 + SIGKILL) << said_by(name);
    start_one(name);
  }
  void kill_in_recovery() {
    const std::string name = someone();
    for (int i = 0; i < 3; ++i) {
      end_hard(name);
      start_one(name);
      pause(50, 900);
    }
    end_hard(name);
    start_one(name);
  }
  void leave_for_a_while() {
    const std::string name = someone();
    end_in_order(name);
    pause(1'000, 5'000);
    start_one(name);
  }
  void freeze_shortly() {
    const std::string name = someone();
    member(name).kill(SIGSTOP);
    pause(500, 4'000);
    member(name).kill(SIGCONT);
  }
  void freeze_past_session() {
    const std::string name = someone();
    member(name).kill(SIGSTOP);
    pause(8'000, 10'000);
    member(name).kill(SIGCONT);
  }
  void wipe() {
    const std::string name = someone();
    end_hard(name);
    std::filesystem::remove_all(state_of(name));
    start_one(name);
  }
  /// The store as it was at an earlier kill comes back.
  void old_store() {
    const std::string name = someone();
    end_hard(name);
    const auto now = state_of(name) / "store", kept = dir_ / ("kept-" + name);
    const auto aside = dir_ / "aside";
    std::filesystem::rename(now, aside);
    if (std::filesystem::exists(kept)) std::filesystem::rename(kept, now);
    std::filesystem::rename(aside, kept);
    start_one(name);
  }
  void kill_broker() {
    cluster_->stop_broker(SIGKILL);
    cluster_->start_broker();
  }
  void stop_broker() {
    cluster_->stop_broker(SIGTERM);
    cluster_->start_broker();
  }
  void freeze_broker() {
    cluster_->signal_broker(SIGSTOP);
    pause(1'000, 5'000);
    cluster_->signal_broker(SIGCONT);
  }

  /// As whoever starts processes would: one that found no broker when it began (exit 3) is started
  /// again. Nobody may end otherwise.
  void supervise() {
    for (const auto& name : names_) {
      if (member(name).running()) continue;
      ASSERT_EQ(member(name).wait(), 3) << name << " ended by itself\n" << said_by(name);
      ++started_again_;
      start_one(name);
    }
  }

  void start_one(const std::string& name) {
    // Commits small enough that something is always under way; saved at all ages.
    static const std::vector<std::string> ages = {"0s", "500ms", "2s", "20s", "5m"};
    start(name, {"--set", "state.max_age=" + ages[chance_() % ages.size()], "--set",
                 "commit.max_bytes=64KiB"});
  }

  static constexpr Kind kKinds[] = {
      {"process killed", &Nemesis::kill_and_restart, false},
      {"all processes killed", &Nemesis::kill_everyone, false},
      {"process restarted", &Nemesis::restart, false},
      {"killed in its drain", &Nemesis::kill_in_drain, false},
      {"killed in its recovery", &Nemesis::kill_in_recovery, false},
      {"left for a while", &Nemesis::leave_for_a_while, false},
      {"frozen shortly", &Nemesis::freeze_shortly, false},
      {"frozen past its session", &Nemesis::freeze_past_session, false},
      {"killed and disk wiped", &Nemesis::wipe, false},
      {"killed, older disk back", &Nemesis::old_store, false},
      {"broker killed", &Nemesis::kill_broker, true},
      {"broker restarted", &Nemesis::stop_broker, true},
      {"broker frozen", &Nemesis::freeze_broker, true},
  };

  void print(double minutes) {
    std::printf("\nseed %u, %.1f minutes, 3 processes of 2 workers on %d partitions\n", seed_,
                minutes, kPartitions);
    std::printf("%-26s %6s %12s %12s\n", "fault", "times", "median s", "worst s");
    std::size_t all = 0;
    for (auto& [name, times] : times_) {
      auto& s = times.seconds;
      std::ranges::sort(s);
      std::printf("%-26s %6zu %12.1f %12.1f\n", name.c_str(), s.size(), s[s.size() / 2], s.back());
      all += s.size();
    }
    std::printf(
        "%-26s %6zu   (seconds from the repair until all that was in the input then is "
        "committed)\n",
        "together", all);
    std::printf("%zu input records, %zu outputs compared with the reference run, %zu differences\n",
                verifier_->events(), verifier_->outputs(), verifier_->differences().size());
    std::printf("%d starts found no broker and were tried again\n", started_again_);
    std::printf("%d times the broker had opened its coordinator too early and was started again\n",
                opened_too_early_);
    std::size_t mended = 0;
    for (const std::string& name : names_) {
      const std::string said = said_by(name);
      for (std::size_t at = 0; (at = said.find("was put right", at)) != std::string::npos; ++at)
        ++mended;
    }
    std::printf("%zu times the group's offset was older than what was committed\n", mended);
    std::fflush(stdout);
  }

  /// Without progress for so long, an operator would look into the broker's log.
  static constexpr Seconds kBrokerBroken{90};
  int started_again_ = 0, opened_too_early_ = 0;
  std::vector<std::string> names_ = {"a", "b", "c"};
  std::map<std::string, Times> times_;
};

TEST_F(Nemesis, random_faults_under_load) {
  const char* given = std::getenv("LOOPBREAKER_FAULT_MINUTES");
  const Seconds length(given ? std::strtod(given, nullptr) * 60 : 20);
  SCOPED_TRACE("seed " + std::to_string(seed_));
  FeederSettings f = load(0, 1'000);
  f.poison_every = 500;
  feed(f);
  for (const auto& name : names_) start_one(name);
  ASSERT_TRUE(wait_for_commit(input_ends())) << logs();
  std::vector<Kind> kinds;
  for (const Kind& kind : kKinds)
    if (!kind.needs_broker || cluster_->owns_broker()) kinds.push_back(kind);
  const auto began = Clock::now();
  auto last_look = began;
  while (Clock::now() - began < length) {
    const Kind kind = kinds[chance_() % kinds.size()];
    std::string name = kind.name;
    (this->*kind.inject)();
    if (HasFailure()) break;
    if (given && chance_() % 6 == 0) {
      const Kind second = kinds[chance_() % kinds.size()];
      pause(0, 1'500);
      (this->*second.inject)();
      name = "two at once";
    }
    const auto goal = input_ends();
    auto healed = Clock::now();
    for (supervise(); !HasFatalFailure() && !wait_for_commit(goal, Seconds(2)); supervise()) {
      if (Clock::now() - healed > kBrokerBroken && cluster_->owns_broker() &&
          cluster_->opened_too_early()) {
        ++opened_too_early_;
        stop_broker();
        healed = Clock::now();
      }
      ASSERT_LT(Clock::now() - healed, std::chrono::minutes(4))
          << "no progress after: " << name << "\n"
          << logs();
    }
    if (HasFatalFailure()) return;
    times_[name].seconds.push_back(Seconds(Clock::now() - healed).count());
    // Outputs first: by then the input holds what they came from.
    if (Clock::now() - last_look > std::chrono::minutes(1)) {
      last_look = Clock::now();
      verifier_->read_outputs();
      verifier_->read_input();
      for (const std::string& wrong : verifier_->too_much()) ADD_FAILURE() << wrong;
      std::printf("%.0f s: %zu input records, %zu outputs\n", Seconds(last_look - began).count(),
                  verifier_->events(), verifier_->outputs());
      std::fflush(stdout);
      if (HasFailure()) break;
    }
  }
  feeder_->stop();
  finish_and_verify();
  print(Seconds(Clock::now() - began).count() / 60);
}

}  // namespace
}  // namespace loopbreaker::testing
