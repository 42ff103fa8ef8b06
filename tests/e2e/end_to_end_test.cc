// The binary against a real broker: whatever happens, what can be read is what a backtest of the
// same events says.
#include <random>

#include "codec/hostile.h"
#include "loopbreaker/core.h"
#include "support/world.h"

namespace loopbreaker::testing {
namespace {

/// Small transactions, so that there is something to interrupt.
const std::vector<std::string> kSmallCommits = {"--set", "commit.max_bytes=64KiB", "--set",
                                                "commit.max_interval=20ms"};

std::vector<std::string> with(std::vector<std::string> a, const std::vector<std::string>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

class Workers : public World, public ::testing::WithParamInterface<int> {};
INSTANTIATE_TEST_SUITE_P(Count, Workers, ::testing::Values(1, 2, 4));

TEST_P(Workers, publish_what_a_backtest_decides) {
  const std::string file = generate(11, 400);
  send(file);
  ASSERT_EQ(call(run_arguments({"--workers", std::to_string(GetParam())})), 0) << log_text();
  expect_equal(reference(file), published());
}

using EndToEnd = World;

TEST_F(EndToEnd, recorded_conversations_give_what_a_backtest_decides) {
  const char* data = std::getenv("LOOPBREAKER_DATA");
  if (!data) GTEST_SKIP() << "LOOPBREAKER_DATA is not set: no recorded conversations";
  for (const char* name : {"star", "loops_dev"})
    send(std::string(data) + "/sessions/" + name + ".ndjson.gz");
  ASSERT_EQ(call(run_arguments()), 0) << log_text();
  const std::string out = dir_ / "reference";
  Outputs expected;
  ASSERT_EQ(call({"backtest", std::string(data) + "/sessions/star.ndjson.gz",
                  std::string(data) + "/sessions/loops_dev.ndjson.gz", "--out", out, "--partitions",
                  std::to_string(kPartitions)}),
            0);
  for (const auto& [name, topic] :
       {std::pair<std::string, std::string>{"decisions", settings_.topics.escalations},
        {"handoffs", settings_.topics.handoffs},
        {"summaries", settings_.topics.summaries}}) {
    std::ifstream lines(out + "/" + name + ".ndjson");
    for (std::string line; std::getline(lines, line);)
      expected[{topic, session_of(line)}].push_back(without_sources(line));
  }
  expect_equal(expected, published());
}

TEST_F(EndToEnd, kill_9_at_a_random_moment_three_times_changes_nothing) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 chance(seed);
  const std::size_t sessions = 900;
  const std::string file = generate(12, sessions);
  send(file);
  for (std::size_t death = 0; death < 3; ++death) {
    Process run(with(run_arguments({"--workers", "2"}), kSmallCommits), log_path());
    const std::size_t moment = sessions * death / 4 + 1 + chance() % (sessions / 4);
    ASSERT_TRUE(wait_for_summaries(moment, run)) << "it ended before " << moment << " summaries\n"
                                                 << log_text();
    run.kill(SIGKILL);
    ASSERT_EQ(run.wait(), 128 + SIGKILL) << "it ended before it could be killed";
    if (death == 1) std::filesystem::remove_all(state_dir_ / "store");  // and once the disk with it
  }
  ASSERT_EQ(call(run_arguments({"--workers", "2"})), 0) << log_text();
  expect_equal(reference(file), published());
}

TEST_F(EndToEnd, a_stop_by_sigterm_in_the_middle_and_a_wiped_state_directory_change_nothing) {
  const std::string file = generate(13, 1'200);
  send(file);
  for (bool wipe : {false, true}) {
    const std::size_t before = read_all({settings_.topics.summaries}).size();
    // However slow the machine is: who is not done in time leaves with another code.
    Process run(
        with(run_arguments({"--workers", "2", "--set", "run.drain_timeout=1m"}), kSmallCommits),
        log_path());
    ASSERT_TRUE(wait_for_summaries(before + 100, run)) << log_text();
    run.kill(SIGTERM);
    EXPECT_EQ(run.wait(), 0) << log_text();
    if (wipe) std::filesystem::remove_all(state_dir_);
  }
  ASSERT_EQ(call(run_arguments({"--workers", "2"})), 0) << log_text();
  expect_equal(reference(file), published());
}

// Takes minutes and gigabytes, so it runs when asked for: --gtest_also_run_disabled_tests.
TEST_F(EndToEnd, DISABLED_two_hundred_thousand_open_sessions_fit_a_table_of_64_MiB) {
  const std::string file = dir_ / "input.ndjson";
  ASSERT_EQ(call({"generate", "--seed", "5", "--sessions", "400000", "--open", "300000", "--events",
                  "1200000", "--stuck-share", "0.3", "--out", file}),
            0);
  send(file);
  ASSERT_EQ(call(run_arguments({"--set", "state.table_bytes=64MiB"})), 0) << log_text();
  expect_equal(reference(file), published());
}

TEST_F(EndToEnd, ten_thousand_hostile_records_each_become_one_dead_letter_and_hurt_no_neighbour) {
  constexpr std::size_t kHostile = 10'000;
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  codec::HostileRecords hostile(seed, (256u << 10) + 1);  // above the limit that is set below
  const std::string file = generate(15, 300);
  std::vector<std::string> good;
  std::ifstream lines(file);
  for (std::string line; std::getline(lines, line);) good.push_back(line);
  ASSERT_GT(good.size(), 1000u);

  settings_.producer = {{"message.max.bytes", "20000000"}};
  auto producer = kafka::make_plain_producer(settings_, settings_.topics.input);
  ASSERT_TRUE(producer) << producer.error().message;
  codec::EventDecoder decoder{codec::DecodeSettings{}};
  std::map<std::string, std::size_t> expected_reasons;
  std::size_t sent = 0;
  auto send_hostile = [&](codec::HostileRecord record, TimeMs time) {
    std::vector<Header> headers;
    for (const auto& [name, text] : record.headers) headers.push_back({name, text});
    kafka::PlainRecord plain;
    if (record.key) plain.key = *record.key;
    if (record.value) plain.value = *record.value;
    plain.timestamp = time;
    plain.headers = headers;
    auto ok = (*producer)->send(plain);
    ASSERT_TRUE(ok) << ok.error().message;
    ++expected_reasons[std::string(name_of(record.expected))];
    ++sent;
  };
  for (std::size_t i = 0; i < good.size(); ++i) {
    Record view;
    view.value = good[i];
    auto decoded = decoder.decode(view);
    ASSERT_TRUE(std::holds_alternative<Event*>(decoded));
    const Event& event = *std::get<Event*>(decoded);
    kafka::PlainRecord record;
    record.key = event.session_id;
    record.value = good[i];
    record.timestamp = event.time;
    auto ok = (*producer)->send(record);
    ASSERT_TRUE(ok) << ok.error().message;
    while (sent * good.size() < kHostile * (i + 1)) send_hostile(hostile.next(), event.time);
  }
  codec::HostileRecord huge;
  huge.value = std::string(10u << 20, 'x');
  huge.expected = DeadReason::too_large;
  send_hostile(huge, TimeMs{1'767'225'600'000});
  auto flushed = (*producer)->flush();
  ASSERT_TRUE(flushed) << flushed.error().message;
  ASSERT_EQ(sent, kHostile + 1);

  ASSERT_EQ(call(run_arguments({"--workers", "2", "--set", "input.max_record_bytes=256KiB", "--set",
                                "dead_letters.payload=none"})),
            0)
      << log_text();
  std::map<std::string, std::size_t> reasons;
  std::set<std::string> ids;
  static const std::regex reason(R"re("reason":"([a-z0-9_]+)")re"), id(R"re("id":"([^"]+)")re");
  for (const auto& record : read_all({settings_.topics.dead_letters})) {
    std::smatch match;
    const std::string value = record.value.value_or("").substr(0, 2'000);  // the payload comes last
    ASSERT_TRUE(std::regex_search(value, match, reason)) << value;
    ++reasons[match[1]];
    ASSERT_TRUE(std::regex_search(value, match, id));
    ids.insert(match[1]);
  }
  EXPECT_EQ(reasons, expected_reasons);
  EXPECT_EQ(ids.size(), sent);
  expect_equal(reference(file), published());
}

TEST_F(EndToEnd, an_audit_finds_nothing_after_a_run_and_what_is_missing_extra_or_different) {
  const std::string file = generate(16, 200);
  send(file);
  ASSERT_EQ(call(run_arguments()), 0) << log_text();
  auto audit = [&](const std::string& log, std::vector<std::string> more = {}) {
    std::vector<std::string> all{"audit",
                                 "--brokers",
                                 settings_.brokers,
                                 "--topic-prefix",
                                 prefix_,
                                 "--set",
                                 "kafka.group=" + prefix_ + "group"};
    all.insert(all.end(), more.begin(), more.end());
    Process process(all, dir_ / log);
    const int code = process.wait();
    return std::pair(code, process.output());
  };
  const auto [good, said] = audit("audit-1");
  EXPECT_EQ(good, 0) << said;
  EXPECT_NE(said.find("What was published is what should have been."), std::string::npos) << said;
  // Half of the sessions begin before: nothing is wrong with what is left.
  const auto [late, of_late] = audit("audit-2", {"--from", "2026-01-01T00:05:00Z"});
  EXPECT_EQ(late, 0) << of_late;
  EXPECT_NE(of_late.find("began before and are left out"), std::string::npos) << of_late;
  // One record twice, and one of a session's that never was published.
  auto records = read_all({settings_.topics.summaries});
  ASSERT_GT(records.size(), 100u);
  auto producer = kafka::make_plain_producer(settings_, settings_.topics.summaries);
  ASSERT_TRUE(producer) << producer.error().message;
  const std::string value = *records.front().value, key = *records.front().key;
  ASSERT_TRUE((*producer)->send({records.front().partition, key, value, kNoTime, {}}));
  ASSERT_TRUE((*producer)->flush());
  const auto [twice, of_twice] = audit("audit-3");
  EXPECT_EQ(twice, 1) << of_twice;
  EXPECT_NE(of_twice.find("extra: summary"), std::string::npos) << of_twice;
  // Under another policy other things would have been published.
  const std::string policy = dir_ / "policy.toml";
  std::ofstream(policy) << "name = \"none\"\nversion = 1\n";
  const auto [other, of_other] = audit("audit-4", {"--policy", policy});
  EXPECT_EQ(other, 1) << of_other;
  EXPECT_NE(of_other.find("different: summary"), std::string::npos) << of_other;
  const auto [wrong, of_wrong] = audit("audit-5", {"--from", "yesterday"});
  EXPECT_EQ(wrong, 2) << of_wrong;
}

TEST_F(EndToEnd, two_processes_of_one_group_share_the_partitions) {
  const std::string file = generate(14, 600);
  send(file);
  const auto first_state = state_dir_;
  Process first(run_arguments({"--workers", "1"}), log_path());
  state_dir_ = dir_ / "state-of-the-second";
  Process second(run_arguments({"--workers", "1"}), log_path());
  EXPECT_EQ(first.wait(), 0) << log_text();
  EXPECT_EQ(second.wait(), 0) << log_text();
  state_dir_ = first_state;
  expect_equal(reference(file), published());
}

}  // namespace
}  // namespace loopbreaker::testing
