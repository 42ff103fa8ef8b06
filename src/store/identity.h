// Who this process is, kept in its state directory: two processes must never share an identity, and
// a restart must have the same one.
#pragma once

#include <memory>
#include <string>

#include "loopbreaker/result.h"

namespace loopbreaker::store {

/// A locked state directory. The lock is gone with the object, and with the process however it
/// ends.
class StateDirectory {
 public:
  virtual ~StateDirectory() = default;
  virtual const std::string& path() const = 0;
  /// 16 hex digits, drawn once when the directory was made.
  virtual const std::string& instance_id() const = 0;
  /// Where the local store belongs.
  virtual std::string store_path() const = 0;
  /// Whose records the local store holds, as the caller names it; empty when that was never said.
  virtual Result<std::string> store_of() const = 0;
  /// From now on it is this one's. REQUIRES: what the store holds of another one is gone.
  virtual Status give_store_to(const std::string& whose) = 0;
};

/// Where the local store of a state directory is, without opening the directory.
std::string store_path(const std::string& state_directory);

/// Makes the directory when it is not there. Fails with a clear message when another process holds
/// it (Action::stop).
Result<std::unique_ptr<StateDirectory>> open_state_directory(const std::string& path);

}  // namespace loopbreaker::store
