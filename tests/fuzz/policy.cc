#include "codec/policy_toml.h"
#include "fuzz/targets.h"

namespace loopbreaker::fuzz {

void policy(std::string_view bytes) {
  const codec::PolicyLoad load = codec::load_policy(bytes, "fuzz.toml");
  if (!load.policy) {
    promise(!load.diagnostics.empty(), "a refusal says why");
    return;
  }
  const std::string text = codec::policy_to_text(*load.policy);
  const codec::PolicyLoad again = codec::load_policy(text, "printed.toml");
  promise(again.policy.has_value(), "a printed policy is a policy");
  promise(again.policy->hash == load.policy->hash, "a printed policy is the same policy");
}

}  // namespace loopbreaker::fuzz
