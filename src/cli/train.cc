// loopbreaker train: from labelled data to model files.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "cli/ndjson.h"
#include "train/recipe.h"

namespace loopbreaker::cli {
namespace {

struct Arguments {
  std::string data, out;
  std::vector<std::string> models;
};

Status read_lines(const std::string& path, const std::function<void(std::string_view)>& line) {
  auto reader = NdjsonReader::open(path);
  if (!reader) return reader.error();
  for (std::string_view l; reader->next(l);) line(l);
  return reader->status();
}

/// One line that is written over and over on a terminal; nothing elsewhere.
class ProgressBar {
 public:
  void show(std::string_view model, std::string_view what, double done) {
    if (!shown_) return;
    constexpr int kWidth = 24;
    const int full = static_cast<int>(std::clamp(done, 0.0, 1.0) * kWidth);
    fmt::print(stderr, "\r\033[K{:<10} [{:#<{}}{:<{}}] {}", model, "", full, "", kWidth - full,
               what);
    std::fflush(stderr);
  }
  void clear() {
    if (shown_) fmt::print(stderr, "\r\033[K");
  }

 private:
  const bool shown_ = ::isatty(STDERR_FILENO) != 0;
};

int fail(const std::string& message, int code) {
  fmt::print(stderr, "loopbreaker train: {}\n", message);
  return code;
}

int train(const Arguments& args) {
  const auto known = [](const std::string& name) {
    return std::any_of(train::recipes().begin(), train::recipes().end(),
                       [&](const train::Recipe& r) { return r.name == name; });
  };
  for (const std::string& name : args.models) {
    if (!known(name)) return fail("there is no model \"" + name + "\"; --help lists them", kUsage);
  }
  std::error_code problem;
  std::filesystem::create_directories(args.out, problem);
  if (problem) return fail(args.out + ": " + problem.message(), kUsage);
  const train::Corpus corpus(args.data, read_lines);
  ProgressBar bar;
  for (const train::Recipe& recipe : train::recipes()) {
    const bool wanted = args.models.empty() || std::find(args.models.begin(), args.models.end(),
                                                         recipe.name) != args.models.end();
    if (!wanted) continue;
    train::Job job{corpus, args.out, nullptr, nullptr};
    job.progress = [&](std::string_view what, double done) { bar.show(recipe.name, what, done); };
    job.report = [&](const std::string& line) {
      bar.clear();
      fmt::print("{}: {}\n", recipe.name, line);
      std::fflush(stdout);
    };
    job.progress("begins", 0);
    if (Status made = recipe.make(job); !made) {
      bar.clear();
      return fail(made.error().message, kFailed);
    }
  }
  bar.clear();
  return kOk;
}

}  // namespace

void add_train(CLI::App& app, int& exit_code) {
  auto args = std::make_shared<Arguments>();
  CLI::App* command =
      app.add_subcommand("train", "Makes the model files from labelled conversations and texts");
  command->add_option("--data", args->data, "Folder with sessions/, labels/, utterances/, models/")
      ->required()
      ->check(CLI::ExistingDirectory);
  command->add_option("--out", args->out, "Folder for the model files")->required();
  command->add_option("models", args->models, "Which models; without any, all");
  std::string models = "Models:\n";
  for (const train::Recipe& r : train::recipes())
    models += fmt::format("  {:<10} {}\n", r.name, r.makes);
  command->footer(models +
                  "The same data give the same bytes. Examples:\n"
                  "  loopbreaker train --data data --out models\n"
                  "  loopbreaker explain --models models \"nobody ever answers\"");
  command->callback([args, &exit_code] { exit_code = train(*args); });
}

}  // namespace loopbreaker::cli
