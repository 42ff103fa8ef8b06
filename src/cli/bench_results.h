// What the parts of a benchmark left in a folder: a file of results for each part, and the command
// that made it.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "loopbreaker/result.h"

namespace loopbreaker::cli {

/// One figure, measured once or several times.
struct Series {
  std::string unit;
  std::vector<double> all;

  double least() const;
  double median() const;
  double most() const;
};

class BenchResults {
 public:
  /// Reads `dir`: *.json of Google Benchmark and of `loopbreaker bench --out`, *.peers with a line
  /// of key=value for each run, `commands` with "part<TAB>command" and `conditions`, any text.
  static Result<BenchResults> read(const std::string& dir);

  /// A part is a file's name without its ending; nullptr where there is no such figure.
  const Series* find(const std::string& part, const std::string& name) const;
  /// Parts whose names begin with `prefix`.
  std::vector<std::string> parts(const std::string& prefix) const;
  const std::map<std::string, Series>& of(const std::string& part) const { return all_.at(part); }
  std::string command(const std::string& part) const;
  const std::string& conditions() const { return conditions_; }

 private:
  Status read_json(const std::string& part, const std::string& path);
  Status read_peers(const std::string& part, const std::string& path);

  std::map<std::string, std::map<std::string, Series>> all_;  ///< part, then name
  std::map<std::string, std::string> commands_;
  std::string conditions_;
};

}  // namespace loopbreaker::cli
