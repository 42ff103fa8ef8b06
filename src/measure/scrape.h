// What a running processor says of itself: its metrics page and whether it is ready, asked over
// HTTP on this machine.
#pragma once

#include <string>
#include <string_view>

#include "loopbreaker/result.h"

namespace loopbreaker::measure {

struct Scraped {
  double folded = 0;    ///< events taken in that were new, not replayed
  double replayed = 0;  ///< events folded again while it recovered
  double unsaved = 0;   ///< events that a restart would replay, all partitions
  double lag = 0;       ///< events in the input that are not yet processed
  double open = 0;      ///< sessions, in memory and spilled
  double spilled = 0;
  double rocksdb_bytes = 0;
};

/// A port of 127.0.0.1 that nobody listens on now.
Result<int> free_port();
/// Error with Action::retry while nobody answers.
Result<Scraped> scrape(int port);
/// /readyz says that no partition is being recovered or replayed.
bool ready(int port);
/// The sum of a family's samples on a metrics page, whatever their labels.
double sum_of(std::string_view page, std::string_view family);

}  // namespace loopbreaker::measure
