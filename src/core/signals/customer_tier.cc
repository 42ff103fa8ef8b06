// customer_tier: whether a tier is known. What a tier means is the policy's matter.
#include "core/signals/notes.h"

namespace loopbreaker::core {

void update_customer_tier(SignalContext& context) {
  if (context.session.tier.empty()) return;
  if (context.session[Signal::customer_tier].count == 0) count_one(context, Signal::customer_tier);
  set_now(context, Signal::customer_tier, Score::one());
}

}  // namespace loopbreaker::core
