// Comma-separated values with quoted cells, which may hold line ends.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace loopbreaker::train {

class CsvRows {
 public:
  /// Takes the next line; calls `row` when it completes one.
  void add(std::string_view line, const std::function<void(const std::vector<std::string>&)>& row);

 private:
  std::vector<std::string> cells_;
  std::string cell_;
  bool quoted_ = false;
};

}  // namespace loopbreaker::train
