// Clients of librdkafka for the fault tests, without anything of the product in between.
#pragma once

#include <librdkafka/rdkafka.h>

#include <map>
#include <memory>
#include <stdexcept>
#include <string>

namespace loopbreaker::testing {

struct DestroyClient {
  void operator()(rd_kafka_t* p) const { rd_kafka_destroy(p); }
};
using Client = std::unique_ptr<rd_kafka_t, DestroyClient>;

/// Silent. Throws std::runtime_error when a property is not taken.
inline Client open_client(rd_kafka_type_t type,
                          const std::map<std::string, std::string>& properties) {
  char text[512];
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  for (const auto& [name, value] : properties)
    if (rd_kafka_conf_set(conf, name.c_str(), value.c_str(), text, sizeof text) != RD_KAFKA_CONF_OK)
      throw std::runtime_error(name + ": " + text);
  rd_kafka_conf_set_log_cb(conf, [](const rd_kafka_t*, int, const char*, const char*) {});
  Client client(rd_kafka_new(type, conf, text, sizeof text));
  if (!client) throw std::runtime_error(text);
  return client;
}

}  // namespace loopbreaker::testing
