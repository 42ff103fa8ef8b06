// The schedule of `generate`, the pace of `replay`, and what both read of a line.
#include "cli/generate.h"

#include <gtest/gtest.h>

#include "cli/event_head.h"
#include "cli/replay.h"

namespace loopbreaker::cli {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

TEST(OpenLoopSchedule, late_events_do_not_move_those_after_them) {
  OpenLoop schedule(1000);
  EXPECT_EQ(schedule.due(0), nanoseconds(0));
  EXPECT_EQ(schedule.due(1), milliseconds(1));
  schedule.sent(milliseconds(250));
  EXPECT_EQ(schedule.due(2), milliseconds(2));
  EXPECT_EQ(schedule.due(3'600'000), std::chrono::hours(1));
}

TEST(OpenLoopSchedule, remembers_the_greatest_lateness) {
  OpenLoop schedule(10);
  schedule.sent(milliseconds(-3));
  EXPECT_EQ(schedule.max_lateness(), nanoseconds(0));
  schedule.sent(milliseconds(7));
  schedule.sent(milliseconds(2));
  EXPECT_EQ(schedule.max_lateness(), milliseconds(7));
}

TEST(OpenLoopSchedule, without_a_rate_everything_is_due_at_once) {
  EXPECT_EQ(OpenLoop(0).due(1'000'000), nanoseconds(0));
}

TEST(ReplaySpeed, is_max_or_a_whole_factor) {
  EXPECT_EQ(parse_speed("max"), 0);
  EXPECT_EQ(parse_speed("1x"), 1);
  EXPECT_EQ(parse_speed("60x"), 60);
  for (const char* wrong : {"", "x", "60", "0x", "-1x", "1.5x", "fast", "60xx", "9999999x"}) {
    EXPECT_FALSE(parse_speed(wrong).has_value()) << wrong;
  }
}

TEST(ReplayPace, waits_for_the_distance_in_event_time_divided_by_the_factor) {
  Pace pace(60);
  EXPECT_EQ(pace.wait({1'000'000}, {0}).ms, 0);
  EXPECT_EQ(pace.wait({1'060'000}, {0}).ms, 1'000);
  EXPECT_EQ(pace.wait({1'060'000}, {400}).ms, 600);
  EXPECT_EQ(pace.wait({1'060'000}, {5'000}).ms, 0) << "late already";
  EXPECT_EQ(pace.wait({900'000}, {0}).ms, 0) << "before the first";
  EXPECT_EQ(pace.wait(kNoTime, {0}).ms, 0) << "without a time";
}

TEST(ReplayPace, at_full_speed_never_waits) {
  Pace pace(0);
  pace.wait({0}, {0});
  EXPECT_EQ(pace.wait({86'400'000}, {0}).ms, 0);
}

TEST(EventHead, finds_session_and_time_of_an_event) {
  HeadReader reader;
  const EventHead head = reader.read(
      R"({"specversion":"1.0","time":"2026-01-01T00:00:01.5Z","data":{"session_id":"s-1","x":1}})");
  EXPECT_EQ(head.session_id, "s-1");
  EXPECT_EQ(head.time.ms, 1'767'225'601'500);
}

TEST(EventHead, accepts_any_line) {
  HeadReader reader;
  for (const char* line : {"", "not json", "[]", "42", "{\"data\":[]}",
                           "{\"data\":{\"session_id\":7},\"time\":\"noon\"}",
                           "{\"data\":{\"session_id\":\"cut", "\xff\xfe"}) {
    const EventHead head = reader.read(line);
    EXPECT_TRUE(head.session_id.empty()) << line;
    EXPECT_EQ(head.time, kNoTime) << line;
  }
}

}  // namespace
}  // namespace loopbreaker::cli
