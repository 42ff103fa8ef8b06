// Policies as TOML: what is read, every mistake with its place, the hash, the effective text, the
// built-in policy.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "codec/literal.h"
#include "codec/condition.h"
#include "codec/policy_toml.h"
#include "text/analyzer.h"

namespace loopbreaker::codec {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

PolicyLoad load(std::string_view toml) { return load_policy(toml, "p.toml"); }

std::vector<std::string> messages(std::string_view toml) {
  std::vector<std::string> out;
  for (const Diagnostic& d : load(toml).diagnostics) out.push_back(to_text(d));
  return out;
}

/// A rule around a condition that stands in line 6.
std::string with_condition(std::string_view when) {
  return "name = \"x\"\n[[rule]]\nid = \"r\"\noutcome = \"offer\"\nwhy = \"Why.\"\nwhen = " +
         std::string(when) + "\n";
}

std::string only_message(std::string_view when) {
  const auto all = messages(with_condition(when));
  EXPECT_EQ(all.size(), 1u) << ::testing::PrintToString(all);
  return all.empty() ? "" : all[0];
}

Condition condition(std::string_view when) {
  const PolicyLoad loaded = load(with_condition(when));
  EXPECT_TRUE(loaded.policy) << to_text(loaded.diagnostics);
  return loaded.policy ? loaded.policy->rules[0].when : Condition{};
}

std::string hash(std::string_view toml) {
  const PolicyLoad loaded = load(toml);
  EXPECT_TRUE(loaded.policy) << to_text(loaded.diagnostics);
  return loaded.policy ? loaded.policy->hash : "";
}

constexpr std::string_view kFull = R"(
name = "acme"
version = 3
cooldown = "5m"
closed_grace = "90s"

[idle]
default = "20m"
Email = "24h"

[[rule]]
id = "late"
version = 2
title = "Late"
doc = "Catches lateness."
why = "It is late."
first_step = "Hurry."
outcome = "escalate"
severity = "high"
priority = 7
queue = "fast"
skills = ["a", "b"]
cooldown = "1h"
shadow = true
scope = { channels = ["Web"], tiers = ["gold"] }
when = { all = ["bot_silent >= 2m", "turns > 3"], none = ["solved"] }

[[rule]]
id = "first"
outcome = "watch"
priority = 8
when = "loop >= 0.25"

[[test]]
name = "quick"
channel = "web"
expect = "watch"
rule = "first"
steps = ["customer: hi: there", { bot = "no", fallback = true, after = "2s" }, { transfer = "queued" }, { agent_joined = true }, { after = "1m" }]
)";

TEST(LoadPolicy, ReadsEverythingAndSortsRulesByPriority) {
  const PolicyLoad loaded = load(kFull);
  ASSERT_TRUE(loaded.policy) << to_text(loaded.diagnostics);
  const Policy& p = *loaded.policy;
  EXPECT_TRUE(loaded.diagnostics.empty()) << to_text(loaded.diagnostics);
  EXPECT_EQ(p.name, "acme");
  EXPECT_EQ(p.version, 3u);
  EXPECT_EQ(p.cooldown.ms, 300'000);
  EXPECT_EQ(p.closed_grace.ms, 90'000);
  EXPECT_EQ(p.idle.ms, 1'200'000);
  ASSERT_EQ(p.idle_by_channel.size(), 1u);
  EXPECT_EQ(p.idle_by_channel[0].channel, "email");
  ASSERT_EQ(p.rules.size(), 2u);
  EXPECT_EQ(p.rules[0].id, "first");
  EXPECT_EQ(p.rules[0].title, "first") << "the id, when there is no title";
  EXPECT_EQ(p.rules[0].cooldown.ms, 30 * 60'000);
  const Rule& r = p.rules[1];
  EXPECT_EQ(r.version, 2u);
  EXPECT_EQ(r.why, "It is late.");
  EXPECT_EQ(r.first_step, "Hurry.");
  EXPECT_EQ(r.outcome, Outcome::escalate);
  EXPECT_EQ(r.severity, Severity::high);
  EXPECT_EQ(r.queue, "fast");
  EXPECT_THAT(r.skills, ElementsAre("a", "b"));
  EXPECT_EQ(r.cooldown.ms, 3'600'000);
  EXPECT_TRUE(r.shadow);
  EXPECT_THAT(r.scope.channels, ElementsAre("web"));
  EXPECT_THAT(r.scope.tiers, ElementsAre("gold"));
  EXPECT_EQ(condition_to_text(r.when), "bot_silent >= 2m and turns > 3 and not solved = true");
  ASSERT_EQ(p.deadlines.size(), 1u);
  EXPECT_EQ(p.deadlines[0].fact, Fact::bot_silent);
  EXPECT_EQ(p.deadlines[0].after.ms, 120'000);
  EXPECT_THAT(p.deadlines[0].rules, ElementsAre(1u));
  ASSERT_EQ(p.tests.size(), 1u);
  const PolicyTest& t = p.tests[0];
  EXPECT_EQ(t.line, 34);
  ASSERT_EQ(t.steps.size(), 5u);
  EXPECT_EQ(t.steps[0].text, "hi: there");
  EXPECT_TRUE(t.steps[1].fallback);
  EXPECT_EQ(t.steps[1].after.ms, 2'000);
  EXPECT_EQ(t.steps[2].transfer, TransferStatus::queued);
  EXPECT_TRUE(t.steps[3].agent_joined);
  EXPECT_TRUE(t.steps[4].text.empty());
}

TEST(LoadPolicy, ReportsAllMistakesAtOnceEachWithItsPlace) {
  EXPECT_THAT(
      messages(R"(name = "Acme Corp"
version = "1"
colour = "red"

[[rule]]
id = "a"
outcome = "escalat"
why = "W."
priorty = 3
cooldown = 30
when = "loop >= 0.5"

[[rule]]
id = "a"
outcome = "offer"
why = "W."
skills = "calm"
scope = { channel = ["web"] }
when = { any = ["lop >= 0.5", "turns >= x"] }

[[rule]]
why = "W."
)"),
      ElementsAre(
          "p.toml:1:8: error: a policy's name has only a-z, 0-9, _ and -, at most 64 of them",
          "p.toml:2:11: error: \"version\" must be a whole number from 1 to 1000000000",
          "p.toml:3:1: error: unknown key \"colour\" in a policy",
          "p.toml:7:11: error: \"outcome\" must be one of \"escalate\", \"offer\", \"watch\", not "
          "\"escalat\"; did you mean \"escalate\"?",
          "p.toml:9:1: error: unknown key \"priorty\" in a rule; did you mean \"priority\"?",
          "p.toml:10:12: error: \"cooldown\": a duration is a whole number and a unit (ms, s, m, h "
          "or "
          "d), e.g. \"90s\" or \"24h\"",
          "p.toml:14:6: error: there is already a rule \"a\" at line 5",
          "p.toml:17:10: error: \"skills\" must be a list of texts, e.g. [\"chat\", \"email\"]",
          "p.toml:18:11: error: unknown key \"channel\" in a scope; did you mean \"channels\"?",
          "p.toml:19:18: error: there is no fact \"lop\"; did you mean \"loop\"? (`loopbreaker "
          "policy "
          "facts` lists them)",
          "p.toml:19:41: error: a count is a whole number, e.g. 3",
          "p.toml:21:1: error: a rule needs an id, e.g. id = \"bot_loop\"",
          "p.toml:21:1: error: rule \"\" needs an outcome: \"escalate\", \"offer\" or \"watch\"",
          "p.toml:21:1: error: rule \"\" needs a condition, e.g. when = \"loop >= 0.5\""));
}

TEST(LoadPolicy, AChannelIsTheSameInCapitals) {
  const PolicyLoad once = load("name = \"x\"\nversion = 1\n[idle]\nDefault = \"20m\"\nSMS = \"24h\"\n");
  ASSERT_TRUE(once.policy);
  EXPECT_EQ(once.policy->idle.ms, 1'200'000);
  ASSERT_EQ(once.policy->idle_by_channel.size(), 1u);
  EXPECT_EQ(once.policy->idle_by_channel[0].channel, "sms");
  EXPECT_THAT(messages("name = \"x\"\nversion = 1\n[idle]\nsms = \"20m\"\nSMS = \"24h\"\n"),
              Contains(HasSubstr("\"sms\" is there twice: capitals make no other channel")));
}

TEST(LoadPolicy, BrokenTomlIsOneErrorWithItsPlace) {
  const PolicyLoad loaded = load("name = \"x\"\n[[rule]\n");
  EXPECT_FALSE(loaded.policy);
  ASSERT_EQ(loaded.diagnostics.size(), 1u);
  EXPECT_EQ(loaded.diagnostics[0].line, 2);
  EXPECT_THAT(loaded.diagnostics[0].message, HasSubstr("not TOML"));
}

TEST(LoadPolicy, ALetterBeyondAsciiOutsideOfAStringIsRefusedInItsPlace) {
  for (const char* letter : {"\u00e9", "\u0416", "\ufedf"}) {
    const PolicyLoad loaded = load("name = \"x\"\nversion " + std::string(letter) + "= 1\n");
    EXPECT_FALSE(loaded.policy);
    ASSERT_EQ(loaded.diagnostics.size(), 1u);
    EXPECT_EQ(loaded.diagnostics[0].line, 2);
    EXPECT_THAT(loaded.diagnostics[0].message, HasSubstr("not TOML"));
  }
}

TEST(LoadPolicy, PointsIntoTheConditionAlsoBehindOtherCharacters) {
  EXPECT_THAT(only_message("{ all = [ 'tier = größe', 'loop >= 1.5' ] }"),
              HasSubstr("p.toml:6:43: error: a score"));
  EXPECT_THAT(only_message("\"loop 0.5\""), HasSubstr("p.toml:6:14: error: expected an operator"));
  EXPECT_THAT(only_message("\"loop\""),
              HasSubstr("p.toml:6:13: error: loop is a score from 0 to 1"));
  EXPECT_THAT(only_message("\"loop >=\""), HasSubstr("p.toml:6:16: error: expected a score"));
  EXPECT_THAT(only_message("\"\""), HasSubstr("p.toml:6:9: error: empty"));
  EXPECT_THAT(only_message("\"lo\\u006fp >= 2\""), HasSubstr("p.toml:6:8: error:"))
      << "escapes: the whole value";
}

TEST(LoadPolicy, OperatorsAndUnitsMustFitTheFact) {
  EXPECT_THAT(only_message("\"loop = 0.5\""),
              HasSubstr("compare it with >=, >, <= or <, not with ="));
  EXPECT_THAT(only_message("\"tier >= gold\""),
              HasSubstr("tier is a text: compare it with =, != or in"));
  EXPECT_THAT(only_message("\"customer_silent >= 10\""),
              HasSubstr("p.toml:6:28: error: a duration is"));
  EXPECT_THAT(only_message("\"customer_silent >= 0s\""), HasSubstr("over before it begins"));
  EXPECT_THAT(only_message("\"loop >= 0.12345\""), HasSubstr("at most four decimals"));
  EXPECT_THAT(only_message("\"loop >= -1\""), HasSubstr("a score is a number from 0 to 1"));
  EXPECT_THAT(only_message("\"turns >= 1.5\""), HasSubstr("a count is a whole number"));
  EXPECT_THAT(only_message("\"disputed_amount >= 10 euro\""), HasSubstr("not a currency"));
  EXPECT_THAT(only_message("\"solved = yes\""), HasSubstr("true or false"));
  EXPECT_THAT(only_message("\"tier = gold, vip\""), HasSubstr("several values need \"in\""));
  EXPECT_THAT(only_message("\"tier in [gold\""), HasSubstr("both brackets"));
  EXPECT_THAT(only_message("\"tier in [gold,]\""), HasSubstr("an empty text"));
  EXPECT_THAT(only_message("5"), HasSubstr("a condition is a comparison"));
  EXPECT_THAT(only_message("{ all = [] }"), HasSubstr("an empty list"));
  EXPECT_THAT(only_message("{ alll = [\"solved\"] }\n#"), HasSubstr("unknown key"));
}

TEST(LoadPolicy, ConditionsAreReadInTheUnitOfTheirFact) {
  EXPECT_EQ(condition("\"loop>=0.5\"").number, 5'000);
  EXPECT_EQ(condition("\"turns != 4\"").op, Op::ne);
  EXPECT_EQ(condition("\"customer_silent > 90s\"").number, 90'000);
  EXPECT_EQ(condition("\"disputed_amount >= 99.5\"").number, 99'50);
  const Condition money = condition("\"disputed_amount >= 5000 JPY\"");
  EXPECT_EQ(money.number, 5'000);
  EXPECT_EQ(money.currency, "JPY");
  EXPECT_THAT(condition("'tier in [VIP, \"Gold Plus\"]'").texts, ElementsAre("gold plus", "vip"));
  EXPECT_EQ(condition("\"agent_present\"").number, 1);
  EXPECT_EQ(condition("\"solved != true\"").number, 0);
}

TEST(LoadPolicy, NestingIsBounded) {
  std::string deep = "\"solved\"";
  for (int i = 0; i < 12; ++i) deep = "{ none = [" + deep + "] }";
  EXPECT_THAT(only_message(deep), HasSubstr("nested 8 deep"));
}

TEST(LoadPolicy, WarnsOfRulesThatCanNeverMatter) {
  EXPECT_THAT(only_message("[\"loop >= 0.8\", \"loop < 0.5\"]"),
              HasSubstr("p.toml:2:1: warning: rule \"r\" can never fire: no value of loop"));
  EXPECT_THAT(only_message("\"loop > 1\""), HasSubstr("can never fire"));
  EXPECT_THAT(only_message("[\"tier = gold\", \"tier = vip\"]"), HasSubstr("no value of tier"));
  EXPECT_THAT(only_message("\"customer_silent >= 2h\""),
              HasSubstr("a silent session ends after 30m"));
  const auto twice =
      messages(with_condition("\"loop >= 0.5\"") +
               "[[rule]]\nid = \"s\"\noutcome = \"watch\"\nwhen = \"loop >= 0.50\"\n");
  ASSERT_EQ(twice.size(), 1u);
  EXPECT_THAT(twice[0],
              HasSubstr("p.toml:7:1: warning: rule \"s\" can never be the primary reason"));
}

TEST(LoadPolicy, WarningsDoNotKeepAPolicyFromBeingUsed) {
  EXPECT_TRUE(load(with_condition("\"loop > 1\"")).policy);
  EXPECT_TRUE(load("name = \"empty\"").policy);
  EXPECT_THAT(messages("name = \"empty\""),
              ElementsAre(HasSubstr("warning: the policy has no rules")));
}

TEST(LoadPolicy, TestsMustNameARuleThatExists) {
  EXPECT_THAT(
      messages(
          with_condition("\"loop >= 0.5\"") +
          "[[test]]\nname = \"t\"\nexpect = \"offer\"\nrule = \"rr\"\nsteps = [\"customr: hi\"]\n"),
      ElementsAre(
          "p.toml:10:8: error: there is no rule \"rr\"; did you mean \"r\"?",
          "p.toml:11:10: error: a step reads \"customer: what was said\" (or bot, agent, system)"));
}

TEST(LoadPolicy, KnowsTheOperatingPointsOfTheLoopSignalByName) {
  const auto number = [](std::string_view text) {
    const auto c = parse_comparison(text);
    return std::holds_alternative<Condition>(c) ? std::get<Condition>(c).number : -1;
  };
  EXPECT_EQ(number("loop >= sensitive"), kLoopSensitive.raw);
  EXPECT_EQ(number("loop >= balanced"), kLoopBalanced.raw);
  EXPECT_EQ(number("loop_peak > strict"), kLoopStrict.raw);
  EXPECT_EQ(number("frustration >= strict"), -1);
}

TEST(PolicyHash, DependsOnMeaningAndNotOnFormatting) {
  const std::string base = hash(kFull);
  EXPECT_EQ(base.size(), 16u);
  EXPECT_EQ(base.find_first_not_of("0123456789abcdef"), std::string::npos);
  const auto changed = [](std::string_view from, std::string_view to) {
    std::string text(kFull);
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return hash(text.replace(at, from.size(), to));
  };
  EXPECT_EQ(changed("version = 3", "version = 3 # a comment"), base);
  EXPECT_EQ(changed("\"90s\"", "\"90000ms\""), base);
  EXPECT_EQ(changed("\"bot_silent >= 2m\"", "'bot_silent   >=120s '"), base);
  EXPECT_EQ(changed("when = \"loop >= 0.25\"", "when = { all = [\"loop >= 0.2500\"] }"), base);
  EXPECT_EQ(changed("doc = \"Catches lateness.\"", "doc = \"Other words.\""), base)
      << "published nowhere";
  EXPECT_EQ(changed("expect = \"watch\"", "expect = \"offer\""), base) << "tests decide nothing";

  std::set<std::string> hashes{base};
  for (const auto& [from, to] : std::vector<std::pair<std::string_view, std::string_view>>{
           {"acme", "acmf"},
           {"version = 3", "version = 4"},
           {"\"5m\"", "\"6m\""},
           {"\"90s\"", "\"91s\""},
           {"\"20m\"", "\"21m\""},
           {"Email", "sms"},
           {"version = 2", "version = 1"},
           {"\"Late\"", "\"Later\""},
           {"It is late.", "It was late."},
           {"Hurry.", "Run."},
           {"\"escalate\"", "\"offer\""},
           {"\"high\"", "\"low\""},
           {"priority = 7", "priority = 6"},
           {"\"fast\"", "\"slow\""},
           {"\"a\", \"b\"", "\"a\""},
           {"\"1h\"", "\"2h\""},
           {"shadow = true", "shadow = false"},
           {"\"Web\"", "\"app\""},
           {"\"gold\"", "\"vip\""},
           {">= 2m", "> 2m"},
           {"turns > 3", "turns > 4"},
           {"none =", "any ="}})
    EXPECT_TRUE(hashes.insert(changed(from, to)).second) << from << " to " << to;
}

TEST(PolicyText, ReadsBackAsTheSamePolicy) {
  for (std::string_view source : {kFull, default_policy_toml()}) {
    const Policy policy = *load(source).policy;
    const std::string text = policy_to_text(policy);
    const PolicyLoad again = load(text);
    ASSERT_TRUE(again.policy) << to_text(again.diagnostics) << text;
    EXPECT_EQ(again.policy->hash, policy.hash);
    EXPECT_EQ(policy_to_text(*again.policy), text);
    EXPECT_EQ(again.policy->tests.size(), policy.tests.size());
  }
}

TEST(DefaultPolicy, LoadsWithoutARemark) {
  const PolicyLoad loaded = load_policy(default_policy_toml(), "default.toml");
  EXPECT_TRUE(loaded.policy);
  EXPECT_TRUE(loaded.diagnostics.empty()) << to_text(loaded.diagnostics);
  EXPECT_EQ(default_policy().hash, loaded.policy->hash);
}

TEST(DefaultPolicy, EveryRuleIsDocumentedForThePolicysKeepersAndForAgents) {
  for (const Rule& r : default_policy().rules) {
    EXPECT_NE(r.title, r.id);
    EXPECT_FALSE(r.doc.empty()) << r.id;
    EXPECT_FALSE(r.why.empty()) << r.id;
    EXPECT_TRUE(r.outcome == Outcome::watch || !r.first_step.empty()) << r.id;
  }
}

TEST(DefaultPolicy, PassesTheTestsItCarriesWhichReachEveryRule) {
  const auto analyzer = text::make_analyzer();
  for (const PolicyTestResult& r : run_policy_tests(default_policy(), *analyzer)) {
    std::string told;
    for (const std::string& line : r.told) told += "  " + line + "\n";
    EXPECT_TRUE(r.passed) << "default.toml:" << r.line << ": " << r.name << ": expected "
                          << r.expected << ", got " << r.actual << "\n"
                          << told;
  }
  std::set<std::string_view> reached;
  for (const PolicyTest& t : default_policy().tests) reached.insert(t.expect_rule);
  for (const Rule& r : default_policy().rules)
    EXPECT_TRUE(reached.contains(r.id)) << "no test expects " << r.id;
}

TEST(PolicyTests, TellWhatWasExpectedAndWhatHappened) {
  const Policy policy = *load(R"(
name = "t"
[[rule]]
id = "second_turn"
outcome = "offer"
why = "W."
when = "customer_turns >= 2"
[[rule]]
id = "quiet"
outcome = "escalate"
why = "W."
when = "customer_silent >= 5m"
[[test]]
name = "right"
expect = "offer"
rule = "second_turn"
steps = ["customer: one", "customer: two"]
[[test]]
name = "wrong outcome"
expect = "nothing"
steps = ["customer: one", "customer: two"]
[[test]]
name = "time passes"
expect = "escalate"
rule = "quiet"
steps = ["customer: where is my parcel?", "bot: it is on its way", { after = "6m" }]
[[test]]
name = "time has not passed"
expect = "nothing"
steps = ["customer: where is my parcel?", "bot: it is on its way", { after = "4m" }]
)")
                             .policy;
  const auto analyzer = text::make_analyzer();
  const auto results = run_policy_tests(policy, *analyzer);
  ASSERT_EQ(results.size(), 4u);
  EXPECT_TRUE(results[0].passed) << results[0].actual;
  EXPECT_FALSE(results[1].passed);
  EXPECT_EQ(results[1].expected, "nothing");
  EXPECT_EQ(results[1].actual, "offer by second_turn");
  EXPECT_EQ(results[1].line, 18);
  EXPECT_THAT(results[1].told, ::testing::Contains(HasSubstr("=> raised: offer by second_turn")));
  EXPECT_TRUE(results[2].passed) << results[2].actual;
  EXPECT_TRUE(results[3].passed) << results[3].actual;
}

TEST(Literal, DurationsAndSizesNeedAWholeNumberAndAKnownUnit) {
  EXPECT_EQ(parse_duration("250ms")->ms, 250);
  EXPECT_EQ(parse_duration("7d")->ms, 604'800'000);
  EXPECT_EQ(parse_duration("5 m")->ms, 300'000);
  for (std::string_view bad :
       {"", "5", "m", "1.5h", "-1s", "5 minutes", "99999999999999999999s", "4000d"})
    EXPECT_FALSE(parse_duration(bad)) << bad;
  EXPECT_EQ(parse_size("64MiB"), 64u << 20);
  EXPECT_EQ(parse_size("1000"), 1000u);
  EXPECT_FALSE(parse_size("64MB"));
  EXPECT_FALSE(parse_size("9999999999GiB"));
  EXPECT_EQ(size_literal(64 << 20), "64MiB");
  EXPECT_EQ(size_literal(1500), "1500B");
}

TEST(Literal, SuggestsOnlyWhatIsNear) {
  constexpr std::array<std::string_view, 2> kNames{"brokers", "group"};
  EXPECT_EQ(did_you_mean("borkers", kNames), "; did you mean \"brokers\"?");
  EXPECT_EQ(did_you_mean("zzz", kNames), "");
}

}  // namespace
}  // namespace loopbreaker::codec
