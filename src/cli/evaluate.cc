// loopbreaker evaluate: how good is detection on labelled conversations?
#include <fmt/format.h>
#include <unistd.h>

#include <fstream>
#include <memory>

#include "cli/commands.h"
#include "cli/labelled_folder.h"
#include "cli/leave_out.h"
#include "cli/policy_file.h"
#include "quality/sections.h"
#include "text/analyzer.h"

namespace loopbreaker::cli {
namespace {

struct Arguments {
  std::string data, html, json, only, policy, packs, models;
  bool leave_out = false;
  quality::Sampling sampling;
};

int fail(const std::string& message, int code = kUsage) {
  fmt::print(stderr, "loopbreaker evaluate: {}\n", message);
  return code;
}

/// What is being done, on one line of a terminal.
void progress(const std::string& what) {
  if (::isatty(STDERR_FILENO) != 0) fmt::print(stderr, "\r\033[K{}", what);
}

bool write(const std::string& path, const std::string& text) {
  if (path.empty()) return true;
  std::ofstream file(path, std::ios::binary);
  return static_cast<bool>(
      file.write(text.data(), static_cast<std::streamsize>(text.size())).flush());
}

bool wanted(const Arguments& args, std::string_view section) {
  return args.only.empty() || args.only == section;
}

/// Who hears the texts of a set.
using AnalyzerOf = std::function<Analyzer&(const std::string& set)>;

quality::Report measure(const Arguments& args, const quality::Labelled& data,
                        const AnalyzerOf& analyzer) {
  const quality::Evaluation evaluation{data, analyzer, args.sampling};
  quality::Report report;
  report.seed = args.sampling.seed;
  for (const quality::Section& section : quality::sections()) {
    if (!wanted(args, section.name)) continue;
    progress(std::string(section.about));
    section.measure(evaluation, report);
  }
  return report;
}

/// The same figures once more, by models that have not seen what they are measured on.
Result<quality::Report> measure_left_out(const Arguments& args, const Policy& policy,
                                         quality::Labelled& data, const quality::Report& seen) {
  auto left_out = LeaveOut::train(args.data, data, progress);
  if (!left_out) return left_out.error();
  for (quality::SessionSet& set : data.sessions) {
    progress(fmt::format("{}: {} sessions", set.name, set.truths.size()));
    set.recording.clear();
    if (Status played = left_out->play(policy, set); !played) return played.error();
  }
  quality::Report report = measure(
      args, data, [&](const std::string& set) -> Analyzer& { return left_out->of_texts(set); });
  report.notes.emplace_back(
      "left out: by models trained on the rest; see --help. seen: by the built-in models");
  add_seen(report, seen);
  return report;
}

int evaluate(const Arguments& args) {
  auto policy = read_policy(args.policy);
  if (!policy) return fail(policy.error().message);
  const auto parts = text::load_parts(args.packs, args.models);
  if (!parts) return fail(parts.error().message);
  auto data = read_labelled_folder(args.data);
  if (!data) return fail(data.error().message);
  const auto analyzer = text::make_analyzer(*parts);
  for (quality::SessionSet& set : data->sessions) {
    progress(fmt::format("{}: {} sessions", set.name, set.truths.size()));
    const Status played =
        play_file(session_file(args.data, set.name), **policy, *analyzer, set.recording);
    if (!played) return fail(played.error().message, kFailed);
  }
  quality::Report report =
      measure(args, *data, [&](const std::string&) -> Analyzer& { return *analyzer; });
  if (args.leave_out) {
    auto left_out = measure_left_out(args, **policy, *data, report);
    if (!left_out) return fail(left_out.error().message, kFailed);
    report = std::move(*left_out);
  }
  progress("");
  if (report.figures.empty()) return fail("nothing in " + args.data + " is labelled for that");
  fmt::print("{}", to_table(report));
  if (!write(args.json, to_json(report))) return fail("cannot write " + args.json);
  if (!write(args.html, to_html(report))) return fail("cannot write " + args.html);
  return kOk;
}

std::string examples() {
  std::string sections;
  for (const quality::Section& s : quality::sections())
    sections += fmt::format("  {:<13} {}\n", s.name, s.about);
  return fmt::format(R"({}
Sections:
{}
Sessions go through the same core and policy as in `backtest`, texts as in `explain`. Intervals: whole sessions (single
messages where there are none) are drawn with replacement, 2.5 % to 97.5 %. Pairs for same_need: 6,000 of one intent, an
intent drawn by its number of texts, and 6,000 of two intents, drawn evenly. Both from --seed: equal on every machine.

With --leave-out the models are trained anew, five times, in minutes: each time another fifth of the conversations with
labels of their own kind (star, loops) or another whole source (MultiWOZ, SGD, Bitext, Banking77, CLINC150, HWU64, STAR's
answers) is left out and then judged. What is built from Banking77 is heard with vectors that have not seen it; the vectors
cannot unlearn the others. DIR must hold what `loopbreaker train` wants.

Examples:
  loopbreaker evaluate --data labelled
  loopbreaker evaluate --data labelled --leave-out
  loopbreaker evaluate --data labelled --html report.html --json figures.json
  loopbreaker evaluate --data labelled --only policy --policy stricter.toml

Exit codes: 0 done, 1 a file could not be read to its end, 2 arguments, policy or labels are wrong.)",
                     kLabelledFolderHelp, sections);
}

}  // namespace

void add_evaluate(CLI::App& app, int& exit_code) {
  auto args = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand(
      "evaluate", "Measure detection on labelled conversations: recall, false alarms, how early");
  command->add_option("--data", args->data, "Folder with labelled conversations and texts")
      ->required()
      ->check(CLI::ExistingDirectory);
  command->add_option("--html", args->html, "Also write a report with curves and the worst cases");
  command->add_option("--json", args->json, "Also write the figures as JSON");
  std::vector<std::string> names;
  for (const quality::Section& s : quality::sections()) names.emplace_back(s.name);
  command->add_option("--only", args->only, "One section")->check(CLI::IsMember(names));
  command->add_option("--policy", args->policy, "Policy file instead of the built-in one")
      ->check(CLI::ExistingFile);
  command->add_option("--packs", args->packs, "Phrase packs instead of the built-in ones")
      ->check(CLI::ExistingPath);
  command
      ->add_option("--models", args->models,
                   "Folder whose model files take the place of the built-in ones")
      ->check(CLI::ExistingDirectory);
  command
      ->add_flag("--leave-out", args->leave_out,
                 "Measure also with models that were trained without what they are measured on")
      ->excludes("--models")
      ->excludes("--packs");
  command->add_option("--seed", args->sampling.seed, "Of the intervals and of the drawn pairs")
      ->capture_default_str();
  command
      ->add_option("--repetitions", args->sampling.repetitions,
                   "Resamplings per interval; 0 for none")
      ->check(CLI::Range(0, 100'000))
      ->capture_default_str();
  command->footer(examples());
  command->callback([args, &exit_code] { exit_code = evaluate(*args); });
}

}  // namespace loopbreaker::cli
