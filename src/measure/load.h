// Fills a topic with traffic: as fast as it goes, or on a schedule that does not wait for anybody.
#pragma once

#include <cstdint>
#include <functional>

#include "kafka/settings.h"
#include "loopbreaker/result.h"
#include "measure/traffic.h"

namespace loopbreaker::measure {

struct LoadSettings {
  std::uint64_t events = 0;
  double rate = 0;  ///< events per second; 0: as fast as it goes
  TimeMs first{
      1'767'225'600'000};  ///< event time of the first event; with a rate it is when that is due
  double event_rate = 20'000;  ///< events per second of event time; with a rate, the rate itself
  double conversations = 0;    ///< when > 0: begun per second, each at the pace at which it was
                               ///< recorded, from `first` on; instead of a rate
};

struct Loaded {
  std::uint64_t events = 0, conversations = 0, bytes = 0;
  double seconds = 0;
  double late_ms = 0;  ///< the most by which an event left after it was due
};

/// `go_on` is asked now and then; false ends it early.
Result<Loaded> load(const kafka::Settings& settings, const std::string& topic, Traffic& traffic,
                    const LoadSettings& what, const std::function<bool()>& go_on);

}  // namespace loopbreaker::measure
