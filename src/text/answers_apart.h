// Answers of one operator's bot that are worded alike, but are given to different requests.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "loopbreaker/result.h"

namespace loopbreaker::text {

/// Pairs of answers by the hash of their masked text (Sketch::exact), in either order.
class AnswersApart {
 public:
  using Pair = std::pair<std::uint64_t, std::uint64_t>;

  explicit AnswersApart(std::vector<Pair> pairs);
  bool has(std::uint64_t a, std::uint64_t b) const;
  std::size_t size() const { return pairs_.size(); }

 private:
  std::vector<Pair> pairs_;  ///< the smaller one first; ascending
};

/// "hash TAB hash" per line; what follows another TAB is for people. `name` stands for the text in
/// errors.
Result<AnswersApart> parse_answers_apart(std::string_view text, std::string_view name);

}  // namespace loopbreaker::text
