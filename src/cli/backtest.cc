// loopbreaker backtest: the same core over files, no broker: what would have been decided, and how
// early.
#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <memory>

#include "cli/backtest_report.h"
#include "cli/commands.h"
#include "cli/ndjson.h"
#include "cli/policy_file.h"
#include "codec/event_json.h"
#include "codec/names.h"
#include "kafka/murmur2.h"
#include "quality/player.h"
#include "text/analyzer.h"

namespace loopbreaker::cli {
namespace {

constexpr const char* kExamples = R"(Examples:
  loopbreaker backtest yesterday.ndjson.gz --out result
  loopbreaker backtest monday.ndjson tuesday.ndjson --out result --turns --policy stricter.toml
  loopbreaker backtest topic-dump.ndjson.gz --out result --partitions 12

Input: canonical events (CloudEvents JSON), one per line, in the order in which they would be consumed; .gz is unpacked;
"-" is standard input. In DIR: decisions.ndjson, handoffs.ndjson, summaries.ndjson, dead-letters.ndjson, as they would be
published, and with --turns turns.ndjson: every event with its signals. Deadlines that the input does not reach stay
pending.

Exit codes: 0 done, 1 an input file could not be read to its end, 2 arguments, policy or files are wrong.
)";

struct Arguments {
  std::vector<std::string> files;
  std::string out, policy, packs, models;
  bool turns = false;
  int partitions = 1;
};

/// The four output files, and the report that reads along.
class Outputs {
 public:
  explicit Outputs(const std::filesystem::path& dir)
      : files_{std::ofstream(dir / "decisions.ndjson", std::ios::binary),
               std::ofstream(dir / "handoffs.ndjson", std::ios::binary),
               std::ofstream(dir / "summaries.ndjson", std::ios::binary),
               std::ofstream(dir / "dead-letters.ndjson", std::ios::binary)} {}

  bool good() {
    for (std::ofstream& file : files_)
      if (!file.flush()) return false;
    return true;
  }
  void write(const std::vector<OutRecord>& records, BacktestReport& report) {
    for (const OutRecord& record : records) {
      if (!record.value) continue;
      files_[static_cast<int>(record.topic)] << *record.value << '\n';
      report.add(record.topic, *record.value);
    }
  }

 private:
  std::ofstream files_[4];
};

void write_turn(std::ofstream& file, const Session& session, const Event& event) {
  std::string line = "{\"session_id\":";
  append_json_string(line, session.id);
  line += ",\"event_id\":";
  append_json_string(line, event.id);
  if (event.type == EventType::message)
    line += fmt::format(",\"participant\":\"{}\"", codec::to_string(event.participant));
  else
    line += ",\"participant\":null";
  line += ",\"signals\":{";
  for (int i = 0; i < kSignals; ++i) {
    const auto signal = static_cast<Signal>(i);
    line += fmt::format("{}\"{}\":{:.4f}", i ? "," : "", name_of(signal),
                        session[signal].now.to_double());
  }
  line += "}}\n";
  file << line;
}

int fail(const std::string& message, int code) {
  fmt::print(stderr, "loopbreaker backtest: {}\n", message);
  return code;
}

int backtest(const Arguments& args) {
  auto policy = read_policy(args.policy);
  if (!policy) return fail(policy.error().message, kUsage);
  const auto parts = text::load_parts(args.packs, args.models);
  if (!parts) return fail(parts.error().message, kUsage);
  std::error_code made;
  std::filesystem::create_directories(args.out, made);
  Outputs outputs(args.out);
  if (!outputs.good()) return fail("cannot write in " + args.out, kUsage);
  std::ofstream turns;
  if (args.turns) turns.open(std::filesystem::path(args.out) / "turns.ndjson", std::ios::binary);

  auto analyzer = text::make_analyzer(*parts);
  quality::Player player(**policy, *analyzer, args.partitions);
  if (args.turns)
    player.on_fold([&](const Session& s, const Event& e) { write_turn(turns, s, e); });

  codec::EventDecoder key_reader{codec::DecodeSettings{}};
  BacktestReport report(**policy);
  bool whole = true;
  for (const std::string& path : args.files) {
    auto reader = NdjsonReader::open(path);
    if (!reader) return fail(reader.error().message, kUsage);
    std::string_view line;
    while (reader->next(line)) {
      int number = 0;
      if (args.partitions > 1) {
        Record record;
        record.value = line;
        auto decoded = key_reader.decode(record);
        if (auto* event = std::get_if<Event*>(&decoded))
          number = kafka::murmur2_partition((*event)->session_id, args.partitions);
      }
      if (Status ok = player.consume(line, number); !ok)
        return fail(reader->where() + ": " + ok.error().message, kFailed);
      report.count_event();
      outputs.write(player.take_outputs(), report);
    }
    if (!reader->status()) {
      whole = false;
      fmt::print(stderr, "loopbreaker backtest: {}\n", reader->status().error().message);
    }
  }
  if (!outputs.good() || (args.turns && !turns.flush()))
    return fail("cannot write in " + args.out + ": disk full?", kFailed);
  fmt::print("{}", report.text(player.open_sessions(), args.out));
  return whole ? kOk : kFailed;
}

}  // namespace

void add_backtest(CLI::App& app, int& exit_code) {
  auto* command = app.add_subcommand(
      "backtest", "Decide over recorded events in files: what would have been escalated");
  auto args = std::make_shared<Arguments>();
  command->add_option("files", args->files, "NDJSON files, .gz or not; - for standard input")
      ->required();
  command->add_option("--out", args->out, "Directory for the results; made when missing")
      ->required();
  command->add_flag("--turns", args->turns,
                    "Also write turns.ndjson: all signals after every event");
  command->add_option("--policy", args->policy, "Policy file instead of the built-in one")
      ->check(CLI::ExistingFile);
  command->add_option("--packs", args->packs, "Phrase packs instead of the built-in ones")
      ->check(CLI::ExistingPath);
  command
      ->add_option("--models", args->models,
                   "Folder whose model files take the place of the built-in ones")
      ->check(CLI::ExistingDirectory);
  command
      ->add_option(
          "--partitions", args->partitions,
          "Stream time per partition, sessions placed as Kafka's producers place their keys")
      ->check(CLI::Range(1, 10'000));
  command->footer(kExamples);
  command->callback([args, &exit_code] { exit_code = backtest(*args); });
}

}  // namespace loopbreaker::cli
