// The process's log on standard error: lines for people, or JSON objects for collectors.
#pragma once

#include "cli/config.h"

namespace loopbreaker::cli {

void set_up_log(const Config& config);

}  // namespace loopbreaker::cli
