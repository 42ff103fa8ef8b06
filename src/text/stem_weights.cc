#include "text/stem_weights.h"

#include <algorithm>
#include <charconv>
#include <string>
#include <utility>
#include <vector>

namespace loopbreaker::text {

Result<StemWeights> parse_stem_weights(std::string_view text, std::string_view name) {
  std::vector<StemWeights::Entry> entries;
  for (std::size_t line = 1; !text.empty(); ++line) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const char* const last = text.data() + end;
    StemWeights::Entry entry{};
    const auto hash = std::from_chars(text.data(), last, entry.hash);
    const bool tab = hash.ec == std::errc() && hash.ptr != last && *hash.ptr == '\t';
    const auto weight = tab ? std::from_chars(hash.ptr + 1, last, entry.value)
                            : std::from_chars_result{last, std::errc::invalid_argument};
    if (weight.ec != std::errc() || weight.ptr != last) {
      return Error{std::string(name) + ":" + std::to_string(line) +
                   ": wants the hash of a stem, a TAB and a weight of at most 65535"};
    }
    entries.push_back(entry);
    text.remove_prefix(std::min(text.size(), end + 1));
  }
  return StemWeights(std::move(entries));
}

}  // namespace loopbreaker::text
