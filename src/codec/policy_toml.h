// Policies as TOML: read, checked, hashed, printed, and tested with the tests they carry.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "codec/diagnostic.h"
#include "loopbreaker/analysis.h"
#include "loopbreaker/policy.h"

namespace loopbreaker::codec {

struct PolicyLoad {
  std::optional<Policy> policy;  ///< empty when any diagnostic is an error
  std::vector<Diagnostic> diagnostics;
};

/// Checks everything that can be checked without a session; reports all errors at once, each with
/// its place.
PolicyLoad load_policy(std::string_view toml, std::string_view file_name);

/// The policy compiled into the binary.
const Policy& default_policy();
std::string_view default_policy_toml();

/// The effective policy as TOML with nothing left to defaults: load_policy of it gives the same
/// policy and hash.
std::string policy_to_text(const Policy&);
/// A condition in words as policies write it: "loop >= 0.5 and turns >= 4".
std::string condition_to_text(const Condition&);

struct PolicyTestResult {
  std::string name;
  int line = 0;
  bool passed = false;
  std::string expected;  ///< "escalate by bot_loop"
  std::string actual;
  std::vector<std::string> told;  ///< step by step: what was said, and what the policy then did
};

/// Runs the tests that the policy carries, in their order.
std::vector<PolicyTestResult> run_policy_tests(const Policy&, Analyzer&);

}  // namespace loopbreaker::codec
