// How one customer writes: fills placeholders with their data, and puts their habits into a text.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "workload/random.h"

namespace loopbreaker::workload {

/// Values for placeholders: {order}, {name}, … All are invented: test card numbers, reserved
/// domains and phone numbers.
class Particulars {
 public:
  explicit Particulars(Random& random);
  /// `text` with every {placeholder} replaced. REQUIRES: all are known.
  std::string fill(std::string_view text) const;
  void set(std::string_view name, std::string value);
  const std::string& get(std::string_view name) const;

 private:
  std::vector<std::pair<std::string_view, std::string>> values_;
};

/// Habits of a writer.
struct Hand {
  bool lower_case = false;  ///< neither capitals nor a full stop at the end
  bool typos = false;       ///< about one longer word in six is mistyped
  bool polite = false;      ///< ends questions with "please"
  static Hand of(Random& random);
};

/// The text as this hand would write it. Numbers and codes are never mistyped.
std::string write(std::string_view text, const Hand& hand, Random& random);
/// In capitals, with exclamation marks.
std::string shout(std::string_view text, Random& random);

}  // namespace loopbreaker::workload
