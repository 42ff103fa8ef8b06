// The report of a benchmark: what is in the folder comes out beside its target, and nothing is made
// up for what is not there.
#include "cli/bench_page.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "cli/svg_plot.h"
#include "measure/traffic.h"

namespace loopbreaker::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class BenchPage : public ::testing::Test {
 protected:
  void SetUp() override {
    dir_ = std::filesystem::path(::testing::TempDir()) /
           ::testing::UnitTest::GetInstance()->current_test_info()->name();
    std::filesystem::remove_all(dir_);
    std::filesystem::create_directories(dir_);
  }
  void put(const std::string& name, const std::string& text) { std::ofstream(dir_ / name) << text; }
  std::string rendered(const std::string& name) {
    auto results = BenchResults::read(dir_.string());
    EXPECT_TRUE(results) << results.error().message;
    EXPECT_TRUE(write_bench_report(*results, dir_.string()));
    std::stringstream text;
    text << std::ifstream(dir_ / name).rdbuf();
    return text.str();
  }
  std::filesystem::path dir_;
};

TEST_F(BenchPage, a_figure_stands_beside_its_target_with_its_median_and_range) {
  put("cluster.json", R"({"results": [
        {"name": "drain, memory at most", "unit": "MB", "median": 250, "all": [250, 240, 290]},
        {"name": "latency p50 at 20000 events/s", "unit": "ms", "median": 9, "all": [9]},
        {"name": "latency p99 at 20000 events/s", "unit": "ms", "median": 31, "all": [31]}]})");
  put("commands", "cluster\tloopbreaker bench --only drain\n");
  const std::string text = rendered("report.md");
  EXPECT_THAT(text,
              HasSubstr("| Peak resident memory of a drain | 250 (240–290) MB | ≤ 300 | yes |"));
  EXPECT_THAT(text, HasSubstr("| Latency p99 at 20000 events/s | 31 ms | ≤ 25 | no |"));
  EXPECT_THAT(text, HasSubstr("loopbreaker bench --only drain"));
  EXPECT_THAT(text, Not(HasSubstr("kill -9"))) << "nothing is said of what was not measured";
}

TEST_F(BenchPage, the_peers_of_one_run_are_compared) {
  put("runs.peers",
      "");  // another part without lines
  put("peers.peers",
      "2026-01-01T00:00:00 load=1 drain-ks-1000 events_per_s=100000 answers=right\n"
      "2026-01-01T00:01:00 load=1 drain-loopbreaker events_per_s=350000 answers=right\n");
  EXPECT_THAT(rendered("report.md"), HasSubstr("same run | 3.5 × | ≥ 3 | yes | peers |"));
}

TEST_F(BenchPage, what_grows_is_drawn_by_what_an_event_costs) {
  for (const int n : {1, 2})
    put("scale-workers-" + std::to_string(n) + ".json",
        R"({"results": [{"name": "drain, per core-second of the process", "unit": "events/s",
            "median": 0, "all": [)" +
            std::to_string(100'000 / n) + "]}]}");
  EXPECT_THAT(rendered("workers.svg"), HasSubstr(">20<")) << "µs per event with two workers";
}

TEST_F(BenchPage, a_file_that_was_cut_short_is_named) {
  put("cluster.json", "{\"results\": [");
  auto results = BenchResults::read(dir_.string());
  ASSERT_FALSE(results);
  EXPECT_THAT(results.error().message, HasSubstr("cluster.json"));
}

TEST(Traffic, messages_have_the_length_that_was_asked_for) {
  measure::Traffic traffic;
  traffic.add("s", R"({"id":"1","time":"2026-01-01T00:00:00Z","data":{"session_id":"s",)"
                   R"("participant":"bot","text":"one two three"}})");
  for (const std::uint32_t bytes : {5u, 200u}) {
    traffic.begin({.open = 1, .asks_human = 0, .message_bytes = bytes});
    std::string session, json;
    traffic.next(TimeMs{0}, session, json);
    const std::size_t begin = json.find("one"), end = json.find('"', begin);
    ASSERT_NE(begin, std::string::npos) << json;
    EXPECT_GE(end - begin, bytes) << json;
    EXPECT_LE(end - begin, bytes + 6) << "to the end of a word";
  }
}

}  // namespace
}  // namespace loopbreaker::cli
