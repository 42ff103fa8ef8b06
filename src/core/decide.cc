// What the policy says about a session at a moment, and the life of its escalation.
//
//   none ──raised──▶ open ──upgraded──▶ open ──acknowledged──▶ acknowledged ──resolved──▶ none
//                      └──withdrawn (solved) or resolved (ended)──▶ none
//
// Who holds back a rule that is true:
//   - its own cool-down, from when it last fired;
//   - the bar: while a case is open, and for Policy::cooldown after one was closed, only something
//   stronger than that
//     case counts (outcome first, then severity), so a rule that stays true does not raise twice;
//   - an agent in the conversation: only a deadline may then raise, and only `watch`;
//   - the customer's word that it is solved: only urgent rules count, and urgent cases are not
//   withdrawn by it.
#include <algorithm>
#include <compare>

#include "core/evaluate.h"
#include "core/reason.h"
#include "core/signs.h"
#include "loopbreaker/core.h"

namespace loopbreaker {
namespace {

using core::cooling;
using core::fires;
using Phase = Escalation::Phase;

constexpr std::size_t kCooldownsMax = 32;

struct Strength {
  Outcome outcome = Outcome::nothing;
  Severity severity = Severity::low;
  auto operator<=>(const Strength&) const = default;
};

Strength strength_of(const Rule& r) { return {r.outcome, r.severity}; }

bool within(TimeMs since, DurationMs span, TimeMs now) {
  return since != kNoTime && now - since < span;
}

/// What a rule must be stronger than; nothing when every rule may raise.
Strength bar_of(const Policy& policy, const Session& s, TimeMs now) {
  const Escalation& e = s.escalation;
  const bool blocks = e.phase == Phase::open ||
                      within(e.phase == Phase::acknowledged ? e.acknowledged_at : e.closed_at,
                             policy.cooldown, now);
  return blocks ? Strength{e.outcome, e.severity} : Strength{};
}

/// One judgement in the making.
class Judge {
 public:
  Judge(const Policy& policy, const Session& session, TimeMs now, std::string_view deadline,
        Judgement& out)
      : policy_(policy), s_(session), now_(now), deadline_(deadline), out_(out) {}

  void judge(bool ending) {
    if (ending) {
      if (s_.escalation.phase != Phase::none)
        close(Change::resolved, deadline_.empty() ? "The conversation ended."
                                                  : "The conversation fell silent and was ended.");
      return;
    }
    if (s_.escalation.phase == Phase::open) {
      if (s_.agent_present) {
        acknowledge();
        return;
      }
      if (solved() && s_.escalation.severity < Severity::urgent) {
        close(Change::withdrawn, "The customer said that it is solved.");
        return;
      }
    }
    consider_rules();
  }

 private:
  bool solved() const { return s_.solved_turn >= 0; }

  void consider_rules() {
    const Strength bar = bar_of(policy_, s_, now_);
    bool any = false;
    const auto consider = [&](const Rule& rule) {
      if (!(strength_of(rule) > bar) || !timely(rule)) return;
      if (!fires(rule, s_, now_) || cooling(rule, s_, now_)) return;
      if (rule.shadow)
        fire_shadow(rule);
      else
        any = true;
    };
    if (policy_.signs.empty()) {
      std::ranges::for_each(policy_.rules, consider);
    } else {
      // Nearly always nothing fires: the signs lie close together, the rules do not.
      const core::Numbers numbers = core::numbers_of(s_);
      std::size_t next = 0;  // rules before it have been considered
      for (const Policy::Sign& sign : policy_.signs) {
        if (!core::holds(sign, numbers) || sign.rule < next) continue;
        next = sign.rule + 1;
        consider(policy_.rules[sign.rule]);
      }
    }
    if (any) fire();
  }

  bool timely(const Rule& rule) const {
    if (s_.agent_present && (deadline_.empty() || rule.outcome != Outcome::watch)) return false;
    return !solved() || rule.severity == Severity::urgent;
  }

  void fire_shadow(const Rule& rule) {
    out_.shadow.push_back(rule.id);
    cool_down(rule);
  }

  void cool_down(const Rule& rule) {
    if (rule.cooldown.ms <= 0) return;
    change();
    out_.cooldowns.push_back({stable_hash(rule.id), now_});
  }

  /// The session will differ: start from its escalation.
  Escalation& change() {
    if (!out_.changed) out_.escalation = s_.escalation;
    out_.changed = true;
    return out_.escalation;
  }

  /// At least one rule fires. Rules that fired earlier in this case and are still true stay among
  /// the reasons.
  void fire() {
    std::vector<const Rule*> fresh, earlier;
    for (const Rule& rule : policy_.rules) {
      if (rule.shadow || !timely(rule) || !fires(rule, s_, now_)) continue;
      const Cooldown* c = cooling(rule, s_, now_);
      if (!c)
        fresh.push_back(&rule);
      else if (s_.escalation.phase == Phase::open && c->fired_at >= s_.escalation.raised_at)
        earlier.push_back(&rule);
    }
    Strength strongest;
    for (const Rule* rule : fresh) strongest = std::max(strongest, strength_of(*rule));
    // Rules are ordered by priority: the first with the strongest outcome is the primary one.
    const auto primary = std::ranges::find(fresh, strongest.outcome, &Rule::outcome);
    std::rotate(fresh.begin(), primary, primary + 1);

    if (s_.escalation.phase == Phase::acknowledged)
      close(Change::resolved, "The agent left, and the customer is stuck again.");
    const bool upgrade = s_.escalation.phase == Phase::open;
    Escalation& e = change();
    upgrade ? strengthen(e, strongest) : raise(e, strongest);
    e.rule = fresh.front()->id;
    e.strongest = std::max(e.strongest, e.outcome);

    Decision d = decision(upgrade ? Change::upgraded : Change::raised, e);
    d.outcome = e.outcome;
    d.severity = e.severity;
    d.priority = fresh.front()->priority;
    d.queue = fresh.front()->queue;
    for (const Rule* rule : fresh) cool_down(*rule);
    fresh.insert(fresh.end(), earlier.begin(), earlier.end());
    for (const Rule* rule : fresh) {
      d.reasons.push_back(core::make_reason(*rule, s_, now_));
      for (const std::string& skill : rule->skills)
        if (std::ranges::find(d.skills, skill) == d.skills.end()) d.skills.push_back(skill);
    }
    out_.decisions.push_back(std::move(d));
  }

  void raise(Escalation& e, Strength strength) {
    e.phase = Phase::open;
    e.outcome = strength.outcome;
    e.severity = strength.severity;
    e.id = make_output_id(s_.id, s_.incarnation, e.times, "case");
    e.raised_at = now_;
    e.escalated_at = strength.outcome == Outcome::escalate ? now_ : kNoTime;
    e.acknowledged_at = e.closed_at = kNoTime;
    e.raised_turn = last_turn();
    ++e.times;
  }

  void strengthen(Escalation& e, Strength strength) {
    if (e.outcome != Outcome::escalate && strength.outcome == Outcome::escalate)
      e.escalated_at = now_;
    e.outcome = std::max(e.outcome, strength.outcome);
    e.severity = std::max(e.severity, strength.severity);
  }

  void acknowledge() {
    Escalation& e = change();
    e.phase = Phase::acknowledged;
    e.acknowledged_at = now_;
    Decision d = decision(Change::acknowledged, e);
    d.note = "An agent joined the conversation.";
    out_.decisions.push_back(std::move(d));
  }

  void close(Change how, std::string_view note) {
    Escalation& e = change();
    e.phase = Phase::none;
    e.closed_at = now_;
    Decision d = decision(how, e);
    d.note = note;
    out_.decisions.push_back(std::move(d));
  }

  Decision decision(Change what, const Escalation& e) const {
    Decision d;
    d.change = what;
    d.severity = e.severity;
    d.escalation_id = e.id;
    d.trigger = trigger();
    return d;
  }

  std::uint32_t last_turn() const { return s_.turn_count > 0 ? s_.turn_count - 1 : 0; }

  Trigger trigger() const {
    Trigger t;
    t.deadline = !deadline_.empty();
    t.deadline_name = deadline_;
    t.event_id = t.deadline && !s_.turns.empty() ? s_.turns.back().event_id : s_.last_event_id;
    t.turn = last_turn();
    t.position = s_.last_position;
    t.time = now_;
    return t;
  }

  const Policy& policy_;
  const Session& s_;
  const TimeMs now_;
  const std::string_view deadline_;
  Judgement& out_;
};

}  // namespace

Judgement decide(const Policy& policy, const Session& session, TimeMs now,
                 std::string_view deadline, bool ending) {
  // Time never runs backwards for a session, not even for an event that is late behind a deadline
  // already judged: a wait that began before then and has run out is noticed now.
  Judgement out;
  Judge(policy, session, std::max(now, session.judged_until), deadline, out).judge(ending);
  return out;
}

void apply(Session& session, const Judgement& judgement, TimeMs now) {
  session.judged_until = std::max(session.judged_until, now);
  if (!judgement.changed) return;
  session.escalation = judgement.escalation;
  for (const Cooldown& c : judgement.cooldowns) {
    auto& cooldowns = session.cooldowns;
    const auto earlier = std::ranges::find(cooldowns, c.rule, &Cooldown::rule);
    if (earlier != cooldowns.end()) cooldowns.erase(earlier);
    if (cooldowns.size() >= kCooldownsMax)
      cooldowns.erase(std::ranges::min_element(cooldowns, {}, &Cooldown::fired_at));
    cooldowns.push_back(c);
  }
}

}  // namespace loopbreaker
