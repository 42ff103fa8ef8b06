#include "measure/topics.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "kafka/topic_definitions.h"

namespace loopbreaker::measure {

Result<Topics> Topics::make(const kafka::Settings& settings, const std::string& prefix,
                            int partitions, int replication) {
  Topics topics;
  auto admin = kafka::make_admin(settings);
  if (!admin) return admin.error();
  topics.admin_ = std::move(*admin);
  topics.prefix_ = prefix;
  topics.names_ = kafka::Names().with_prefix(prefix);
  topics.partitions_ = partitions;
  topics.replication_ = replication;
  if (Status made = topics.create(true, true); !made) return made.error();
  return topics;
}

Topics::~Topics() {
  if (!admin_) return;
  for (const std::string& name : made_) (void)admin_->remove(name);
}

Status Topics::create(bool input, bool outputs) {
  auto definitions = kafka::topic_definitions();
  if (!definitions) return definitions.error();
  for (const kafka::TopicDefinition& definition : *definitions) {
    kafka::NewTopic topic{kafka::cluster_name(definition, names_), partitions_, replication_,
                          definition.config};
    const bool is_input = topic.name == names_.input;
    if (!(is_input ? input : outputs)) continue;
    // Event times of a measurement may lie far back.
    if (is_input) topic.config["retention.ms"] = "-1";
    auto made = admin_->create(topic);
    if (!made) return made.error();
    if (!*made)
      return Error{"topic " + topic.name +
                   " is there already, and a measurement writes only to topics of its own; "
                   "choose another --prefix or remove it"};
    made_.push_back(topic.name);
  }
  return Ok{};
}

Status Topics::renew_outputs() {
  std::vector<std::string> kept;
  for (const std::string& name : made_) {
    if (name == names_.input) {
      kept.push_back(name);
      continue;
    }
    if (Status removed = admin_->remove(name); !removed) return removed;
  }
  made_ = kept;
  // A removal is answered before it is done.
  for (int tries = 0;; ++tries) {
    Status created = create(false, true);
    if (created || tries == 50) return created;
    for (const std::string& name : made_)
      if (name != names_.input) (void)admin_->remove(name);
    made_ = kept;
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  }
}

}  // namespace loopbreaker::measure
