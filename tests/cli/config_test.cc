// The configuration: which source wins, what is refused and where, what is printed.
#include "cli/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace loopbreaker::cli {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;

class ConfigTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() /
              ("loopbreaker-config-" + std::to_string(::getpid()) + "-" +
               ::testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  void file(std::string_view content) {
    arguments.file = (folder_ / "c.toml").string();
    std::ofstream(arguments.file) << content;
  }

  Config good() {
    const ConfigLoad loaded = load_config(arguments, environment);
    EXPECT_TRUE(loaded.config) << codec::to_text(loaded.diagnostics);
    return loaded.config.value_or(Config());
  }

  /// All diagnostics, with the folder of the file left out.
  std::vector<std::string> problems() {
    std::vector<std::string> out;
    for (const codec::Diagnostic& d : load_config(arguments, environment).diagnostics) {
      std::string line = codec::to_text(d);
      if (const std::string prefix = folder_.string() + "/"; line.starts_with(prefix))
        line.erase(0, prefix.size());
      out.push_back(std::move(line));
    }
    return out;
  }

  ConfigArguments arguments;
  Environment environment;

 private:
  std::filesystem::path folder_;
};

TEST_F(ConfigTest, HasTheDefaultsOfItsTable) {
  const Config c = good();
  EXPECT_EQ(c.kafka.brokers, "127.0.0.1:9092");
  EXPECT_EQ(c.kafka.group, "loopbreaker");
  EXPECT_EQ(c.kafka.first_start, FirstStart::earliest);
  EXPECT_EQ(c.kafka.transaction_timeout.ms, 10'000);
  EXPECT_EQ(c.topics.input, "conversation-events");
  EXPECT_EQ(c.topics.escalations, "escalations");
  EXPECT_EQ(c.topics.handoffs, "handoffs");
  EXPECT_EQ(c.topics.summaries, "session-summaries");
  EXPECT_EQ(c.topics.dead_letters, "dead-letters");
  EXPECT_EQ(c.topics.state, "session-state");
  EXPECT_EQ(c.run.workers, 0);
  EXPECT_FALSE(c.run.until_caught_up);
  EXPECT_EQ(c.run.drain_timeout.ms, 5'000);
  EXPECT_EQ(c.run.stall_after.ms, 120'000);
  EXPECT_EQ(c.state.dir, "./loopbreaker-state");
  EXPECT_EQ(c.state.max_age.ms, 300'000);
  EXPECT_EQ(c.state.patience.ms, 30'000);
  EXPECT_EQ(c.state.table_bytes, 1ull << 30);
  EXPECT_EQ(c.state.rocksdb_cache_bytes, 64ull << 20);
  EXPECT_EQ(c.commit.min_interval.ms, 10);
  EXPECT_EQ(c.commit.max_interval.ms, 1'000);
  EXPECT_EQ(c.commit.max_bytes, 8ull << 20);
  EXPECT_TRUE(c.time.follow_wall_clock);
  EXPECT_EQ(c.time.allowed_delay.ms, 30'000);
  EXPECT_EQ(c.time.max_ahead.ms, 300'000);
  EXPECT_EQ(c.input.max_record_bytes, 1ull << 20);
  EXPECT_FALSE(c.input.strict_keys);
  EXPECT_EQ(c.dead_letters.payload, DeadLetterPayload::redacted);
  EXPECT_TRUE(c.redaction.enabled);
  EXPECT_EQ(c.redaction.secret, "");
  ASSERT_EQ(c.redaction.national_ids.size(), 1u);
  EXPECT_EQ(c.redaction.national_ids[0].first, "ssn");
  EXPECT_EQ(c.policy.file, "");
  EXPECT_EQ(c.http.host, "127.0.0.1");
  EXPECT_EQ(c.http.port, 8321);
  EXPECT_EQ(c.log.level, "info");
  EXPECT_EQ(c.log.format, LogFormat::text);
}

TEST_F(ConfigTest, EveryDefaultInTheTableIsAcceptedByItsOwnCheck) {
  for (const ConfigKey& key : config_keys()) {
    if (key.name.ends_with(".*")) continue;
    arguments.set = {std::string(key.name) + "=" + std::string(key.default_value)};
    EXPECT_THAT(problems(), IsEmpty()) << key.name;
  }
}

TEST_F(ConfigTest, TheStrongerSourceWins) {
  file(
      "[kafka]\nbrokers = \"file:1\"\ngroup = \"file\"\n[run]\nworkers = 2\n[state]\ndir = "
      "\"file\"\n");
  EXPECT_EQ(good().kafka.brokers, "file:1");
  environment = {{"LOOPBREAKER_KAFKA_BROKERS", "environment:1"},
                 {"LOOPBREAKER_RUN_WORKERS", "3"},
                 {"LOOPBREAKER_STATE_DIR", "environment"}};
  EXPECT_EQ(good().kafka.brokers, "environment:1");
  arguments.set = {"kafka.brokers=set:1", "state.dir=set"};
  EXPECT_EQ(good().kafka.brokers, "set:1");
  arguments.flags = {{"kafka.brokers", "flag:1"}};
  const Config c = good();
  EXPECT_EQ(c.kafka.brokers, "flag:1");
  EXPECT_EQ(c.state.dir, "set");
  EXPECT_EQ(c.run.workers, 3);
  EXPECT_EQ(c.kafka.group, "file");
}

TEST_F(ConfigTest, TheFlagsOfTheCommandLineArriveAsTheirKeys) {
  CLI::App app;
  add_config_options(app, arguments);
  app.parse(
      "--brokers b:1 --state-dir s --policy p.toml --topic-prefix t. --workers 4 --until-caught-up "
      "--set log.level=debug --set commit.max_interval=500ms",
      false);
  const Config c = good();
  EXPECT_EQ(c.kafka.brokers, "b:1");
  EXPECT_EQ(c.state.dir, "s");
  EXPECT_EQ(c.policy.file, "p.toml");
  EXPECT_EQ(c.topic("x"), "t.x");
  EXPECT_EQ(c.run.workers, 4);
  EXPECT_TRUE(c.run.until_caught_up);
  EXPECT_EQ(c.log.level, "debug");
  EXPECT_EQ(c.commit.max_interval.ms, 500);
  EXPECT_FALSE(arguments.print_config);
}

TEST_F(ConfigTest, AllMistakesOfAllSourcesAreReportedAtOnceWithTheirPlaces) {
  file(
      "[kafka]\nborkers = \"x\"\nfirst_start = \"latst\"\ntransaction_timeout = "
      "10\n\n[comit]\nmax_bytes = 1\n\n"
      "[time]\nfollow_wall_clock = \"yes\"\nallowed_delay = \"2 weeks\"\n");
  environment = {{"LOOPBREAKER_RUN_WORKERS", "many"}, {"LOOPBREAKER_RUN_WORKER", "1"}};
  arguments.set = {"log.level", "state.table_bytes=1MB"};
  arguments.flags = {{"run.workers", "65"}};
  EXPECT_THAT(
      problems(),
      ElementsAre(
          "c.toml:2:1: error: unknown key \"kafka.borkers\"; did you mean \"kafka.brokers\"?",
          "c.toml:3:15: error: kafka.first_start: \"latst\" is not one of \"earliest\", "
          "\"latest\"; did you "
          "mean \"latest\"?",
          "c.toml:4:23: error: kafka.transaction_timeout: write the value in quotes (duration)",
          "c.toml:7:1: error: unknown key \"comit.max_bytes\"; did you mean \"commit.max_bytes\"?",
          "c.toml:10:21: error: time.follow_wall_clock: write true or false, without quotes",
          HasSubstr("c.toml:11:17: error: time.allowed_delay: \"2 weeks\": a duration is"),
          HasSubstr("LOOPBREAKER_RUN_WORKER: error: no such key"),
          HasSubstr("LOOPBREAKER_RUN_WORKERS: error: run.workers: \"many\": write \"auto\" or"),
          HasSubstr("--set: error: \"log.level\": write section.key=value"),
          HasSubstr("--set: error: state.table_bytes: \"1MB\": a size is"),
          HasSubstr("--workers: error: run.workers: \"65\": write \"auto\" or a number")));
}

TEST_F(ConfigTest, AFileThatCannotBeReadOrParsedIsAnError) {
  arguments.file = "/nowhere/c.toml";
  EXPECT_THAT(problems(),
              ElementsAre(HasSubstr("/nowhere/c.toml: error: cannot be read (No such file")));
  arguments.file = "/";
  EXPECT_THAT(problems(), ElementsAre("/: error: is a folder; name the file in it"));
  file("[kafka\n");
  EXPECT_THAT(problems(), ElementsAre(HasSubstr("c.toml:1:7: error: not TOML: ")));
}

TEST_F(ConfigTest, AnEmptyFileLeavesTheDefaults) {
  file("");
  EXPECT_EQ(good().kafka.group, "loopbreaker");
}

TEST_F(ConfigTest, AnUnknownSectionIsNamed) {
  file("[kafak]\nbrokers = \"x\"\n[wholly_else]\nx = 1\n");
  EXPECT_THAT(problems(), ElementsAre(HasSubstr("did you mean \"kafka.brokers\"?"),
                                      HasSubstr("there is no section \"wholly_else\"")));
}

TEST_F(ConfigTest, LibrdkafkaPropertiesPassThroughAsTexts) {
  file(
      "[kafka.consumer]\n\"fetch.min.bytes\" = 1000\nsocket.keepalive.enable = "
      "true\n[kafka.producer]\nlinger.ms = "
      "2.5\n");
  environment = {{"LOOPBREAKER_KAFKA_CONSUMER_FETCH_MIN_BYTES", "7"}};
  arguments.set = {"kafka.producer.compression.type=lz4"};
  const Config c = good();
  EXPECT_THAT(c.kafka.consumer,
              ElementsAre(Pair("fetch.min.bytes", "7"), Pair("socket.keepalive.enable", "true")));
  EXPECT_THAT(c.kafka.producer,
              ElementsAre(Pair("compression.type", "lz4"), Pair("linger.ms", "2.5")));
}

TEST_F(ConfigTest, PropertiesThatExactlyOnceDependsOnAreRefused) {
  arguments.set = {"kafka.consumer.isolation.level=read_uncommitted",
                   "kafka.producer.transactional.id=x", "kafka.consumer.group.id=x"};
  EXPECT_THAT(problems(), ElementsAre(HasSubstr("only committed records are read"),
                                      HasSubstr("state directory"), HasSubstr("use kafka.group")));
}

TEST_F(ConfigTest, NationalIdsAreAddedAndRemovedByName) {
  file("[redaction.national_ids]\nnino = '[A-Z]{2}[0-9]{6}[A-D]'\n");
  EXPECT_THAT(good().redaction.national_ids, Contains(Pair("nino", "[A-Z]{2}[0-9]{6}[A-D]")));
  EXPECT_THAT(good().redaction.national_ids, Contains(Pair("ssn", ::testing::_)));
  arguments.set = {"redaction.national_ids.ssn="};
  EXPECT_THAT(good().redaction.national_ids, ElementsAre(Pair("nino", ::testing::_)));
}

TEST_F(ConfigTest, APatternThatDoesNotCompileIsRefused) {
  arguments.set = {"redaction.national_ids.bad=[0-9"};
  EXPECT_THAT(problems(), ElementsAre(HasSubstr("--set: error: redaction.national_ids.bad: ")));
}

TEST_F(ConfigTest, HttpCanBeElsewhereOrOff) {
  arguments.set = {"http.address=0.0.0.0:80"};
  EXPECT_EQ(good().http.host, "0.0.0.0");
  EXPECT_EQ(good().http.port, 80);
  arguments.set = {"http.address=[::1]:0"};
  EXPECT_EQ(good().http.host, "::1");
  for (std::string off : {"http.address=off", "http.address="}) {
    arguments.set = {off};
    EXPECT_EQ(good().http.host, "");
  }
  for (std::string bad :
       {"http.address=8321", "http.address=host:", "http.address=host:70000", "http.address=:1"}) {
    arguments.set = {bad};
    EXPECT_THAT(problems(), ElementsAre(HasSubstr("write host:port"))) << bad;
  }
}

TEST_F(ConfigTest, WhatKeysSayTogetherIsCheckedToo) {
  arguments.set = {"commit.max_interval=3s"};
  EXPECT_THAT(problems(), ElementsAre(HasSubstr("a quarter of kafka.transaction_timeout")));
  arguments.set = {"commit.min_interval=2s"};
  EXPECT_THAT(problems(), ElementsAre(HasSubstr("must not be longer than commit.max_interval")));
  file("[topics]\nhandoffs = \"escalations\"\n");
  arguments.set.clear();
  EXPECT_THAT(problems(),
              ElementsAre("c.toml:2:12: error: topics.handoffs: another topic is already called "
                          "\"escalations\""));
  file("[topics]\nhandoffs = \"hand offs\"\n");
  EXPECT_THAT(
      problems(),
      ElementsAre(HasSubstr("c.toml:2:12: error: topics.handoffs: \"hand offs\" cannot be")));
}

TEST_F(ConfigTest, VariablesOfOthersAreLeftAloneButNearMissesAreWarnedOf) {
  environment = {
      {"LOOPBREAKER_SERVICE_HOST", "10.0.0.1"}, {"LOOPBREAKER_DATA", "/data"}, {"HOME", "/root"}};
  EXPECT_THAT(problems(), IsEmpty());
  environment = {{"LOOPBREAKER_KAFAK_BROKERS", "x:1"}};
  EXPECT_THAT(problems(), ElementsAre(HasSubstr("warning: ignored: no such key; did you mean "
                                                "\"LOOPBREAKER_KAFKA_BROKERS\"?")));
  EXPECT_EQ(good().kafka.brokers, "127.0.0.1:9092");
}

TEST_F(ConfigTest, TheEffectiveConfigurationNamesItsSourcesAndHidesSecrets) {
  file("[redaction]\nsecret = \"s3cret\"\n[kafka.consumer]\n\"sasl.password\" = \"hunter2\"\n");
  environment = {{"LOOPBREAKER_LOG_LEVEL", "debug"}};
  arguments.set = {"run.workers=2"};
  arguments.flags = {{"kafka.brokers", "b:1"}};
  const std::string text = config_to_text(load_config(arguments, environment));
  EXPECT_THAT(text, Not(HasSubstr("s3cret")));
  EXPECT_THAT(text, Not(HasSubstr("hunter2")));
  EXPECT_THAT(text, HasSubstr("secret = \"(hidden)\""));
  EXPECT_THAT(text, HasSubstr("c.toml:2\n"));
  const auto line_with = [&](std::string_view part) {
    const std::size_t at = text.find(part);
    return at == std::string::npos ? "" : text.substr(at, text.find('\n', at) - at);
  };
  EXPECT_THAT(line_with("level = \"debug\""), HasSubstr("# LOOPBREAKER_LOG_LEVEL"));
  EXPECT_THAT(line_with("workers = \"2\""), HasSubstr("# --set"));
  EXPECT_THAT(line_with("brokers = \"b:1\""), HasSubstr("# --brokers"));
  EXPECT_THAT(line_with("group = "), HasSubstr("# default"));
}

TEST_F(ConfigTest, ThePrintedConfigurationIsAConfigurationFile) {
  arguments.set = {"run.workers=2", "kafka.consumer.fetch.min.bytes=9", "http.address=off"};
  const std::string text = config_to_text(load_config(arguments, environment));
  arguments.set.clear();
  file(text);
  const Config c = good();
  EXPECT_EQ(c.run.workers, 2);
  EXPECT_EQ(c.http.host, "");
  EXPECT_THAT(c.kafka.consumer, ElementsAre(Pair("fetch.min.bytes", "9")));
}

TEST_F(ConfigTest, TheHelpListsEveryKey) {
  for (const ConfigKey& key : config_keys())
    EXPECT_THAT(config_help(), HasSubstr(std::string(key.name)));
}

}  // namespace
}  // namespace loopbreaker::cli
