// What `loopbreaker plan` was asked, and its answer.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "cli/plan_report.h"
#include "loopbreaker/result.h"

namespace CLI {
class App;
}

namespace loopbreaker::cli {

struct PlanArguments {
  std::map<std::string, std::string> inputs;  ///< as written, by input name; empty: left open
  std::string service_level = "80/20";
  std::string profile;  ///< empty: office, or that of the backtest
  std::string model = "a";
  std::string backtest, bench;
  std::vector<std::string> figures;  ///< "name=value"
  bool json = false;
};

/// The flags of the command, read into `args`, which must outlive the parsing.
void add_plan_options(CLI::App& command, PlanArguments& args);

Result<WholePlan> make_plan(const PlanArguments& args);

}  // namespace loopbreaker::cli
