// See demo_traffic.h.
#include "cli/demo_traffic.h"

#include <algorithm>
#include <set>

#include "cli/event_head.h"
#include "cli/ndjson.h"
#include "workload/demo_conversations.h"
#include "workload/workload.h"

namespace loopbreaker::cli {
namespace {

constexpr TimeMs kStart{1'767'258'000'000};  // 2026-01-01T09:00:00Z
constexpr std::uint64_t kGenerated = 48;
constexpr std::uint32_t kOpen = 20;

void add_generated(DemoTraffic& traffic, std::uint64_t seed) {
  workload::WorkloadSettings settings;
  settings.seed = seed;
  settings.stuck_share = 0.2;
  settings.sessions = kGenerated;
  settings.open_sessions = kOpen;
  settings.start = kStart;
  settings.id_prefix = "chat";
  workload::Workload workload(settings);
  workload::WorkloadEvent event;
  std::map<std::string, std::vector<DemoEvent>> by_session;
  while (workload.next(event)) {
    const std::string key(event.key);
    std::vector<DemoEvent>& events = by_session[key];
    events.push_back({event.time, key, std::string(event.json), false});
    if (!event.last) continue;
    // The few that go on for long would make everybody wait.
    if (event.time <= kStart + workload::kDemoSpan) {
      events.back().ends = event.json.find("conversation.ended") != std::string_view::npos;
      traffic.labels.emplace(key, *event.label);
      std::move(events.begin(), events.end(), std::back_inserter(traffic.events));
    }
    by_session.erase(key);
  }
}

void add_written(DemoTraffic& traffic) {
  for (const workload::Scheduled& scheduled : workload::demo_conversations()) {
    const workload::Conversation& c = scheduled.conversation;
    TimeMs time = kStart + scheduled.begins;
    for (std::size_t i = 0; i < c.beats.size(); ++i) {
      time = time + c.beats[i].after;
      DemoEvent event{time, c.session_id, {}, c.beats[i].type == EventType::ended};
      workload::write_event(c, i, time, event.json);
      traffic.events.push_back(std::move(event));
    }
    traffic.labels.emplace(c.session_id, c.label);
  }
}

}  // namespace

DemoTraffic made_up_traffic(std::uint64_t seed) {
  DemoTraffic traffic;
  add_generated(traffic, seed);
  add_written(traffic);
  std::stable_sort(traffic.events.begin(), traffic.events.end(),
                   [](const DemoEvent& a, const DemoEvent& b) { return a.time < b.time; });
  traffic.sessions = traffic.labels.size();
  return traffic;
}

Result<DemoTraffic> traffic_of_file(const std::string& path, std::size_t max) {
  auto reader = NdjsonReader::open(path);
  if (!reader) return reader.error();
  DemoTraffic traffic;
  HeadReader heads;
  std::set<std::string> sessions;
  std::string_view line;
  while (reader->next(line)) {
    if (traffic.events.size() == max) {
      traffic.cut = true;
      break;
    }
    const EventHead head = heads.read(line);
    DemoEvent event{head.time, std::string(head.session_id), std::string(line), false};
    event.ends = line.find("conversation.ended") != std::string_view::npos;
    if (!event.key.empty()) sessions.insert(event.key);
    traffic.events.push_back(std::move(event));
  }
  if (!reader->status()) return reader->status().error();
  if (traffic.events.empty()) return Error{path + ": no events in it"};
  traffic.sessions = sessions.size();
  return traffic;
}

}  // namespace loopbreaker::cli
