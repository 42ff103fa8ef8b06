// One end-to-end test's world: its own topics on a real broker, its own directory, the reference by
// backtest.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "codec/event_json.h"
#include "kafka/admin.h"
#include "kafka/plain_producer.h"
#include "kafka/topic_definitions.h"
#include "kafka/topic_reader.h"
#include "support/process.h"

namespace loopbreaker::testing {

/// Values by topic and session, in order; where the records came from left out.
using Outputs = std::map<std::pair<std::string, std::string>, std::vector<std::string>>;

inline std::string without_sources(const std::string& json) {
  static const std::regex source(R"re("source":\{"partition":-?\d+,"offset":-?\d+\})re");
  return std::regex_replace(json, source, "\"source\":{}");
}

inline std::string session_of(const std::string& json) {
  static const std::regex subject(R"re("subject":"((?:[^"\\]|\\.)*)")re");
  std::smatch match;
  return std::regex_search(json, match, subject) ? match[1].str() : std::string();
}

class World : public ::testing::Test {
 protected:
  void SetUp() override {
    const char* brokers = std::getenv("LOOPBREAKER_TEST_BROKERS");
    if (!brokers)
      GTEST_SKIP() << "LOOPBREAKER_TEST_BROKERS is not set; ./dev test starts a broker and sets it";
    settings_.brokers = brokers;
    const auto* info = ::testing::UnitTest::GetInstance()->current_test_info();
    std::string name = std::string(info->test_suite_name()) + "." + info->name();
    for (char& c : name)
      if (!std::isalnum(static_cast<unsigned char>(c))) c = '-';
    prefix_ = name + "-" + std::to_string(getpid()) + ".";
    settings_.topics = settings_.topics.with_prefix(prefix_);
    dir_ = std::filesystem::temp_directory_path() / ("loopbreaker-e2e-" + prefix_);
    std::filesystem::remove_all(dir_);
    std::filesystem::create_directories(dir_);
    state_dir_ = dir_ / "state";
    make_topics();
  }
  void TearDown() override {
    if (dir_.empty()) return;
    if (auto admin = kafka::make_admin(settings_)) {
      for (const std::string* topic :
           {&settings_.topics.input, &settings_.topics.escalations, &settings_.topics.handoffs,
            &settings_.topics.summaries, &settings_.topics.dead_letters, &settings_.topics.state})
        (void)(*admin)->remove(*topic);
    }
    if (!HasFailure()) std::filesystem::remove_all(dir_);
  }

  static constexpr int kPartitions = 4;

  void make_topics() {
    auto admin = kafka::make_admin(settings_);
    ASSERT_TRUE(admin) << admin.error().message;
    auto definitions = kafka::topic_definitions();
    ASSERT_TRUE(definitions) << definitions.error().message;
    for (const auto& definition : *definitions) {
      kafka::NewTopic topic{kafka::cluster_name(definition, settings_.topics), kPartitions, 1,
                            definition.config};
      if (topic.name == settings_.topics.input) {
        topic.config["retention.ms"] = "-1";  // recordings are old
        topic.config["max.message.bytes"] = "20000000";
      }
      auto made = (*admin)->create(topic);
      ASSERT_TRUE(made) << made.error().message;
    }
  }

  /// Runs the binary to its end.
  int call(const std::vector<std::string>& arguments) {
    return Process(arguments, log_path()).wait();
  }
  std::string log_path() const { return dir_ / "log"; }
  std::string log_text() const {
    std::ifstream file(log_path());
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
  }
  std::vector<std::string> run_arguments(std::vector<std::string> more = {}) const {
    std::vector<std::string> all{"run",
                                 "--brokers",
                                 settings_.brokers,
                                 "--topic-prefix",
                                 prefix_,
                                 "--set",
                                 "kafka.group=" + prefix_ + "group",
                                 "--set",
                                 "http.address=off",
                                 "--state-dir",
                                 state_dir_,
                                 "--until-caught-up"};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }
  /// Sends a file's events, keyed by session, with their own times.
  void send(const std::string& file) {
    ASSERT_EQ(call({"replay", file, "--brokers", settings_.brokers, "--topic-prefix", prefix_}), 0)
        << log_text();
  }
  std::string generate(int seed, int sessions) {
    const std::string file = dir_ / "input.ndjson";
    EXPECT_EQ(call({"generate", "--seed", std::to_string(seed), "--sessions",
                    std::to_string(sessions), "--stuck-share", "0.3", "--out", file}),
              0)
        << log_text();
    return file;
  }
  /// What a backtest decides over the same file.
  Outputs reference(const std::string& file) {
    const std::string out = dir_ / "reference";
    EXPECT_EQ(call({"backtest", file, "--out", out, "--partitions", std::to_string(kPartitions)}),
              0)
        << log_text();
    Outputs outputs;
    const std::pair<const char*, std::string> files[] = {
        {"decisions", settings_.topics.escalations},
        {"handoffs", settings_.topics.handoffs},
        {"summaries", settings_.topics.summaries}};
    for (const auto& [name, topic] : files) {
      std::ifstream lines(out + "/" + name + ".ndjson");
      for (std::string line; std::getline(lines, line);)
        outputs[{topic, session_of(line)}].push_back(without_sources(line));
    }
    return outputs;
  }
  std::vector<kafka::TopicRecord> read_all(const std::vector<std::string>& topics) {
    auto reader = kafka::open_topic_reader(settings_, topics, kafka::ReadFrom::beginning);
    EXPECT_TRUE(reader) << (reader ? "" : reader.error().message);
    std::vector<kafka::TopicRecord> records;
    if (!reader) return records;
    for (;;) {
      auto next = (*reader)->next(DurationMs{200});
      EXPECT_TRUE(next) << (next ? "" : next.error().message);
      if (!next) break;
      if (next->has_value())
        records.push_back(std::move(**next));
      else if ((*reader)->at_end())
        break;
    }
    return records;
  }
  /// Waits until `count` summaries can be read; false when the process ends before.
  bool wait_for_summaries(std::size_t count, Process& process) {
    auto reader = kafka::open_topic_reader(settings_, {settings_.topics.summaries},
                                           kafka::ReadFrom::beginning);
    if (!reader) return false;
    for (std::size_t seen = 0; seen < count;) {
      auto next = (*reader)->next(DurationMs{20});
      if (next && next->has_value())
        ++seen;
      else if (!process.running())
        return false;
    }
    return true;
  }
  Outputs published() {
    Outputs outputs;
    for (const auto& record : read_all(
             {settings_.topics.escalations, settings_.topics.handoffs, settings_.topics.summaries}))
      outputs[{record.topic, record.key.value_or("")}].push_back(
          without_sources(record.value.value_or("")));
    return outputs;
  }
  /// The first record that is not as expected, both ways, from shortly before they part.
  static std::string first_difference(const std::vector<std::string>& expected,
                                      const std::vector<std::string>& actual) {
    static const std::string kNone = "(none)";
    for (std::size_t i = 0; i < std::max(expected.size(), actual.size()); ++i) {
      const std::string& a = i < expected.size() ? expected[i] : kNone;
      const std::string& b = i < actual.size() ? actual[i] : kNone;
      if (a == b) continue;
      const auto at = std::ranges::mismatch(a, b).in1 - a.begin();
      const std::size_t from = at < 80 ? 0 : static_cast<std::size_t>(at) - 80;
      return "\nexpected: " + a.substr(from, 240) + "\nactual:   " + b.substr(from, 240);
    }
    return "";
  }
  void expect_equal(const Outputs& expected, const Outputs& actual) {
    ASSERT_GT(expected.size(), 10u);
    EXPECT_EQ(expected.size(), actual.size());
    int shown = 0;
    for (const auto& [key, values] : expected) {
      auto it = actual.find(key);
      if (it != actual.end() && it->second == values) continue;
      const std::vector<std::string> got =
          it == actual.end() ? std::vector<std::string>{} : it->second;
      ADD_FAILURE() << key.first << " of session " << key.second << " differs: expected "
                    << values.size() << " records, got " << got.size()
                    << first_difference(values, got);
      if (++shown == 5) return;
    }
  }

  kafka::Settings settings_;
  std::string prefix_;
  std::filesystem::path dir_, state_dir_;
};

}  // namespace loopbreaker::testing
