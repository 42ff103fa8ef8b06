// loopbreaker run: the processor, until a signal or the end of the input.
#include <spdlog/spdlog.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <memory>
#include <thread>

#include "cli/commands.h"
#include "cli/config.h"
#include "cli/interrupt.h"
#include "cli/log.h"
#include "cli/processor.h"

namespace loopbreaker::cli {
namespace {

constexpr const char* kExamples = R"(Examples:
  loopbreaker run --brokers kafka-1:9092,kafka-2:9092 --state-dir /var/lib/loopbreaker
  loopbreaker run --config loopbreaker.toml --policy my-policy.toml
  loopbreaker run --until-caught-up --set time.follow_wall_clock=false
  loopbreaker run --set kafka.consumer.security.protocol=ssl --set commit.max_interval=500ms
  loopbreaker run --config loopbreaker.toml --print-config

SIGTERM or SIGINT drains, commits and leaves the group. Starting again with the same --state-dir goes on where it was;
without the directory it is rebuilt from the state topic.

Exit codes: 0 left cleanly, 1 failed, 2 configuration or topics are wrong, 3 broker, disk or port not to be had,
4 recovery refuses to go on and says what an operator can do.
)";

int run(const ConfigArguments& arguments) {
  ConfigLoad load = load_config(arguments, process_environment());
  if (!load.diagnostics.empty()) std::fputs(codec::to_text(load.diagnostics).c_str(), stderr);
  if (!load.config) return kUsage;
  if (arguments.print_config) {
    std::fputs(config_to_text(load).c_str(), stdout);
    return kOk;
  }
  set_up_log(*load.config);

  watch_interrupts();
  std::signal(SIGPIPE, SIG_IGN);

  auto processor = start_processor(*load.config);
  if (!processor) {
    spdlog::error("{}", processor.error().message);
    return processor.error().action == Action::stop ? kUsage : kUnavailable;
  }
  std::atomic<bool> over{false};
  std::thread watcher([&] {
    while (!over && !interrupted()) std::this_thread::sleep_for(std::chrono::milliseconds(20));
    (*processor)->stop();
  });
  const Status end = (*processor)->wait();
  over = true;
  watcher.join();
  if (!end) {
    spdlog::error("{}", end.error().message);
    return end.error().action == Action::stop ? kRefused : kUnavailable;
  }
  spdlog::info("left cleanly");
  return kOk;
}

}  // namespace

void add_run(CLI::App& app, int& exit_code) {
  auto* command = app.add_subcommand("run", "Process conversation events from Kafka, exactly once");
  auto arguments = std::make_shared<ConfigArguments>();
  add_config_options(*command, *arguments);
  command->footer(std::string(kExamples) + "\n" + config_help());
  command->callback([arguments, &exit_code] { exit_code = run(*arguments); });
}

}  // namespace loopbreaker::cli
