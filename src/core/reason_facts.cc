// Sentences behind reasons; see reason_facts.h.
#include "core/reason_facts.h"

#include <algorithm>
#include <vector>

#include "core/signals/notes.h"
#include "core/units.h"
#include "core/words.h"
#include "loopbreaker/core.h"

namespace loopbreaker::core {
namespace {

constexpr std::size_t kQuoteMax = 120;

// How often the latest need was said: re-asks that hang together, as far as their evidence is kept.
struct Asked {
  std::uint32_t times = 0;
  bool at_least = false;  ///< there were more before
};
Asked times_asked(const Session& session) {
  const SignalState& rephrase = session[Signal::rephrase];
  if (rephrase.evidence.empty()) return {};
  std::vector<std::uint32_t> turns = {rephrase.evidence.back().turn};
  auto known = [&](std::uint32_t turn) {
    return std::find(turns.begin(), turns.end(), turn) != turns.end();
  };
  bool oldest_belongs = false;
  for (auto it = rephrase.evidence.rbegin(); it != rephrase.evidence.rend(); ++it) {
    oldest_belongs = known(it->turn) || known(it->other_turn);
    if (!oldest_belongs) continue;
    if (!known(it->turn)) turns.push_back(it->turn);
    if (!known(it->other_turn)) turns.push_back(it->other_turn);
  }
  const bool more = oldest_belongs && rephrase.count > rephrase.evidence.size();
  return {static_cast<std::uint32_t>(turns.size()), more};
}

std::string loop_fact(const Session& session) {
  const Asked asked = times_asked(session);
  std::uint32_t same = 0;
  for (const Attempt& attempt : session.attempts) {
    if (!attempt.action) same = std::max(same, attempt.times);
  }
  std::vector<std::string> parts;
  if (asked.times > 1) {
    parts.push_back("the customer asked for the same thing " +
                    std::string(asked.at_least ? "at least " : "") + times_text(asked.times));
  }
  if (same > 1) parts.push_back("the bot gave the same answer " + times_text(same));
  if (parts.empty() && session.loop.evidence > 0) {
    return "The customer keeps asking and the bot's answers do not move things on.";
  }
  return sentence(capital(listed(parts)));
}

std::string human_fact(const Session& session) {
  const auto& requests = session.human_requests;
  if (requests.empty()) return {};
  const auto asked = static_cast<std::uint32_t>(requests.size());
  // One request that nobody has answered yet: the rule's own sentence says it all.
  if (asked == 1 && session[Signal::human_request].count == 0) return {};
  const bool denied = std::any_of(requests.begin(), requests.end(), [](const HumanRequest& r) {
    return r.outcome == HumanRequest::Outcome::denied;
  });
  std::string text = "The customer asked for a person " + times_text(asked);
  if (session[Signal::human_request].count > 0) {
    text += denied ? " and was turned down" : ", and the bot went on with something else";
  }
  return sentence(text);
}

std::string failure_fact(const Session& session) {
  std::vector<std::string> parts;
  if (session.bot_failures > 0) {
    parts.push_back("the bot could not help " + times_text(session.bot_failures));
  }
  if (session.low_confidence > 0) {
    parts.push_back("the bot was guessing " + times_text(session.low_confidence));
  }
  if (session.action_failures > 0) {
    parts.push_back(counted(session.action_failures, "step of the bot", "steps of the bot") +
                    " failed");
  }
  if (session.rejections > 0) {
    parts.push_back("the customer said " + times_text(session.rejections) +
                    " that it did not help");
  }
  // A single failure is quoted among what the bot tried.
  if (session[Signal::failed_attempts].count < 2) return {};
  return sentence(capital(listed(parts)));
}

std::string quote_fact(const Session& session, Signal signal, std::string_view lead) {
  const auto& evidence = session[signal].evidence;
  if (evidence.empty()) return {};
  const auto strongest =
      std::max_element(evidence.begin(), evidence.end(),
                       [](const Evidence& a, const Evidence& b) { return a.score < b.score; });
  return sentence(std::string(lead) + " " + quoted(strongest->excerpt, kQuoteMax));
}

// The topic a reason is about; the strongest one when its fact does not name one.
const CategoryHit* topic_of(const Session& session, const Reason& reason) {
  const CategoryHit* strongest = nullptr;
  const bool money = reason.fact == "disputed_amount";
  for (const CategoryHit& hit : session.categories) {
    if (reason.fact == name_of(hit.what) || (money && hit.what == Category::billing_dispute))
      return &hit;
    if (strongest == nullptr || strongest->score < hit.score) strongest = &hit;
  }
  return strongest;
}

// What the customer wrote about it: from the turn, or from the evidence when the turn is not kept
// any more.
std::string words_about(const Session& session, const CategoryHit& hit) {
  if (const Turn* turn = find_turn(session, hit.turn)) return turn->text;
  for (const Evidence& evidence : session[Signal::category].evidence) {
    if (evidence.turn == hit.turn) return evidence.excerpt;
  }
  return {};
}

std::string category_fact(const Session& session, const Reason& reason) {
  const CategoryHit* hit = topic_of(session, reason);
  if (hit == nullptr) return {};
  const std::string words = words_about(session, *hit);
  std::vector<std::string> out;
  if (words.empty()) {
    out.push_back(sentence("It is about " + std::string(spoken_name(hit->what))));
  } else {
    out.push_back(sentence("The customer wrote " + quoted(words, kQuoteMax)));
  }
  if (hit->amount) {
    out.push_back(
        sentence("The amount is " + money_text(hit->amount->minor, hit->amount->currency)));
  }
  return joined(out);
}

std::string waiting_fact(const Session& session, const Decision& decision, std::string_view fact) {
  const TimeMs now = decision.trigger.time;
  auto since = [&](TimeMs from) { return spoken(now - from); };
  const Waiting& waiting = session.waiting;
  if (fact == "transfer_waiting" && waiting.transfer_since != kNoTime) {
    return std::string(waiting.transfer_promised ? "The bot promised a person "
                                                 : "A transfer was asked for ") +
           since(waiting.transfer_since) + " ago, and nobody has joined.";
  }
  if (fact == "escalation_waiting" && session.escalation.escalated_at != kNoTime) {
    return "This was escalated " + since(session.escalation.escalated_at) +
           " ago, and nobody has joined.";
  }
  if (fact == "bot_silent" && waiting.bot_silent_since != kNoTime) {
    return "The bot has not answered for " + since(waiting.bot_silent_since) + ".";
  }
  if (fact == "customer_silent" && waiting.customer_silent_since != kNoTime) {
    return "The customer has been silent for " + since(waiting.customer_silent_since) + ".";
  }
  if (waiting.transfer == TransferStatus::failed) return "A transfer to a person failed.";
  return {};
}

std::string fact_of(const Session& session, const Decision& decision, const Reason& reason) {
  switch (reason.signal) {
    case Signal::rephrase:
    case Signal::bot_repeat:
    case Signal::loop:
      return loop_fact(session);
    case Signal::frustration:
      return quote_fact(session, Signal::frustration, "The customer wrote");
    case Signal::human_request:
      return human_fact(session);
    case Signal::failed_attempts:
      return failure_fact(session);
    case Signal::context_loss:
      return quote_fact(session, Signal::context_loss, "The same was asked for or given again:");
    case Signal::category:
      return category_fact(session, reason);
    case Signal::customer_tier:
      return session.tier.empty() ? "" : sentence("Customer tier: " + plain(session.tier));
    case Signal::waiting:
      return waiting_fact(session, decision, reason.fact);
  }
  return {};
}

}  // namespace

std::string first_fact(const Session& session, const Decision& decision) {
  if (decision.reasons.empty()) return {};
  return fact_of(session, decision, decision.reasons.front());
}

std::string topic_words(const Session& session, const Decision& decision) {
  if (decision.reasons.empty() || decision.reasons.front().signal != Signal::category) return {};
  const CategoryHit* hit = topic_of(session, decision.reasons.front());
  return hit == nullptr ? std::string() : words_about(session, *hit);
}

std::string why_sentences(const Session& session, const Decision& decision) {
  std::vector<std::string> out;
  bool quoted_once = false;
  auto add = [&](std::string text) {
    constexpr std::string_view kWrote = "The customer wrote ";
    if (text.starts_with(kWrote) && std::find(out.begin(), out.end(), text) == out.end()) {
      if (quoted_once) text = "They also wrote " + text.substr(kWrote.size());
      quoted_once = true;
    }
    if (!text.empty() && std::find(out.begin(), out.end(), text) == out.end()) {
      out.push_back(std::move(text));
    }
  };
  for (std::size_t i = 0; i < decision.reasons.size() && i < 3; ++i) {
    const Reason& reason = decision.reasons[i];
    std::string fact = fact_of(session, decision, reason);
    // Of a wait the fact says the same as the rule, with its length.
    const bool covered = reason.signal == Signal::waiting && !fact.empty();
    if (i == 0 && !covered) add(sentence(reason.why));
    add(std::move(fact));
    // A wait that ran out belongs to the story also when the rule was carried by something else.
    if (i == 0 && decision.trigger.deadline) {
      add(waiting_fact(session, decision, decision.trigger.deadline_name));
    }
  }
  return joined(out);
}

}  // namespace loopbreaker::core
