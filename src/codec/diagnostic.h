// What is wrong with a text that a person wrote (a policy, a configuration), where, and what to do.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace loopbreaker::codec {

struct Diagnostic {
  enum class Severity { error, warning };
  Severity severity = Severity::error;
  std::string where;  ///< "policy.toml", "LOOPBREAKER_RUN_WORKERS", "--set"
  int line = 0;       ///< from 1; 0 when `where` has no lines
  int column = 0;     ///< from 1, in characters
  std::string message;
};

/// "policy.toml:3:7: error: ..."
std::string to_text(const Diagnostic&);
/// One line each, errors and warnings in the order of the file.
std::string to_text(const std::vector<Diagnostic>&);
bool has_errors(const std::vector<Diagnostic>&);

}  // namespace loopbreaker::codec
