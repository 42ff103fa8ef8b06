// Hashing of session ids for the tables, so that views and strings find each other.
#pragma once

#include <cstddef>
#include <string_view>

#include "loopbreaker/types.h"

namespace loopbreaker::runtime {

struct IdHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view id) const { return stable_hash(id); }
};
struct IdEqual {
  using is_transparent = void;
  bool operator()(std::string_view a, std::string_view b) const { return a == b; }
};

}  // namespace loopbreaker::runtime
