// Figures that were reached once and may not fall: figures.txt beside this file.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

namespace loopbreaker::testing {

/// One line per figure: name TAB "at least" or "at most" TAB value. Written anew, on purpose, by
/// LOOPBREAKER_RECORD_QUALITY=1 (see ./dev quality).
class Recorded {
 public:
  struct Limit {
    bool at_least = true;
    double value = 0;
  };

  Recorded() {
    std::ifstream file(path());
    for (std::string line; std::getline(file, line);) {
      if (line.empty() || line[0] == '#') continue;
      std::istringstream in(line);
      std::string name, kind;
      double value = 0;
      std::getline(in, name, '\t');
      std::getline(in, kind, '\t');
      in >> value;
      limits_[name] = {kind == "at least", value};
    }
  }

  /// Compares, or records. Rounding to three decimals is all that may be lost.
  void expect(const std::string& name, double value, bool at_least) {
    if (std::getenv("LOOPBREAKER_RECORD_QUALITY") != nullptr) {
      limits_[name] = {at_least, value};
      save();
      return;
    }
    const auto it = limits_.find(name);
    ASSERT_NE(it, limits_.end()) << "\"" << name << "\" is not in " << path()
                                 << "; ./dev quality --record adds it";
    const Limit& limit = it->second;
    if (limit.at_least)
      EXPECT_GE(value, limit.value - .0005) << name << " has fallen";
    else
      EXPECT_LE(value, limit.value + .0005) << name << " has risen";
  }

 private:
  static std::string path() { return std::string(SOURCE_DIR) + "/tests/quality/figures.txt"; }

  void save() const {
    std::ofstream file(path());
    file << "# Detection quality that was reached and may not get worse. After a change that is "
            "worth it:\n"
            "# ./dev quality --record\n";
    for (const auto& [name, limit] : limits_) {
      char value[32];
      std::snprintf(value, sizeof value, "%.3f", limit.value);
      file << name << '\t' << (limit.at_least ? "at least" : "at most") << '\t' << value << '\n';
    }
  }

  std::map<std::string, Limit> limits_;
};

}  // namespace loopbreaker::testing
