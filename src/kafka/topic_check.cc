// The points that are looked at, and what each is for.
#include "kafka/topic_check.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <limits>

namespace loopbreaker::kafka {
namespace {

constexpr std::int64_t kDayMs = 86'400'000;
constexpr std::int64_t kHourMs = 3'600'000;
// Kafka's own default. Records stay far below, but they travel in batches of up to 1,000,000 bytes.
constexpr std::int64_t kMessageBytes = 1'048'588;

std::int64_t number(const TopicState& t, const std::string& property) {
  auto it = t.config.find(property);
  std::int64_t value = 0;
  if (it != t.config.end())
    std::from_chars(it->second.data(), it->second.data() + it->second.size(), value);
  return value;
}

std::string text(const TopicState& t, const std::string& property) {
  auto it = t.config.find(property);
  return it == t.config.end() ? "" : it->second;
}

std::string set_to(const TopicState& t, std::string_view property, std::string_view value) {
  return fmt::format(
      "kafka-configs.sh --alter --entity-type topics --entity-name {} --add-config {}={}", t.name,
      property, value);
}

class Points {
 public:
  void add(const TopicState& t, bool good, bool needed, std::string what, std::string mend) {
    points_.push_back({t.name, std::move(what), good, needed, good ? "" : std::move(mend)});
  }

  void at_least(const TopicState& t, const std::string& property, std::int64_t least, bool needed) {
    const auto value = number(t, property);
    add(t, value >= least || value == -1, needed,
        fmt::format("{} is {}, at least {}", property, value, least),
        set_to(t, property, std::to_string(least)));
  }

  void at_most(const TopicState& t, const std::string& property, std::int64_t most) {
    const auto value = number(t, property);
    add(t, value <= most, true, fmt::format("{} is {}, at most {}", property, value, most),
        set_to(t, property, std::to_string(most)));
  }

  void missing(const std::string& name) {
    points_.push_back({name, "exists", false, true, "loopbreaker topics create"});
  }

  std::vector<CheckPoint> take() { return std::move(points_); }

 private:
  std::vector<CheckPoint> points_;
};

void look_at_copies(Points& points, const TopicState& t) {
  const auto in_sync = number(t, "min.insync.replicas");
  points.add(t, t.replication >= 3 && in_sync >= 2, false,
             fmt::format("{} {}, min.insync.replicas {}: a lost broker loses nothing with 3 and 2",
                         t.replication, t.replication == 1 ? "copy" : "copies", in_sync),
             "fine on a single node; elsewhere create with --replication 3 --property "
             "min.insync.replicas=2");
}

void look_at_input(Points& points, const TopicState& t) {
  const std::string policy = text(t, "cleanup.policy");
  points.add(t, policy.find("compact") == std::string::npos, true,
             fmt::format("cleanup.policy is {}: every event of a conversation must stay", policy),
             set_to(t, "cleanup.policy", "delete"));
  points.at_least(t, "retention.ms", kDayMs, false);
}

void look_at_output(Points& points, const TopicState& t) {
  const std::string policy = text(t, "cleanup.policy");
  points.add(
      t, policy.find("compact") == std::string::npos, false,
      fmt::format(
          "cleanup.policy is {}: compaction would keep only the last record of a conversation",
          policy),
      set_to(t, "cleanup.policy", "delete"));
}

void look_at_state(Points& points, const TopicState& t) {
  const std::string policy = text(t, "cleanup.policy");
  points.add(t, policy == "compact", true,
             fmt::format("cleanup.policy is {}, must be compact alone", policy),
             set_to(t, "cleanup.policy", "compact"));
  points.at_least(t, "delete.retention.ms", kDayMs, true);
  points.at_most(t, "max.compaction.lag.ms", kHourMs);
}

}  // namespace

Result<std::vector<CheckPoint>> inspect_topics(Admin& admin, const Names& names) {
  Points points;
  auto input = admin.describe(names.input);
  if (!input) return input.error();
  if (*input) {
    look_at_input(points, **input);
    look_at_copies(points, **input);
  } else {
    points.missing(names.input);
  }
  for (int i = 0; i < kTopics; ++i) {
    const auto topic = static_cast<Topic>(i);
    auto found = admin.describe(names.of(topic));
    if (!found) return found.error();
    if (!*found) {
      points.missing(names.of(topic));
      continue;
    }
    const TopicState& t = **found;
    if (*input) {
      points.add(
          t, t.partitions == (*input)->partitions, true,
          fmt::format("{} partitions, '{}' has {}", t.partitions, names.input,
                      (*input)->partitions),
          fmt::format(
              "delete '{}' while nothing is in it that you need, then: loopbreaker topics create "
              "--partitions {}",
              t.name, (*input)->partitions));
    }
    if (topic == Topic::state) {
      look_at_state(points, t);
    } else {
      look_at_output(points, t);
    }
    points.at_least(t, "max.message.bytes", kMessageBytes, true);
    look_at_copies(points, t);
  }
  return points.take();
}

Status check_topics(Admin& admin, const Names& names) {
  auto points = inspect_topics(admin, names);
  if (!points) return points.error();
  std::string wrong;
  for (const auto& p : *points) {
    if (p.needed && !p.good)
      wrong += fmt::format("\n  '{}': not so: {}; to mend: {}", p.topic, p.what, p.mend);
  }
  if (wrong.empty()) return Ok{};
  return Error{"the topics are not fit for recovery:" + wrong, Action::stop};
}

Status check_topics(const Settings& settings) {
  auto admin = make_admin(settings);
  if (!admin) return admin.error();
  return check_topics(**admin, settings.topics);
}

}  // namespace loopbreaker::kafka
