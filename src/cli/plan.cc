// loopbreaker plan: from traffic to partitions, machines, broker and agents, with all arithmetic
// shown.
#include "cli/plan.h"

#include <fmt/format.h>

#include <filesystem>
#include <memory>

#include "cli/commands.h"
#include "cli/plan_figures.h"
#include "cli/plan_recording.h"
#include "cli/read_file.h"

namespace loopbreaker::cli {
namespace {

constexpr const char* kExamples = R"(Examples:
  loopbreaker plan --peak-events 250k/s --sessions 3M --turns 12 --retention 24h \
                   --handoff-rate 0.8% --aht 9m --service-level 80/20
  loopbreaker plan --peak-events 2k/s --session-length 8m --outage 30m --catch-up 2h --profile flat
  loopbreaker backtest yesterday.ndjson.gz --out result && loopbreaker plan --backtest result --scale 20
  loopbreaker plan --peak-events 90k/min --session-length 6m --bench my-cluster.json --json

Units: 250k/s, 600/min, 90k/h, 2M/d; 3M; 90s, 9m, 24h, 14d; 0.8 % as 0.8% or 0.008; 16GB, 8MiB. 1 GB is 10^9 bytes.

Every line shows its arithmetic and names the assumptions and figures that it uses; all of them are listed at the end,
measured figures with the command that gives them. bench/CAPACITY.md has the formulas and three worked examples.
--profile FILE: 96 weights, one line per quarter of an hour, e.g. handoffs of a usual day.
--bench FILE: figures of your own machines, laid out as bench/figures.toml or as JSON, or what pipeline_bench --benchmark_out wrote.
--backtest DIR: turns, length, arrivals over the day and handoff rate of recorded conversations; flags that are given win.

Exit codes: 0 done, 2 arguments or files are wrong.
)";

/// What the recording says of whatever was left open.
void take_recording(const Recording& r, plan::Inputs& in, plan::Figures& figures,
                    bool& own_profile) {
  const auto offer = [&](std::string_view name, double value) {
    if (!in.has(name)) in.set(name, value, "backtest");
  };
  const auto sessions = static_cast<double>(r.sessions);
  offer("turns", std::max(1.0, r.turns));
  offer("handoff-rate",
        (static_cast<double>(r.escalated) + static_cast<double>(r.offered) * in["offer-uptake"]) /
            sessions);
  if (!in.has("sessions")) offer("session-length", std::max(1.0, r.length_seconds));
  if (!in.has("peak-events"))
    in.set("peak-events", r.peak_starts * (in["turns"] + in["other-events"]) * in["scale"],
           "backtest");
  if (r.handoffs > 0 && r.escalations > 0)
    figures.set({"escalations_per_handoff",
                 static_cast<double>(r.escalations) / static_cast<double>(r.handoffs),
                 plan::Trust::measured,
                 fmt::format("{} escalation events, {} handoffs of {} conversations on {} days",
                             r.escalations, r.handoffs, r.sessions, r.days),
                 "--backtest"});
  own_profile = true;
}

Result<plan::Day> read_profile(const std::string& name) {
  std::error_code ignored;
  if (!std::filesystem::exists(name, ignored)) {
    auto day = plan::named_day(name);
    if (!day) return Error{"--profile " + day.error().message};
    return day;
  }
  const auto text = read_file(name);
  if (!text) return Error{name + ": " + text.error().message};
  auto day = plan::parse_day(*text);
  if (!day) return Error{name + ": " + day.error().message};
  return day;
}

}  // namespace

Result<WholePlan> make_plan(const PlanArguments& args) {
  WholePlan p;
  p.figures = builtin_figures();
  for (const auto& [name, text] : args.inputs)
    if (const Status set = p.inputs.set(name, text, "given"); !set) return set.error();
  if (p.inputs.has("sessions") && p.inputs.has("session-length"))
    return Error{"--sessions and --session-length say the same thing twice; give one of them"};
  for (const char* flag : {"scale", "offer-uptake"})
    if (args.backtest.empty() && p.inputs.has(flag))
      return Error{fmt::format("--{} means something only with --backtest DIR", flag)};
  if (p.inputs.has("scale") && p.inputs.has("peak-events"))
    return Error{"--scale and --peak-events both set the level of the traffic; give one of them"};

  const auto level = plan::parse_service_level(args.service_level);
  if (!level) return Error{"--service-level " + level.error().message};
  p.level = *level;
  if (args.model != "a" && args.model != "c")
    return Error{fmt::format(
        "--model \"{}\": write a (Erlang A, some give up) or c (Erlang C, all wait)", args.model)};
  p.model = args.model == "c" ? plan::Model::erlang_c : plan::Model::erlang_a;

  if (!args.bench.empty())
    if (const Status read = read_figures(args.bench, p.figures); !read) return read.error();

  bool own_profile = false;
  if (args.backtest.empty()) {
    if (!p.inputs.has("peak-events"))
      return Error{
          "how much traffic? Give --peak-events, e.g. --peak-events 5k/s, or --backtest DIR"};
    if (!p.inputs.has("sessions") && !p.inputs.has("session-length"))
      return Error{
          "how many conversations are open at once? Give --sessions, e.g. --sessions 50k, or "
          "--session-length, e.g. "
          "--session-length 8m"};
    p.inputs.fill_defaults();
  } else {
    const auto recording = read_recording(args.backtest);
    if (!recording) return recording.error();
    for (const char* name : {"offer-uptake", "scale", "other-events"})
      if (!p.inputs.has(name)) {
        const plan::InputKey& key = plan::input_key(name);
        p.inputs.set(name, *plan::parse_quantity(key.initial, key.unit), "default");
      }
    take_recording(*recording, p.inputs, p.figures, own_profile);
    p.inputs.fill_defaults();
    p.day = recording->day;
  }
  for (const std::string& assignment : args.figures)
    if (const Status set = set_figure(assignment, p.figures); !set) return set.error();
  if (!own_profile || !args.profile.empty()) {
    auto day = read_profile(args.profile.empty() ? "office" : args.profile);
    if (!day) return day.error();
    p.day = std::move(*day);
  }
  for (const char* whole : {"cores", "concurrency", "replication"}) {
    const double value = p.inputs[whole];
    if (value != static_cast<double>(static_cast<long long>(value)))
      return Error{fmt::format("--{} {}: write a whole number", whole, plan::format_number(value))};
  }

  p.system = plan::plan_system(p.inputs, p.figures, p.day);
  auto staff = plan::plan_staff(p.system["handoffs"], p.inputs, p.level, p.day, p.model);
  if (!staff) return staff.error();
  p.staff = std::move(*staff);
  // Larger than any one queue that people staff: more likely a rate that was meant for something
  // else.
  if (p.staff.busiest["load"].term.value() > 10'000)
    p.system.warnings.push_back(
        "one queue for more than 10,000 agents: is --handoff-rate a share of all conversations, "
        "and --peak-events a "
        "rate that lasts a quarter of an hour?");
  return p;
}

void add_plan_options(CLI::App& command, PlanArguments& args) {
  for (const plan::InputKey& key : plan::input_keys()) {
    const std::string name(key.name);
    std::string help(key.meaning);
    if (!key.initial.empty()) help += fmt::format(" (default {})", key.initial);
    command
        .add_option_function<std::string>(
            "--" + name, [&args, name](const std::string& text) { args.inputs[name] = text; }, help)
        ->group(std::string(key.group));
  }
  command
      .add_option("--service-level", args.service_level,
                  "share answered in time and that time (default 80/20)")
      ->group("People");
  command
      .add_option("--model", args.model,
                  "roster by Erlang a (some give up) or c (all wait) (default a)")
      ->group("People");
  command
      .add_option("--profile", args.profile,
                  "the day: flat, office, or a file (default office, or the backtest's)")
      ->group("Traffic");
  command.add_option("--backtest", args.backtest,
                     "Folder of `loopbreaker backtest --out`: traffic as recorded");
  command.add_option("--bench", args.bench, "Figures of your own machines");
  command
      .add_option("--figure", args.figures,
                  "One figure, name=value, e.g. worker_events=60k/s; may be repeated")
      ->allow_extra_args(false);
  command.add_flag("--json", args.json, "The plan as one JSON object");
}

void add_plan(CLI::App& app, int& exit_code) {
  auto* command = app.add_subcommand(
      "plan", "Work out partitions, machines, broker and agents for a given traffic");
  auto args = std::make_shared<PlanArguments>();
  add_plan_options(*command, *args);
  command->footer(kExamples);
  command->callback([args, &exit_code] {
    const auto plan = make_plan(*args);
    if (!plan) {
      fmt::print(stderr, "loopbreaker plan: {}\n", plan.error().message);
      exit_code = kUsage;
      return;
    }
    fmt::print("{}", args->json ? plan_json(*plan) : plan_text(*plan));
  });
}

}  // namespace loopbreaker::cli
