#include "world.h"

#include <algorithm>
#include <cstdio>
#include <memory>
#include <vector>

#include "codec/progress.h"
#include "process.h"
#include "runtime/partition.h"
#include "traffic.h"

namespace loopbreaker::simulation {
namespace {

constexpr DurationMs kPatience{30 * 60'000};  ///< after everything has healed
constexpr std::uint64_t kStepsMax = 3'000'000;
/// Traffic is made once and disturbed in many ways.
constexpr std::uint64_t kTraffics = 400;

class World {
 public:
  World(std::uint64_t seed, bool tell)
      : seed_(seed),
        tell_(tell),
        traffic_(traffic(seed % kTraffics)),
        scheduler_(seed * 2 + 1, begin_of(traffic_)),
        chance_(seed ^ 0x5eed5eed5eedull),
        broker_(scheduler_, result_.coverage, broker_settings(), partitions()) {}

  RunResult run() {
    choose();
    lay_out_input();
    for (int i = 0; i < machines_; ++i)
      processes_.push_back(std::make_unique<Process>(
          i, scheduler_, result_.coverage, broker_,
          [this](int, std::string_view level, const std::string& line) { say(level, line); }));
    for (auto& p : processes_) launch(*p);
    heal_at_ = scheduler_.now() + fault_time_;
    scheduler_.at(heal_at_, [this] { heal(); });
    plan_trouble();
    while (!result_.failure && !over_) {
      if (!scheduler_.step()) {
        fail("nothing moves any more");
        break;
      }
      if (scheduler_.steps() > kStepsMax) fail("no end in sight: livelock?");
      watch();
    }
    if (!result_.failure) compare();
    for (auto& p : processes_) p->kill();
    drain();
    result_.coverage.add(traffic_.coverage);
    result_.steps = scheduler_.steps();
    result_.simulated = scheduler_.now() - begin_of(traffic_);
    return std::move(result_);
  }

 private:
  static TimeMs begin_of(const Traffic& t) {
    return t.follows_wall_clock ? t.first - DurationMs{1'000} : t.last + DurationMs{3'600'000};
  }
  int partitions() const { return static_cast<int>(traffic_.input.size()); }
  /// What was killed unwinds; timers find nobody any more.
  void drain() {
    over_ = healed_ = true;
    while (scheduler_.tasks() > 0 && scheduler_.step()) {
    }
  }

  BrokerSettings broker_settings() {
    BrokerSettings s;
    short_retention_ = chance_early(3);
    if (short_retention_) s.delete_retention = DurationMs{200'000};
    return s;
  }
  /// Before chance_ exists.
  bool chance_early(std::int64_t n) const { return Chance(seed_ * 31 + 7).one_in(n); }

  // --- how this run is ---------------------------------------------------------------------------

  void choose() {
    machines_ = static_cast<int>(chance_.between(1, 3));
    settings_.workers = chance_.one_in(3) ? 2 : 1;
    if (machines_ > 1) result_.coverage(Seen::several_processes);
    if (settings_.workers > 1) result_.coverage(Seen::several_workers);
    static constexpr std::int64_t kAges[] = {0, 0, 500, 5'000, 300'000, 300'000};
    settings_.max_age = DurationMs{kAges[chance_.below(6)]};
    result_.coverage(settings_.max_age.ms == 0 ? Seen::saves_every_touch : Seen::saves_lazily);
    if (chance_.one_in(3))
      settings_.table_bytes = static_cast<std::size_t>(chance_.between(5'000, 80'000));
    if (chance_.one_in(3)) settings_.commit_max_bytes = 8 << 10;
    if (chance_.one_in(3)) settings_.commit_max_interval = DurationMs{50};
    if (chance_.one_in(3)) settings_.max_replay = chance_.between(1, 60);
    if (chance_.one_in(2)) settings_.long_replay = chance_.between(0, 10);
    if (chance_.one_in(2))
      settings_.deadlines_at_once = static_cast<std::size_t>(chance_.between(1, 3));
    settings_.batch_max = static_cast<std::size_t>(chance_.between(1, chance_.one_in(3) ? 4 : 200));
    settings_.follow_wall_clock = traffic_.follows_wall_clock;
    settings_.pause_max = DurationMs{traffic_.follows_wall_clock ? 5'000 : 400};
    settings_.policy = &policy();
    if (short_retention_) settings_.store_age_max = DurationMs{100'000};
    calm_ = chance_.one_in(20);
    fault_time_ = DurationMs{traffic_.follows_wall_clock ? (traffic_.last - traffic_.first).ms +
                                                               chance_.between(0, 2'400'000)
                                                         : chance_.between(15'000, 90'000)};
    if (calm_) return;
    auto some = [&](int one_in, int most) {
      return chance_.one_in(one_in) ? static_cast<int>(chance_.between(1, most)) : 0;
    };
    // A run that follows the clock is long: its faults are rarer per occasion.
    rates_.kill = some(2, traffic_.follows_wall_clock ? 3 : 12);
    rates_.request_lost = some(3, 60);
    rates_.answer_lost = some(3, 60);
    rates_.request_late = some(3, 60);
    rates_.request_twice = some(4, 100);
    rates_.output_refused = some(4, 60);
    rates_.poll_failed = some(4, 20);
    rates_.ask_failed = some(3, 80);
    rates_.state_read_failed = some(4, 100);
    rates_.init_failed = some(4, 150);
    rates_.store_write_failed = some(4, 40);
    rates_.store_read_failed = some(4, 40);
    rates_.stall = some(4, 6);
    if (settings_.workers > 1) rates_.held_after_commit = some(3, 60);
    changes_policy_ = chance_.one_in(8);
    moves_days_ = !traffic_.follows_wall_clock && chance_.one_in(12);
    for (bool& on : trouble_) on = chance_.one_in(2);
  }

  void lay_out_input() {
    const std::int64_t spread = fault_time_.ms * 9 / 10;
    for (std::size_t p = 0; p < traffic_.input.size(); ++p) {
      auto& entries = broker_.input[p].entries;
      entries = traffic_.input[p];
      TimeMs at = scheduler_.now();
      const auto n = static_cast<std::int64_t>(std::max<std::size_t>(entries.size(), 1));
      for (Entry& e : entries) {
        if (traffic_.follows_wall_clock) {
          // Below allowed_delay, or the clock would rightly be ahead of it.
          at = std::max(at, e.timestamp + DurationMs{chance_.below(2'000)});
        } else if (chance_.one_in(4)) {
          at = at + DurationMs{chance_.below(spread * 8 / n + 1)};
        }
        e.appended = at;
      }
      input_end_ = std::max(input_end_, at);
      std::int64_t end = 0;
      for (std::size_t i = 0; i < entries.size(); ++i)
        if (entries[i].kind == Entry::Kind::committed) end = static_cast<std::int64_t>(i) + 1;
      data_end_.push_back(end);
    }
  }

  // --- processes ---------------------------------------------------------------------------------

  void launch(Process& p) {
    if (p.up() || over_) return;
    if (scheduler_.now() < power_at_) {
      scheduler_.at(power_at_, [this, &p] { launch(p); });
      return;
    }
    ProcessSettings s = settings_;
    if (changes_policy_ && chance_.one_in(2)) {
      result_.coverage(Seen::policy_changed);
      s.policy = &other_policy();
    }
    say("info", "p" + std::to_string(p.number()) + " starts");
    p.start(s, healed_ ? &no_faults_ : &rates_);
  }

  void launch_later(Process& p) {
    if (healed_) return launch(p);
    const DurationMs down{chance_.one_in(3) ? chance_.between(0, 1'000)
                                            : chance_.between(0, 30'000)};
    scheduler_.after(down, [this, &p] { launch(p); });
  }

  /// A process that died by itself at one of its kill points, or ended.
  void watch() {
    for (auto& p : processes_) {
      const std::size_t i = static_cast<std::size_t>(p->number());
      std::optional<Error> error;
      const bool was_up = up_[i];
      if (p->up() && p->ended(error)) {
        if (error) return fail("a process ended: " + error->message);
        say("info", "p" + std::to_string(p->number()) + " has stopped");
      } else if (error) {
        return fail("a worker ended: " + error->message);
      }
      up_[i] = p->up();
      if (was_up && !p->up() && !stopping_) {
        if (!healed_ && trouble_[kWipe] && chance_.one_in(3)) {
          result_.coverage(Seen::disk_wiped);
          p->disk = {};
        } else if (!healed_ && trouble_[kOldDisk] && chance_.one_in(3)) {
          if (old_disk_[i]) {
            result_.coverage(Seen::old_disk_restored);
            p->disk = *old_disk_[i];
          } else {
            old_disk_[i] = p->disk;
          }
        }
        launch_later(*p);
      }
    }
    if (healed_) settle();
  }

  // --- what disturbs it --------------------------------------------------------------------------

  enum Trouble {
    kKill,
    kRolling,
    kFreeze,
    kFullDisk,
    kBitFlip,
    kCompact,
    kWipe,
    kOldDisk,
    kTruncate,
    kForgetOffsets,
    kTroubles
  };

  void plan_trouble() {
    if (calm_) return;
    const std::int64_t pace = traffic_.follows_wall_clock ? 120'000 : 8'000;
    scheduler_.after(DurationMs{chance_.between(100, pace)}, [this] {
      if (healed_) return;
      make_trouble();
      plan_trouble();
    });
  }

  void make_trouble() {
    const auto what = static_cast<Trouble>(chance_.below(kTroubles));
    if (!trouble_[what] || scheduler_.now() < power_at_) return;
    Process& p = *processes_[static_cast<std::size_t>(chance_.below(machines_))];
    const auto partition = static_cast<std::int32_t>(chance_.below(partitions()));
    switch (what) {
      case kKill:
        if (!p.up()) return;
        if (moves_days_ && chance_.one_in(2)) return lose_days();
        result_.coverage(Seen::killed_anywhere);
        say("info", "p" + std::to_string(p.number()) + " is killed");
        p.kill();
        return;
      case kRolling:
        if (!p.up() || p.frozen() || p.stopping()) return;
        result_.coverage(Seen::rolling_restart);
        say("info", "p" + std::to_string(p.number()) + " is asked to stop");
        p.stop(chance_.one_in(2));
        return;
      case kFreeze: {
        if (!p.up() || p.frozen()) return;
        result_.coverage(Seen::process_paused);
        say("info", "p" + std::to_string(p.number()) + " is frozen");
        p.freeze(true);
        scheduler_.after(DurationMs{chance_.between(1, 40'000)}, [this, &p] { thaw(p); });
        return;
      }
      case kFullDisk:
        p.disk.full = true;
        scheduler_.after(DurationMs{chance_.between(1, 60'000)}, [&p] { p.disk.full = false; });
        return;
      case kBitFlip:
        result_.coverage(Seen::bit_flip);
        say("info", "p" + std::to_string(p.number()) + " has bits flipped");
        p.disk.damaged.insert(partition);
        return;
      case kCompact:
        broker_.compact(partition);
        return;
      case kTruncate:
        truncate(partition);
        return;
      case kForgetOffsets:
        if (chance_.one_in(2)) return broker_.forget_at_next_end();
        if (!broker_.forget_offsets()) return;
        result_.coverage(Seen::offsets_forgotten);
        say("info", "the group's coordinator forgets what was committed last");
        return;
      default:
        return;
    }
  }

  void thaw(Process& p) {
    if (!p.frozen()) return;
    say("info", "p" + std::to_string(p.number()) + " goes on");
    p.freeze(false);
  }

  /// All machines are off for days, and the log is cleaned meanwhile.
  void lose_days() {
    result_.coverage(Seen::clock_moved_days);
    moves_days_ = false;
    say("info", "days without power");
    power_at_ = scheduler_.now() + DurationMs{3 * 86'400'000ll};
    for (auto& p : processes_) p->kill();  // watch() launches them
    const DurationMs before_end{86'400'000ll};
    scheduler_.after(before_end, [this] {
      for (int i = 0; i < partitions(); ++i) broker_.compact(i);
    });
    scheduler_.after(DurationMs{2 * before_end.ms}, [this] {
      for (int i = 0; i < partitions(); ++i) broker_.compact(i);
    });
    heal_at_ = power_at_ + fault_time_;
    scheduler_.at(heal_at_, [this] { heal(); });
  }

  /// Retention takes what is not needed any more.
  void truncate(std::int32_t partition) {
    const auto& log = broker_.output(Topic::state, partition);
    InputPartition& input = broker_.input[static_cast<std::size_t>(partition)];
    for (std::int64_t i = log.stable_end() - 1; i >= 0; --i) {
      const Entry& e = log.entries[static_cast<std::size_t>(i)];
      if (e.kind != Entry::Kind::committed || e.removed || e.key != runtime::kProgressKey) continue;
      auto progress = codec::decode_progress(*e.value);
      if (!progress || progress->replay_from <= input.start) return;
      input.start = progress->replay_from;
      result_.coverage(Seen::input_truncated);
      return;
    }
  }

  // --- the end -----------------------------------------------------------------------------------

  void heal() {
    if (healed_ || scheduler_.now() < heal_at_) return;
    healed_ = true;
    say("info", "everything heals");
    for (auto& p : processes_) {
      p->disk.full = false;
      thaw(*p);
      p->set_rates(&no_faults_);
      if (!p->up()) launch(*p);
    }
    // Who stands still since before has not healed until it goes on.
    end_ = std::max(scheduler_.now() + kStallMax, input_end_);
    if (traffic_.follows_wall_clock)
      end_ = std::max(end_, traffic_.last + kAfterwards + DurationMs{31'000});
    scheduler_.at(end_ + settings_.max_age + kPatience, [this] {
      if (!over_ && !result_.failure)
        fail("has not caught up after everything healed: " + standing());
    });
  }

  std::string standing() {
    std::string out;
    for (int i = 0; i < partitions(); ++i)
      out += " partition " + std::to_string(i) + " at " +
             std::to_string(broker_.committed(i).offset.offset) + " of " +
             std::to_string(data_end_[static_cast<std::size_t>(i)]);
    return out;
  }

  void settle() {
    if (stopping_) {
      over_ =
          std::none_of(processes_.begin(), processes_.end(), [](const auto& p) { return p->up(); });
      return;
    }
    if (scheduler_.now() < next_look_) return;
    next_look_ = scheduler_.now() + DurationMs{500};
    if (scheduler_.now() > input_end_)
      for (auto& p : processes_) p->set_pause(DurationMs{20'000});
    if (scheduler_.now() < end_) return;
    for (auto& p : processes_) {
      if (p->caught_up()) continue;
      caught_up_at_ = kNoTime;  // what a recovery folds again is young again
      return;
    }
    for (int i = 0; i < partitions(); ++i) {
      // What the coordinator knows may be older, until the partition commits again.
      auto last = last_progress(i);
      if (last && (!*last || (**last).committed < data_end_[static_cast<std::size_t>(i)])) return;
    }
    if (caught_up_at_ == kNoTime) caught_up_at_ = scheduler_.now();
    // Everything is older than state.max_age then, and must have been saved.
    if (scheduler_.now() < caught_up_at_ + settings_.max_age + DurationMs{60'000}) return;
    for (int i = 0; i < partitions(); ++i)
      if (auto why = unsaved(i)) return fail(*why);
    stopping_ = true;
    say("info", "the run is over");
    for (auto& p : processes_) p->stop();
  }

  /// The last progress record in session-state; nullopt when there is none.
  Result<std::optional<codec::Progress>> last_progress(std::int32_t partition) {
    const auto& log = broker_.output(Topic::state, partition);
    for (std::int64_t i = log.stable_end() - 1; i >= 0; --i) {
      const Entry& e = log.entries[static_cast<std::size_t>(i)];
      if (e.kind != Entry::Kind::committed || e.removed || e.key != runtime::kProgressKey) continue;
      auto progress = codec::decode_progress(*e.value);
      if (!progress) return progress.error();
      return std::optional(*progress);
    }
    return std::optional<codec::Progress>{};
  }

  std::optional<std::string> unsaved(std::int32_t partition) {
    auto progress = last_progress(partition);
    if (!progress) return "the progress record cannot be read: " + progress.error().message;
    if (!*progress) return "no progress record";
    if ((**progress).replay_from == (**progress).committed) return std::nullopt;
    return "partition " + std::to_string(partition) +
           " has not saved what is older than state.max_age: replay_from " +
           std::to_string((**progress).replay_from) + ", committed " +
           std::to_string((**progress).committed);
  }

  // --- the oracle --------------------------------------------------------------------------------

  Outputs published() {
    Outputs out;
    for (Topic topic : {Topic::escalations, Topic::handoffs, Topic::summaries, Topic::dead_letters})
      for (int p = 0; p < partitions(); ++p)
        for (const Entry& e : broker_.output(topic, p).entries)
          if (e.kind == Entry::Kind::committed) out[{topic, *e.key}].push_back(*e.value);
    return out;
  }

  static std::string id_of(const std::string& value) {
    const auto at = value.find("\"id\":\"");
    return at == std::string::npos ? value : value.substr(at + 6, value.find('"', at + 6) - at - 6);
  }

  void compare() {
    static constexpr std::string_view kTopicNames[] = {"escalations", "handoffs", "summaries",
                                                       "dead-letters"};
    const Outputs actual = published();
    const Outputs& expected = traffic_.expected;
    std::set<std::pair<Topic, std::string>> keys;
    for (const auto& [key, values] : expected) keys.insert(key);
    for (const auto& [key, values] : actual) keys.insert(key);
    static const std::vector<std::string> kNothing;
    for (const auto& key : keys) {
      auto of = [&](const Outputs& o) -> const std::vector<std::string>& {
        auto it = o.find(key);
        return it == o.end() ? kNothing : it->second;
      };
      const auto& want = of(expected);
      const auto& got = of(actual);
      const std::string where =
          std::string(kTopicNames[static_cast<int>(key.first)]) + " of '" + key.second + "'";
      if (changes_policy_ && key.first != Topic::dead_letters) {
        std::set<std::string> ids;
        for (const auto& value : got)
          if (!ids.insert(id_of(value)).second) return fail(where + ": published twice: " + value);
        // Sessions end the same under both policies.
        if (key.first == Topic::summaries && want.size() != got.size())
          return fail(where + ": " + std::to_string(got.size()) + " instead of " +
                      std::to_string(want.size()));
        continue;
      }
      if (want == got) continue;
      std::size_t i = 0;
      while (i < want.size() && i < got.size() && want[i] == got[i]) ++i;
      return fail(where + ": " + std::to_string(got.size()) + " published, " +
                  std::to_string(want.size()) + " expected; the first that differs is number " +
                  std::to_string(i) + "\n  expected: " + (i < want.size() ? want[i] : "(nothing)") +
                  "\n  published: " + (i < got.size() ? got[i] : "(nothing)"));
    }
  }

  void fail(std::string why) {
    if (result_.failure) return;
    say("error", why);
    result_.failure = std::move(why);
  }

  void say(std::string_view level, const std::string& line) {
    if (!tell_) return;
    const auto ms = (scheduler_.now() - begin_of(traffic_)).ms;
    std::fprintf(stderr, "%8lld.%03lld %-7.*s %s\n", static_cast<long long>(ms / 1000),
                 static_cast<long long>(ms % 1000), static_cast<int>(level.size()), level.data(),
                 line.c_str());
  }

  const std::uint64_t seed_;
  const bool tell_;
  const Traffic& traffic_;
  RunResult result_;
  bool short_retention_ = false;
  Scheduler scheduler_;
  Chance chance_;
  Broker broker_;
  std::vector<std::unique_ptr<Process>> processes_;

  int machines_ = 1;
  ProcessSettings settings_;
  FaultRates rates_;
  const FaultRates no_faults_{};
  bool trouble_[kTroubles] = {};
  bool calm_ = false, changes_policy_ = false, moves_days_ = false;
  DurationMs fault_time_{};
  TimeMs input_end_{INT64_MIN / 2}, heal_at_{}, power_at_{INT64_MIN / 2}, end_{}, next_look_{},
      caught_up_at_ = kNoTime;
  std::vector<std::int64_t> data_end_;
  bool up_[3] = {};
  std::optional<Disk> old_disk_[3];
  bool healed_ = false, stopping_ = false, over_ = false;
};

}  // namespace

RunResult run_seed(std::uint64_t seed, bool tell) { return World(seed, tell).run(); }

std::string how_to_repeat(std::uint64_t seed) {
  return "./dev simulate --seeds 1 --from " + std::to_string(seed) + " --tell";
}

}  // namespace loopbreaker::simulation
