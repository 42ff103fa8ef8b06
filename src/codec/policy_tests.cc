// Plays the conversations that a policy carries as tests, through the same core as everything else.
#include <fmt/format.h>

#include <optional>

#include "codec/names.h"
#include "codec/policy_toml.h"
#include "loopbreaker/core.h"

namespace loopbreaker::codec {
namespace {

/// A fixed moment, so that results do not depend on when tests run: 2025-01-01T12:00:00Z.
constexpr TimeMs kStart{1'735'732'800'000};

std::string in_words(Outcome outcome, std::string_view rule) {
  return rule.empty() ? std::string(name_of(outcome))
                      : fmt::format("{} by {}", name_of(outcome), rule);
}

class Play {
 public:
  Play(const Policy& policy, const PolicyTest& test, Analyzer& analyzer)
      : policy_(policy), test_(test), analyzer_(analyzer) {}

  PolicyTestResult run() {
    Event started;
    started.type = EventType::started;
    started.type_name = "conversation.started";
    started.channel = test_.channel;
    started.language = test_.language;
    started.tier = test_.tier;
    started.tenant = test_.tenant;
    take(started);
    for (const PolicyTest::Step& step : test_.steps) {
      now_ = now_ + step.after;
      run_deadlines();
      if (std::optional<Event> event = event_of(step)) take(*event);
    }
    result_.name = test_.name;
    result_.line = test_.line;
    result_.expected = in_words(test_.expect, test_.expect_rule);
    result_.actual = in_words(strongest_, rules_.empty() ? "" : rules_.front());
    result_.passed =
        strongest_ == test_.expect && (test_.expect_rule.empty() || primary(test_.expect_rule));
    return std::move(result_);
  }

 private:
  bool primary(std::string_view rule) const {
    for (const std::string& one : rules_)
      if (one == rule) return true;
    return false;
  }

  std::optional<Event> event_of(const PolicyTest::Step& step) {
    Event e;
    if (step.agent_joined) {
      e.type = EventType::agent_joined;
      e.type_name = "conversation.agent_joined";
      tell("an agent joins");
    } else if (step.transfer != TransferStatus::none) {
      e.type = EventType::transfer;
      e.type_name = "conversation.transfer";
      e.transfer = step.transfer;
      tell(fmt::format("transfer {}", to_string(step.transfer)));
    } else if (!step.text.empty()) {
      e.type = EventType::message;
      e.type_name = "conversation.message";
      e.participant = step.participant;
      e.text = step.text;
      e.fallback = step.fallback;
      tell(fmt::format("{}: {}", to_string(step.participant), step.text));
    } else {
      return std::nullopt;
    }
    return e;
  }

  void take(Event e) {
    const std::string id = fmt::format("step-{}", count_++);
    e.id = id;
    e.source = "policy-test";
    e.session_id = test_.name;
    e.identity = stable_hash(id);
    e.time = now_;
    e.position = {0, count_};
    if (!session_) session_ = open_session(e);
    const Folded folded = fold(*session_, e, analyzer_);
    judge(now_, {}, folded == Folded::ends);
  }

  void run_deadlines() {
    while (session_) {
      const NextDeadline next = next_deadline(policy_, *session_);
      if (next.at > now_) return;
      tell(fmt::format("time passes: {}", next.name));
      judge(next.at, next.name, next.idle);
      if (next.idle) session_.reset();
    }
  }

  void judge(TimeMs now, std::string_view deadline, bool ending) {
    const Judgement judgement = decide(policy_, *session_, now, deadline, ending);
    apply(*session_, judgement, now);
    for (const Decision& d : judgement.decisions) note(d);
  }

  void note(const Decision& d) {
    if (d.reasons.empty()) return tell(fmt::format("=> {}: {}", name_of(d.change), d.note));
    const Reason& reason = d.reasons.front();
    tell(fmt::format("=> {}: {} by {} ({} is {}, {})", name_of(d.change), name_of(d.outcome),
                     reason.rule, reason.fact, reason.value, reason.threshold));
    if (d.outcome > strongest_) rules_.clear();
    if (d.outcome >= strongest_) rules_.push_back(reason.rule);
    strongest_ = std::max(strongest_, d.outcome);
  }

  void tell(std::string line) { result_.told.push_back(std::move(line)); }

  const Policy& policy_;
  const PolicyTest& test_;
  Analyzer& analyzer_;
  std::optional<Session> session_;
  TimeMs now_ = kStart;
  std::int64_t count_ = 0;
  Outcome strongest_ = Outcome::nothing;
  std::vector<std::string> rules_;  ///< primary rules of the decisions that reached `strongest_`
  PolicyTestResult result_;
};

}  // namespace

std::vector<PolicyTestResult> run_policy_tests(const Policy& policy, Analyzer& analyzer) {
  std::vector<PolicyTestResult> results;
  for (const PolicyTest& test : policy.tests) results.push_back(Play(policy, test, analyzer).run());
  return results;
}

}  // namespace loopbreaker::codec
