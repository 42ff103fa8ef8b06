// Invariants of the recovery protocol, held in release builds too: a broken one stops the process
// with its values.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <utility>

namespace loopbreaker::runtime {

using NamedValue = std::pair<std::string_view, std::int64_t>;

/// Prints the rule and its values to standard error and aborts: going on could publish a wrong
/// decision.
[[noreturn]] void broken_invariant(std::string_view rule, std::initializer_list<NamedValue> values);

inline void require(bool holds, std::string_view rule,
                    std::initializer_list<NamedValue> values = {}) {
  if (!holds) [[unlikely]]
    broken_invariant(rule, values);
}

}  // namespace loopbreaker::runtime
