// Metrics: sharded counters for what happens per event, a locked map for what is rare.
#include "http/metrics.h"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <array>
#include <atomic>
#include <limits>
#include <map>
#include <mutex>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

#include "http/process_figures.h"
#include "loopbreaker/decision.h"
#include "loopbreaker/handoff.h"

namespace loopbreaker::http {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

/// A counter in which threads do not meet: each adds in a cache line of its own, as long as there
/// are few threads.
class Counter {
 public:
  void add(std::uint64_t n = 1) { shards_[shard()].value.fetch_add(n, std::memory_order_relaxed); }
  std::uint64_t value() const {
    std::uint64_t sum = 0;
    for (const Shard& s : shards_) sum += s.value.load(std::memory_order_relaxed);
    return sum;
  }

 private:
  static constexpr std::size_t kShards = 16;
  struct alignas(64) Shard {
    std::atomic<std::uint64_t> value{0};
  };
  static std::size_t shard() {
    static std::atomic<std::size_t> threads{0};
    thread_local const std::size_t mine = threads.fetch_add(1) % kShards;
    return mine;
  }
  std::array<Shard, kShards> shards_;
};

/// Observed durations in seconds. Bounds in milliseconds, because that is what is measured.
template <std::size_t N>
class Histogram {
 public:
  explicit Histogram(const std::array<std::int64_t, N>& bounds_ms) : bounds_(bounds_ms) {}

  void observe(DurationMs d) {
    const std::int64_t ms = d.ms < 0 ? 0 : d.ms;  // clocks of two machines may differ
    std::size_t i = 0;
    while (i < N && ms > bounds_[i]) ++i;
    buckets_[i].add();
    sum_ms_.add(static_cast<std::uint64_t>(ms));
  }
  ClientMetric collect() const {
    ClientMetric metric;
    std::uint64_t count = 0;
    for (std::size_t i = 0; i <= N; ++i) {
      count += buckets_[i].value();
      const double bound = i < N ? static_cast<double>(bounds_[i]) / 1000.0
                                 : std::numeric_limits<double>::infinity();
      metric.histogram.bucket.push_back({count, bound});
    }
    metric.histogram.sample_count = count;
    metric.histogram.sample_sum = static_cast<double>(sum_ms_.value()) / 1000.0;
    return metric;
  }

 private:
  std::array<std::int64_t, N> bounds_;
  std::array<Counter, N + 1> buckets_;
  Counter sum_ms_;
};

constexpr std::array<std::int64_t, 15> kLatencyBounds = {
    1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000, 30000, 60000};
constexpr std::array<std::int64_t, 12> kCommitBounds = {1,   2,   5,   10,   25,   50,
                                                        100, 250, 500, 1000, 5000, 30000};
constexpr std::array<std::int64_t, 10> kRecoveryBounds = {10,   50,    100,   500,    1000,
                                                          5000, 10000, 30000, 120000, 600000};

constexpr std::array<const char*, 9> kEventTypes = {"started",  "message",      "bot_action",
                                                    "transfer", "agent_joined", "agent_left",
                                                    "rating",   "ended",        "unknown"};
static_assert(static_cast<std::size_t>(EventType::unknown) + 1 == kEventTypes.size());

using Labels = std::vector<ClientMetric::Label>;

/// Collects families in the order in which they are added.
class Page {
 public:
  void begin(const char* name, MetricType type, const char* help) {
    families_.push_back({name, help, type, {}});
  }
  void counter(double value, Labels labels = {}) {
    ClientMetric& m = add(std::move(labels));
    m.counter.value = value;
  }
  void gauge(double value, Labels labels = {}) {
    ClientMetric& m = add(std::move(labels));
    m.gauge.value = value;
  }
  void histogram(ClientMetric metric) { families_.back().metric.push_back(std::move(metric)); }
  void one_counter(const char* name, double value, const char* help) {
    begin(name, MetricType::Counter, help);
    counter(value);
  }
  void one_gauge(const char* name, double value, const char* help) {
    begin(name, MetricType::Gauge, help);
    gauge(value);
  }
  std::string text() const { return prometheus::TextSerializer().Serialize(families_); }

 private:
  ClientMetric& add(Labels labels) {
    ClientMetric& m = families_.back().metric.emplace_back();
    m.label = std::move(labels);
    return m;
  }
  std::vector<MetricFamily> families_;
};

}  // namespace

struct Metrics::Impl {
  struct Partition {
    std::optional<std::int64_t> lag;
    std::optional<TimeMs> stream_time;
    std::size_t in_memory = 0, bytes = 0, spilled = 0;
    std::int64_t replay_events = 0;
    DurationMs replay_span{}, state_age{};
  };
  using DecisionKey = std::tuple<std::string, Outcome, Change, bool>;

  std::array<Counter, kEventTypes.size()> events;
  std::array<Counter, kDeadReasons> dead;
  Counter duplicates, late, clamped, missing, mismatched, unknown_types;
  Counter closed_by_event, closed_idle;
  Counter commits, records, bytes, aborted, replayed;
  Histogram<kLatencyBounds.size()> latency{kLatencyBounds};
  Histogram<kCommitBounds.size()> commit_time{kCommitBounds};
  Histogram<kRecoveryBounds.size()> recovery_time{kRecoveryBounds};
  std::atomic<std::uint64_t> store_bytes{0};

  mutable std::mutex mutex;
  std::map<DecisionKey, std::uint64_t> decisions;   // guarded by mutex
  std::map<std::string, std::uint64_t> recoveries;  // guarded by mutex
  std::map<std::string, std::uint64_t> renewals;    // guarded by mutex
  std::map<std::int32_t, Partition> partitions;     // guarded by mutex

  void write_events(Page& page) const;
  void write_commits(Page& page) const;
  void write_locked(Page& page) const;
};

Metrics::Metrics() : impl_(std::make_unique<Impl>()) {}
Metrics::~Metrics() = default;

void Metrics::event(EventType type) {
  const auto i = static_cast<std::size_t>(type);
  impl_->events[i < kEventTypes.size() ? i : kEventTypes.size() - 1].add();
}
void Metrics::duplicate() { impl_->duplicates.add(); }
void Metrics::late() { impl_->late.add(); }
void Metrics::time_clamped() { impl_->clamped.add(); }
void Metrics::time_missing() { impl_->missing.add(); }
void Metrics::key_mismatch() { impl_->mismatched.add(); }
void Metrics::unknown_type() { impl_->unknown_types.add(); }
void Metrics::dead_letter(DeadReason reason) {
  const auto i = static_cast<std::size_t>(reason);
  if (i < kDeadReasons) impl_->dead[i].add();
}
void Metrics::decision(std::string_view rule, Outcome outcome, Change change, bool shadow) {
  const std::lock_guard lock(impl_->mutex);
  ++impl_->decisions[{std::string(rule), outcome, change, shadow}];
}
void Metrics::session_closed(bool idle) {
  (idle ? impl_->closed_idle : impl_->closed_by_event).add();
}
void Metrics::event_to_decision(DurationMs d) { impl_->latency.observe(d); }
void Metrics::commit(DurationMs d, std::size_t records, std::size_t bytes) {
  impl_->commits.add();
  impl_->records.add(records);
  impl_->bytes.add(bytes);
  impl_->commit_time.observe(d);
}
void Metrics::aborted() { impl_->aborted.add(); }
void Metrics::recovery(std::string_view cause, DurationMs d) {
  impl_->recovery_time.observe(d);
  const std::lock_guard lock(impl_->mutex);
  ++impl_->recoveries[std::string(cause)];
}
void Metrics::replayed(std::uint64_t events) { impl_->replayed.add(events); }
void Metrics::set_lag(std::int32_t partition, std::int64_t events) {
  const std::lock_guard lock(impl_->mutex);
  impl_->partitions[partition].lag = events;
}
void Metrics::drop_partition(std::int32_t partition) {
  const std::lock_guard lock(impl_->mutex);
  impl_->partitions.erase(partition);
}
void Metrics::set_table(std::int32_t partition, std::size_t in_memory, std::size_t bytes,
                        std::size_t spilled) {
  const std::lock_guard lock(impl_->mutex);
  Impl::Partition& p = impl_->partitions[partition];
  p.in_memory = in_memory;
  p.bytes = bytes;
  p.spilled = spilled;
}
void Metrics::set_store_bytes(std::uint64_t n) {
  impl_->store_bytes.store(n, std::memory_order_relaxed);
}
void Metrics::set_stream_time(std::int32_t partition, TimeMs t) {
  const std::lock_guard lock(impl_->mutex);
  impl_->partitions[partition].stream_time = t;
}

void Metrics::set_replay(std::int32_t partition, std::int64_t events, DurationMs span,
                         DurationMs state_age) {
  const std::lock_guard lock(impl_->mutex);
  Impl::Partition& p = impl_->partitions[partition];
  p.replay_events = events;
  p.replay_span = span;
  p.state_age = state_age;
}
void Metrics::client_renewed(std::string_view which) {
  const std::lock_guard lock(impl_->mutex);
  ++impl_->renewals[std::string(which)];
}

void Metrics::Impl::write_events(Page& page) const {
  page.begin("loopbreaker_events_total", MetricType::Counter, "Events taken in, by type.");
  for (std::size_t i = 0; i < kEventTypes.size(); ++i) {
    page.counter(static_cast<double>(events[i].value()), {{"type", kEventTypes[i]}});
  }
  page.one_counter("loopbreaker_duplicates_total", duplicates.value(),
                   "Events left out because one with the same source and id was folded before.");
  page.one_counter("loopbreaker_late_events_total", late.value(),
                   "Events out of order in time, or after the end of their session.");
  page.one_counter("loopbreaker_time_clamped_total", clamped.value(),
                   "Events with a time too far in the future, taken at their log time.");
  page.one_counter("loopbreaker_time_missing_total", missing.value(),
                   "Events without a time, taken at their log time.");
  page.one_counter(
      "loopbreaker_key_mismatch_total", mismatched.value(),
      "Records whose key is not the session id; their session may be split over partitions.");
  page.one_counter("loopbreaker_unknown_types_total", unknown_types.value(),
                   "Events of a type this version does not know.");
  page.begin("loopbreaker_dead_letters_total", MetricType::Counter,
             "Records nobody can use, published to the dead-letter topic, by reason.");
  for (int i = 0; i < kDeadReasons; ++i) {
    page.counter(static_cast<double>(dead[static_cast<std::size_t>(i)].value()),
                 {{"reason", std::string(name_of(static_cast<DeadReason>(i)))}});
  }
  page.begin("loopbreaker_sessions_closed_total", MetricType::Counter,
             "Sessions that ended, by what ended them.");
  page.counter(static_cast<double>(closed_by_event.value()), {{"by", "event"}});
  page.counter(static_cast<double>(closed_idle.value()), {{"by", "idle"}});
}

void Metrics::Impl::write_commits(Page& page) const {
  page.begin("loopbreaker_event_to_decision_seconds", MetricType::Histogram,
             "From a record's log time to the commit that published its decision.");
  page.histogram(latency.collect());
  page.one_counter("loopbreaker_commits_total", commits.value(), "Kafka transactions committed.");
  page.begin("loopbreaker_commit_seconds", MetricType::Histogram,
             "Time of a Kafka transaction, begin to committed.");
  page.histogram(commit_time.collect());
  page.one_counter("loopbreaker_committed_records_total", records.value(),
                   "Records written in transactions.");
  page.one_counter("loopbreaker_committed_bytes_total", bytes.value(),
                   "Bytes written in transactions.");
  page.one_counter("loopbreaker_aborted_transactions_total", aborted.value(),
                   "Transactions given up; each is followed by a recovery.");
  page.begin("loopbreaker_recovery_seconds", MetricType::Histogram,
             "Time to bring a partition's state back.");
  page.histogram(recovery_time.collect());
  page.one_counter("loopbreaker_replayed_events_total", replayed.value(),
                   "Events folded again while recovering; not counted as events.");
  page.one_gauge("loopbreaker_rocksdb_bytes",
                 static_cast<double>(store_bytes.load(std::memory_order_relaxed)),
                 "Size of the local store on disk.");
}

void Metrics::Impl::write_locked(Page& page) const {
  const std::lock_guard lock(mutex);
  page.begin("loopbreaker_decisions_total", MetricType::Counter,
             "Decisions by primary rule; mode shadow: would have been published.");
  for (const auto& [key, count] : decisions) {
    const auto& [rule, outcome, change, shadow] = key;
    page.counter(static_cast<double>(count), {{"rule", rule},
                                              {"outcome", std::string(name_of(outcome))},
                                              {"change", std::string(name_of(change))},
                                              {"mode", shadow ? "shadow" : "live"}});
  }
  page.begin("loopbreaker_recoveries_total", MetricType::Counter,
             "Recoveries of a partition, by cause.");
  for (const auto& [cause, count] : recoveries)
    page.counter(static_cast<double>(count), {{"cause", cause}});
  page.begin("loopbreaker_clients_renewed_total", MetricType::Counter,
             "Kafka clients made anew: the producer after every doubtful transaction, the consumer "
             "by the watchdog.");
  for (const auto& [which, count] : renewals)
    page.counter(static_cast<double>(count), {{"client", which}});

  const auto per_partition = [&](const char* name, const char* help, auto value) {
    page.begin(name, MetricType::Gauge, help);
    for (const auto& [partition, p] : partitions) {
      const std::optional<double> v = value(p);
      if (v) page.gauge(*v, {{"partition", std::to_string(partition)}});
    }
  };
  per_partition("loopbreaker_lag_events", "Events in the input that are not yet processed.",
                [](const Partition& p) -> std::optional<double> {
                  return p.lag ? std::optional(static_cast<double>(*p.lag)) : std::nullopt;
                });
  per_partition("loopbreaker_sessions_open", "Open sessions, in memory and spilled.",
                [](const Partition& p) -> std::optional<double> {
                  return static_cast<double>(p.in_memory + p.spilled);
                });
  per_partition(
      "loopbreaker_spilled_sessions", "Open sessions that are on disk only.",
      [](const Partition& p) -> std::optional<double> { return static_cast<double>(p.spilled); });
  per_partition(
      "loopbreaker_table_bytes", "Memory of the session table.",
      [](const Partition& p) -> std::optional<double> { return static_cast<double>(p.bytes); });
  per_partition("loopbreaker_replay_events",
                "Offsets of the input that a recovery of now would fold again.",
                [](const Partition& p) -> std::optional<double> {
                  return static_cast<double>(p.replay_events);
                });
  per_partition("loopbreaker_replay_seconds",
                "Log time that a recovery of now would fold again; retention must be longer.",
                [](const Partition& p) -> std::optional<double> {
                  return static_cast<double>(p.replay_span.ms) / 1000.0;
                });
  per_partition("loopbreaker_state_age_seconds",
                "Age of the oldest change of a session that is in no saved record.",
                [](const Partition& p) -> std::optional<double> {
                  return static_cast<double>(p.state_age.ms) / 1000.0;
                });
  per_partition("loopbreaker_stream_time_seconds",
                "Highest event time seen, as seconds since 1970.",
                [](const Partition& p) -> std::optional<double> {
                  return p.stream_time && *p.stream_time != kNoTime
                             ? std::optional(static_cast<double>(p.stream_time->ms) / 1000.0)
                             : std::nullopt;
                });
}

std::string Metrics::text() const {
  Page page;
  impl_->write_events(page);
  impl_->write_commits(page);
  impl_->write_locked(page);
  page.begin("loopbreaker_build_info", MetricType::Gauge, "Always 1; the version is in the label.");
  page.gauge(1, {{"version", LOOPBREAKER_VERSION}});
  const ProcessFigures process = process_figures();
  page.one_gauge("process_resident_memory_bytes", process.resident_bytes,
                 "Resident memory size in bytes.");
  page.one_counter("process_cpu_seconds_total", process.cpu_seconds,
                   "User and system CPU time in seconds.");
  page.one_gauge("process_open_fds", process.open_files, "Number of open file descriptors.");
  page.one_gauge("process_start_time_seconds", process.start_seconds,
                 "Start time as seconds since 1970.");
  return page.text();
}

}  // namespace loopbreaker::http
