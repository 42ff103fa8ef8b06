// Where the conversations of a measurement come from.
#pragma once

#include <string>
#include <vector>

#include "kafka/settings.h"
#include "loopbreaker/result.h"
#include "measure/traffic.h"

namespace loopbreaker::cli {

/// Of `files`, else of `topic`, which is only read, else generated. Says which it took.
Result<std::string> fill_traffic(const kafka::Settings& settings,
                                 const std::vector<std::string>& files, const std::string& topic,
                                 measure::Traffic& traffic);

}  // namespace loopbreaker::cli
