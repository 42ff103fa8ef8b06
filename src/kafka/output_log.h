// One worker's transactional producer, on librdkafka.
#pragma once

#include <memory>

#include "kafka/settings.h"
#include "loopbreaker/ports.h"

namespace loopbreaker::kafka {

/// Must be given init() before commit(). The EventLog given to commit() must come from
/// make_event_log(). Uses: brokers, transactional_id, transaction_timeout, client_id, producer,
/// topics.
Result<std::unique_ptr<OutputLog>> make_output_log(const Settings&);

}  // namespace loopbreaker::kafka
