// The results of `loopbreaker bench`: a line as each comes, medians at the end, JSON for `plan` and
// for reports.
#pragma once

#include <cstdio>
#include <map>
#include <string>
#include <vector>

#include "measure/floor.h"
#include "measure/load.h"
#include "measure/processor.h"

namespace loopbreaker::cli {

class BenchReport {
 public:
  explicit BenchReport(std::FILE* out) : out_(out) {}

  void begin(const std::string& source, std::uint64_t events, std::uint32_t open, int partitions);
  /// Bytes on the broker's disk: 0 where they cannot be seen.
  void loaded(const measure::Loaded&, std::uint64_t log_bytes);
  void floor(const measure::Floor&, int consumers, bool parse);
  void drain(const measure::Drain&, double broker_cpu_seconds, std::uint64_t state_log_bytes);
  void restart(const measure::Restart&);
  void latency(double rate, const measure::Latency&, double broker_cores, double input_bytes,
               double state_bytes);
  /// The table of medians.
  void end();
  std::string json() const;

 private:
  struct Values {
    std::string unit;
    std::vector<double> all;
  };
  void add(const std::string& name, const std::string& unit, double value);

  std::FILE* out_;
  std::string source_, conditions_;
  std::vector<std::string> order_;
  std::map<std::string, Values> values_;
};

}  // namespace loopbreaker::cli
