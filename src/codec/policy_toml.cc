// Reads policies. Nothing is fatal but broken TOML: every key is looked at, and everything wrong is
// reported at once.
#include "codec/policy_toml.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <initializer_list>
#include <limits>
#include <numeric>

#include "codec/condition.h"
#include "codec/literal.h"
#include "codec/names.h"
#include "codec/policy_check.h"
#include "codec/policy_text.h"
#include "codec/toml.h"
#include "core/signs.h"

namespace loopbreaker::codec {
namespace {

using Names = std::initializer_list<std::string_view>;

constexpr std::size_t kRulesMax = 200;
constexpr int kDepthMax = 8;
constexpr DurationMs kDefaultRuleCooldown{30 * 60'000};

struct Place {
  int line = 0;
  int column = 0;
};

Place place_of(const toml::source_region& region) {
  return {static_cast<int>(region.begin.line), static_cast<int>(region.begin.column)};
}
Place place_of(const toml::node& node) { return place_of(node.source()); }

bool is_id(std::string_view id) {
  return !id.empty() && id.size() <= 64 && std::ranges::all_of(id, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

class Loader {
 public:
  Loader(std::string_view source, std::string_view file) : source_(source), file_(file) {}

  PolicyLoad load() {
    const toml::parse_result parsed = toml::parse(source_, file_);
    if (!parsed) {
      const toml::parse_error& e = parsed.error();
      error(place_of(e.source()), fmt::format("not TOML: {}", e.description()));
      return {std::nullopt, std::move(diagnostics_)};
    }
    read_policy(parsed.table());
    if (!has_errors(diagnostics_)) finish();
    PolicyLoad result;
    if (!has_errors(diagnostics_)) result.policy = std::move(policy_);
    std::ranges::stable_sort(diagnostics_, {},
                             [](const Diagnostic& d) { return std::pair(d.line, d.column); });
    result.diagnostics = std::move(diagnostics_);
    return result;
  }

 private:
  // --- reporting -----------------------------------------------------------------------------

  void report(Diagnostic::Severity severity, Place at, std::string message) {
    diagnostics_.push_back({severity, std::string(file_), at.line, at.column, std::move(message)});
  }
  void error(Place at, std::string message) {
    report(Diagnostic::Severity::error, at, std::move(message));
  }
  void warning(Place at, std::string message) {
    report(Diagnostic::Severity::warning, at, std::move(message));
  }

  /// The place of byte `offset` of a string value: exact where the value stands in the file as it
  /// is (no escapes).
  Place inside(const toml::value<std::string>& value, std::size_t offset) const {
    const Place at = place_of(value);
    std::size_t line_begin = 0;
    for (int line = 1; line < at.line; ++line) {
      line_begin = source_.find('\n', line_begin);
      if (line_begin == std::string_view::npos) return at;
      ++line_begin;
    }
    const std::string_view line =
        source_.substr(line_begin, source_.find('\n', line_begin) - line_begin);
    std::size_t byte = 0;
    for (int column = 1; column < at.column && byte < line.size(); ++column) do
        ++byte;
      while (byte < line.size() && is_continuation(line[byte]));
    if (byte >= line.size() || line.substr(byte + 1, value->size()) != *value) return at;
    const auto characters =
        std::count_if(value->begin(), value->begin() + static_cast<std::ptrdiff_t>(offset),
                      [](char c) { return !is_continuation(c); });
    return {at.line, at.column + 1 + static_cast<int>(characters)};
  }

  void check_keys(const toml::table& table, std::string_view what, Names allowed) {
    for (const auto& [key, node] : table)
      if (std::ranges::find(allowed, key.str()) == allowed.end())
        error(place_of(key.source()), fmt::format("unknown key \"{}\" in {}{}", key.str(), what,
                                                  did_you_mean(key.str(), allowed)));
  }

  // --- values --------------------------------------------------------------------------------

  const toml::value<std::string>* string_node(const toml::node& node, std::string_view key) {
    const auto* value = node.as_string();
    if (!value) error(place_of(node), fmt::format("\"{}\" must be a text in quotes", key));
    return value;
  }

  std::string text(const toml::table& table, std::string_view key, std::size_t max) {
    const toml::node* node = table.get(key);
    const auto* value = node ? string_node(*node, key) : nullptr;
    if (!value) return {};
    if ((*value)->size() > max)
      error(place_of(*value), fmt::format("\"{}\" is {} bytes long; at most {} are allowed", key,
                                          (*value)->size(), max));
    return **value;
  }

  std::int64_t integer(const toml::table& table, std::string_view key, std::int64_t otherwise,
                       std::int64_t min, std::int64_t max) {
    const toml::node* node = table.get(key);
    if (!node) return otherwise;
    const auto* value = node->as_integer();
    if (value && **value >= min && **value <= max) return **value;
    error(place_of(*node),
          fmt::format("\"{}\" must be a whole number from {} to {}", key, min, max));
    return otherwise;
  }

  bool flag(const toml::table& table, std::string_view key) {
    const toml::node* node = table.get(key);
    if (!node) return false;
    const auto* value = node->as_boolean();
    if (!value) error(place_of(*node), fmt::format("\"{}\" must be true or false", key));
    return value && **value;
  }

  DurationMs duration_node(const toml::node& node, std::string_view key, DurationMs otherwise) {
    const auto* value = node.as_string();
    const auto parsed = value ? parse_duration(**value) : std::nullopt;
    if (!parsed) error(place_of(node), fmt::format("\"{}\": {}", key, kDurationHint));
    return parsed.value_or(otherwise);
  }

  DurationMs duration(const toml::table& table, std::string_view key, DurationMs otherwise) {
    const toml::node* node = table.get(key);
    return node ? duration_node(*node, key, otherwise) : otherwise;
  }

  std::vector<std::string> texts(const toml::table& table, std::string_view key) {
    std::vector<std::string> out;
    const toml::node* node = table.get(key);
    if (!node) return out;
    const toml::array* array = node->as_array();
    if (!array) {
      error(place_of(*node),
            fmt::format("\"{}\" must be a list of texts, e.g. [\"chat\", \"email\"]", key));
      return out;
    }
    for (const toml::node& one : *array)
      if (const auto* value = string_node(one, key)) out.push_back(**value);
    return out;
  }

  /// One of some names; `otherwise` when absent or wrong (which is reported).
  template <class E, std::size_t N>
  E choice(const toml::table& table, std::string_view key, E otherwise,
           const std::array<E, N>& values) {
    const toml::node* node = table.get(key);
    const auto* value = node ? string_node(*node, key) : nullptr;
    if (!value) return otherwise;
    std::vector<std::string_view> names;
    std::string list;
    for (E e : values) {
      if (name_of(e) == **value) return e;
      names.push_back(name_of(e));
      list += fmt::format("{}\"{}\"", list.empty() ? "" : ", ", name_of(e));
    }
    error(place_of(*value), fmt::format("\"{}\" must be one of {}, not \"{}\"{}", key, list,
                                        **value, did_you_mean(**value, names)));
    return otherwise;
  }

  // --- policy --------------------------------------------------------------------------------

  void read_policy(const toml::table& top) {
    check_keys(top, "a policy",
               {"name", "version", "cooldown", "closed_grace", "idle", "rule", "test"});
    policy_.name = text(top, "name", 64);
    if (!top.contains("name"))
      error({1, 1}, "a policy needs a name, e.g. name = \"acme\"");
    else if (top["name"].is_string() && !is_id(policy_.name))
      error(place_of(*top.get("name")),
            "a policy's name has only a-z, 0-9, _ and -, at most 64 of them");
    policy_.version = static_cast<std::uint32_t>(integer(top, "version", 1, 1, 1'000'000'000));
    policy_.cooldown = duration(top, "cooldown", policy_.cooldown);
    policy_.closed_grace = duration(top, "closed_grace", policy_.closed_grace);
    read_idle(top);
    for_each_table(top, "rule", [this](const toml::table& t) { read_rule(t); });
    for_each_table(top, "test", [this](const toml::table& t) { read_test(t); });
    if (policy_.rules.size() > kRulesMax)
      error({1, 1},
            fmt::format("{} rules; at most {} are allowed", policy_.rules.size(), kRulesMax));
    if (policy_.rules.empty() && !top.contains("rule"))
      warning({1, 1}, "the policy has no rules: nothing will ever be raised");
    check_expected_rules();
  }

  template <class Read>
  void for_each_table(const toml::table& top, std::string_view key, Read read) {
    const toml::node* node = top.get(key);
    if (!node) return;
    const toml::array* array = node->as_array();
    if (!array) {
      error(place_of(*node),
            fmt::format("write [[{}]] with two brackets: there may be several", key));
      return;
    }
    for (const toml::node& one : *array) {
      if (const toml::table* table = one.as_table())
        read(*table);
      else
        error(place_of(one), fmt::format("each \"{}\" must be a table: [[{}]]", key, key));
    }
  }

  void read_idle(const toml::table& top) {
    const toml::node* node = top.get("idle");
    if (!node) return;
    const toml::table* table = node->as_table();
    if (!table)
      return error(place_of(*node),
                   "[idle] is a table of channels and durations, e.g. default = \"30m\"");
    std::vector<std::string> seen;
    for (const auto& [key, value] : *table) {
      const DurationMs idle = duration_node(value, key.str(), policy_.idle);
      if (idle.ms == 0) error(place_of(value), "a session cannot end after 0s; write at least 1ms");
      const std::string channel = lower(key.str());
      if (std::ranges::find(seen, channel) != seen.end())
        error(place_of(value),
              "\"" + channel + "\" is there twice: capitals make no other channel");
      seen.push_back(channel);
      if (channel == "default")
        policy_.idle = idle;
      else
        policy_.idle_by_channel.push_back({channel, idle});
    }
    std::ranges::sort(policy_.idle_by_channel, {}, &ChannelTimeout::channel);
  }

  void read_rule(const toml::table& t) {
    check_keys(t, "a rule",
               {"id", "version", "title", "doc", "why", "first_step", "outcome", "severity",
                "priority", "queue", "skills", "cooldown", "shadow", "scope", "when"});
    const Place at = place_of(t);
    Rule r;
    r.id = text(t, "id", 64);
    if (!t.contains("id"))
      error(at, "a rule needs an id, e.g. id = \"bot_loop\"");
    else if (t["id"].is_string() && !is_id(r.id))
      error(place_of(*t.get("id")), "a rule's id has only a-z, 0-9, _ and -, at most 64 of them");
    for (std::size_t i = 0; i < policy_.rules.size(); ++i)
      if (!r.id.empty() && policy_.rules[i].id == r.id)
        error(place_of(*t.get("id")),
              fmt::format("there is already a rule \"{}\" at line {}", r.id, places_[i].line));
    r.version = static_cast<std::uint32_t>(integer(t, "version", 1, 1, 1'000'000'000));
    r.title = text(t, "title", 80);
    if (r.title.empty()) r.title = r.id;
    r.doc = text(t, "doc", 4'000);
    r.why = text(t, "why", 400);
    r.first_step = text(t, "first_step", 400);
    if (!t.contains("outcome"))
      error(at, fmt::format("rule \"{}\" needs an outcome: \"escalate\", \"offer\" or \"watch\"",
                            r.id));
    r.outcome = choice(t, "outcome", Outcome::watch,
                       std::array{Outcome::escalate, Outcome::offer, Outcome::watch});
    r.severity =
        choice(t, "severity", Severity::normal,
               std::array{Severity::low, Severity::normal, Severity::high, Severity::urgent});
    if (r.why.empty() && r.outcome > Outcome::watch)
      warning(at,
              fmt::format(
                  "rule \"{}\" has no \"why\": the agent will not read why the customer was sent",
                  r.id));
    r.priority = static_cast<std::int32_t>(integer(t, "priority", 0, -1'000'000, 1'000'000));
    r.queue = text(t, "queue", 64);
    r.skills = texts(t, "skills");
    r.cooldown = duration(t, "cooldown", kDefaultRuleCooldown);
    r.shadow = flag(t, "shadow");
    read_scope(t, r.scope);
    if (const toml::node* when = t.get("when"))
      r.when = condition(*when, 0);
    else
      error(at, fmt::format("rule \"{}\" needs a condition, e.g. when = \"loop >= 0.5\"", r.id));
    policy_.rules.push_back(std::move(r));
    places_.push_back(at);
  }

  void read_scope(const toml::table& rule, Scope& scope) {
    const toml::node* node = rule.get("scope");
    if (!node) return;
    const toml::table* t = node->as_table();
    if (!t)
      return error(place_of(*node), "a scope is a table, e.g. scope = { channels = [\"chat\"] }");
    check_keys(*t, "a scope", {"tenants", "channels", "languages", "tiers"});
    const auto read = [&](std::string_view key) {
      std::vector<std::string> values = texts(*t, key);
      if (t->contains(key) && values.empty())
        error(place_of(*t->get(key)),
              fmt::format("an empty list of {} would apply nowhere; leave it out for everywhere",
                          key));
      for (std::string& value : values) value = lower(value);
      std::ranges::sort(values);
      return values;
    };
    scope = {read("tenants"), read("channels"), read("languages"), read("tiers")};
  }

  // --- conditions ----------------------------------------------------------------------------

  Condition condition(const toml::node& node, int depth) {
    if (depth > kDepthMax) {
      error(place_of(node), fmt::format("conditions may be nested {} deep, not deeper", kDepthMax));
      return {};
    }
    if (const auto* value = node.as_string()) return comparison(*value);
    if (const toml::array* list = node.as_array()) return group(Condition::Kind::all, *list, depth);
    if (const toml::table* table = node.as_table()) return tree(*table, depth);
    error(place_of(node),
          "a condition is a comparison such as \"loop >= 0.5\", or a table with all, any or none");
    return {};
  }

  Condition comparison(const toml::value<std::string>& value) {
    auto parsed = parse_comparison(*value);
    if (auto* c = std::get_if<Condition>(&parsed)) return std::move(*c);
    const auto& wrong = std::get<ComparisonError>(parsed);
    error(inside(value, wrong.at), wrong.message);
    return {};
  }

  /// { all = [..], any = [..], none = [..] }: several keys must all hold.
  Condition tree(const toml::table& table, int depth) {
    const Names keys = {"all", "any", "none", "not"};
    check_keys(table, "a condition", keys);
    Condition both;
    for (std::string_view key : keys) {
      const toml::node* node = table.get(key);
      if (!node) continue;
      const Condition::Kind kind = key == "all"   ? Condition::Kind::all
                                   : key == "any" ? Condition::Kind::any
                                                  : Condition::Kind::none;
      if (const toml::array* list = node->as_array()) {
        both.children.push_back(group(kind, *list, depth));
      } else {
        Condition one;
        one.kind = kind;
        one.children.push_back(condition(*node, depth + 1));
        both.children.push_back(simplified(std::move(one)));
      }
    }
    if (table.empty())
      error(place_of(table), "an empty condition; write all, any or none with comparisons");
    return simplified(std::move(both));
  }

  Condition group(Condition::Kind kind, const toml::array& list, int depth) {
    Condition c;
    c.kind = kind;
    if (list.empty())
      error(place_of(list), "an empty list of conditions; write at least one comparison");
    for (const toml::node& one : list) c.children.push_back(condition(one, depth + 1));
    return simplified(std::move(c));
  }

  /// A group of one is that one, and a group in a group of its kind is part of it: one form per
  /// meaning.
  static Condition simplified(Condition c) {
    if (c.kind == Condition::Kind::none) return c;
    if (c.children.size() == 1) return Condition(std::move(c.children.front()));
    std::vector<Condition> flat;
    for (Condition& child : c.children) {
      if (child.kind == c.kind)
        std::ranges::move(child.children, std::back_inserter(flat));
      else
        flat.push_back(std::move(child));
    }
    c.children = std::move(flat);
    return c;
  }

  // --- tests ---------------------------------------------------------------------------------

  void read_test(const toml::table& t) {
    check_keys(t, "a test",
               {"name", "channel", "language", "tier", "tenant", "steps", "expect", "rule"});
    PolicyTest test;
    test.line = place_of(t).line;
    test.name = text(t, "name", 200);
    if (test.name.empty()) error(place_of(t), "a test needs a name that says what must happen");
    test.channel = text(t, "channel", 64);
    test.language = text(t, "language", 64);
    test.tier = text(t, "tier", 64);
    test.tenant = text(t, "tenant", 64);
    if (!t.contains("expect"))
      error(place_of(t),
            "a test needs what to expect: \"escalate\", \"offer\", \"watch\" or \"nothing\"");
    test.expect =
        choice(t, "expect", Outcome::nothing,
               std::array{Outcome::escalate, Outcome::offer, Outcome::watch, Outcome::nothing});
    test.expect_rule = text(t, "rule", 64);
    if (const toml::node* rule = t.get("rule"); rule && rule->is_string())
      expected_.push_back({test.expect_rule, place_of(*rule)});
    const toml::array* steps = t["steps"].as_array();
    if (!steps || steps->empty())
      error(place_of(t), "a test needs steps, e.g. steps = [\"customer: hello\", \"bot: hello\"]");
    else
      for (const toml::node& step : *steps) read_step(step, test);
    policy_.tests.push_back(std::move(test));
  }

  void read_step(const toml::node& node, PolicyTest& test) {
    PolicyTest::Step step;
    if (const auto* line = node.as_string()) {
      const std::size_t colon = (*line)->find(':');
      const auto who = kParticipants.find(std::string_view(**line).substr(0, colon));
      if (colon == std::string::npos || !who)
        return error(place_of(node),
                     "a step reads \"customer: what was said\" (or bot, agent, system)");
      step.participant = *who;
      step.text =
          (*line)->substr(std::min((*line)->find_first_not_of(' ', colon + 1), (*line)->size()));
      test.steps.push_back(std::move(step));
      return;
    }
    const toml::table* t = node.as_table();
    if (!t)
      return error(place_of(node), "a step is a text such as \"customer: hello\", or a table");
    check_keys(
        *t, "a step",
        {"customer", "bot", "agent", "system", "after", "fallback", "transfer", "agent_joined"});
    step.after = duration(*t, "after", step.after);
    step.fallback = flag(*t, "fallback");
    step.agent_joined = flag(*t, "agent_joined");
    int said = 0;
    for (std::string_view who : {"customer", "bot", "agent", "system"}) {
      if (!t->contains(who)) continue;
      step.participant = *kParticipants.find(who);
      step.text = text(*t, who, 8'000);
      ++said;
    }
    if (const std::string transfer = text(*t, "transfer", 64); !transfer.empty()) {
      step.transfer = kTransferStatuses.find(transfer).value_or(TransferStatus::none);
      if (step.transfer == TransferStatus::none)
        error(place_of(*t->get("transfer")),
              "\"transfer\" must be requested, queued, accepted, completed, failed or cancelled");
    }
    if (said + (step.transfer != TransferStatus::none) + step.agent_joined > 1)
      error(place_of(node), "one thing happens in a step; make it several steps");
    if (step.fallback && step.participant != Participant::bot)
      error(place_of(node), "only a bot's message can be a fallback");
    test.steps.push_back(std::move(step));
  }

  void check_expected_rules() {
    std::vector<std::string_view> ids;
    for (const Rule& r : policy_.rules) ids.push_back(r.id);
    for (const auto& [id, at] : expected_)
      if (std::ranges::find(ids, id) == ids.end())
        error(at, fmt::format("there is no rule \"{}\"{}", id, did_you_mean(id, ids)));
  }

  // --- conclusions ---------------------------------------------------------------------------

  void finish() {
    std::vector<std::size_t> order(policy_.rules.size());
    std::iota(order.begin(), order.end(), 0);
    std::ranges::stable_sort(order, std::greater<>(),
                             [&](std::size_t i) { return policy_.rules[i].priority; });
    std::vector<Rule> sorted;
    for (std::size_t i : order) sorted.push_back(std::move(policy_.rules[i]));
    policy_.rules = std::move(sorted);
    policy_.deadlines = deadlines_of(policy_);
    core::add_signs(policy_);
    policy_.hash = hash_of(policy_);
    for (const RuleRemark& remark : unreachable_rules(policy_))
      warning(places_[order[remark.rule]], remark.message);
  }

  const std::string_view source_;
  const std::string_view file_;
  Policy policy_;
  std::vector<Place> places_;  ///< of the rules, in the order of the file
  std::vector<std::pair<std::string, Place>> expected_;
  std::vector<Diagnostic> diagnostics_;
};

}  // namespace

PolicyLoad load_policy(std::string_view toml, std::string_view file_name) {
  return Loader(toml, file_name).load();
}

}  // namespace loopbreaker::codec
