// The commands of the binary: one per file, each registers itself on the command line and leaves an exit code.
#pragma once

#include <CLI/CLI.hpp>

namespace loopbreaker::cli {

/// What a process ends with.
enum Exit : int {
  kOk = 0,
  kFailed = 1,       ///< the work itself said no: a check failed, a policy test failed, a difference was found
  kUsage = 2,        ///< arguments, configuration or an input file are wrong
  kUnavailable = 3,  ///< a broker, disk or port was not to be had; trying again may help
  kRefused = 4,      ///< recovery refuses to go on; an operator must choose
};

/// Adds the subcommand; its callback stores the exit code.
void add_run(CLI::App& app, int& exit_code);
void add_demo(CLI::App& app, int& exit_code);
void add_backtest(CLI::App& app, int& exit_code);
void add_bench(CLI::App& app, int& exit_code);
void add_adapt(CLI::App& app, int& exit_code);
void add_evaluate(CLI::App& app, int& exit_code);
void add_explain(CLI::App& app, int& exit_code);
void add_train(CLI::App& app, int& exit_code);
void add_generate(CLI::App& app, int& exit_code);
void add_replay(CLI::App& app, int& exit_code);
void add_tail(CLI::App& app, int& exit_code);
void add_topics(CLI::App& app, int& exit_code);
void add_policy(CLI::App& app, int& exit_code);
void add_inspect(CLI::App& app, int& exit_code);
void add_audit(CLI::App& app, int& exit_code);
void add_state(CLI::App& app, int& exit_code);
void add_plan(CLI::App& app, int& exit_code);

}  // namespace loopbreaker::cli
