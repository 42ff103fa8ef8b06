// One worker's consumer of the input topic, on librdkafka.
#pragma once

#include <memory>

#include "kafka/settings.h"
#include "loopbreaker/ports.h"

namespace loopbreaker::kafka {

/// A member of the group that is not yet joined. Uses: brokers, group, instance_id, client_id,
/// consumer, topics.input. All calls must come from one thread. Connects in the background: an
/// unreachable broker shows in the first call that needs an answer.
Result<std::unique_ptr<EventLog>> make_event_log(const Settings&);

/// The next poll of this log, which make_event_log() gave, lets its client go and joins the group
/// with a new one: for a client that is alive and does not move.
Status renew_consumer(EventLog& log);

}  // namespace loopbreaker::kafka
