// What is measured of one exchange (a request and the bot's reply to it) for the loop signal.
#pragma once

#include "core/signals/needs.h"
#include "core/signals/signals.h"

namespace loopbreaker::core {

/// All features. `match`: of the ask with those before it; `replies`: of the reply with those
/// before it. REQUIRES: `ask` and `reply` are kept turns of the session, reply after ask.
ExchangeFeatures exchange_features(const Session&, const Turn& ask, const Turn& reply,
                                   const NeedMatch& match, const ReplyLikeness& replies,
                                   const Analyzer&);

}  // namespace loopbreaker::core
