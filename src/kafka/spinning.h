// Internal: keeps librdkafka's threads from spinning.
#pragma once

struct rd_kafka_conf_s;

namespace loopbreaker::kafka {

/// The client made with this configuration sleeps for a moment where its threads would spin.
void nap_instead_of_spinning(rd_kafka_conf_s* conf);

}  // namespace loopbreaker::kafka
