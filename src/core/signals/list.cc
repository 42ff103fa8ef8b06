// The list of all signals, in order.
#include "core/signals/signals.h"

namespace loopbreaker::core {
namespace {

using Update = void (*)(SignalContext&);
constexpr Update kUpdates[] = {
    update_customer_tier,    //
    update_category,         //
    mark_failure,            // before bot_repeat, which compares failures with failures
    update_bot_repeat,       // before failed_attempts, which groups answers by what repeats
    update_failed_attempts,  // before rephrase and loop, which count failures
    update_rephrase,         //
    update_progress,         // after rephrase: closes or opens the need that rephrase compares with
    update_loop,             //
    update_human_request,    //
    update_context_loss,     //
    update_waiting,          // after human_request and progress
    update_frustration,      // last: hears what all others found
};

}  // namespace

void update_signals(SignalContext& context) {
  for (Update update : kUpdates) update(context);
}

}  // namespace loopbreaker::core
