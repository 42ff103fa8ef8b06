// What is counted appears in the text, under the promised names, in the form Prometheus reads.
#include "http/metrics.h"

#include <gmock/gmock.h>

#include <regex>
#include <sstream>
#include <thread>
#include <vector>

#include "loopbreaker/decision.h"
#include "loopbreaker/handoff.h"

namespace loopbreaker::http {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Metrics, events_are_counted_by_type_and_all_types_are_there_from_the_start) {
  Metrics metrics;
  EXPECT_THAT(metrics.text(), HasSubstr("loopbreaker_events_total{type=\"message\"} 0\n"));
  metrics.event(EventType::message);
  metrics.event(EventType::message);
  metrics.event(EventType::ended);
  EXPECT_THAT(metrics.text(), HasSubstr("loopbreaker_events_total{type=\"message\"} 2\n"));
  EXPECT_THAT(metrics.text(), HasSubstr("loopbreaker_events_total{type=\"ended\"} 1\n"));
}

TEST(Metrics, no_addition_of_many_threads_is_lost) {
  Metrics metrics;
  std::vector<std::thread> threads;
  for (int t = 0; t < 6; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 20'000; ++i) metrics.event(EventType::message);
      for (int i = 0; i < 100; ++i)
        metrics.decision("bot-loop", Outcome::escalate, Change::raised, false);
    });
  }
  for (auto& t : threads) t.join();
  EXPECT_THAT(metrics.text(), HasSubstr("loopbreaker_events_total{type=\"message\"} 120000\n"));
  EXPECT_THAT(metrics.text(),
              HasSubstr("loopbreaker_decisions_total{rule=\"bot-loop\",outcome=\"escalate\","
                        "change=\"raised\",mode=\"live\"} 600\n"));
}

TEST(Metrics, what_a_recovery_would_read_again_is_told_by_partition) {
  Metrics metrics;
  metrics.set_replay(3, 1'200, DurationMs{90'500}, DurationMs{2'250});
  metrics.client_renewed("producer");
  metrics.client_renewed("producer");
  const std::string text = metrics.text();
  EXPECT_THAT(text, HasSubstr("loopbreaker_replay_events{partition=\"3\"} 1200\n"));
  EXPECT_THAT(text, HasSubstr("loopbreaker_replay_seconds{partition=\"3\"} 90.5\n"));
  EXPECT_THAT(text, HasSubstr("loopbreaker_state_age_seconds{partition=\"3\"} 2.25\n"));
  EXPECT_THAT(text, HasSubstr("loopbreaker_clients_renewed_total{client=\"producer\"} 2\n"));
}

TEST(Metrics, shadow_decisions_are_told_apart) {
  Metrics metrics;
  metrics.decision("new-rule", Outcome::offer, Change::raised, true);
  EXPECT_THAT(
      metrics.text(),
      HasSubstr("{rule=\"new-rule\",outcome=\"offer\",change=\"raised\",mode=\"shadow\"} 1\n"));
}

TEST(Metrics, the_latency_histogram_is_cumulative_and_in_seconds) {
  Metrics metrics;
  metrics.event_to_decision({1});
  metrics.event_to_decision({40});
  metrics.event_to_decision({90'000});
  metrics.event_to_decision({-5});
  const std::string text = metrics.text();
  EXPECT_THAT(text, HasSubstr("loopbreaker_event_to_decision_seconds_bucket{le=\"0.001\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("loopbreaker_event_to_decision_seconds_bucket{le=\"0.05\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("loopbreaker_event_to_decision_seconds_bucket{le=\"60\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("loopbreaker_event_to_decision_seconds_bucket{le=\"+Inf\"} 4\n"));
  EXPECT_THAT(text, HasSubstr("loopbreaker_event_to_decision_seconds_count 4\n"));
  EXPECT_THAT(text, HasSubstr("loopbreaker_event_to_decision_seconds_sum 90.04"));
}

TEST(Metrics, gauges_of_a_partition_go_when_it_is_given_away) {
  Metrics metrics;
  metrics.set_lag(3, 17);
  metrics.set_table(3, 10, 4096, 2);
  EXPECT_THAT(metrics.text(), HasSubstr("loopbreaker_lag_events{partition=\"3\"} 17\n"));
  EXPECT_THAT(metrics.text(), HasSubstr("loopbreaker_sessions_open{partition=\"3\"} 12\n"));
  EXPECT_THAT(metrics.text(), HasSubstr("loopbreaker_table_bytes{partition=\"3\"} 4096\n"));
  metrics.drop_partition(3);
  EXPECT_THAT(metrics.text(), Not(HasSubstr("partition=\"3\"")));
}

TEST(Metrics, every_promised_name_is_there_with_its_figure) {
  Metrics metrics;
  metrics.duplicate();
  metrics.late();
  metrics.time_clamped();
  metrics.time_missing();
  metrics.key_mismatch();
  metrics.unknown_type();
  metrics.dead_letter(DeadReason::bad_json);
  metrics.session_closed(true);
  metrics.commit({12}, 3, 900);
  metrics.aborted();
  metrics.recovery("start", {200});
  metrics.replayed(55);
  metrics.set_store_bytes(77);
  metrics.set_stream_time(0, {1'500});
  const std::string text = metrics.text();
  for (const char* line :
       {"loopbreaker_duplicates_total 1\n", "loopbreaker_late_events_total 1\n",
        "loopbreaker_time_clamped_total 1\n", "loopbreaker_time_missing_total 1\n",
        "loopbreaker_key_mismatch_total 1\n", "loopbreaker_unknown_types_total 1\n",
        "loopbreaker_dead_letters_total{reason=\"bad_json\"} 1\n",
        "loopbreaker_sessions_closed_total{by=\"idle\"} 1\n", "loopbreaker_commits_total 1\n",
        "loopbreaker_commit_seconds_count 1\n", "loopbreaker_committed_records_total 3\n",
        "loopbreaker_committed_bytes_total 900\n", "loopbreaker_aborted_transactions_total 1\n",
        "loopbreaker_recoveries_total{cause=\"start\"} 1\n",
        "loopbreaker_recovery_seconds_count 1\n", "loopbreaker_replayed_events_total 55\n",
        "loopbreaker_rocksdb_bytes 77\n",
        "loopbreaker_stream_time_seconds{partition=\"0\"} 1.5\n"}) {
    EXPECT_THAT(text, HasSubstr(line));
  }
}

TEST(Metrics, every_line_is_a_comment_or_a_sample_and_every_family_has_help_and_type) {
  Metrics metrics;
  metrics.decision("a\"b\\c\nd", Outcome::watch, Change::raised, false);
  metrics.set_lag(0, 1);
  std::istringstream lines(metrics.text());
  const std::regex sample(
      R"re(([a-z_]+)(\{[a-z]+="(\\.|[^"\\])*"(,[a-z]+="(\\.|[^"\\])*")*\})? (\S+))re");
  std::string line, family;
  int samples = 0;
  while (std::getline(lines, line)) {
    if (line.starts_with("# HELP ")) {
      family = line.substr(7, line.find(' ', 7) - 7);
      EXPECT_GT(line.size(), family.size() + 10) << line;
      continue;
    }
    if (line.starts_with("# TYPE ")) {
      EXPECT_TRUE(line.starts_with("# TYPE " + family + " ")) << line;
      continue;
    }
    std::smatch match;
    ASSERT_TRUE(std::regex_match(line, match, sample)) << line;
    EXPECT_TRUE(match[1].str().starts_with(family)) << line;
    ++samples;
  }
  EXPECT_GT(samples, 60);
}

}  // namespace
}  // namespace loopbreaker::http
