// The policy that is compiled in.
#include <fmt/format.h>

#include <cstdlib>

#include "codec/policy_toml.h"

extern "C" {
extern const char loopbreaker_default_policy[];
extern const char loopbreaker_default_policy_end[];
}

namespace loopbreaker::codec {

std::string_view default_policy_toml() {
  return {loopbreaker_default_policy,
          static_cast<std::size_t>(loopbreaker_default_policy_end - loopbreaker_default_policy)};
}

const Policy& default_policy() {
  static const Policy policy = [] {
    PolicyLoad loaded = load_policy(default_policy_toml(), "default.toml");
    if (!loaded.policy) {  // a test holds that this cannot happen
      fmt::print(stderr, "The built-in policy is broken:\n{}", to_text(loaded.diagnostics));
      std::abort();
    }
    return std::move(*loaded.policy);
  }();
  return policy;
}

}  // namespace loopbreaker::codec
