// What an operator, or a short retention, does to the logs and the group's offsets: whatever would
// skip or repeat events is refused with a sentence that says what to do.
#include "fixture.h"
#include "kafka/event_log.h"

namespace loopbreaker::testing {
namespace {

class Logs : public Faults {
 protected:
  static constexpr int kRefused = 4, kWrong = 2;

  /// Some conversations are read, others are still open; nobody runs.
  void read_some_and_leave() {
    feed(5'000, 8'000);
    start("a");
    feeder_->wait();
    wait_until_consumed();
    if (HasFatalFailure()) return;
    ASSERT_EQ(stop("a"), 0) << said_by("a");
    feeder_.reset();
  }
  void expect_refusal(const std::string& name, int code, const std::string& sentence) {
    EXPECT_EQ(wait_for_end(name), code) << said_by(name);
    EXPECT_NE(said_by(name).find(sentence), std::string::npos)
        << "want: " << sentence << "\ngot: " << said_by(name);
  }
  /// Runs `loopbreaker state ...` for this group; its exit code, and what it says.
  std::pair<int, std::string> state(std::vector<std::string> words) {
    for (const std::string& more :
         {std::string("--brokers"), settings_.brokers, std::string("--topic-prefix"), prefix_,
          std::string("--set"), "kafka.group=" + group()})
      words.push_back(more);
    words.insert(words.begin(), "state");
    const std::string log = dir_ / ("log-state-" + std::to_string(++states_));
    Process process(words, log);
    const int code = process.wait();
    return {code, process.output()};
  }
  int states_ = 0;
  /// A group that was refused starts over where it stood: nothing is published twice, and what
  /// begins afterwards is decided as ever.
  void start_over_and_go_on(const std::string& place) {
    const auto [refused, why] = state({"show"});
    EXPECT_EQ(refused, kRefused) << why;
    EXPECT_NE(why.find("a start refuses"), std::string::npos) << why;
    EXPECT_NE(why.find("loopbreaker state start-over"), std::string::npos) << why;
    std::pair<int, std::string> done{-1, ""};
    // Members that were killed or refused stay until their sessions are over.
    for (const auto until = Clock::now() + Seconds(60); Clock::now() < until;) {
      done = state({"start-over", "--at", place, "--yes"});
      if (done.second.find("members") == std::string::npos) break;
      pause(500, 500);
    }
    ASSERT_EQ(done.first, 0) << done.second;
    FeederSettings f = load(3'000, 0);
    f.seed = seed_ + 3;
    f.id_prefix = "afterwards";
    f.later = DurationMs{86'400'000};
    feed(f);
    start("a");
    feeder_->wait();
    verifier_->read_input();
    ASSERT_TRUE(wait_for_commit(input_ends())) << logs();
    EXPECT_EQ(stop("a"), 0) << said_by("a");
    verifier_->read_outputs();
    for (const std::string& d : verifier_->differences("afterwards")) ADD_FAILURE() << d;
    const auto [good, said] = state({"show"});
    EXPECT_EQ(good, 0) << said;
  }
  std::map<std::string, std::string> configuration_of(const std::string& topic) {
    auto definitions = kafka::topic_definitions();
    EXPECT_TRUE(definitions);
    for (const auto& d : *definitions)
      if (kafka::cluster_name(d, settings_.topics) == topic) return d.config;
    return {};
  }
  void make_anew(const std::string& topic, int partitions = kPartitions) {
    auto admin = kafka::make_admin(settings_);
    ASSERT_TRUE(admin);
    ASSERT_TRUE((*admin)->remove(topic));
    ASSERT_TRUE((*admin)->create({topic, partitions, 1, configuration_of(topic)}));
  }
};

TEST_F(Logs, offsets_that_were_deleted_are_refused) {
  read_some_and_leave();
  cluster_->delete_group(group());
  start("a", {"--set", "state.patience=2s"});
  expect_refusal("a", kRefused, "stands at offset (none)");
  start_over_and_go_on("committed");
}

TEST_F(Logs, offsets_that_were_reset_are_refused_and_what_was_published_stays_right) {
  read_some_and_leave();
  for (int p = 0; p < kPartitions; ++p) cluster_->set_offset(group(), settings_.topics.input, p, 3);
  start("a", {"--set", "state.patience=2s"});
  expect_refusal("a", kRefused, "offsets were reset or deleted");
  verify();
}

TEST_F(Logs, an_older_offset_of_the_groups_own_is_put_right) {
  read_some_and_leave();
  std::vector<CommittedOffset> older;
  {
    kafka::Settings settings = settings_;
    settings.group = group();
    auto log = kafka::make_event_log(settings);
    ASSERT_TRUE(log);
    for (int p = 0; p < kPartitions; ++p) {
      auto committed = (*log)->committed(p);
      ASSERT_TRUE(committed);
      older.push_back(*committed);
    }
  }
  FeederSettings f = load(5'000, 8'000);
  f.seed = seed_ + 1;
  f.id_prefix = "later";
  feed(f);
  start("a");
  feeder_->wait();
  wait_until_consumed();
  if (HasFatalFailure()) return;
  ASSERT_EQ(stop("a"), 0) << said_by("a");
  // As a coordinator answers that has not loaded all of its log.
  for (int p = 0; p < kPartitions; ++p) {
    const CommittedOffset& o = older[static_cast<std::size_t>(p)];
    cluster_->set_offset(group(), settings_.topics.input, p, o.offset, o.metadata);
  }
  EXPECT_NE(state({"show"}).second.find("older than"), std::string::npos);
  start("a", {"--set", "state.patience=2s", "--set", "kafka.transaction_timeout=5s"});
  finish_and_verify();
  EXPECT_NE(said_by("a").find("was put right"), std::string::npos) << said_by("a");
}

TEST_F(Logs, records_deleted_before_they_were_read_are_refused) {
  read_some_and_leave();
  feed(2'000, 8'000);
  feeder_->wait();
  verifier_->read_input();
  const auto ends = input_ends();
  for (int p = 0; p < kPartitions; ++p)
    cluster_->delete_records(settings_.topics.input, p, ends[static_cast<std::size_t>(p)] - 10);
  start("a");
  expect_refusal("a", kRefused, "its retention is shorter than the time this group was away");
  start_over_and_go_on("committed");
}

TEST_F(Logs, an_input_topic_made_anew_is_refused) {
  read_some_and_leave();
  make_anew(settings_.topics.input);
  // As many records as before, and more: only the broker and the state know that they are others.
  FeederSettings f = load(6'000, 0);
  f.seed = seed_ + 1;
  feed(f);
  feeder_->wait();
  start("a", {"--set", "state.patience=2s"});
  // With the topic the broker forgets the group's offsets in it.
  expect_refusal("a", kRefused, "one of the topics was made anew");
}

TEST_F(Logs, an_input_topic_deleted_while_it_is_read_is_refused) {
  feed(5'000, 8'000);
  start("a");
  feeder_->wait();
  wait_until_consumed();
  feeder_.reset();
  auto admin = kafka::make_admin(settings_);
  ASSERT_TRUE(admin);
  ASSERT_TRUE((*admin)->remove(settings_.topics.input));
  EXPECT_EQ(wait_for_end("a"), kRefused) << said_by("a");
}

TEST_F(Logs, a_state_topic_made_anew_is_refused_with_and_without_a_local_store) {
  read_some_and_leave();
  make_anew(settings_.topics.state);
  start("a", {"--set", "state.patience=2s"});
  start("b", {"--set", "state.patience=2s"});
  expect_refusal("a", kRefused, "was made anew");
  expect_refusal("b", kRefused, "was made anew");
}

TEST_F(Logs, more_partitions_than_the_state_has_are_refused) {
  read_some_and_leave();
  cluster_->raise_partitions(settings_.topics.input, kPartitions + 2);
  start("a");
  expect_refusal("a", kWrong, "partitions");
  verify();
}

TEST_F(Logs, sessions_far_apart_outlive_a_short_retention) {
  FeederSettings f = load(4'000, 8'000);
  f.sessions = 600;
  feed(f);
  // Saved within a second, so that nothing of the input is needed any more.
  start("a", {"--set", "state.max_age=1s"});
  feeder_->wait();
  wait_until_consumed();
  if (HasFatalFailure()) return;
  pause(2'500, 2'500);
  kill_9("a");
  for (int p = 0; p < kPartitions; ++p)
    cluster_->delete_records(settings_.topics.input, p,
                             verifier_->consumed()[static_cast<std::size_t>(p)]);
  std::filesystem::remove_all(state_of("a"));
  // The same conversations go on.
  f.skip = f.events;
  f.events = 0;
  feed(f);
  start("a");
  finish_and_verify();
}

}  // namespace
}  // namespace loopbreaker::testing
