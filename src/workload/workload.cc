// Workload: arrivals one after the other, a heap of what each open conversation does next.
#include "workload/workload.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "workload/random.h"
#include "workload/script.h"

namespace loopbreaker::workload {
namespace {

// Above this many, plans are not kept but made again for each event: some 2 KB each would fill the
// memory.
constexpr std::size_t kPlansKept = 50'000;

struct Live {
  std::int64_t due = 0;  // microseconds after the start
  std::uint64_t number = 0;
  std::uint32_t index = 0;
  std::unique_ptr<Conversation> plan;
};
bool later(const Live& a, const Live& b) {
  return a.due != b.due ? a.due > b.due : a.number > b.number;
}

/// -ln(1 - u) in 1/1000 at u = i/16: pauses between arrivals that come by chance, their mean is 1
/// (in 1/1000).
constexpr std::int64_t kExponential[] = {0,   65,  134,  208,  288,  375,  470,  575, 693,
                                         827, 981, 1163, 1386, 1674, 2079, 2773, 4900};

std::int64_t exponential(std::int64_t mean, Random& random) {
  const std::uint32_t u = random.below(16'000);
  const std::int64_t low = kExponential[u / 1'000];
  const std::int64_t high = kExponential[u / 1'000 + 1];
  return mean * (low + (high - low) * (u % 1'000) / 1'000) / 1'000;
}

}  // namespace

struct Workload::Impl {
  explicit Impl(WorkloadSettings settings) : s(std::move(settings)), arrivals(mix(s.seed, 0x0a77)) {
    script.stuck_per_10000 =
        static_cast<std::uint32_t>(std::clamp(s.stuck_share, 0.0, 1.0) * 10'000 + 0.5);
    // Rates in events per million seconds; from here on integers, so that all machines agree.
    constexpr std::int64_t kNatural = kMeanEventsX10 * 100'000'000 / kMeanDuration.ms;
    std::int64_t rate = static_cast<std::int64_t>(s.events_per_second * 1e6);
    std::int64_t open = s.open_sessions;
    even_rate = s.even ? rate : 0;
    if (rate <= 0) rate = kNatural * (open > 0 ? open : 100);
    pace_x1000 = open > 0 ? std::max<std::int64_t>(1, open * kNatural * 1'000 / rate) : 1'000;
    arrival_us = std::max<std::int64_t>(1, kMeanEventsX10 * 100'000'000'000 / rate);
  }

  Conversation plan(std::uint64_t number) const {
    return plan_conversation(mix(s.seed, number), s.id_prefix + "-" + std::to_string(number),
                             script);
  }

  void begin() {
    Live live;
    live.number = begun++;
    live.due = next_arrival;
    next_arrival += exponential(arrival_us, arrivals) + 1;
    heap.push_back(std::move(live));
    std::push_heap(heap.begin(), heap.end(), later);
  }

  /// n / rate in ms, without overflow for the first billion seconds.
  std::int64_t even_ms(std::uint64_t n) const {
    const auto rate = static_cast<std::uint64_t>(even_rate);
    const std::uint64_t seconds_e6 = n / rate, rest = n % rate;
    return static_cast<std::int64_t>(
        seconds_e6 * 1'000'000'000 +
        static_cast<std::uint64_t>(static_cast<unsigned __int128>(rest) * 1'000'000'000 / rate));
  }

  WorkloadSettings s;
  ScriptSettings script;
  Random arrivals;
  std::int64_t pace_x1000 = 1000;  // pauses are multiplied by this
  std::int64_t arrival_us = 0;
  std::int64_t next_arrival = 0;
  std::int64_t even_rate = 0;  // events per million seconds; 0: natural times
  std::uint64_t given = 0;
  std::uint64_t begun = 0;
  std::vector<Live> heap;
  std::unique_ptr<Conversation> current;  // of the last event, when it is kept nowhere else
  std::string json;
};

Workload::Workload(WorkloadSettings settings)
    : impl_(std::make_unique<Impl>(std::move(settings))) {}
Workload::~Workload() = default;
Workload::Workload(Workload&&) noexcept = default;

std::size_t Workload::open() const { return impl_->heap.size(); }

bool Workload::next(WorkloadEvent& out) {
  Impl& w = *impl_;
  while ((w.s.sessions == 0 || w.begun < w.s.sessions) &&
         (w.heap.empty() || w.next_arrival <= w.heap.front().due)) {
    w.begin();
  }
  if (w.heap.empty()) return false;
  std::pop_heap(w.heap.begin(), w.heap.end(), later);
  Live live = std::move(w.heap.back());
  w.heap.pop_back();
  if (!live.plan) live.plan = std::make_unique<Conversation>(w.plan(live.number));
  const Conversation& conversation = *live.plan;

  out.time = w.s.start + DurationMs{w.even_rate > 0 ? w.even_ms(w.given) : live.due / 1000};
  ++w.given;
  write_event(conversation, live.index, out.time, w.json);
  out.json = w.json;
  out.key = conversation.session_id;
  out.label = &conversation.label;
  out.index = live.index;
  out.last = live.index + 1 == conversation.beats.size();
  if (out.last || w.heap.size() >= kPlansKept) w.current = std::move(live.plan);
  if (!out.last) {
    ++live.index;
    live.due += conversation.beats[live.index].after.ms * w.pace_x1000;
    w.heap.push_back(std::move(live));
    std::push_heap(w.heap.begin(), w.heap.end(), later);
  }
  return true;
}

}  // namespace loopbreaker::workload
