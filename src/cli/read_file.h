// A whole small file that a person named on the command line.
#pragma once

#include <string>

#include "loopbreaker/result.h"

namespace loopbreaker::cli {

/// Fails with a message that does not repeat the path.
Result<std::string> read_file(const std::string& path);

}  // namespace loopbreaker::cli
