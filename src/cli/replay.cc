// loopbreaker replay: files of events to Kafka, as a contact centre's pipeline would have sent
// them.
#include "cli/replay.h"

#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "cli/cluster_flags.h"
#include "cli/commands.h"
#include "cli/event_head.h"
#include "cli/interrupt.h"
#include "cli/ndjson.h"
#include "kafka/plain_producer.h"

namespace loopbreaker::cli {

std::optional<std::int64_t> parse_speed(const std::string& text) {
  if (text == "max") return 0;
  std::int64_t factor = 0;
  const char* last = text.data() + text.size();
  const auto [end, code] = std::from_chars(text.data(), last, factor);
  const bool suffix = end != last && *end == 'x' && end + 1 == last;
  if (code != std::errc() || !suffix || factor < 1 || factor > 1'000'000) return std::nullopt;
  return factor;
}

DurationMs Pace::wait(TimeMs event_time, DurationMs elapsed) {
  if (factor_ == 0 || event_time == kNoTime) return {0};
  if (first_ == kNoTime) first_ = event_time;
  const std::int64_t due = (event_time - first_).ms / factor_;
  return {due > elapsed.ms ? due - elapsed.ms : 0};
}

namespace {

using Clock = std::chrono::steady_clock;

struct ReplayOptions {
  std::vector<std::string> files;
  std::string timestamps = "event", speed = "max", topic;
  ClusterFlags cluster;
};

int complain(const Error& error) {
  fmt::print(stderr, "loopbreaker replay: {}\n", error.message);
  return error.action == Action::retry ? kUnavailable : kUsage;
}

struct Counts {
  std::uint64_t sent = 0;
  std::uint64_t without_session = 0;
};

/// Sleeps in short steps, so that Ctrl-C is heard.
void pause(DurationMs wait) {
  const Clock::time_point until = Clock::now() + std::chrono::milliseconds(wait.ms);
  while (!interrupted() && Clock::now() < until) {
    std::this_thread::sleep_until(std::min(until, Clock::now() + std::chrono::milliseconds(100)));
  }
}

Status replay_file(const std::string& path, const ReplayOptions& o, kafka::PlainProducer& producer,
                   Counts& counts) {
  auto reader = NdjsonReader::open(path);
  if (!reader) return reader.error();
  // Each file has a clock of its own: they may be years apart.
  Pace pace(*parse_speed(o.speed));
  const Clock::time_point began = Clock::now();
  HeadReader heads;
  TimeMs last_time = kNoTime;
  std::string_view line;
  while (!interrupted() && reader->next(line)) {
    const EventHead head = heads.read(line);
    if (head.time != kNoTime) last_time = head.time;
    if (head.session_id.empty()) ++counts.without_session;
    const DurationMs wait = pace.wait(
        head.time,
        {std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - began).count()});
    if (wait.ms > 0) pause(wait);
    kafka::PlainRecord record;
    record.key = head.session_id;
    record.value = line;
    // A line without a time of its own is logged when its neighbour was.
    record.timestamp = o.timestamps == "event" ? last_time : kNoTime;
    if (Status sent = producer.send(record); !sent) {
      return Error{reader->where() + ": " + sent.error().message, sent.error().action};
    }
    ++counts.sent;
  }
  return reader->status();
}

int replay(const ReplayOptions& o) {
  if (!parse_speed(o.speed)) {
    return complain(
        {fmt::format("--speed {}: expected max, or a whole factor such as 1x or 60x", o.speed)});
  }
  for (const std::string& file : o.files) {
    if (file == "-") continue;
    if (auto reader = NdjsonReader::open(file); !reader) return complain(reader.error());
  }
  auto settings = cluster_settings(o.cluster);
  if (!settings) return complain(settings.error());
  const std::string topic = o.topic.empty() ? settings->topics.input : o.topic;
  auto producer = kafka::make_plain_producer(*settings, topic);
  if (!producer) return complain(producer.error());
  watch_interrupts();
  const Clock::time_point began = Clock::now();
  Counts counts;
  Status result = Ok{};
  for (const std::string& file : o.files) {
    result = replay_file(file, o, **producer, counts);
    if (!result || interrupted()) break;
  }
  const Status flushed = (*producer)->flush();
  const double seconds = std::chrono::duration<double>(Clock::now() - began).count();
  fmt::print(stderr, "{} records to {} in {:.1f} s ({:.0f} per second)", (*producer)->delivered(),
             topic, seconds, static_cast<double>((*producer)->delivered()) / seconds);
  if (counts.without_session > 0) {
    fmt::print(stderr, "; {} without a session id, sent as they are with an empty key",
               counts.without_session);
  }
  fmt::print(stderr, "\n");
  if (!result) return complain(result.error());
  if (!flushed) return complain(flushed.error());
  return kOk;
}

}  // namespace

void add_replay(CLI::App& app, int& exit_code) {
  auto o = std::make_shared<ReplayOptions>();
  CLI::App* cmd = app.add_subcommand("replay", "Send files of events (NDJSON, also .gz) to Kafka");
  cmd->add_option("FILE", o->files, "Files in the order to send; - is standard input")->required();
  cmd->add_option("--timestamps", o->timestamps, "Record timestamps: the events' times, or now")
      ->check(CLI::IsMember({"event", "now"}))
      ->capture_default_str();
  cmd->add_option("--speed", o->speed, "max, or so many times as fast as it happened: 1x, 60x")
      ->capture_default_str();
  cmd->add_option("--topic", o->topic, "Send to this topic instead of the configured input topic");
  add_cluster_flags(*cmd, o->cluster);
  cmd->footer(
      R"(The key of a record is the event's session id; partitions are those that Kafka's own clients would choose. Lines
that are not JSON are sent unchanged with an empty key, so that bad input can be replayed, too.

Examples:
  loopbreaker replay conversations.ndjson.gz
  loopbreaker replay --brokers kafka-1:9092 --topic-prefix test. monday.ndjson tuesday.ndjson
  loopbreaker replay --speed 60x --timestamps now conversations.ndjson.gz

Exit codes: 0 done, 2 wrong arguments or a file that cannot be read, 3 no broker.)");
  cmd->callback([o, &exit_code] { exit_code = replay(*o); });
}

}  // namespace loopbreaker::cli
