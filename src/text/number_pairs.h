// Reads the tables that `adapt` writes: two numbers at the head of each line, a TAB between them.
#pragma once

#include <charconv>
#include <optional>
#include <string_view>

namespace loopbreaker::text {

/// Into `first` and `second`; returns the rest of the line, nothing when it does not begin so or a
/// number does not fit.
template <class First, class Second>
std::optional<std::string_view> read_pair(std::string_view line, First& first, Second& second) {
  const char* const last = line.data() + line.size();
  const auto one = std::from_chars(line.data(), last, first);
  if (one.ec != std::errc() || one.ptr == last || *one.ptr != '\t') return std::nullopt;
  const auto other = std::from_chars(one.ptr + 1, last, second);
  if (other.ec != std::errc()) return std::nullopt;
  return std::string_view(other.ptr, static_cast<std::size_t>(last - other.ptr));
}

}  // namespace loopbreaker::text
