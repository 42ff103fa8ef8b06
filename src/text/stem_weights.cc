#include "text/stem_weights.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "text/number_pairs.h"

namespace loopbreaker::text {

Result<StemWeights> parse_stem_weights(std::string_view text, std::string_view name) {
  std::vector<StemWeights::Entry> entries;
  for (std::size_t line = 1; !text.empty(); ++line) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    StemWeights::Entry entry{};
    const auto rest = read_pair(text.substr(0, end), entry.hash, entry.value);
    if (!rest || !rest->empty()) {
      return Error{std::string(name) + ":" + std::to_string(line) +
                   ": wants the hash of a stem, a TAB and a weight of at most 65535"};
    }
    entries.push_back(entry);
    text.remove_prefix(std::min(text.size(), end + 1));
  }
  return StemWeights(std::move(entries));
}

}  // namespace loopbreaker::text
