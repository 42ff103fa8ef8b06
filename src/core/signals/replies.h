// Compares what the bot answers with what it answered before.
#pragma once

#include "core/signals/signals.h"

namespace loopbreaker::core {

/// The same answer again, 0.5 the threshold. Questions are made from one mould ("What day …?",
/// "What time …?"), so two of them are the same only when they are so word for word; two answers
/// that both fail are the same failure.
Score same_reply(const Turn& reply, const Turn& earlier, const Analyzer&);

}  // namespace loopbreaker::core
