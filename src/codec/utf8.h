// Whether bytes are UTF-8, and making them so: what is published must be valid whatever was
// received.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace loopbreaker::codec {

bool is_utf8(std::string_view bytes);

/// Length of the longest prefix that is UTF-8: the position of the first wrong byte.
std::size_t valid_utf8_prefix(std::string_view bytes);

/// Wrong bytes replaced by U+FFFD, one for each.
std::string to_utf8(std::string_view bytes);

}  // namespace loopbreaker::codec
