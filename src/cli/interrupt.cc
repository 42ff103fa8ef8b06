// See interrupt.h.
#include "cli/interrupt.h"

#include <atomic>
#include <csignal>

namespace loopbreaker::cli {
namespace {
// Not only a signal handler writes it: another thread than the one that is interrupted reads it.
std::atomic<bool> seen{false};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler may not wait");
void remember(int) { seen = true; }
}  // namespace

void watch_interrupts() {
  struct sigaction action {};
  action.sa_handler = remember;
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}
bool interrupted() { return seen; }

}  // namespace loopbreaker::cli
