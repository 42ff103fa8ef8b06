// One process of the product on one machine: its disk, and the workers while it lives.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "broker.h"
#include "clients.h"
#include "disk_store.h"
#include "faults.h"
#include "runtime/worker.h"

namespace loopbreaker::simulation {

struct ProcessSettings {
  int workers = 1;
  DurationMs max_age{0};
  std::int64_t max_replay = INT64_MAX;
  std::int64_t long_replay = 10'000;
  std::size_t deadlines_at_once = 256;
  std::size_t table_bytes = 1 << 30;
  std::size_t commit_max_bytes = 8 << 20;
  DurationMs commit_max_interval{1'000};
  std::size_t batch_max = 100;
  DurationMs pause_max{400};
  DurationMs store_age_max{12 * 3'600'000};
  bool follow_wall_clock = false;
  const Policy* policy = nullptr;
};

class Process {
 public:
  using Tell = std::function<void(int process, std::string_view level, const std::string& line)>;
  Process(int number, Scheduler& scheduler, Coverage& coverage, Broker& broker, Tell tell)
      : number_(number),
        scheduler_(scheduler),
        coverage_(coverage),
        broker_(broker),
        tell_(std::move(tell)) {}

  void start(const ProcessSettings& settings, const FaultRates* rates);
  /// SIGKILL. May be called by one of its own workers, who must not go on then.
  void kill();
  /// SIGTERM. `with_batch`: not before there is work in hand.
  void stop(bool with_batch = false);
  /// SIGSTOP and SIGCONT.
  void freeze(bool frozen);
  void set_rates(const FaultRates* rates);
  void set_pause(DurationMs pause);

  bool up() const { return life_ != nullptr; }
  bool stopping() const { return life_ && life_->stopping; }
  bool frozen() const { return life_ && life_->frozen; }
  bool caught_up() const;
  /// All workers have ended by themselves: the process is over. Returns the first error.
  bool ended(std::optional<Error>& error);

  Disk disk;
  int number() const { return number_; }

 private:
  struct Clock final : WallClock {
    explicit Clock(Scheduler& s) : scheduler(s) {}
    TimeMs now() override { return scheduler.now(); }
    Scheduler& scheduler;
  };
  struct Unit;
  struct Life {
    explicit Life(Environment e) : env(std::move(e)) {}
    Environment env;
    std::unique_ptr<SimStore> store;
    runtime::Leases leases;
    std::unique_ptr<Clock> clock;
    std::vector<std::shared_ptr<Unit>> units;
    bool stopping = false, frozen = false, dead = false;
  };

  const int number_;
  Scheduler& scheduler_;
  Coverage& coverage_;
  Broker& broker_;
  Tell tell_;
  std::shared_ptr<Life> life_;
};

}  // namespace loopbreaker::simulation
