// Writes policies: one form per meaning, so that the hash of the text identifies the policy.
#include "codec/policy_text.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include "codec/condition.h"
#include "codec/literal.h"
#include "codec/names.h"
#include "codec/policy_toml.h"
#include "core/units.h"

namespace loopbreaker::codec {
namespace {

using core::duration_literal;

constexpr std::size_t kLineMax = 100;

std::string list(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts) out += (out.empty() ? "" : ", ") + quoted(text);
  return "[" + out + "]";
}

std::string_view keyword(Condition::Kind kind) {
  switch (kind) {
    case Condition::Kind::any:
      return "any";
    case Condition::Kind::none:
      return "none";
    default:
      return "all";
  }
}

/// The condition after `when = `, broken into lines when it is long.
std::string when_of(const Condition& c) {
  std::string line = condition_to_toml(c);
  if (line.size() <= kLineMax || c.kind == Condition::Kind::compare) return line;
  std::string out = fmt::format("{{ {} = [\n", keyword(c.kind));
  for (const Condition& child : c.children) out += "  " + condition_to_toml(child) + ",\n";
  return out + "] }";
}

std::string scope_of(const Scope& scope) {
  std::string out;
  const auto add = [&](std::string_view key, const std::vector<std::string>& values) {
    if (!values.empty())
      out += fmt::format("{}{} = {}", out.empty() ? "" : ", ", key, list(values));
  };
  add("tenants", scope.tenants);
  add("channels", scope.channels);
  add("languages", scope.languages);
  add("tiers", scope.tiers);
  return out;
}

void add_head(const Policy& p, std::string& out) {
  out += fmt::format("name = {}\nversion = {}\ncooldown = \"{}\"\nclosed_grace = \"{}\"\n",
                     quoted(p.name), p.version, duration_literal(p.cooldown),
                     duration_literal(p.closed_grace));
  out += fmt::format("\n[idle]\ndefault = \"{}\"\n", duration_literal(p.idle));
  for (const ChannelTimeout& t : p.idle_by_channel)
    out += fmt::format("{} = \"{}\"\n", quoted(t.channel), duration_literal(t.idle));
}

void add_rule(const Rule& r, bool with_doc, std::string& out) {
  out += fmt::format(
      "\n[[rule]]\nid = {}\nversion = {}\ntitle = {}\noutcome = \"{}\"\nseverity = \"{}\"\n"
      "priority = {}\nqueue = {}\nskills = {}\ncooldown = \"{}\"\n",
      quoted(r.id), r.version, quoted(r.title), name_of(r.outcome), name_of(r.severity), r.priority,
      quoted(r.queue), list(r.skills), duration_literal(r.cooldown));
  if (r.shadow) out += "shadow = true\n";
  if (const std::string scope = scope_of(r.scope); !scope.empty())
    out += fmt::format("scope = {{ {} }}\n", scope);
  if (with_doc) out += fmt::format("doc = {}\n", quoted(r.doc));
  out += fmt::format("why = {}\nfirst_step = {}\nwhen = {}\n", quoted(r.why), quoted(r.first_step),
                     when_of(r.when));
}

std::string step_of(const PolicyTest::Step& step) {
  std::string out;
  if (step.agent_joined)
    out = "agent_joined = true";
  else if (step.transfer != TransferStatus::none)
    out = fmt::format("transfer = \"{}\"", to_string(step.transfer));
  else if (!step.text.empty())
    out = fmt::format("{} = {}", to_string(step.participant), quoted(step.text));
  if (step.fallback) out += ", fallback = true";
  return fmt::format("{{ {}{}after = \"{}\" }}", out, out.empty() ? "" : ", ",
                     duration_literal(step.after));
}

void add_test(const PolicyTest& t, std::string& out) {
  out += fmt::format("\n[[test]]\nname = {}\n", quoted(t.name));
  const auto add = [&](std::string_view key, std::string_view value) {
    if (!value.empty()) out += fmt::format("{} = {}\n", key, quoted(value));
  };
  add("channel", t.channel);
  add("language", t.language);
  add("tier", t.tier);
  add("tenant", t.tenant);
  out += fmt::format("expect = \"{}\"\n", name_of(t.expect));
  add("rule", t.expect_rule);
  out += "steps = [\n";
  for (const PolicyTest::Step& step : t.steps) out += "  " + step_of(step) + ",\n";
  out += "]\n";
}

}  // namespace

std::string condition_to_toml(const Condition& c) {
  if (c.kind == Condition::Kind::compare) return quoted(comparison_to_text(c));
  std::string children;
  for (const Condition& child : c.children)
    children += (children.empty() ? "" : ", ") + condition_to_toml(child);
  return fmt::format("{{ {} = [{}] }}", keyword(c.kind), children);
}

std::string condition_to_text(const Condition& c) {
  if (c.kind == Condition::Kind::compare) return comparison_to_text(c);
  std::string out;
  for (const Condition& child : c.children) {
    if (!out.empty()) out += c.kind == Condition::Kind::all ? " and " : " or ";
    const bool group =
        child.kind != Condition::Kind::compare && child.kind != Condition::Kind::none;
    out += group ? fmt::format("({})", condition_to_text(child)) : condition_to_text(child);
  }
  if (c.kind != Condition::Kind::none) return out;
  return c.children.size() == 1 ? fmt::format("not {}", out) : fmt::format("not ({})", out);
}

std::string hash_of(const Policy& policy) {
  std::string text;
  add_head(policy, text);
  for (const Rule& rule : policy.rules) add_rule(rule, false, text);
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  if (EVP_Digest(text.data(), text.size(), digest, &size, EVP_sha256(), nullptr) != 1) return {};
  std::string hex;
  for (int i = 0; i < 8; ++i) hex += fmt::format("{:02x}", digest[i]);
  return hex;
}

std::string policy_to_text(const Policy& policy) {
  std::string out = fmt::format("# Effective policy {} version {}, hash {}.\n", policy.name,
                                policy.version, policy.hash);
  add_head(policy, out);
  for (const Rule& rule : policy.rules) add_rule(rule, true, out);
  for (const PolicyTest& test : policy.tests) add_test(test, out);
  return out;
}

}  // namespace loopbreaker::codec
