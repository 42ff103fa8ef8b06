#include "measure/load.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "kafka/plain_producer.h"

namespace loopbreaker::measure {

Result<Loaded> load(const kafka::Settings& settings, const std::string& topic, Traffic& traffic,
                    const LoadSettings& what, const std::function<bool()>& go_on) {
  using namespace std::chrono;
  auto producer = kafka::make_plain_producer(settings, topic);
  if (!producer) return producer.error();
  Loaded loaded;
  std::string session, json;
  const double event_rate = what.rate > 0 ? what.rate : what.event_rate;
  // Event times are the schedule: whoever subtracts them from a wall clock sees our lateness, too.
  const auto begin_wall = sys_time<milliseconds>(milliseconds(what.first.ms));
  const bool paced = what.rate > 0 || what.conversations > 0;
  if (paced) std::this_thread::sleep_until(begin_wall);
  const auto begin = steady_clock::now();
  for (std::uint64_t i = 0; i < what.events; ++i) {
    if ((i & 1023) == 0 && !go_on()) break;
    auto due = nanoseconds(static_cast<std::int64_t>(static_cast<double>(i) / event_rate * 1e9));
    if (what.conversations > 0) {
      const DurationMs at = traffic.next_as_recorded(what.conversations, what.first, session, json);
      due = milliseconds(at.ms);
    }
    if (paced) {
      auto late = steady_clock::now() - begin - due;
      if (late < milliseconds(-1)) {
        std::this_thread::sleep_until(begin + due);
        late = steady_clock::now() - begin - due;
      }
      loaded.late_ms = std::max(loaded.late_ms, duration<double, std::milli>(late).count());
    }
    const TimeMs time = what.first + DurationMs{duration_cast<milliseconds>(due).count()};
    if (what.conversations <= 0) traffic.next(time, session, json);
    kafka::PlainRecord record;
    record.key = session;
    record.value = json;
    record.timestamp = time;
    if (Status sent = (*producer)->send(record); !sent) return sent.error();
    ++loaded.events;
    loaded.bytes += json.size();
  }
  if (Status flushed = (*producer)->flush(); !flushed) return flushed.error();
  loaded.seconds = duration<double>(steady_clock::now() - begin).count();
  loaded.conversations = traffic.opened();
  return loaded;
}

}  // namespace loopbreaker::measure
