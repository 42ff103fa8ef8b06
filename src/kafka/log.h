// Where the log lines of the Kafka clients go.
#pragma once

#include <functional>
#include <string_view>

namespace loopbreaker::kafka {

/// Called from any thread, the clients' own included. Without a sink, lines are dropped; the last
/// error of a client still is part of its error messages. Set it before the first client is made.
void set_log_sink(std::function<void(std::string_view line)> sink);

}  // namespace loopbreaker::kafka
