// Generated traffic: the same for the same seed, in time order, readable by the codec, and labelled
// with the truth.
#include "workload/workload.h"

#include <gmock/gmock.h>

#include <map>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "codec/event_json.h"
#include "workload/random.h"
#include "workload/script.h"

namespace loopbreaker::workload {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::Not;

WorkloadSettings some(std::uint64_t seed, std::uint64_t sessions) {
  WorkloadSettings settings;
  settings.seed = seed;
  settings.sessions = sessions;
  settings.open_sessions = 40;
  return settings;
}

std::string all_of(const WorkloadSettings& settings) {
  Workload workload(settings);
  WorkloadEvent event;
  std::string out;
  while (workload.next(event)) (out += event.json) += '\n';
  return out;
}

TEST(Workload, the_same_seed_gives_the_same_bytes) {
  const std::string once = all_of(some(7, 60));
  EXPECT_EQ(once, all_of(some(7, 60)));
  EXPECT_NE(once, all_of(some(8, 60)));
}

TEST(Workload, the_bytes_are_the_same_on_every_machine) {
  // Frozen: a change here means that published benchmark inputs change, too.
  Workload workload(some(1, 3));
  WorkloadEvent event;
  ASSERT_TRUE(workload.next(event));
  EXPECT_THAT(
      std::string(event.json),
      HasSubstr(R"("id":"chat-0-0","source":"loopbreaker/workload","type":"conversation.started",)"
                R"("time":"2026-01-01T00:00:00.000Z","subject":"chat-0")"));
  EXPECT_EQ(mix(1, 2), 0xf893a2eefb32555eull);
}

TEST(Workload, every_event_is_read_by_the_codec_without_a_note) {
  Workload workload(some(11, 300));
  codec::EventDecoder decoder{codec::DecodeSettings{}};
  WorkloadEvent event;
  int events = 0;
  while (workload.next(event)) {
    Record record;
    record.key = event.key;
    record.value = event.json;
    record.timestamp = event.time;
    record.position = {0, events++};
    const auto decoded = decoder.decode(record);
    ASSERT_TRUE(std::holds_alternative<Event*>(decoded))
        << std::get<codec::DecodeFailure>(decoded).detail << "\n"
        << event.json;
    const Event& e = *std::get<Event*>(decoded);
    EXPECT_EQ(e.session_id, event.key);
    EXPECT_EQ(e.time, event.time);
    EXPECT_NE(e.type, EventType::unknown) << event.json;
    const codec::DecodeNotes& notes = decoder.notes();
    EXPECT_FALSE(notes.time_missing || notes.time_clamped || notes.no_id || notes.key_mismatch)
        << event.json;
    EXPECT_EQ(notes.unknown_fields + notes.ignored_fields, 0u) << event.json;
  }
  EXPECT_GT(events, 3000);
}

TEST(Workload, events_come_in_time_order_and_each_conversation_in_its_own) {
  Workload workload(some(3, 200));
  WorkloadEvent event;
  TimeMs before{0};
  std::map<std::string, std::uint32_t> seen;
  std::set<std::string> over;
  while (workload.next(event)) {
    EXPECT_GE(event.time, before);
    before = event.time;
    const std::string key(event.key);
    EXPECT_FALSE(over.contains(key)) << "event after the last of " << key;
    EXPECT_EQ(event.index, seen[key]++);
    if (event.last) {
      EXPECT_EQ(event.label->events, seen[key]);
      over.insert(key);
    }
  }
  EXPECT_EQ(over.size(), 200u);
  EXPECT_EQ(workload.open(), 0u);
}

TEST(Workload, conversations_overlap_as_many_as_asked_for) {
  WorkloadSettings settings = some(5, 0);
  settings.open_sessions = 120;
  Workload workload(settings);
  WorkloadEvent event;
  std::uint64_t sum = 0;
  for (int i = 0; i < 10'000; ++i) workload.next(event);  // until arrivals and ends are in balance
  for (int i = 0; i < 20'000; ++i) {
    workload.next(event);
    sum += workload.open();
  }
  EXPECT_NEAR(static_cast<double>(sum) / 20'000, 120, 30);
}

TEST(Workload,
     the_rate_in_event_time_is_the_one_asked_for_with_and_without_a_number_of_conversations) {
  for (const std::uint32_t open : {0u, 50u}) {
    WorkloadSettings settings = some(9, 0);
    settings.events_per_second = 200;
    settings.open_sessions = open;
    Workload workload(settings);
    WorkloadEvent event;
    for (int i = 0; i < 60'000; ++i) workload.next(event);
    const TimeMs from = event.time;
    for (int i = 0; i < 60'000; ++i) workload.next(event);
    const double seconds = static_cast<double>((event.time - from).ms) / 1000.0;
    EXPECT_NEAR(60'000 / seconds, 200, 30) << "open " << open;
  }
}

TEST(Workload, even_times_follow_the_rate_exactly) {
  WorkloadSettings settings = some(9, 0);
  settings.events_per_second = 400;
  settings.even = true;
  Workload workload(settings);
  WorkloadEvent event;
  for (std::int64_t n = 0; n < 5'000; ++n) {
    workload.next(event);
    ASSERT_EQ((event.time - settings.start).ms, n * 10 / 4);
  }
}

TEST(Workload, plans_made_again_give_the_same_as_plans_kept) {
  WorkloadSettings settings = some(4, 60'000);
  settings.open_sessions = 60'000'000;  // all begin before any ends
  settings.events_per_second = 1e9;
  Workload many(settings);
  WorkloadEvent event;
  std::map<std::uint32_t, std::string> ids;
  bool above = false;
  int compared = 0;
  while (many.next(event)) {
    above = above || many.open() > 55'000;
    if (event.index == 0 || event.key != "chat-59000") continue;
    const Conversation plan = plan_conversation(mix(4, 59'000), "chat-59000", ScriptSettings{});
    std::string expected;
    write_event(plan, event.index, event.time, expected);
    EXPECT_EQ(event.json, expected);
    if (++compared == 3) break;
  }
  EXPECT_TRUE(above);
  EXPECT_EQ(compared, 3);
}

TEST(Workload, about_the_asked_share_of_conversations_is_stuck) {
  for (const double share : {0.0, 0.08, 1.0}) {
    WorkloadSettings settings = some(2, 3000);
    settings.stuck_share = share;
    Workload workload(settings);
    WorkloadEvent event;
    int stuck_ones = 0;
    while (workload.next(event)) stuck_ones += event.last && stuck(event.label->kind) ? 1 : 0;
    EXPECT_NEAR(stuck_ones / 3000.0, share, 0.02);
  }
}

TEST(Workload, lengths_resemble_real_traffic) {
  Workload workload(some(6, 3000));
  WorkloadEvent event;
  std::uint64_t events = 0;
  std::uint32_t longest = 0;
  while (workload.next(event)) {
    ++events;
    if (event.last) longest = std::max(longest, event.label->events);
  }
  const double mean = static_cast<double>(events) / 3000;
  EXPECT_GE(mean, 10);
  EXPECT_LE(mean, 19);
  EXPECT_NEAR(mean, static_cast<double>(kMeanEventsX10) / 10, 1);
  EXPECT_GE(longest, 24u);
}

}  // namespace
}  // namespace loopbreaker::workload
