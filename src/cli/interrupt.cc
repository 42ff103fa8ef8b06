// See interrupt.h.
#include "cli/interrupt.h"

#include <csignal>

namespace loopbreaker::cli {
namespace {
volatile std::sig_atomic_t seen = 0;
void remember(int) { seen = 1; }
}  // namespace

void watch_interrupts() {
  struct sigaction action {};
  action.sa_handler = remember;
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}
bool interrupted() { return seen != 0; }

}  // namespace loopbreaker::cli
