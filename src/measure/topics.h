// The topics of one measurement: made for it under a prefix of their own, and removed after it.
#pragma once

#include <memory>
#include <string>

#include "kafka/admin.h"
#include "kafka/settings.h"
#include "loopbreaker/result.h"

namespace loopbreaker::measure {

class Topics {
 public:
  /// Makes all six of them. Fails when one is there already: nothing is ever written to a topic
  /// made by somebody else.
  static Result<Topics> make(const kafka::Settings& settings, const std::string& prefix,
                             int partitions, int replication);
  Topics(Topics&&) noexcept = default;
  Topics& operator=(Topics&&) = delete;
  /// Removes what was made.
  ~Topics();

  /// Makes those of the outputs and the state anew, so that a processor begins from nothing.
  Status renew_outputs();
  const kafka::Names& names() const { return names_; }
  const std::string& prefix() const { return prefix_; }

 private:
  Topics() = default;
  Status create(bool input, bool outputs);
  std::unique_ptr<kafka::Admin> admin_;
  std::string prefix_;
  kafka::Names names_;
  int partitions_ = 1, replication_ = -1;
  std::vector<std::string> made_;
};

}  // namespace loopbreaker::measure
