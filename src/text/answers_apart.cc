#include "text/answers_apart.h"

#include <algorithm>
#include <string>

#include "text/number_pairs.h"

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
    AnswersApart::Pair pair;
    const auto rest = read_pair(text.substr(0, end), pair.first, pair.second);
    if (!rest || !(rest->empty() || rest->starts_with('\t'))) {
      return Error{std::string(name) + ":" + std::to_string(line) +
                   ": wants the hashes of two answers with a TAB between them"};
    }
    pairs.push_back(pair);
    text.remove_prefix(std::min(text.size(), end + 1));
  }
  return AnswersApart(std::move(pairs));
}

}  // namespace loopbreaker::text
