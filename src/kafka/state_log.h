// Reader of the compacted state topic, on librdkafka. Joins no group.
#pragma once

#include <memory>

#include "kafka/settings.h"
#include "loopbreaker/ports.h"

namespace loopbreaker::kafka {

/// Uses: brokers, client_id, consumer, topics.state. read() gives up (Action::retry) when nothing
/// arrives for 30 s.
Result<std::unique_ptr<StateLog>> make_state_log(const Settings&);

}  // namespace loopbreaker::kafka
