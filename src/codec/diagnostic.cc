// Diagnostics as lines of text.
#include "codec/diagnostic.h"

#include <fmt/format.h>

#include <algorithm>

namespace loopbreaker::codec {

std::string to_text(const Diagnostic& d) {
  const std::string_view kind = d.severity == Diagnostic::Severity::error ? "error" : "warning";
  if (d.line == 0) return fmt::format("{}: {}: {}", d.where, kind, d.message);
  return fmt::format("{}:{}:{}: {}: {}", d.where, d.line, d.column, kind, d.message);
}

std::string to_text(const std::vector<Diagnostic>& diagnostics) {
  std::string out;
  for (const Diagnostic& d : diagnostics) out += to_text(d) + "\n";
  return out;
}

bool has_errors(const std::vector<Diagnostic>& diagnostics) {
  return std::ranges::any_of(
      diagnostics, [](const Diagnostic& d) { return d.severity == Diagnostic::Severity::error; });
}

}  // namespace loopbreaker::codec
