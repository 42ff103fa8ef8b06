// Names, defaults and the check of everything that is passed through to librdkafka.
#include "kafka/settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "kafka/client.h"

namespace loopbreaker::kafka {
namespace {

struct Refused {
  std::string_view property;
  std::string_view why;
};

// Each of these is set by the adapters because a promise hangs on it.
constexpr std::array kRefusedBoth = {
    Refused{"bootstrap.servers", "set kafka.brokers"},
    Refused{"metadata.broker.list", "set kafka.brokers"},
};
constexpr std::array kRefusedConsumer = {
    Refused{"enable.auto.commit", "offsets are committed in transactions, never by a timer"},
    Refused{"auto.commit.enable", "offsets are committed in transactions, never by a timer"},
    Refused{"enable.auto.offset.store", "offsets are committed in transactions"},
    Refused{"auto.offset.reset",
            "a lost position must stop the processor, not skip records; see kafka.first_start"},
    Refused{"isolation.level", "records of aborted transactions must never be seen"},
    Refused{"group.id", "set kafka.group"},
    Refused{"group.instance.id", "it is kept in the state directory"},
    Refused{"partition.assignment.strategy", "the processor is written for eager range assignment"},
    Refused{"enable.partition.eof", "set by the processor where it is needed"},
};
constexpr std::array kRefusedProducer = {
    Refused{"transactional.id", "it is kept in the state directory"},
    Refused{"transaction.timeout.ms", "set kafka.transaction_timeout"},
    Refused{"enable.idempotence", "transactions need it"},
    Refused{"enable.gapless.guarantee", "transactions need it off"},
    Refused{"acks", "transactions need all"},
    Refused{"request.required.acks", "transactions need all"},
    Refused{"partitioner", "records go to the partition of their input"},
};

Error wrong(std::string message) { return {std::move(message), Action::stop}; }

template <class List>
const Refused* refused(const List& list, std::string_view property) {
  auto it = std::ranges::find(list, property, &Refused::property);
  return it == list.end() ? nullptr : &*it;
}

template <class List>
Status check_section(const std::map<std::string, std::string>& section, const List& list,
                     std::string_view name) {
  for (const auto& [property, value] : section) {
    const Refused* r = refused(kRefusedBoth, property);
    if (!r) r = refused(list, property);
    if (r) return wrong(fmt::format("[{}] {} cannot be set here: {}", name, property, r->why));
  }
  return Ok{};
}

Status check_topic(std::string_view role, const std::string& name) {
  const bool legal = !name.empty() && name.size() <= 249 && name != "." && name != ".." &&
                     std::ranges::all_of(name, [](char c) {
                       return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                              (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
                     });
  if (legal) return Ok{};
  return wrong(fmt::format(
      "topic name '{}' of {} is not legal: Kafka takes 1 to 249 of a-z A-Z 0-9 . _ -", name, role));
}

}  // namespace

const std::string& Names::of(Topic topic) const {
  switch (topic) {
    case Topic::escalations:
      return escalations;
    case Topic::handoffs:
      return handoffs;
    case Topic::summaries:
      return summaries;
    case Topic::dead_letters:
      return dead_letters;
    case Topic::state:
      break;
  }
  return state;
}

Names Names::with_prefix(std::string_view prefix) const {
  const std::string p(prefix);
  return {p + input, p + escalations, p + handoffs, p + summaries, p + dead_letters, p + state};
}

Status validate(const Settings& s) {
  if (s.brokers.empty())
    return wrong("kafka.brokers is empty: give host:port of one or more brokers");
  if (s.group.empty()) return wrong("kafka.group is empty: give the consumer group a name");
  if (s.transaction_timeout.ms < 1000 || s.transaction_timeout.ms > 900'000) {
    return wrong(fmt::format(
        "kafka.transaction_timeout of {} ms is outside 1 s to 15 min (Kafka's own bound)",
        s.transaction_timeout.ms));
  }
  const std::array<std::pair<std::string_view, const std::string*>, 6> roles = {
      {{"input", &s.topics.input},
       {"escalations", &s.topics.escalations},
       {"handoffs", &s.topics.handoffs},
       {"summaries", &s.topics.summaries},
       {"dead_letters", &s.topics.dead_letters},
       {"state", &s.topics.state}}};
  std::set<std::string_view> seen;
  for (const auto& [role, name] : roles) {
    if (auto ok = check_topic(role, *name); !ok) return ok;
    if (!seen.insert(*name).second) {
      return wrong(
          fmt::format("two of the topics are named '{}': each needs a name of its own", *name));
    }
  }
  if (auto ok = check_section(s.consumer, kRefusedConsumer, "kafka.consumer"); !ok) return ok;
  if (auto ok = check_section(s.producer, kRefusedProducer, "kafka.producer"); !ok) return ok;
  // Clients without brokers connect to nothing, but check names, values and how they fit together.
  Properties reading = reading_properties(s), writing = common_properties(s);
  std::erase_if(reading, [](const auto& p) { return p.first == "bootstrap.servers"; });
  std::erase_if(writing, [](const auto& p) { return p.first == "bootstrap.servers"; });
  reading.emplace_back("group.id", s.group);
  writing.emplace_back("transactional.id", "check");
  writing.emplace_back("transaction.timeout.ms", std::to_string(s.transaction_timeout.ms));
  if (auto c = Client::open(Kind::consumer, s, reading); !c) return c.error();
  if (auto c = Client::open(Kind::producer, s, writing); !c) return c.error();
  return Ok{};
}

}  // namespace loopbreaker::kafka
