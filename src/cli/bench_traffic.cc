#include "cli/bench_traffic.h"

#include <fmt/format.h>

#include <filesystem>

#include "cli/event_head.h"
#include "cli/interrupt.h"
#include "cli/ndjson.h"
#include "kafka/topic_reader.h"
#include "workload/workload.h"

namespace loopbreaker::cli {
namespace {

constexpr std::uint64_t kGeneratedConversations = 5'000, kCopiedEvents = 500'000;

Status take_file(const std::string& path, measure::Traffic& traffic) {
  auto reader = NdjsonReader::open(path);
  if (!reader) return reader.error();
  HeadReader heads;
  std::string_view line;
  while (reader->next(line)) traffic.add(heads.read(line).session_id, line);
  return reader->status();
}

/// The first events of a topic that is only read.
Status take_topic(const kafka::Settings& settings, const std::string& topic,
                  measure::Traffic& traffic) {
  auto reader = kafka::open_topic_reader(settings, {topic}, kafka::ReadFrom::beginning);
  if (!reader) return reader.error();
  HeadReader heads;
  for (std::uint64_t n = 0; n < kCopiedEvents && !interrupted() && !(*reader)->at_end();) {
    auto record = (*reader)->next({1'000});
    if (!record) return record.error();
    if (!*record || !(*record)->value) continue;
    traffic.add(heads.read(*(*record)->value).session_id, *(*record)->value);
    ++n;
  }
  return Ok{};
}

void take_generated(measure::Traffic& traffic) {
  workload::WorkloadSettings settings;
  settings.sessions = kGeneratedConversations;
  workload::Workload workload(settings);
  workload::WorkloadEvent event;
  while (workload.next(event)) traffic.add(event.key, event.json);
}

}  // namespace

Result<std::string> fill_traffic(const kafka::Settings& settings,
                                 const std::vector<std::string>& files, const std::string& topic,
                                 measure::Traffic& traffic) {
  std::string source = "generated conversations";
  if (!files.empty()) {
    source = "conversations recorded in";
    for (const std::string& file : files) {
      if (Status taken = take_file(file, traffic); !taken) return taken.error();
      source += " " + std::filesystem::path(file).filename().string();
    }
  } else if (!topic.empty()) {
    if (Status taken = take_topic(settings, topic, traffic); !taken) return taken.error();
    source = "conversations of topic " + topic;
  } else {
    take_generated(traffic);
  }
  if (traffic.conversations() == 0)
    return Error{
        "there is no conversation in the input; it wants canonical events, as `loopbreaker replay` "
        "sends them"};
  return fmt::format("{}, {} of them", source, traffic.conversations());
}

}  // namespace loopbreaker::cli
