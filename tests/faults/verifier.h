// What must have been published, and what was: per topic and session the ordered list of (id, type,
// hash of the payload). Reads with a read-committed consumer of its own; expects what the core
// makes of the input in memory, one event after the other.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "kafka/settings.h"

namespace loopbreaker::testing {

struct Published {
  std::uint64_t id = 0, type = 0, payload = 0;  ///< hashes
  bool operator==(const Published&) const = default;
};

class Verifier {
 public:
  /// Reads until the ends of now with every call; deleted records must have been read before.
  Verifier(const kafka::Settings& settings, int partitions);
  ~Verifier();

  void read_input();
  void read_outputs();
  /// In words, the first few; empty when what was published is what must be.
  /// `only`: of sessions whose id begins so.
  std::vector<std::string> differences(const std::string& only = "") const;
  /// While it still goes on, with the outputs read before the input: what was published so far and
  /// is not the beginning of what must be.
  std::vector<std::string> too_much() const;

  /// Per partition the offset after the last record of the input that was read: where a group
  /// stands that has consumed everything.
  const std::vector<std::int64_t>& consumed() const;
  std::size_t events() const;   ///< records of the input
  std::size_t outputs() const;  ///< that were published
  std::size_t outputs_in(const std::string& topic) const;
  std::size_t expected_in(const std::string& topic) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace loopbreaker::testing
