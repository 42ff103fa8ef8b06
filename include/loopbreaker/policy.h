// A policy: an immutable, versioned set of rules over facts. Read from TOML by src/codec/policy_toml.h.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "loopbreaker/facts.h"
#include "loopbreaker/session.h"
#include "loopbreaker/types.h"

namespace loopbreaker {

enum class Op : std::uint8_t { ge, gt, le, lt, eq, ne, in };  ///< `in`: text facts only

/// A tree over facts. Checked at load: operators fit types, units fit facts.
struct Condition {
  enum class Kind : std::uint8_t { all, any, none, compare };
  Kind kind = Kind::all;
  std::vector<Condition> children;  ///< for all, any, none (= not any)
  // compare
  Fact fact = Fact::loop;
  Op op = Op::ge;
  std::int64_t number = 0;          ///< in the fact's unit (see value_of)
  std::string currency;             ///< money only; empty = any currency, compared by number alone
  std::vector<std::string> texts;   ///< text only, lower case
};

/// Where a rule applies; empty list = everywhere. Values lower case.
struct Scope {
  std::vector<std::string> tenants, channels, languages, tiers;
};

struct Rule {
  std::string id;             ///< [a-z0-9_-]+, unique in its policy
  std::uint32_t version = 1;
  std::string title;          ///< short, for lists: "Bot loop"
  std::string doc;            ///< what it catches and why, for whoever maintains the policy
  std::string why;            ///< one sentence to the agent: why this came to them
  std::string first_step;     ///< one sentence to the agent: what to do first
  Outcome outcome = Outcome::watch;
  Severity severity = Severity::normal;
  std::int32_t priority = 0;  ///< higher wins; ties by order in the file
  std::string queue;          ///< hint; may be empty
  std::vector<std::string> skills;
  DurationMs cooldown{0};     ///< after firing, quiet for so long (event time)
  bool shadow = false;        ///< judged and counted, published to nobody
  Scope scope;
  Condition when;
};

struct ChannelTimeout {
  std::string channel;        ///< lower case
  DurationMs idle;
};

/// A few turns and what must come of them; lives in the policy file, run by `policy test` and `policy check`.
struct PolicyTest {
  struct Step {
    Participant participant = Participant::customer;
    std::string text;                 ///< empty: only time passes
    DurationMs after{5'000};          ///< event time since the step before
    bool fallback = false;
    TransferStatus transfer = TransferStatus::none;
    bool agent_joined = false;
  };
  std::string name;
  std::string channel, language, tier, tenant;
  std::vector<Step> steps;
  Outcome expect = Outcome::nothing;  ///< strongest outcome published
  std::string expect_rule;            ///< primary rule of it; empty = any
  int line = 0;                       ///< in the policy file
};

struct Policy {
  std::string name;
  std::uint32_t version = 1;
  std::string hash;                   ///< 16 hex digits of the canonical text: identifies the policy in every decision
  std::vector<Rule> rules;            ///< highest priority first
  DurationMs idle{30 * 60'000};       ///< a session without events ends, unless its channel says otherwise
  std::vector<ChannelTimeout> idle_by_channel;
  DurationMs closed_grace{60'000};    ///< log time in which an event after the end is late
  DurationMs cooldown{10 * 60'000};   ///< after an escalation was resolved or withdrawn, before the next of the session
  std::vector<PolicyTest> tests;

  /// Duration facts with the thresholds that appear in any rule: the deadlines of a session. Filled at load.
  struct Deadline {
    Fact fact;
    DurationMs after;
    std::vector<std::uint32_t> rules;  ///< indices of the rules that wait for it; empty = wake up in any case
  };
  std::vector<Deadline> deadlines;

  /// Looked at after every event before the rules themselves are: a rule can only be true while one of its signs
  /// holds. Rule by rule in their order. Filled at load; where it is empty, every rule is looked at.
  struct Sign {
    Fact fact;                         ///< a score or a count
    std::uint32_t rule;                ///< its index
    std::int64_t at_least;
  };
  std::vector<Sign> signs;
};

}  // namespace loopbreaker
