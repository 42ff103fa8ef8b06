// Opens everything the processor needs, in an order in which nothing is touched before it has been
// checked.
#include "cli/processor.h"

#include <fmt/format.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <thread>

#include "cli/cluster_flags.h"
#include "cli/commands.h"
#include "cli/core_parts.h"
#include "cli/policy_file.h"
#include "http/metrics.h"
#include "http/server.h"
#include "kafka/admin.h"
#include "kafka/event_log.h"
#include "kafka/output_log.h"
#include "kafka/settings.h"
#include "kafka/state_log.h"
#include "kafka/topic_check.h"
#include "runtime/worker.h"
#include "store/identity.h"
#include "store/rocksdb_store.h"
#include "text/analyzer.h"

namespace loopbreaker::cli {
namespace {

/// Without a sign of life for so long a worker hangs, and the process must be started anew.
constexpr DurationMs kWatchdog{120'000};

/// Of what is in the local store. Another one's is dropped: the state topic has all of it.
///   2: an outline beside every record
constexpr int kStoreLayout = 2;

class SystemClock final : public WallClock {
 public:
  TimeMs now() override {
    using namespace std::chrono;
    return {duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count()};
  }
};

void sleep_for(DurationMs d) { std::this_thread::sleep_for(std::chrono::milliseconds(d.ms)); }

kafka::Settings kafka_settings(const Config& config, const std::string& instance, int worker) {
  kafka::Settings s = client_settings(config);
  // One identity per slot of this state directory: a restarted process gets its partitions back at
  // once and fences whatever it left behind.
  const std::string slot = config.kafka.topic_prefix + config.kafka.group + "-" + instance + "-" +
                           std::to_string(worker);
  s.instance_id = slot;
  s.transactional_id = slot;
  return s;
}

/// One worker with everything it owns, on a thread of its own.
struct WorkerUnit {
  std::unique_ptr<EventLog> events;
  std::unique_ptr<OutputLog> outputs;
  std::unique_ptr<StateLog> state;
  CoreParts core;
  std::unique_ptr<runtime::Worker> worker;
  std::thread thread;
  std::atomic<bool> done{false};
  Status result = Ok{};
};

class Processor final : public RunningProcessor {
 public:
  Processor(const Config& config, const StartOptions& options)
      : config_(config), options_(options) {}

  ~Processor() override {
    stop();
    (void)wait();
    server_.reset();
  }

  Status open() {
    auto policy = read_policy(config_.policy.file);
    if (!policy) return policy.error();
    policy_ = std::move(*policy);
    const auto parts = text::load_parts(config_.text.packs, config_.text.models);
    if (!parts) return parts.error();
    auto directory = store::open_state_directory(config_.state.dir);
    if (!directory) return directory.error();
    directory_ = std::move(*directory);

    kafka::Settings probe = kafka_settings(config_, directory_->instance_id(), 0);
    if (Status ok = kafka::validate(probe); !ok) return ok;
    if (options_.check_topics)
      if (Status ok = kafka::check_topics(probe); !ok) return ok;
    auto first = kafka::make_event_log(probe);
    if (!first) return first.error();
    auto count = (*first)->partition_count();
    if (!count) return count.error();
    partitions_ = *count;
    if (Status ok = claim_store(probe); !ok) return ok;
    if (Status ok = open_store(); !ok) return ok;

    int workers = config_.run.workers;
    if (workers == 0) workers = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
    workers = std::min(workers, std::max(1, partitions_));
    for (int i = 0; i < workers; ++i) {
      units_.push_back(std::make_unique<WorkerUnit>());
      if (Status ok =
              open_unit(*units_.back(), i, workers, *parts, i == 0 ? std::move(*first) : nullptr);
          !ok)
        return ok;
    }
    if (Status ok = open_http(); !ok) return ok;
    spdlog::info("policy {} version {} ({}), {} workers on {} partitions of {}, state in {}",
                 policy_->name, policy_->version, policy_->hash, workers, partitions_,
                 probe.topics.input, config_.state.dir);
    for (auto& unit : units_) {
      unit->thread = std::thread([this, u = unit.get()] {
        u->result = u->worker->run(stopping_);
        u->done = true;
      });
    }
    supervisor_ = std::thread([this] { supervise(); });
    return Ok{};
  }

  void stop() override { stopping_ = true; }

  Status wait() override {
    if (supervisor_.joinable()) supervisor_.join();
    for (auto& unit : units_)
      if (unit->thread.joinable()) unit->thread.join();
    for (auto& unit : units_)
      if (!unit->result) return unit->result;
    return Ok{};
  }

  bool caught_up() const override {
    int owned = 0;
    for (const auto& unit : units_) {
      if (!unit->worker->caught_up()) return false;
      owned += unit->worker->partitions_owned();
    }
    return owned > 0;
  }

 private:
  /// A store is a cache of one group's state topic: sessions of another one would be taken for
  /// ours.
  Status claim_store(const kafka::Settings& settings) {
    auto admin = kafka::make_admin(settings);
    if (!admin) return admin.error();
    auto cluster = (*admin)->cluster_id();
    if (!cluster) return cluster.error();
    const std::string ours =
        fmt::format("cluster {}\ngroup {}\ninput {}\nstate {}\nlayout {}\n", *cluster,
                    settings.group, settings.topics.input, settings.topics.state, kStoreLayout);
    auto whose = directory_->store_of();
    if (!whose) return whose.error();
    if (*whose == ours) return Ok{};
    if (!whose->empty()) {
      spdlog::warn(
          "local store was written for another group, other topics or by another release, dropped");
      if (Status ok = store::destroy(directory_->store_path()); !ok) return ok;
    }
    return directory_->give_store_to(ours);
  }

  Status open_store() {
    store::RocksDbSettings settings;
    settings.cache_bytes = config_.state.rocksdb_cache_bytes;
    auto opened = store::open_rocksdb_store(directory_->store_path(), settings);
    if (!opened && opened.error().action == Action::recover) {
      spdlog::warn("local store damaged, dropped and rebuilt from the state topic: {}",
                   opened.error().message);
      if (Status ok = store::destroy(directory_->store_path()); !ok) return ok;
      opened = store::open_rocksdb_store(directory_->store_path(), settings);
    }
    if (!opened) return opened.error();
    store_ = std::move(*opened);
    return Ok{};
  }

  Status open_unit(WorkerUnit& unit, int number, int workers, const text::AnalyzerParts& parts,
                   std::unique_ptr<EventLog> events) {
    const kafka::Settings kafka = kafka_settings(config_, directory_->instance_id(), number);
    if (!events) {
      auto made = kafka::make_event_log(kafka);
      if (!made) return made.error();
      events = std::move(*made);
    }
    unit.events = std::move(events);
    auto outputs = kafka::make_output_log(kafka);
    if (!outputs) return outputs.error();
    unit.outputs = std::move(*outputs);
    auto state = kafka::make_state_log(kafka);
    if (!state) return state.error();
    unit.state = std::move(*state);

    auto core = make_core_parts(config_, parts);
    if (!core) return core.error();
    unit.core = std::move(*core);

    runtime::WorkerSettings settings;
    settings.number = number;
    settings.commit_min_interval = config_.commit.min_interval;
    settings.commit_max_interval = config_.commit.max_interval;
    settings.commit_max_bytes = config_.commit.max_bytes;
    settings.follow_wall_clock = config_.time.follow_wall_clock && !config_.run.until_caught_up;
    settings.allowed_delay = config_.time.allowed_delay;
    settings.table_bytes = config_.state.table_bytes / static_cast<std::size_t>(workers);
    settings.recovery.first_start = config_.kafka.first_start == FirstStart::earliest
                                        ? runtime::FirstStart::earliest
                                        : runtime::FirstStart::latest;
    settings.max_replay = config_.state.max_replay;
    settings.stall_after = config_.run.stall_after;
    settings.recovery.patience = config_.state.patience;
    settings.recovery.transaction_timeout = config_.kafka.transaction_timeout;
    settings.recovery.group = kafka.group;
    settings.recovery.input_topic = kafka.topics.input;
    settings.recovery.state_topic = kafka.topics.state;
    runtime::Workbench bench{*policy_, *unit.core.analyzer, *unit.core.intake,
                             metrics_, store_.get(),        config_.state.max_age,
                             {}};
    runtime::WorkerDoors doors{
        *unit.events,
        *unit.outputs,
        *unit.state,
        *store_,
        clock_,
        leases_,
        sleep_for,
        [number](std::string_view level, std::string message) {
          spdlog::log(level == "info"      ? spdlog::level::info
                      : level == "warning" ? spdlog::level::warn
                                           : spdlog::level::err,
                      "worker {}: {}", number, message);
        },
        [events = unit.events.get()] { return kafka::renew_consumer(*events); }};
    unit.worker = std::make_unique<runtime::Worker>(settings, bench, doors);
    return Ok{};
  }

  Status open_http() {
    if (config_.http.host.empty()) return Ok{};
    http::Handlers handlers;
    handlers.metrics_text = [this] { return metrics_.text(); };
    handlers.unhealthy = [this]() -> std::optional<std::string> {
      for (const auto& unit : units_)
        if (unit->done && !unit->result) return unit->result.error().message;
      return std::nullopt;
    };
    handlers.not_ready = [this]() -> std::optional<std::string> {
      for (std::size_t i = 0; i < units_.size(); ++i)
        if (units_[i]->worker->recovering())
          return "worker " + std::to_string(i) + " is recovering";
      return std::nullopt;
    };
    auto server =
        http::Server::start(config_.http.host + ":" + std::to_string(config_.http.port), handlers);
    if (!server) return server.error();
    server_ = std::move(*server);
    spdlog::info("metrics and health on http://{}", server_->address());
    return Ok{};
  }

  /// Ends everything when one worker fails, when all are caught up (if asked for), or when draining
  /// takes too long.
  void supervise() {
    TimeMs caught_up_since = kNoTime, stop_since = kNoTime;
    for (;;) {
      sleep_for(DurationMs{20});
      const TimeMs now = clock_.now();
      bool all_done = true;
      for (std::size_t i = 0; i < units_.size(); ++i) {
        WorkerUnit& unit = *units_[i];
        if (unit.done) {
          if (!unit.result) stopping_ = true;
          continue;
        }
        all_done = false;
        if (now - unit.worker->last_sign_of_life() > kWatchdog &&
            unit.worker->last_sign_of_life().ms > 0) {
          spdlog::critical(
              "worker {} has not moved for {} s: ending the process so that it is started anew", i,
              kWatchdog.ms / 1000);
          std::_Exit(kFailed);
        }
      }
      if (all_done) return;
      if (config_.run.until_caught_up && !stopping_) {
        if (!caught_up()) {
          caught_up_since = kNoTime;
        } else {
          if (caught_up_since == kNoTime) caught_up_since = now;
          int owned = 0;
          for (const auto& unit : units_) owned += unit->worker->partitions_owned();
          // With other processes in the group some partitions are theirs; wait until the group has
          // settled.
          if (now - caught_up_since > DurationMs{owned == partitions_ ? 200 : 5'000})
            stopping_ = true;
        }
      }
      if (stopping_) {
        if (stop_since == kNoTime) stop_since = now;
        if (now - stop_since > config_.run.drain_timeout) {
          spdlog::critical(
              "not drained within {} ms: leaving now; what was not committed is done again after "
              "the restart",
              config_.run.drain_timeout.ms);
          std::_Exit(kFailed);
        }
      }
    }
  }

  const Config config_;
  const StartOptions options_;
  std::unique_ptr<Policy> policy_;
  std::unique_ptr<store::StateDirectory> directory_;
  std::unique_ptr<StateStore> store_;
  http::Metrics metrics_;
  SystemClock clock_;
  runtime::Leases leases_;
  std::int32_t partitions_ = 0;
  std::vector<std::unique_ptr<WorkerUnit>> units_;
  std::unique_ptr<http::Server> server_;
  std::atomic<bool> stopping_{false};
  std::thread supervisor_;
};

}  // namespace

Result<std::unique_ptr<RunningProcessor>> start_processor(const Config& config,
                                                          const StartOptions& options) {
  auto processor = std::make_unique<Processor>(config, options);
  if (Status ok = processor->open(); !ok) return ok.error();
  return std::unique_ptr<RunningProcessor>(std::move(processor));
}

}  // namespace loopbreaker::cli
