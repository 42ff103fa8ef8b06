// loopbreaker generate: labelled conversations from a seed, to a file, to stdout or to Kafka.
#include "cli/generate.h"

#include <fmt/format.h>
#include <zlib.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <thread>
#include <unordered_map>
#include <utility>

#include "cli/cluster_flags.h"
#include "cli/commands.h"
#include "cli/interrupt.h"
#include "codec/rfc3339.h"
#include "kafka/plain_producer.h"
#include "workload/workload.h"

namespace loopbreaker::cli {
namespace {

using Clock = std::chrono::steady_clock;

struct GenerateOptions {
  std::uint64_t seed = 1, sessions = 0, events = 0;
  double rate = 0, stuck_share = 0.08;
  std::uint32_t open = 0;
  std::string start, labels, out = "-", topic, id_prefix;
  ClusterFlags cluster;
};

class LineOutput {
 public:
  static Result<std::unique_ptr<LineOutput>> open(const std::string& path) {
    auto out = std::unique_ptr<LineOutput>(new LineOutput);
    out->path_ = path;
    if (path == "-") {
      out->file_ = stdout;
    } else if (path.ends_with(".gz")) {
      out->gz_ = gzopen(path.c_str(), "wb6");
      if (out->gz_ == nullptr) return Error{path + " cannot be written: " + std::strerror(errno)};
    } else {
      out->file_ = std::fopen(path.c_str(), "wb");
      if (out->file_ == nullptr) return Error{path + " cannot be written: " + std::strerror(errno)};
    }
    return out;
  }
  ~LineOutput() { (void)close(); }

  void line(std::string_view text) {
    pending_ += text;
    pending_ += '\n';
    if (pending_.size() >= (256u << 10)) flush();
  }
  Status close() {
    flush();
    if (gz_ != nullptr && gzclose(std::exchange(gz_, nullptr)) != Z_OK) failed_ = true;
    if (file_ != nullptr) {
      FILE* file = std::exchange(file_, nullptr);
      if ((file == stdout ? std::fflush(file) : std::fclose(file)) != 0) failed_ = true;
    }
    if (failed_)
      return Error{path_ + " cannot be written: " + std::strerror(error_ != 0 ? error_ : errno)};
    return Ok{};
  }
  bool failed() const { return failed_; }

 private:
  LineOutput() = default;
  void flush() {
    if (pending_.empty()) return;
    const std::size_t n = pending_.size();
    const bool written =
        gz_ != nullptr
            ? gzwrite(gz_, pending_.data(), static_cast<unsigned>(n)) == static_cast<int>(n)
            : file_ != nullptr && std::fwrite(pending_.data(), 1, n, file_) == n;
    if (!written && !failed_) {
      failed_ = true;
      error_ = errno;
    }
    pending_.clear();
  }

  std::string path_, pending_;
  FILE* file_ = nullptr;
  gzFile gz_ = nullptr;
  bool failed_ = false;
  int error_ = 0;
};

/// Labels of conversations on their way, so that a run cut by --events still labels what it sent.
class Labels {
 public:
  explicit Labels(LineOutput* out) : out_(out) {}
  void saw(const workload::WorkloadEvent& event) {
    if (out_ == nullptr) return;
    if (event.last) {
      unfinished_.erase(std::string(event.key));
      out_->line(to_json(*event.label, true));
    } else if (event.index == 0) {
      unfinished_.emplace(event.key, *event.label);
    }
  }
  void finish() {
    for (const auto& [key, label] : unfinished_) out_->line(to_json(label, false));
  }

 private:
  LineOutput* out_;
  std::unordered_map<std::string, workload::Label> unfinished_;
};

int complain(const Error& error) {
  fmt::print(stderr, "loopbreaker generate: {}\n", error.message);
  return error.action == Action::retry ? kUnavailable : kUsage;
}

TimeMs wall_now() {
  using namespace std::chrono;
  return {duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count()};
}

Result<workload::WorkloadSettings> workload_settings(const GenerateOptions& o, bool to_kafka) {
  workload::WorkloadSettings settings;
  settings.seed = o.seed;
  settings.stuck_share = o.stuck_share;
  settings.events_per_second = o.rate;
  settings.even = o.rate > 0;
  settings.open_sessions = o.open;
  settings.sessions = o.sessions;
  settings.id_prefix = o.id_prefix.empty() ? fmt::format("s{}", o.seed) : o.id_prefix;
  if (o.start == "now" || (o.start.empty() && to_kafka)) {
    settings.start = wall_now();
  } else if (!o.start.empty()) {
    const auto start = codec::parse_rfc3339(o.start);
    if (!start) {
      return Error{
          fmt::format("--start {}: expected a time such as 2026-01-01T00:00:00Z, or now", o.start)};
    }
    settings.start = *start;
  }
  return settings;
}

int to_file(const GenerateOptions& o, workload::Workload& workload, Labels& labels) {
  auto out = LineOutput::open(o.out);
  if (!out) return complain(out.error());
  workload::WorkloadEvent event;
  std::uint64_t events = 0;
  while ((o.events == 0 || events < o.events) && !interrupted() && !(*out)->failed() &&
         workload.next(event)) {
    (*out)->line(event.json);
    labels.saw(event);
    ++events;
  }
  if (const Status closed = (*out)->close(); !closed) return complain(closed.error());
  return kOk;
}

int to_kafka(const GenerateOptions& o, workload::Workload& workload, Labels& labels) {
  auto settings = cluster_settings(o.cluster);
  if (!settings) return complain(settings.error());
  const std::string topic = o.topic.empty() ? settings->topics.input : o.topic;
  auto producer = kafka::make_plain_producer(*settings, topic);
  if (!producer) return complain(producer.error());

  const Clock::time_point began = Clock::now();
  const TimeMs began_wall = wall_now();
  OpenLoop schedule(o.rate);
  workload::WorkloadEvent event;
  std::uint64_t events = 0;
  Clock::time_point next_report = began + std::chrono::seconds(5);
  while ((o.events == 0 || events < o.events) && !interrupted() && workload.next(event)) {
    const std::chrono::nanoseconds due = schedule.due(events);
    auto now = Clock::now() - began;
    if (due > now + std::chrono::milliseconds(1)) {
      std::this_thread::sleep_until(began + due);
      now = Clock::now() - began;
    }
    schedule.sent(now - due);
    kafka::PlainRecord record;
    record.key = event.key;
    record.value = event.json;
    // The time at which it should have been sent: whoever measures latency from it sees our
    // lateness, too.
    record.timestamp =
        o.rate > 0
            ? began_wall +
                  DurationMs{std::chrono::duration_cast<std::chrono::milliseconds>(due).count()}
            : kNoTime;
    if (const Status sent = (*producer)->send(record); !sent) return complain(sent.error());
    labels.saw(event);
    ++events;
    if (began + now >= next_report) {
      fmt::print(stderr, "{} events sent, {} conversations open\n", events, workload.open());
      next_report += std::chrono::seconds(5);
    }
  }
  if (const Status flushed = (*producer)->flush(); !flushed) return complain(flushed.error());
  const double seconds = std::chrono::duration<double>(Clock::now() - began).count();
  fmt::print(stderr, "{} events to {} in {:.1f} s: {:.0f} events/s", events, topic, seconds,
             static_cast<double>(events) / seconds);
  if (o.rate > 0) {
    fmt::print(stderr, " (asked for {:g}), latest {:.1f} ms behind its schedule", o.rate,
               std::chrono::duration<double, std::milli>(schedule.max_lateness()).count());
  }
  fmt::print(stderr, "\n");
  return kOk;
}

int generate(GenerateOptions o) {
  const bool kafka = !o.cluster.brokers.empty() || !o.topic.empty();
  if (kafka && o.out != "-") {
    return complain(
        {"--out and --brokers exclude each other; generate to a file, then `loopbreaker replay` "
         "it"});
  }
  if (o.sessions == 0 && o.events == 0 && !kafka) o.sessions = 100;
  auto settings = workload_settings(o, kafka);
  if (!settings) return complain(settings.error());
  std::unique_ptr<LineOutput> label_file;
  if (!o.labels.empty()) {
    auto opened = LineOutput::open(o.labels);
    if (!opened) return complain(opened.error());
    label_file = std::move(*opened);
  }
  watch_interrupts();
  workload::Workload workload(*settings);
  Labels labels(label_file.get());
  const int code = kafka ? to_kafka(o, workload, labels) : to_file(o, workload, labels);
  if (label_file) {
    labels.finish();
    if (const Status closed = label_file->close(); !closed) return complain(closed.error());
  }
  return code;
}

}  // namespace

void add_generate(CLI::App& app, int& exit_code) {
  auto o = std::make_shared<GenerateOptions>();
  CLI::App* cmd = app.add_subcommand(
      "generate", "Make labelled conversations, some of them stuck, from a seed");
  cmd->add_option("--seed", o->seed, "Same seed, same conversations")->capture_default_str();
  cmd->add_option("--sessions", o->sessions,
                  "Conversations to make (default 100 for a file; without end for Kafka)");
  cmd->add_option("--events", o->events,
                  "Stop after so many events, in the middle of conversations if need be");
  cmd->add_option(
         "--rate", o->rate,
         "Events per second, exactly; default: natural pauses (file), as fast as can be (Kafka)")
      ->check(CLI::Range(0.0, 1e8));
  cmd->add_option("--stuck-share", o->stuck_share,
                  "Share of conversations in which the bot does not help")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  cmd->add_option("--open", o->open,
                  "Mean number of conversations going on at once; default: as the rate needs");
  cmd->add_option(
      "--start", o->start,
      "Event time of the first event, e.g. 2026-01-01T00:00:00Z, or now (default for Kafka)");
  cmd->add_option("--labels", o->labels,
                  "Write the truth about each conversation here, one JSON object per line");
  cmd->add_option("--out", o->out, "File, .gz by its name; - is standard output")
      ->capture_default_str();
  cmd->add_option("--topic", o->topic, "Send to this topic instead of the configured input topic");
  cmd->add_option("--id-prefix", o->id_prefix, "Begin of every session id (default s<seed>)");
  add_cluster_flags(*cmd, o->cluster);
  cmd->footer(
      R"(Without --brokers or --topic it writes lines of JSON. To Kafka it keeps to its schedule: a late event does not
move those after it, and every record carries the time at which it should have been sent.

Examples:
  loopbreaker generate --sessions 3
  loopbreaker generate --seed 7 --sessions 1000 --out day.ndjson.gz --labels day.labels.ndjson
  loopbreaker generate --brokers 127.0.0.1:9092 --rate 2000 --events 600000
  loopbreaker generate --sessions 500 | loopbreaker backtest - --out results

Exit codes: 0 done, 2 wrong arguments or a file cannot be written, 3 no broker.)");
  cmd->callback([o, &exit_code] { exit_code = generate(*o); });
}

}  // namespace loopbreaker::cli
