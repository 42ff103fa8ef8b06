// The one place where this folder reads files: phrase packs and models may be given by path.
#pragma once

#include <string>

#include "loopbreaker/result.h"

namespace loopbreaker::text {

/// The bytes of a file. The error names it.
Result<std::string> read_whole_file(const std::string& path);

}  // namespace loopbreaker::text
