// loopbreaker: a table of contents. Each command lives in the file of its name.
#include <algorithm>
#include <cstdio>

#include "cli/commands.h"

int main(int argc, char** argv) {
  using namespace loopbreaker::cli;
  CLI::App app{
      "Finds customers who are stuck with a bot, and hands them to a human with the whole story."};
  app.name("loopbreaker");
  app.set_version_flag("--version", LOOPBREAKER_VERSION);
  app.require_subcommand(1);
  int exit_code = kOk;
  add_run(app, exit_code);
  add_demo(app, exit_code);
  add_backtest(app, exit_code);
  add_bench(app, exit_code);
  add_adapt(app, exit_code);
  add_evaluate(app, exit_code);
  add_explain(app, exit_code);
  add_generate(app, exit_code);
  add_replay(app, exit_code);
  add_tail(app, exit_code);
  add_topics(app, exit_code);
  add_policy(app, exit_code);
  add_train(app, exit_code);
  add_inspect(app, exit_code);
  add_state(app, exit_code);
  add_audit(app, exit_code);
  add_plan(app, exit_code);
  app.footer(
      "Start here:\n"
      "  loopbreaker demo                             see a customer get stuck, no broker needed\n"
      "  loopbreaker explain \"nobody ever answers\"   what is heard in a message\n"
      "  loopbreaker topics create && loopbreaker run on your Kafka\n"
      "Each command has --help with examples. Exit codes: 0 done, 1 the answer is no, 2 arguments "
      "or files are wrong,\n"
      "3 a broker, disk or port was not to be had, 4 recovery refuses to go on.");
  const auto commands = app.get_subcommands([](CLI::App*) { return true; });
  if (argc > 1 && argv[1][0] != '-' &&
      std::none_of(commands.begin(), commands.end(),
                   [&](CLI::App* c) { return c->get_name() == argv[1]; })) {
    std::fprintf(stderr, "loopbreaker: there is no command \"%s\"; loopbreaker --help lists them\n",
                 argv[1]);
    return kUsage;
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? kOk : kUsage;
  }
  return exit_code;
}
