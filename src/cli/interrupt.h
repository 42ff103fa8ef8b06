// Ctrl-C and SIGTERM as a question, for commands that stop between two records.
#pragma once

namespace loopbreaker::cli {

/// From here on SIGINT and SIGTERM are remembered instead of ending the process; a second one ends
/// it at once.
void watch_interrupts();
bool interrupted();

}  // namespace loopbreaker::cli
