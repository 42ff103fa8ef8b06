// loopbreaker policy: check, show and test policies; list the facts they can ask about.
#include <fmt/format.h>

#include <iostream>
#include <optional>

#include "cli/commands.h"
#include "cli/read_file.h"
#include "codec/json_writer.h"
#include "codec/policy_toml.h"
#include "core/units.h"
#include "text/analyzer.h"

namespace loopbreaker::cli {
namespace {

constexpr std::string_view kBuiltIn = "built-in policy";

struct Arguments {
  std::string file;
  bool json = false;
  bool verbose = false;
};

/// Reads and loads; says what is wrong on stderr. Empty when the policy cannot be used.
std::optional<Policy> load(const std::string& file) {
  if (file.empty()) return codec::default_policy();
  const Result<std::string> content = read_file(file);
  if (!content) {
    std::cerr << file << ": error: " << content.error().message << "\n";
    return std::nullopt;
  }
  codec::PolicyLoad loaded = codec::load_policy(*content, file);
  std::cerr << codec::to_text(loaded.diagnostics);
  return std::move(loaded.policy);
}

std::string counted(std::size_t n, std::string_view one) {
  return fmt::format("{} {}{}", n, one, n == 1 ? "" : "s");
}

struct Tally {
  std::size_t passed = 0, failed = 0;
};

/// Prints failing tests with what happened step by step; with `verbose` also those that pass.
Tally run_tests(const Policy& policy, const std::string& where, bool verbose) {
  const auto analyzer = text::make_analyzer();
  Tally tally;
  for (const codec::PolicyTestResult& r : codec::run_policy_tests(policy, *analyzer)) {
    ++(r.passed ? tally.passed : tally.failed);
    if (r.passed && !verbose) continue;
    fmt::print("{}  {}:{}: {}\n", r.passed ? "pass" : "FAIL", where, r.line, r.name);
    if (!r.passed) fmt::print("      expected {}, got {}\n", r.expected, r.actual);
    for (const std::string& line : r.told) fmt::print("      | {}\n", line);
  }
  return tally;
}

int check(const Arguments& a) {
  const auto policy = load(a.file);
  if (!policy) {
    fmt::print(stderr, "{}: not usable; nothing was run\n", a.file);
    return kUsage;
  }
  const Tally tests = run_tests(*policy, a.file, false);
  fmt::print("{}: policy {} version {}, hash {}: {}, {}", a.file, policy->name, policy->version,
             policy->hash, counted(policy->rules.size(), "rule"),
             counted(policy->tests.size(), "test"));
  if (tests.failed == 0)
    fmt::print(", all good\n");
  else
    fmt::print(", {} failed\n", tests.failed);
  return tests.failed == 0 ? kOk : kFailed;
}

int test(const Arguments& a) {
  const auto policy = load(a.file);
  if (!policy) return kUsage;
  const Tally tests = run_tests(*policy, a.file.empty() ? "default.toml" : a.file, a.verbose);
  if (tests.passed + tests.failed == 0) {
    fmt::print("The policy has no tests; add some as [[test]].\n");
    return kOk;
  }
  fmt::print("{} passed, {} failed\n", tests.passed, tests.failed);
  return tests.failed == 0 ? kOk : kFailed;
}

void write_texts(codec::JsonWriter& json, std::string_view name,
                 const std::vector<std::string>& texts) {
  json.begin_array(name);
  for (const std::string& text : texts) json.string(text);
  json.end_array();
}

void write_rule(codec::JsonWriter& json, const Rule& r) {
  constexpr std::size_t kWhole = codec::JsonWriter::kWhole;
  json.begin_object();
  json.member("id", r.id, kWhole);
  json.member_integer("version", r.version);
  json.member("title", r.title, kWhole);
  json.member("outcome", name_of(r.outcome), kWhole);
  json.member("severity", name_of(r.severity), kWhole);
  json.member_integer("priority", r.priority);
  json.member_if("queue", r.queue, kWhole);
  write_texts(json, "skills", r.skills);
  json.member_integer("cooldown_ms", r.cooldown.ms);
  json.member_boolean("shadow", r.shadow);
  json.begin_object("scope");
  write_texts(json, "tenants", r.scope.tenants);
  write_texts(json, "channels", r.scope.channels);
  write_texts(json, "languages", r.scope.languages);
  write_texts(json, "tiers", r.scope.tiers);
  json.end_object();
  json.member("when", codec::condition_to_text(r.when), kWhole);
  json.member_if("doc", r.doc, kWhole);
  json.member_if("why", r.why, kWhole);
  json.member_if("first_step", r.first_step, kWhole);
  json.end_object();
}

std::string as_json(const Policy& p) {
  std::string out;
  {
    codec::JsonWriter json(out);
    json.begin_object();
    json.member("name", p.name, codec::JsonWriter::kWhole);
    json.member_integer("version", p.version);
    json.member("hash", p.hash, codec::JsonWriter::kWhole);
    json.member_integer("cooldown_ms", p.cooldown.ms);
    json.member_integer("closed_grace_ms", p.closed_grace.ms);
    json.begin_object("idle_ms");
    json.member_integer("default", p.idle.ms);
    for (const ChannelTimeout& t : p.idle_by_channel) json.member_integer(t.channel, t.idle.ms);
    json.end_object();
    json.begin_array("rules");
    for (const Rule& r : p.rules) write_rule(json, r);
    json.end_array();
    json.member_integer("tests", static_cast<std::int64_t>(p.tests.size()));
    json.end_object();
  }
  return out;
}

int show(const Arguments& a) {
  const auto policy = load(a.file);
  if (!policy) return kUsage;
  // The built-in policy as it was written, with its comments: what one would copy.
  if (a.json)
    fmt::print("{}\n", as_json(*policy));
  else if (a.file.empty())
    fmt::print("# {}, hash {}\n{}", kBuiltIn, policy->hash, codec::default_policy_toml());
  else
    fmt::print("{}", codec::policy_to_text(*policy));
  return kOk;
}

int list_facts() {
  constexpr std::array<std::string_view, 6> kTypes{"score", "count", "duration",
                                                   "money", "flag",  "text"};
  for (const FactInfo& f : facts())
    fmt::print("{:<24} {:<9} {}\n", f.name, kTypes[static_cast<std::size_t>(f.type)], f.doc);
  fmt::print(
      "\nscore: 0 to 1, e.g. loop >= 0.5           count: failed_attempts >= 3\n"
      "duration: customer_silent >= 10m           money: disputed_amount >= 100 EUR\n"
      "flag: agent_present, solved = false        text: tier in [gold, vip], channel != email\n"
      "Combine with {{ all = [...] }}, {{ any = [...] }}, {{ none = [...] }}.\n");
  return kOk;
}

template <class Command>
CLI::App* add(CLI::App& parent, int& exit_code, std::string name, std::string what,
              Command command) {
  CLI::App* app = parent.add_subcommand(std::move(name), std::move(what));
  app->callback([&exit_code, command] { exit_code = command(); });
  return app;
}

}  // namespace

void add_policy(CLI::App& app, int& exit_code) {
  CLI::App* policy = app.add_subcommand("policy", "check, show and test policies");
  policy->require_subcommand(1);
  policy->footer(
      "Examples:\n"
      "  loopbreaker policy show > my-policy.toml     start from the built-in policy\n"
      "  loopbreaker policy check my-policy.toml      every mistake with file:line:column, then "
      "its tests\n"
      "  loopbreaker policy test -v my-policy.toml    the tests step by step\n"
      "  loopbreaker policy facts                     what conditions can ask about\n"
      "Exit codes: 0 good, 1 a test failed, 2 the policy cannot be read or used.");
  const auto a = std::make_shared<Arguments>();
  CLI::App* c = add(*policy, exit_code, "check", "validate a policy and run its tests",
                    [a] { return check(*a); });
  c->add_option("FILE", a->file, "policy file (TOML)")->required();
  c->footer("Example:\n  loopbreaker policy check my-policy.toml");
  CLI::App* s = add(*policy, exit_code, "show", "print the effective policy with its hash",
                    [a] { return show(*a); });
  s->add_option("FILE", a->file, "policy file; without it the built-in policy");
  s->add_flag("--json", a->json, "as JSON, conditions in words");
  s->footer(
      "Examples:\n  loopbreaker policy show\n  loopbreaker policy show --json my-policy.toml | "
      "python3 -m json.tool");
  CLI::App* t =
      add(*policy, exit_code, "test", "run the tests inside a policy", [a] { return test(*a); });
  t->add_option("FILE", a->file, "policy file; without it the built-in policy");
  t->add_flag("-v,--verbose", a->verbose, "show every test step by step, not only those that fail");
  t->footer("Examples:\n  loopbreaker policy test\n  loopbreaker policy test -v my-policy.toml");
  CLI::App* f =
      add(*policy, exit_code, "facts", "list the facts that conditions can ask about", list_facts);
  f->footer("Example:\n  loopbreaker policy facts | grep count");
}

}  // namespace loopbreaker::cli
