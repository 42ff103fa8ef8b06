// loopbreaker demo: the processor of `run` on a Kafka broker inside this process, with
// conversations one can follow.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>

#include "cli/commands.h"
#include "cli/config.h"
#include "cli/demo_screen.h"
#include "cli/demo_traffic.h"
#include "cli/interrupt.h"
#include "cli/log.h"
#include "cli/processor.h"
#include "codec/rfc3339.h"
#include "kafka/mock_cluster.h"
#include "kafka/plain_producer.h"
#include "kafka/topic_reader.h"

namespace loopbreaker::cli {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr std::int32_t kPartitions = 3;
constexpr std::size_t kInputEventsMax = 20'000;
constexpr milliseconds kShow{15'000}, kShowFast{1'500};
constexpr milliseconds kStart{10'000}, kSettle{6'000};

struct DemoOptions {
  bool fast = false, json = false;
  std::string input, color = "auto";
  std::uint64_t seed = 1;
};

int complain(const Error& error) {
  fmt::print(stderr, "loopbreaker demo: {}\n", error.message);
  return error.action == Action::retry ? kUnavailable : kFailed;
}

/// A directory that is gone afterwards.
class TemporaryDirectory {
 public:
  static Result<std::unique_ptr<TemporaryDirectory>> make() {
    std::error_code code;
    const std::filesystem::path base = std::filesystem::temp_directory_path(code);
    std::string pattern = (base / "loopbreaker-demo-XXXXXX").string();
    if (code || ::mkdtemp(pattern.data()) == nullptr) {
      return Error{"no temporary directory can be made as " + pattern +
                   "; set TMPDIR to a place that can be written"};
    }
    auto out = std::unique_ptr<TemporaryDirectory>(new TemporaryDirectory);
    out->path_ = pattern;
    return out;
  }
  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::string& path() const { return path_; }

 private:
  TemporaryDirectory() = default;
  std::string path_;
};

/// Broker, processor, and both ends of them. Members are destroyed in the opposite order, the
/// broker last.
struct Stack {
  std::unique_ptr<TemporaryDirectory> directory;
  std::unique_ptr<kafka::MockCluster> cluster;
  kafka::Settings settings;
  std::unique_ptr<RunningProcessor> processor;
  std::unique_ptr<kafka::PlainProducer> producer;
  std::unique_ptr<kafka::TopicReader> reader;
};

Result<Config> demo_config(const std::string& brokers, const std::string& state_dir) {
  ConfigArguments arguments;
  arguments.set = {"kafka.brokers=" + brokers, "kafka.group=demo",
                   "state.dir=" + state_dir + "/state", "run.workers=1",
                   // Time passes as it does in the conversations, not as it does here.
                   "time.follow_wall_clock=false", "http.address=off", "log.level=error"};
  ConfigLoad load = load_config(arguments, {});
  if (!load.config) return Error{codec::to_text(load.diagnostics)};
  return std::move(*load.config);
}

Status open(Stack& stack) {
  auto directory = TemporaryDirectory::make();
  if (!directory) return directory.error();
  stack.directory = std::move(*directory);
  auto cluster = kafka::start_mock_cluster();
  if (!cluster) return cluster.error();
  stack.cluster = std::move(*cluster);
  stack.settings.brokers = stack.cluster->brokers();
  const kafka::Names& names = stack.settings.topics;
  for (const std::string& topic : {names.input, names.escalations, names.handoffs, names.summaries,
                                   names.dead_letters, names.state}) {
    if (Status made = stack.cluster->create_topic(topic, kPartitions); !made) return made;
  }
  auto config = demo_config(stack.settings.brokers, stack.directory->path());
  if (!config) return config.error();
  set_up_log(*config);
  auto processor = start_processor(*config, {.check_topics = false});
  if (!processor) return processor.error();
  stack.processor = std::move(*processor);
  // The show begins when the worker has its partitions, or the first minutes would come all at
  // once.
  const Clock::time_point until = Clock::now() + kStart;
  while (!stack.processor->caught_up() && !interrupted()) {
    if (Clock::now() > until)
      return Error{"the processor got no partitions of the embedded broker within 10 s"};
    std::this_thread::sleep_for(milliseconds(10));
  }
  auto producer = kafka::make_plain_producer(stack.settings, names.input);
  if (!producer) return producer.error();
  stack.producer = std::move(*producer);
  auto reader = kafka::open_topic_reader(
      stack.settings, {names.escalations, names.handoffs, names.summaries, names.dead_letters},
      kafka::ReadFrom::beginning);
  if (!reader) return reader.error();
  stack.reader = std::move(*reader);
  return Ok{};
}

/// Shows everything that was published up to now; waits up to `wait` for the first.
Status show_published(Stack& stack, DemoScreen& screen, DurationMs wait) {
  const kafka::Names& names = stack.settings.topics;
  while (true) {
    auto record = stack.reader->next(wait);
    if (!record) return record.error();
    if (!record->has_value()) return Ok{};
    wait = {0};
    const kafka::TopicRecord& r = **record;
    if (!r.value) continue;
    if (r.topic == names.escalations) screen.escalation(*r.value);
    if (r.topic == names.handoffs) screen.handoff(*r.value);
    if (r.topic == names.summaries) screen.summary(*r.value);
    if (r.topic == names.dead_letters) screen.dead_letter(*r.value);
  }
}

std::string clock_text(TimeMs time) {
  if (time == kNoTime) return "--:--:--";
  return std::string(codec::format_rfc3339(time).view().substr(11, 8));
}

/// When each event is due: by event time for our own conversations; evenly for a file, which may
/// have pauses of days.
milliseconds due(const DemoTraffic& traffic, std::size_t i, milliseconds whole) {
  const std::size_t last = traffic.events.size() - 1;
  if (last == 0) return milliseconds(0);
  if (traffic.labels.empty())
    return whole * static_cast<std::int64_t>(i) / static_cast<std::int64_t>(last);
  const DurationMs span = traffic.events[last].time - traffic.events[0].time;
  return milliseconds((traffic.events[i].time - traffic.events[0].time).ms * whole.count() /
                      std::max<std::int64_t>(1, span.ms));
}

Status replay(Stack& stack, const DemoTraffic& traffic, DemoScreen& screen, milliseconds whole) {
  const Clock::time_point began = Clock::now();
  TimeMs last_time = kNoTime;
  std::size_t next = 0;
  while (next < traffic.events.size() && !interrupted()) {
    const auto elapsed = Clock::now() - began;
    for (; next < traffic.events.size() && due(traffic, next, whole) <= elapsed; ++next) {
      const DemoEvent& event = traffic.events[next];
      if (event.time != kNoTime) last_time = event.time;
      kafka::PlainRecord record;
      record.key = event.key;
      record.value = event.json;
      record.timestamp = last_time;
      if (Status sent = stack.producer->send(record); !sent) return sent;
    }
    screen.status({next, traffic.events.size(), clock_text(last_time)});
    if (Status shown = show_published(stack, screen, {25}); !shown) return shown;
  }
  return stack.producer->flush({5'000});
}

/// Until every conversation that ended has its summary: then everything before it has been
/// published, too.
Status settle(Stack& stack, const DemoTraffic& traffic, DemoScreen& screen) {
  std::size_t ends = 0;
  for (const DemoEvent& event : traffic.events) ends += event.ends ? 1 : 0;
  const Clock::time_point until = Clock::now() + kSettle;
  while (!interrupted() && Clock::now() < until &&
         (screen.summaries() < ends || !stack.processor->caught_up())) {
    if (Status shown = show_published(stack, screen, {50}); !shown) return shown;
  }
  stack.processor->stop();
  if (Status ended = stack.processor->wait(); !ended) return ended;
  return show_published(stack, screen, {300});
}

int demo(const DemoOptions& o) {
  DemoTraffic traffic;
  if (o.input.empty()) {
    traffic = made_up_traffic(o.seed);
  } else {
    auto read = traffic_of_file(o.input, kInputEventsMax);
    if (!read) {
      fmt::print(stderr, "loopbreaker demo: {}\n", read.error().message);
      return kUsage;
    }
    traffic = std::move(*read);
  }
  watch_interrupts();
  const bool live = ::isatty(STDOUT_FILENO) != 0 && !o.json;
  DemoScreen screen(render_options(stdout, o.color), o.json, live);
  const milliseconds whole = o.fast ? kShowFast : kShow;
  screen.headline(fmt::format(
      "{} conversations between customers and bots, {} events, in {} seconds.{}", traffic.sessions,
      traffic.events.size(), static_cast<double>(whole.count()) / 1000,
      traffic.cut ? " (The file has more; these are its first.)" : ""));
  Stack stack;
  if (Status opened = open(stack); !opened) return complain(opened.error());
  screen.headline(fmt::format(
      "Kafka inside this process at {}, and the processor of `loopbreaker run`. Who is stuck?\n",
      stack.settings.brokers));
  if (Status done = replay(stack, traffic, screen, whole); !done) return complain(done.error());
  if (Status done = settle(stack, traffic, screen); !done) return complain(done.error());
  screen.clear_status();
  screen.most_striking();
  screen.tally(traffic);
  screen.what_next(!o.input.empty());
  return kOk;
}

}  // namespace

void add_demo(CLI::App& app, int& exit_code) {
  auto o = std::make_shared<DemoOptions>();
  CLI::App* cmd = app.add_subcommand(
      "demo", "See customers get stuck, and what the human receives; needs nothing else");
  cmd->add_flag("--fast", o->fast, "In a few seconds instead of about twenty");
  cmd->add_flag("--json", o->json, "Published values as they are, one per line, and a tally");
  cmd->add_option("--input", o->input,
                  "Your own conversations: canonical events, NDJSON or .gz (the first 20,000)");
  cmd->add_option("--seed", o->seed, "Other conversations")->capture_default_str();
  cmd->add_option("--color", o->color, "auto, always or never")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->capture_default_str();
  cmd->footer(
      R"(Everything runs in this process: a Kafka broker (librdkafka's mock, in memory), the same processor as `loopbreaker
run`, and a temporary state directory that is removed at the end.

Examples:
  loopbreaker demo
  loopbreaker demo --fast --json | tail -1
  loopbreaker demo --input conversations.ndjson.gz

Exit codes: 0 done, 1 the processor failed, 2 wrong arguments or input file.)");
  cmd->callback([o, &exit_code] { exit_code = demo(*o); });
}

}  // namespace loopbreaker::cli
