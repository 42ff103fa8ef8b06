#include "text/answers_apart.h"

#include <algorithm>
#include <charconv>
#include <string>

namespace loopbreaker::text {

AnswersApart::AnswersApart(std::vector<Pair> pairs) : pairs_(std::move(pairs)) {
  for (Pair& p : pairs_)
    if (p.second < p.first) std::swap(p.first, p.second);
  std::sort(pairs_.begin(), pairs_.end());
}

bool AnswersApart::has(std::uint64_t a, std::uint64_t b) const {
  return std::binary_search(pairs_.begin(), pairs_.end(), Pair(std::min(a, b), std::max(a, b)));
}

Result<AnswersApart> parse_answers_apart(std::string_view text, std::string_view name) {
  std::vector<AnswersApart::Pair> pairs;
  for (std::size_t line = 1; !text.empty(); ++line) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const char* const last = text.data() + end;
    AnswersApart::Pair pair;
    const auto first = std::from_chars(text.data(), last, pair.first);
    const bool tab = first.ec == std::errc() && first.ptr != last && *first.ptr == '\t';
    const auto second = tab ? std::from_chars(first.ptr + 1, last, pair.second)
                            : std::from_chars_result{last, std::errc::invalid_argument};
    if (second.ec != std::errc() || (second.ptr != last && *second.ptr != '\t')) {
      return Error{std::string(name) + ":" + std::to_string(line) +
                   ": wants the hashes of two answers with a TAB between them"};
    }
    pairs.push_back(pair);
    text.remove_prefix(std::min(text.size(), end + 1));
  }
  return AnswersApart(std::move(pairs));
}

}  // namespace loopbreaker::text
