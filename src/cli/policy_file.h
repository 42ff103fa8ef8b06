// The policy that a command decides by.
#pragma once

#include <memory>
#include <string>

#include "loopbreaker/policy.h"
#include "loopbreaker/result.h"

namespace loopbreaker::cli {

/// The policy in the file at `path`; the built-in one when it is empty.
Result<std::unique_ptr<Policy>> read_policy(const std::string& path);

}  // namespace loopbreaker::cli
