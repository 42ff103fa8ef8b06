// Internal: keeps librdkafka's main thread from spinning.
#pragma once

struct rd_kafka_conf_s;

namespace loopbreaker::kafka {

/// The client made with this configuration naps where its main thread would spin.
void nap_instead_of_spinning(rd_kafka_conf_s* conf);

}  // namespace loopbreaker::kafka
