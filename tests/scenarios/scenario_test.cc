// Runs every *.scenario beside this file, straight through and with the session saved and read back
// after every event.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "scenarios/play.h"

namespace loopbreaker::testing {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> scenarios() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(fs::path(SOURCE_DIR) / "tests/scenarios")) {
    if (entry.path().extension() == ".scenario") names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string read(const std::string& name) {
  std::ifstream in(fs::path(SOURCE_DIR) / "tests/scenarios" / (name + ".scenario"));
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::string lines(const std::vector<std::string>& failures) {
  std::string out;
  for (const std::string& failure : failures) out += "\n  " + failure;
  return out;
}

class Scenario : public ::testing::TestWithParam<std::string> {};

TEST_P(Scenario, comes_out_as_written) {
  const Played played = play(read(GetParam()), false);
  EXPECT_TRUE(played.failures.empty()) << lines(played.failures) << "\npublished:\n"
                                       << played.outputs;
}

TEST_P(Scenario, comes_out_the_same_with_a_save_and_a_load_after_every_event) {
  const std::string text = read(GetParam());
  const Played straight = play(text, false);
  const Played reloaded = play(text, true);
  EXPECT_EQ(straight.outputs, reloaded.outputs);
  EXPECT_EQ(straight.failures, reloaded.failures);
}

INSTANTIATE_TEST_SUITE_P(All, Scenario, ::testing::ValuesIn(scenarios()),
                         [](const auto& info) { return info.param; });

TEST(Scenarios, a_scenario_that_does_not_hold_is_noticed) {
  const Played played =
      play("customer: Where is my parcel?\nexpect escalate bot_loop\nnonsense\n", false);
  ASSERT_EQ(played.failures.size(), 2u);
  EXPECT_EQ(played.failures[0].substr(0, 7), "line 2:");
  EXPECT_EQ(played.failures[1].substr(0, 7), "line 3:");
}

}  // namespace
}  // namespace loopbreaker::testing
