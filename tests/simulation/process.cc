#include "process.h"

#include <atomic>

#include "runtime/intake.h"
#include "traffic.h"

namespace loopbreaker::simulation {

/// Notices decisions about records that are only replayed.
struct ReplayWatch final : runtime::Telemetry {
  void replayed(std::uint64_t) override { replaying = true; }
  void event(EventType) override { replaying = false; }
  void decision(std::string_view rule, Outcome, Change, bool) override {
    if (replaying) broken = "a replayed record was decided about, rule " + std::string(rule);
  }
  void dead_letter(DeadReason) override { replaying = false; }
  bool replaying = false;
  std::string broken;
};

struct Process::Unit {
  Unit(Broker& broker, Environment& env, const std::string& slot, const ProcessSettings& s,
       StateStore& store)
      : events(broker, env, slot, s.batch_max, s.pause_max),
        outputs(broker, env, slot),
        state(broker, env),
        intake({}, [](std::string_view text, std::string&) { return text; }),
        workbench{*s.policy, analyzer(), intake, telemetry, &store, s.max_age, {}} {}

  SimEventLog events;
  SimOutputLog outputs;
  SimStateLog state;
  runtime::Intake intake;
  ReplayWatch telemetry;
  runtime::Workbench workbench;
  std::unique_ptr<runtime::Worker> worker;
  std::atomic<bool> stop{false};
  Scheduler::TaskId task = 0;
  bool done = false;
  std::optional<Error> error;
};

void Process::start(const ProcessSettings& s, const FaultRates* rates) {
  life_ = std::make_shared<Life>(Environment{scheduler_, coverage_, rates, {}, false});
  auto life = life_;
  life->env.die = [this] {
    kill();
    throw Killed{};
  };
  life->store = std::make_unique<SimStore>(disk, life->env);
  life->clock = std::make_unique<Clock>(scheduler_);
  for (int i = 0; i < s.workers; ++i) {
    const std::string slot = "p" + std::to_string(number_) + "-w" + std::to_string(i);
    auto unit = std::make_shared<Unit>(broker_, life->env, slot, s, *life->store);
    runtime::WorkerSettings settings;
    settings.number = i;
    settings.commit_max_interval = s.commit_max_interval;
    settings.commit_max_bytes = s.commit_max_bytes;
    settings.max_replay = s.max_replay;
    settings.long_replay = s.long_replay;
    settings.deadlines_at_once = s.deadlines_at_once;
    settings.follow_wall_clock = s.follow_wall_clock;
    settings.table_bytes = s.table_bytes;
    settings.recovery.store_age_max = s.store_age_max;
    settings.recovery.group = "group";
    settings.recovery.input_topic = "input";
    settings.recovery.state_topic = "state";
    unit->events.before_poll = [t = &unit->telemetry] { t->replaying = false; };
    auto log = [this, slot](std::string_view level, std::string line) {
      if (line.find("local store at seq") != std::string::npos &&
          line.find(", 0 records") == std::string::npos)
        coverage_(Seen::partition_came_back_to_old_store);
      if (line.find("offset was put right") != std::string::npos) coverage_(Seen::offset_mended);
      if (line.find("too old") != std::string::npos) coverage_(Seen::old_disk_too_old);
      if (line.find("waits for") != std::string::npos) coverage_(Seen::handover_waited);
      tell_(number_, level, slot + ": " + line);
    };
    unit->worker = std::make_unique<runtime::Worker>(
        settings, unit->workbench,
        runtime::WorkerDoors{unit->events, unit->outputs, unit->state, *life->store, *life->clock,
                             life->leases, [this](DurationMs d) { scheduler_.sleep(d); }, log});
    // Holds on to its life: a task that is killed unwinds later.
    unit->task = scheduler_.start([life, unit = unit.get()] {
      try {
        if (Status ok = unit->worker->run(unit->stop); !ok) unit->error = ok.error();
      } catch (const Killed&) {
      }
      unit->done = true;
    });
    life->units.push_back(std::move(unit));
  }
}

void Process::kill() {
  if (!life_) return;
  life_->dead = true;
  life_->store->crash();
  for (auto& unit : life_->units) {
    if (!unit->done) broker_.heartbeats_stop(unit->events.member());
    scheduler_.kill(unit->task);
  }
  life_.reset();
}

void Process::stop(bool with_batch) {
  if (with_batch) {
    for (auto& unit : life_->units) {
      unit->events.with_batch = [this, life = life_.get()] {
        if (life_.get() == life && !life->stopping) stop();
      };
    }
    return;
  }
  life_->stopping = life_->env.closing = true;
  for (auto& unit : life_->units) unit->stop = true;
}

void Process::freeze(bool frozen) {
  life_->frozen = frozen;
  for (auto& unit : life_->units) {
    scheduler_.freeze(unit->task, frozen);
    if (frozen)
      broker_.heartbeats_stop(unit->events.member());
    else
      broker_.heartbeats_again(unit->events.member());
  }
}

void Process::set_rates(const FaultRates* rates) {
  if (life_) life_->env.rates = rates;
}

void Process::set_pause(DurationMs pause) {
  if (life_)
    for (auto& unit : life_->units) unit->events.pause_max = pause;
}

bool Process::caught_up() const {
  if (!life_ || life_->stopping) return false;
  for (const auto& unit : life_->units)
    if (!unit->worker->caught_up()) return false;
  return true;
}

bool Process::ended(std::optional<Error>& error) {
  if (!life_) return false;
  bool all = true;
  for (auto& unit : life_->units) {
    if (unit->error && !error) error = unit->error;
    if (!unit->telemetry.broken.empty() && !error) error = Error{unit->telemetry.broken};
    all &= unit->done;
  }
  if (all) {
    (void)life_->store->flush();  // what is in memory is flushed when the store is closed
    life_.reset();
  }
  return all;
}

}  // namespace loopbreaker::simulation
