// loopbreaker adapt: models fitted to the operator's own conversations, without labels.
#include "train/adapt.h"

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <unordered_map>

#include "cli/cluster_flags.h"
#include "cli/commands.h"
#include "cli/ndjson.h"
#include "cli/read_file.h"
#include "codec/policy_toml.h"
#include "kafka/topic_reader.h"
#include "loopbreaker/core.h"
#include "quality/player.h"
#include "text/analyzer.h"
#include "text/packs.h"

namespace loopbreaker::cli {
namespace {

struct Arguments {
  std::vector<std::string> logs, later;
  std::string out, labels, packs, topic;
  std::uint64_t seed = 1;
  ClusterFlags cluster;
};

int fail(const std::string& message, int code = kUsage) {
  fmt::print(stderr, "loopbreaker adapt: {}\n", message);
  return code;
}

void progress(std::string_view what, double done) {
  if (::isatty(STDERR_FILENO) != 0) fmt::print(stderr, "\r\033[K{:3.0f} %  {}", 100 * done, what);
}

/// Listens to events as the product does, and keeps what was said.
class Collector {
 public:
  explicit Collector(const text::PhrasePacks& packs)
      : analyzer_(text::make_analyzer(packs)), player_(codec::default_policy(), *analyzer_) {
    player_.on_fold([this](const Session& session, const Event& event) {
      if (event.type != EventType::message || event.text.empty()) return;
      const auto [it, fresh] = number_.emplace(session.id, sessions_.size());
      if (fresh) sessions_.push_back({std::string(session.id), {}});
      sessions_[it->second].turns.push_back(
          {event.participant, std::string(event.id), plain(event.text),
           !session.turns.empty() && session.turns.back().failed});
    });
  }

  Status take(std::string_view line) {
    Status ok = player_.consume(line);
    player_.take_outputs();
    return ok;
  }
  const std::vector<train::LogSession>& sessions() const { return sessions_; }

 private:
  std::unique_ptr<Analyzer> analyzer_;
  quality::Player player_;
  std::vector<train::LogSession> sessions_;
  std::unordered_map<std::string, std::size_t> number_;
};

Status read_files(const std::vector<std::string>& paths, Collector& out) {
  for (const std::string& path : paths) {
    auto reader = NdjsonReader::open(path);
    if (!reader) return reader.error();
    for (std::string_view line; reader->next(line);) {
      if (reader->line_number() % 1'000 == 0 && reader->bytes_total() > 0)
        progress("reads " + path, static_cast<double>(reader->bytes_read()) /
                                      static_cast<double>(reader->bytes_total()));
      if (Status ok = out.take(line); !ok) return ok;
    }
    if (!reader->status()) return reader->status();
  }
  return Ok{};
}

Status read_topic(const Arguments& args, Collector& out) {
  auto settings = cluster_settings(args.cluster);
  if (!settings) return settings.error();
  const std::string topic = args.topic.empty() ? settings->topics.input : args.topic;
  auto reader = kafka::open_topic_reader(*settings, {topic}, kafka::ReadFrom::beginning);
  if (!reader) return reader.error();
  for (std::uint64_t n = 0; !(*reader)->at_end(); ++n) {
    auto record = (*reader)->next({500});
    if (!record) return record.error();
    if (n % 1'000 == 0) progress(fmt::format("reads {}, {} events", topic, n), 0);
    if (!record->has_value() || !(*record)->value) continue;
    if (Status ok = out.take(*(*record)->value); !ok) return ok;
  }
  return Ok{};
}

Result<std::vector<train::PairLabel>> read_pair_labels(const std::string& path) {
  std::vector<train::PairLabel> out;
  if (path.empty()) return out;
  const auto bytes = read_file(path);
  if (!bytes) return Error{path + ": " + bytes.error().message, Action::stop};
  std::istringstream lines(*bytes);
  std::size_t number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    if (line.ends_with('\r')) line.pop_back();
    if (line.empty()) continue;
    std::istringstream columns(line);
    train::PairLabel label;
    std::string verdict;
    std::getline(columns, label.session_id, '\t');
    std::getline(columns, label.first_event, '\t');
    std::getline(columns, label.second_event, '\t');
    std::getline(columns, verdict, '\t');
    if (verdict != "0" && verdict != "1")
      return Error{fmt::format("{}:{}: wants session TAB event TAB event TAB 0 or 1", path, number),
                   Action::stop};
    label.same = verdict == "1";
    out.push_back(std::move(label));
  }
  return out;
}

std::string answers_file(const std::vector<train::FrequentAnswer>& answers) {
  std::string out = "sessions\ttimes\tfailures\tanswer\n";
  for (const train::FrequentAnswer& a : answers) {
    std::string text = a.text;
    for (char& c : text)
      if (c == '\t' || c == '\n' || c == '\r') c = ' ';
    out += fmt::format("{}\t{}\t{}\t{}\n", a.sessions, a.times, a.failed, text);
  }
  return out;
}

std::string report_of(const train::Adapted& adapted) {
  std::string out = fmt::format(
      "{} sessions to fit, {} to choose, {} to judge\nchosen: {}\n\n{:<54}{:>8}{:>9}{:>9}  {}\n",
      adapted.sessions_fit, adapted.sessions_choose, adapted.sessions_held, adapted.chosen,
      "on the sessions to judge", "pairs", "before", "after", "change, 95 %");
  for (const train::AdaptFigure& f : adapted.figures) {
    out += fmt::format("{:<54}{:>8}{:>9.3f}{:>9.3f}", f.name, f.pairs, f.before, f.after);
    if (f.low != 0 || f.high != 0) out += fmt::format("  {:+.3f}..{:+.3f}", f.low, f.high);
    out += '\n';
  }
  return out;
}

Status write(const std::filesystem::path& path, std::string_view bytes) {
  std::ofstream file(path, std::ios::binary);
  if (!file.write(bytes.data(), static_cast<std::streamsize>(bytes.size())).flush())
    return Error{path.string() + ": cannot be written", Action::stop};
  return Ok{};
}

int adapt(const Arguments& args) {
  text::PhrasePacks packs = text::builtin_packs();
  if (!args.packs.empty()) {
    auto loaded = text::load_packs(args.packs);
    if (!loaded) return fail(loaded.error().message);
    packs = std::move(*loaded);
  }
  auto labels = read_pair_labels(args.labels);
  if (!labels) return fail(labels.error().message);
  Collector collector(packs);
  const Status read =
      args.logs.empty() ? read_topic(args, collector) : read_files(args.logs, collector);
  if (!read)
    return fail(read.error().message, read.error().action == Action::retry ? kUnavailable : kUsage);
  Collector later(packs);
  if (Status ok = read_files(args.later, later); !ok) return fail(ok.error().message);
  train::AdaptSettings settings;
  settings.seed = args.seed;
  settings.progress = progress;
  auto adapted = train::adapt(collector.sessions(), later.sessions(), *labels, packs, settings);
  if (::isatty(STDERR_FILENO) != 0) fmt::print(stderr, "\r\033[K");
  if (!adapted) return fail(adapted.error().message, kFailed);
  const std::string report = report_of(*adapted);
  fmt::print("{}\n", report);
  if (adapted->refused) {
    fmt::print("Nothing was written: {}.\n", *adapted->refused);
    return kFailed;
  }
  const std::filesystem::path out(args.out);
  std::error_code problem;
  std::filesystem::create_directories(out, problem);
  if (problem) return fail(args.out + ": " + problem.message());
  adapted->files.push_back({"frequent_answers.tsv", answers_file(adapted->answers)});
  adapted->files.push_back({"adapt.txt", report});
  for (const train::ModelFile& file : adapted->files)
    if (Status ok = write(out / file.name, file.bytes); !ok)
      return fail(ok.error().message, kFailed);
  fmt::print("Written to {}; use it with backtest --models {} or text.models = \"{}\".\n", args.out,
             args.out, args.out);
  return kOk;
}

}  // namespace

void add_adapt(CLI::App& app, int& exit_code) {
  auto args = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand(
      "adapt",
      "Fits the models to your own conversations: no labels needed, and nothing worse is written");
  command
      ->add_option("--logs", args->logs,
                   "Recorded events, NDJSON, .gz or not; without any: from Kafka")
      ->check(CLI::ExistingFile);
  command
      ->add_option("--judge", args->later,
                   "Other recorded events to judge on, e.g. of a later week, instead of a quarter "
                   "of the logs")
      ->check(CLI::ExistingFile);
  command->add_option("--out", args->out, "Folder for the adapted models")->required();
  command
      ->add_option("--labels", args->labels,
                   "session TAB event TAB event TAB 1 (the same need again) or 0")
      ->check(CLI::ExistingFile);
  command->add_option("--packs", args->packs, "Phrase packs instead of the built-in ones")
      ->check(CLI::ExistingPath);
  command->add_option("--topic", args->topic, "Topic to read (default: the input topic)");
  command->add_option("--seed", args->seed, "Of the pairs that are drawn")->capture_default_str();
  add_cluster_flags(*command, args->cluster);
  command->footer(
      R"(What it learns from: turns of two sessions that got the same working answer, and a turn right after a failed answer
and the one before it, are taken for the same need; turns that got different answers, and openings of two sessions, for
different ones. Half of the sessions are fitted on, a quarter chooses, a quarter judges; sessions are placed by their ids.
A thousand sessions will do. frequent_answers.tsv shows this bot's answers: those that fail and are not counted as failures
belong into a phrase pack. answers_apart.tsv holds pairs of answers that are worded alike, but follow different requests:
the one after the other is no repeat then. A line that is wrong can be taken out.

Examples:
  loopbreaker adapt --logs monday.ndjson.gz tuesday.ndjson.gz --out models
  loopbreaker adapt --logs june.ndjson.gz --judge july.ndjson.gz --out models
  loopbreaker adapt --brokers kafka1:9092 --out models
  loopbreaker evaluate --data labelled --models models

Exit codes: 0 written, 1 refused: not better, or too little to learn from, 2 arguments or files are wrong, 3 no broker.)");
  command->callback([args, &exit_code] { exit_code = adapt(*args); });
}

}  // namespace loopbreaker::cli
