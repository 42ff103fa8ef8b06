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

// What a feature of an exchange says for a loop, so that nobody has to know how it is computed.
std::string_view in_words(Exchange feature) {
  switch (feature) {
    case Exchange::reply_best:
    case Exchange::reply_wording:
    case Exchange::reply_before:
    case Exchange::reply_sum:
    case Exchange::reply_same:
    case Exchange::reply_exact:
      return "the answer repeats an earlier one";
    case Exchange::reply_failed:
    case Exchange::failures:
      return "the bot could not help";
    case Exchange::reply_novelty:
    case Exchange::reply_values:
      return "the answer brings nothing new";
    case Exchange::ask_best:
    case Exchange::ask_second:
    case Exchange::ask_sum:
    case Exchange::ask_same:
    case Exchange::ask_rephrases:
      return "the request repeats an earlier one";
    case Exchange::ask_novelty:
    case Exchange::ask_content:
      return "the customer puts it in new words";
    case Exchange::ask_values:
      return "the request names nothing new";
    case Exchange::ask_closes:
    case Exchange::reply_words:
      return {};  // says nothing to a person
    case Exchange::ask_rejects:
      return "the customer says that the answer missed the point";
    case Exchange::cohesion:
    case Exchange::about:
    case Exchange::unheard:
      return "the answer does not take up the request";
    case Exchange::cohesion_before:
    case Exchange::about_before:
    case Exchange::unheard_before:
      return "earlier answers did not take it up either";
    case Exchange::circle:
    case Exchange::circle_before:
      return "request and answer both repeat earlier ones";
  }
  return {};
}

// "Most telling: …" from the exchange that spoke most for a loop, without what `said` says anyway.
std::string telling(const LoopState& loop, std::vector<std::string_view> said) {
  std::vector<std::string> parts;
  for (std::uint8_t reason : loop.why) {
    if (reason >= kExchange) continue;
    std::string words(in_words(static_cast<Exchange>(reason)));
    if (words.empty() || std::ranges::find(said, words) != said.end()) continue;
    said.push_back(in_words(static_cast<Exchange>(reason)));
    parts.push_back(std::move(words));
  }
  return parts.empty() ? std::string() : sentence("Most telling: " + listed(parts));
}

std::string loop_fact(const Session& session) {
  const Asked asked = times_asked(session);
  std::uint32_t same = 0;
  for (const Attempt& attempt : session.attempts) {
    if (!attempt.action) same = std::max(same, attempt.times);
  }
  std::vector<std::string> parts;
  std::vector<std::string_view> said;
  if (asked.times > 1) {
    said.push_back(in_words(Exchange::ask_best));
    parts.push_back("the customer asked for the same thing " +
                    std::string(asked.at_least ? "at least " : "") + times_text(asked.times));
  }
  if (same > 1) {
    said.push_back(in_words(Exchange::reply_best));
    parts.push_back("the bot gave the same answer " + times_text(same));
  }
  if (parts.empty() && session.loop.evidence > 0) {
    parts.push_back("the customer keeps asking and the bot's answers do not move things on");
  }
  return joined({sentence(capital(listed(parts))), telling(session.loop, std::move(said))});
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

// What the model saw, in the order of its weight, each kind of sign once.
std::string mood_signs(const Session& session) {
  std::vector<std::string> signs;
  for (std::uint8_t reason : session.mood_tally.why) {
    if (reason >= kMood) break;
    std::string sign(spoken_name(static_cast<Mood>(reason)));
    if (std::ranges::find(signs, sign) == signs.end()) signs.push_back(std::move(sign));
  }
  return signs.empty() ? std::string() : "Signs of annoyance: " + listed(signs) + ".";
}

std::string frustration_fact(const Session& session) {
  return joined(
      {quote_fact(session, Signal::frustration, "The customer wrote"), mood_signs(session)});
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
  if (const Turn* turn = find_turn(session, hit.turn)) return std::string(turn->text);
  for (const Evidence& evidence : session[Signal::category].evidence) {
    if (evidence.turn == hit.turn) return std::string(evidence.excerpt);
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
      return frustration_fact(session);
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
