#include "runtime/check.h"

#include <cstdio>
#include <cstdlib>

namespace loopbreaker::runtime {

void broken_invariant(std::string_view rule, std::initializer_list<NamedValue> values) {
  std::fprintf(stderr, "loopbreaker: invariant broken: %.*s", static_cast<int>(rule.size()),
               rule.data());
  for (const auto& [name, value] : values)
    std::fprintf(stderr, " %.*s=%lld", static_cast<int>(name.size()), name.data(),
                 static_cast<long long>(value));
  std::fputs("\n", stderr);
  std::abort();
}

}  // namespace loopbreaker::runtime
