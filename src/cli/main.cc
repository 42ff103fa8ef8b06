// loopbreaker: a table of contents. Each command lives in the file of its name.
#include "cli/commands.h"

int main(int argc, char** argv) {
  using namespace loopbreaker::cli;
  CLI::App app{"Finds customers who are stuck with a bot, and hands them to a human with the whole story."};
  app.name("loopbreaker");
  app.set_version_flag("--version", LOOPBREAKER_VERSION);
  app.require_subcommand(1);
  int exit_code = kOk;
  add_run(app, exit_code);
  add_demo(app, exit_code);
  add_backtest(app, exit_code);
  add_explain(app, exit_code);
  add_generate(app, exit_code);
  add_replay(app, exit_code);
  add_tail(app, exit_code);
  add_topics(app, exit_code);
  add_policy(app, exit_code);
  add_inspect(app, exit_code);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? kOk : kUsage;
  }
  return exit_code;
}
