// Takes personal data out of free text before anything else sees it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "loopbreaker/result.h"

namespace loopbreaker::text {

/// A national identification number, found by a regular expression (ECMAScript) that starts at a
/// digit or capital letter.
struct NationalId {
  std::string name;     ///< token name, [a-z_]+, e.g. "ssn" for [ssn#3f]
  std::string pattern;  ///< must not match the empty text
};

struct RedactionSettings {
  bool enabled = true;
  bool keyed = true;  ///< [card#3f] instead of [card]
  /// Key of the HMAC behind #3f; the same value then gives the same token. Every process of a group
  /// must have the same one, whatever becomes of its disk: a session may go from one to the other.
  /// The default is known to all: eight bits of a value can then be tested by whoever reads the
  /// state.
  std::string secret = "loopbreaker";
  std::vector<NationalId> national_ids = {
      {"ssn", "(?!000|666|9[0-9]{2})[0-9]{3}-(?!00)[0-9]{2}-(?!0000)[0-9]{4}"}};
};

/// Not thread-safe: one per worker.
class Redactor {
 public:
  /// How many were taken out since this redactor was made.
  struct Counts {
    std::uint64_t cards = 0, emails = 0, phones = 0, ibans = 0, national_ids = 0;
  };

  ~Redactor();
  /// `in` itself when there is nothing to take out; otherwise a view of `scratch`, which is
  /// overwritten. REQUIRES: `in` does not point into `scratch`. Any bytes may come in; valid UTF-8
  /// stays valid.
  std::string_view redact(std::string_view in, std::string& scratch);
  const Counts& counts() const { return counts_; }

 private:
  friend Result<std::unique_ptr<Redactor>> make_redactor(const RedactionSettings&);
  Redactor();
  struct Impl;
  std::unique_ptr<Impl> impl_;
  Counts counts_;
};

/// Fails on a pattern that does not compile or matches the empty text, on a bad or repeated name,
/// and on keyed tokens without a secret.
Result<std::unique_ptr<Redactor>> make_redactor(const RedactionSettings& settings);

}  // namespace loopbreaker::text
