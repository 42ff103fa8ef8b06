// Text helpers inside the core.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace loopbreaker::core {

/// A keyed redaction token such as [card#3f] at [begin, end); end = 0 when there is none.
struct Token {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string_view kind;
};
Token next_token(std::string_view text, std::size_t from);

std::string_view trim(std::string_view text);

/// Runs of white space and control characters become one space.
std::string one_line(std::string_view text);

/// One line of at most `max` bytes, ending in … when something was left out.
std::string shortened(std::string_view text, std::size_t max);

}  // namespace loopbreaker::core
