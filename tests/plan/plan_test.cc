// Whole plans: the worked examples of bench/CAPACITY.md, every line's arithmetic, recordings,
// figures, and refusals.
#include "cli/plan.h"

#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>
#include <set>
#include <sstream>

#include "cli/plan_figures.h"
#include "cli/plan_recording.h"
#include "cli/read_file.h"
#include "plan/arithmetic.h"
#include "store/scratch.h"

namespace loopbreaker::cli {
namespace {

using Json = nlohmann::json;

const std::string kSource = SOURCE_DIR;

PlanArguments parse(const std::string& command_line) {
  CLI::App app;
  PlanArguments args;
  add_plan_options(app, args);
  app.parse(command_line);
  const std::string example = "bench/example-figures.toml";
  if (args.bench == example) args.bench = kSource + "/" + example;
  return args;
}

WholePlan planned(const std::string& command_line) {
  auto plan = make_plan(parse(command_line));
  EXPECT_TRUE(plan) << command_line << ": " << plan.error().message;
  return plan ? std::move(*plan) : WholePlan{};
}

std::string refused(const PlanArguments& args) {
  const auto plan = make_plan(args);
  EXPECT_FALSE(plan);
  return plan ? "" : plan.error().message;
}

/// All numbers of a plan by name; those of the busiest quarter's service as erlang_a.agents and so
/// on.
std::map<std::string, double> numbers(const WholePlan& plan) {
  std::map<std::string, double> out;
  const Json json = Json::parse(plan_json(plan));
  for (const Json& section : json["sections"])
    for (const Json& line : section["lines"])
      if (line["value"].is_number()) out[line["name"]] = line["value"];
  Json top;
  for (const Json& quarter : json["staffing"]["quarters"])
    if (top.is_null() || quarter["handoffs"] > top["handoffs"]) top = quarter;
  for (const char* model : {"erlang_a", "erlang_c"})
    for (const auto& [name, value] : top[model].items())
      if (value.is_number()) out[std::string(model) + "." + name] = value;
  return out;
}

struct Example {
  std::string command;
  std::vector<std::string> lines;
};

std::vector<Example> examples() {
  std::vector<Example> out;
  std::ifstream file(kSource + "/bench/CAPACITY.md");
  std::string fence;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("```")) {
      fence = fence.empty() ? line.substr(3) : "";
    } else if (fence == "sh") {
      out.push_back({line, {}});
    } else if (fence == "arithmetic") {
      out.back().lines.push_back(line);
    }
  }
  return out;
}

TEST(CapacityDocument, its_three_examples_are_what_the_plan_says) {
  const std::string start = "loopbreaker plan ";
  const auto all = examples();
  ASSERT_EQ(all.size(), 3u);
  for (const Example& example : all) {
    ASSERT_TRUE(example.command.starts_with(start)) << example.command;
    const auto said = numbers(planned(example.command.substr(start.size())));
    ASSERT_GT(example.lines.size(), 20u);
    for (const std::string& line : example.lines) {
      const std::size_t colon = line.find(": "), equals = line.rfind(" = ");
      ASSERT_NE(colon, std::string::npos) << line;
      ASSERT_NE(equals, std::string::npos) << line;
      const std::string name = line.substr(0, colon);
      const auto by_hand = plan::calculate(line.substr(colon + 2, equals - colon - 2));
      const auto written = plan::calculate(line.substr(equals + 3));
      ASSERT_TRUE(by_hand && written) << line;
      // Four digits: the rounded numbers that one calculates with by hand.
      EXPECT_NEAR(*by_hand, *written, 1e-4 * std::abs(*written)) << line;
      if (name.starts_with("step ")) continue;
      ASSERT_TRUE(said.contains(name)) << line;
      EXPECT_NEAR(said.at(name), *written, 1e-4 * std::abs(*written)) << line;
    }
  }
}

TEST(Plan, every_lines_arithmetic_gives_its_value_and_names_what_it_uses) {
  std::mt19937_64 random(20261121);
  const auto pick = [&](std::initializer_list<const char*> from) {
    return std::string(*(from.begin() + static_cast<std::ptrdiff_t>(random() % from.size())));
  };
  for (int i = 0; i < 30; ++i) {
    const std::string command =
        "--peak-events " + pick({"3/min", "7/s", "2.5k/s", "250k/s"}) + " " +
        pick({"--sessions 3M", "--sessions 1", "--session-length 7m", "--session-length 3h"}) +
        " --turns " + pick({"1", "12", "180"}) + " --other-events " + pick({"0", "2"}) +
        " --handoff-rate " + pick({"0", "0.8%", "30%"}) + " --aht " + pick({"9m", "30s"}) +
        " --outage " + pick({"0", "10m", "4h"}) + " --headroom " + pick({"0", "40%"}) +
        " --state-max-age " + pick({"0s", "5m"}) + " --cores " + pick({"1", "16"}) + " --profile " +
        pick({"flat", "office"}) + " --model " + pick({"a", "c"});
    SCOPED_TRACE(command);
    const auto made = make_plan(parse(command));
    if (!made) {  // a third of a quarter of a million a second is beyond any staff
      EXPECT_NE(made.error().message.find("staffing is planned up to"), std::string::npos)
          << made.error().message;
      continue;
    }
    const Json json = Json::parse(plan_json(*made));
    std::set<std::string> known{"profile", "Erlang A", "Erlang C"};
    for (const Json& input : json["assumptions"]) known.insert(input["name"]);
    for (const Json& figure : json["figures"]) known.insert(figure["name"]);
    for (const Json& section : json["sections"]) {
      for (const Json& line : section["lines"]) {
        const std::string name = line["name"], arithmetic = line["arithmetic"];
        if (line["value"].is_number() && arithmetic.find("infinite") == std::string::npos) {
          const auto by_hand = plan::calculate(arithmetic);
          ASSERT_TRUE(by_hand) << name << ": " << arithmetic;
          const double value = line["value"];
          EXPECT_NEAR(*by_hand, value, 1e-4 * std::abs(value) + 1e-9) << name << ": " << arithmetic;
        }
        EXPECT_FALSE(line["uses"].empty()) << name;
        for (const Json& use : line["uses"])
          EXPECT_TRUE(known.contains(use)) << name << " uses " << use;
        EXPECT_TRUE(known.insert(name).second) << name << " is there twice";
      }
    }
    // Everything that is used is explained in the text too.
    const std::string text = plan_text(*made);
    for (const Json& section : json["sections"])
      for (const Json& line : section["lines"])
        for (const Json& use : line["uses"])
          EXPECT_NE(text.find(use.get<std::string>()), std::string::npos) << use;
  }
}

TEST(Plan, staffing_covers_the_day_in_quarters_of_an_hour) {
  const WholePlan plan = planned("--peak-events 500/s --session-length 6m --handoff-rate 2%");
  const Json json = Json::parse(plan_json(plan));
  const Json& quarters = json["staffing"]["quarters"];
  ASSERT_EQ(quarters.size(), 96u);
  EXPECT_EQ(quarters[0]["from"], "00:00");
  EXPECT_EQ(quarters[95]["from"], "23:45");
  double hours = 0;
  for (const Json& q : quarters) {
    hours += q["scheduled"].get<double>() / 4;
    EXPECT_GE(q["erlang_a"]["answered_in_time"], 0.8);
    EXPECT_GE(q["erlang_c"]["answered_in_time"], 0.8);
    EXPECT_LE(q["erlang_a"]["occupancy"], 0.88);
    EXPECT_LE(q["erlang_a"]["agents"], q["erlang_c"]["agents"]);
  }
  EXPECT_DOUBLE_EQ(json["staffing"]["paid_hours"], hours);
}

TEST(Plan, two_conversations_at_once_halve_the_agents_and_shrinkage_adds_to_them) {
  const std::string base =
      "--peak-events 500/s --session-length 6m --handoff-rate 2% --profile flat ";
  const auto one = numbers(planned(base + "--shrinkage 0")),
             two = numbers(planned(base + "--concurrency 2 --shrinkage 20%"));
  EXPECT_EQ(one.at("scheduled"), one.at("agents"));
  EXPECT_EQ(two.at("agents"), one.at("agents"));
  EXPECT_EQ(two.at("people"), std::ceil(one.at("agents") / 2));
  EXPECT_EQ(two.at("scheduled"), std::ceil(two.at("people") / 0.8 - 1e-9));
}

TEST(Plan, nobody_is_needed_where_nothing_is_handed_over) {
  const WholePlan plan = planned("--peak-events 5/s --session-length 6m --handoff-rate 0");
  EXPECT_EQ(plan.staff.paid_hours, 0);
  EXPECT_NE(plan_text(plan).find("nobody is needed"), std::string::npos);
}

TEST(Plan, a_faster_machine_needs_fewer_workers) {
  const std::string base = "--peak-events 250k/s --session-length 3m ";
  const auto slow = numbers(planned(base + "--figure worker_events=25k/s")),
             fast = numbers(planned(base + "--figure worker_events=100k/s"));
  EXPECT_EQ(slow.at("workers"), 17);
  EXPECT_EQ(fast.at("workers"), 5);
}

TEST(Plan, says_what_to_mind) {
  EXPECT_NE(plan_text(planned("--peak-events 250k/s --sessions 3M --state-max-age 0s"))
                .find("--state-max-age 5m"),
            std::string::npos);
  EXPECT_NE(plan_text(planned("--peak-events 25k/s --session-length 3m --replication 1"))
                .find("one copy"),
            std::string::npos);
  EXPECT_EQ(plan_text(planned("--peak-events 25/s --session-length 3m --state-max-age 5m"))
                .find("\nMind\n"),
            std::string::npos);
}

TEST(PlanArguments, wrong_ones_are_refused_with_what_to_do) {
  const std::string traffic = "--peak-events 5k/s --sessions 50k ";
  for (const auto& [line, says] : std::vector<std::pair<std::string, std::string>>{
           {"", "Give --peak-events"},
           {"--peak-events 5k/s", "Give --sessions"},
           {"--peak-events 5k --sessions 5",
            "--peak-events \"5k\": write a number and a time, e.g. 250k/s"},
           {"--peak-events 0/s --sessions 5", "--peak-events 0/s is out of range"},
           {traffic + "--session-length 5m", "same thing twice"},
           {traffic + "--handoff-rate 150%", "--handoff-rate 150% is out of range: 0 % to 100 %"},
           {traffic + "--headroom 99%", "out of range: 0 % to 95 %"},
           {traffic + "--cores 2.5", "--cores 2.5: write a whole number"},
           {traffic + "--service-level 80", "e.g. 80/20"},
           {traffic + "--service-level 100/20", "e.g. 80/20"},
           {traffic + "--model x", "write a (Erlang A"},
           {traffic + "--profile weekend", "write flat, office, or a file"},
           {traffic + "--scale 5", "only with --backtest"},
           {traffic + "--figure worker_events", "write name=value"},
           {traffic + "--figure worker_evens=5/s", "did you mean \"worker_events\""},
           {traffic + "--figure worker_events=5",
            "--figure worker_events: \"5\": write a number and a time"},
           {traffic + "--figure worker_events=0/s", "above 0"},
           {traffic + "--bench /nowhere", "/nowhere: cannot be read"},
           {traffic + "--backtest /nowhere", "--backtest takes the folder"},
           {"--peak-events 900M/s --sessions 9G --handoff-rate 100%",
            "staffing is planned up to"}}) {
    EXPECT_NE(refused(parse(line)).find(says), std::string::npos)
        << line << " -> " << refused(parse(line));
  }
}

TEST(Figures, the_built_in_ones_are_whole_and_say_where_they_come_from) {
  std::ifstream file(kSource + "/bench/figures.toml");
  std::stringstream text;
  text << file.rdbuf();
  EXPECT_EQ(plan::builtin_figures_toml(), text.str());
  const plan::Figures figures = builtin_figures();
  for (const plan::FigureKey& key : plan::figure_keys()) {
    ASSERT_TRUE(figures.find(key.name)) << key.name;
    EXPECT_FALSE(figures.find(key.name)->how.empty()) << key.name;
    EXPECT_FALSE(figures.find(key.name)->source.empty()) << key.name;
  }
}

class Files : public testing::Test {
 protected:
  std::string file(const std::string& name, const std::string& text) {
    const std::string path = scratch_ / name;
    std::ofstream(path) << text;
    return path;
  }
  store::Scratch scratch_;
};

TEST_F(Files, figures_come_from_toml_json_and_benchmark_results) {
  const auto value = [](const plan::Figures& f, const char* name) { return f.find(name)->value; };
  plan::Figures figures = builtin_figures();
  ASSERT_TRUE(read_figures(
      file("a.toml", "worker_events = 61_000\n[input_bytes]\nvalue = 90.5\nhow = \"ours\"\n"),
      figures));
  EXPECT_EQ(value(figures, "worker_events"), 61'000);
  EXPECT_EQ(value(figures, "input_bytes"), 90.5);
  EXPECT_EQ(figures.find("input_bytes")->how, "ours");
  ASSERT_TRUE(read_figures(
      file(
          "b.json",
          R"({"date": "today", "figures": {"worker_events": {"value": 70000, "how": "ours"}, "start_time": 2}})"),
      figures));
  EXPECT_EQ(value(figures, "worker_events"), 70'000);
  EXPECT_EQ(value(figures, "start_time"), 2);
  ASSERT_TRUE(read_figures(
      file(
          "c.json",
          R"({"context": {}, "benchmarks": [{"name": "bytes_to_decision", "real_time": 1, "events/s": 512345.5}]})"),
      figures));
  EXPECT_EQ(value(figures, "core_events"), 512345.5);
  EXPECT_EQ(figures.find("core_events")->trust, plan::Trust::measured);
}

TEST_F(Files, figures_that_cannot_be_used_are_refused_with_their_place) {
  for (const auto& [name, text, says] : std::vector<std::array<std::string, 3>>{
           {"a.toml", "worker_evens = 5\n",
            "a.toml:1:1: there is no figure \"worker_evens\"; did you mean"},
           {"b.toml", "[worker_events]\nvalue = -5\n", "above 0"},
           {"c.toml", "[worker_events]\nvalue = 5\ntrust = \"hope\"\n",
            "measured, setting or estimate"},
           {"d.toml", "[worker_events]\nvalu = 5\n", "d.toml:2:1: \"valu\" is none of"},
           {"e.toml", "worker_events 5\n", "not TOML"},
           {"f.json", "{\"benchmarks\": []}", "holds no figure"},
           {"g.json", "{\"figures\": {\"worker_events\": \"many\"}}", "above 0"},
           {"h.json", "{", "not a JSON object"}}) {
    plan::Figures figures = builtin_figures();
    const Status read = read_figures(file(name, text), figures);
    ASSERT_FALSE(read) << name;
    EXPECT_NE(read.error().message.find(says), std::string::npos) << read.error().message;
  }
}

std::string summary(const std::string& id, const std::string& start, const std::string& end,
                    int turns) {
  return R"({"data":{"session_id":")" + id + R"(","started_at":")" + start + R"(","ended_at":")" +
         end + R"(","turns":{"total":)" + std::to_string(turns) + "}}}\n";
}

TEST_F(Files, a_recording_gives_turns_length_arrivals_and_handoffs) {
  // Two days; 10:00 to 10:15 has three conversations, 23:45 has one. One goes to a human, one is
  // offered.
  file("summaries.ndjson",
       summary("a", "2026-03-02T10:00:00.000Z", "2026-03-02T10:05:00.000Z", 10) +
           summary("b", "2026-03-02T10:14:59.999Z", "2026-03-02T10:15:59.999Z", 6) +
           summary("c", "2026-03-03T10:07:00.000Z", "2026-03-03T10:09:00.000Z", 12) +
           summary("d", "2026-03-03T23:59:00.000Z", "2026-03-04T00:01:00.000Z", 8) +
           summary("d", "2026-03-03T23:59:00.000Z", "2026-03-04T00:02:00.000Z", 8));  // amended
  file("handoffs.ndjson",
       "{\"data\":{\"session_id\":\"a\",\"decision\":\"offer\"}}\n{\"data\":{\"session_id\":\"a\","
       "\"decision\":\"escalate\"}}\n"
       "{\"data\":{\"session_id\":\"c\",\"decision\":\"offer\"}}\n");
  file(
      "decisions.ndjson",
      "{\"data\":{}}\n{\"data\":{}}\n{\"data\":{}}\n{\"data\":{}}\n{\"data\":{}}\n{\"data\":{}}\n");
  const auto r = read_recording(scratch_ / "");
  ASSERT_TRUE(r) << r.error().message;
  EXPECT_EQ(r->sessions, 4u);
  EXPECT_EQ(r->days, 2u);
  EXPECT_DOUBLE_EQ(r->turns, 9);
  EXPECT_DOUBLE_EQ(r->length_seconds, 150);
  EXPECT_EQ(r->escalated, 1u);
  EXPECT_EQ(r->offered, 1u);
  EXPECT_DOUBLE_EQ(r->day.share[40], 1);
  EXPECT_DOUBLE_EQ(r->day.share[95], 1.0 / 3);
  EXPECT_DOUBLE_EQ(r->day.share[0], 0);
  EXPECT_DOUBLE_EQ(r->peak_starts, 1.5 / 900);

  PlanArguments args = parse("--scale 1000 --offer-uptake 20%");
  args.backtest = scratch_ / "";
  const auto plan = make_plan(args);
  ASSERT_TRUE(plan) << plan.error().message;
  const auto said = numbers(*plan);
  EXPECT_NEAR(said.at("events_per_session"), 11, 1e-12);
  EXPECT_NEAR(said.at("starts"), 1.5 / 900 * 1000, 1e-9);
  EXPECT_NEAR(said.at("open_sessions"), 1.5 / 900 * 1000 * 150, 1e-9);
  EXPECT_NEAR(said.at("handoffs"), 1.5 / 900 * 1000 * 1.2 / 4, 1e-9);
  EXPECT_NEAR(said.at("escalations"), said.at("handoffs") * 2, 1e-9);
  // A flag that is given wins.
  args.inputs["handoff-rate"] = "10%";
  args.inputs.erase("scale");
  args.inputs["peak-events"] = "110/s";
  EXPECT_NEAR(numbers(*make_plan(args)).at("handoffs"), 1, 1e-12);
}

TEST_F(Files, a_recording_that_is_none_is_refused_with_its_place) {
  file("handoffs.ndjson", "");
  file("decisions.ndjson", "");
  file("summaries.ndjson", "");
  EXPECT_NE(read_recording(scratch_ / "").error().message.find("no finished conversation"),
            std::string::npos);
  file("summaries.ndjson", "{\"data\":{\"session_id\":\"a\"}}\n");
  EXPECT_NE(
      read_recording(scratch_ / "").error().message.find("summaries.ndjson:1: a summary without"),
      std::string::npos);
  file("summaries.ndjson", "{\"data\":{}\n");
  EXPECT_NE(read_recording(scratch_ / "").error().message.find("not an output of backtest"),
            std::string::npos);
}

TEST_F(Files, a_profile_is_read_from_a_file) {
  std::string day;
  for (int i = 0; i < plan::kQuarters; ++i) day += i == 40 ? "10\n" : "1\n";
  PlanArguments args = parse("--peak-events 100/s --session-length 5m --handoff-rate 5%");
  args.profile = file("day", day);
  const auto plan = make_plan(args);
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_EQ(plan->staff.shifts.size(), 3u);  // before, the busiest quarter, after
  args.profile = file("half", "1\n2\n");
  EXPECT_NE(refused(args).find("half: has 2 weights"), std::string::npos);
}

}  // namespace
}  // namespace loopbreaker::cli
