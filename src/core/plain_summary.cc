// Writes the plain-language summary; see plain_summary.h. Facts come from the session, never from
// scores.
#include "core/plain_summary.h"

#include <algorithm>
#include <vector>

#include "core/reason_facts.h"
#include "core/signals/notes.h"
#include "core/texts.h"
#include "core/words.h"
#include "loopbreaker/core.h"

namespace loopbreaker::core {
namespace {

constexpr std::size_t kQuoteMax = 220;
constexpr std::size_t kSubjectMax = 120;
constexpr std::size_t kAttemptsShown = 3;

bool asks_for_human(const Session& session, const Turn& turn) {
  return std::any_of(session.human_requests.begin(), session.human_requests.end(),
                     [&](const HumanRequest& r) { return r.turn == turn.number; });
}

// What the customer came with: the first ask that is more than "can I talk to someone?", of those
// that are not settled if there is such a one.
const Turn* opening_ask(const Session& session) {
  const Turn* settled = nullptr;
  auto open = [&](const Turn& turn) {
    if (!is_ask(turn) || asks_for_human(session, turn)) return false;
    if (static_cast<std::int64_t>(turn.number) > session.settled_turn) return true;
    if (settled == nullptr) settled = &turn;
    return false;
  };
  if (session.opening && open(*session.opening)) return &*session.opening;
  for (const Turn& turn : session.turns) {
    if (open(turn)) return &turn;
  }
  if (settled != nullptr) return settled;
  return session.opening ? &*session.opening : nullptr;
}

const Turn* open_ask(const Session& session) {
  const Turn* turn = find_turn(session, session.unanswered_turn);
  if (turn == nullptr || asks_for_human(session, *turn)) return nullptr;
  return turn;
}

const Turn* longest_customer_turn(const Session& session) {
  const Turn* longest = nullptr;
  for (const Turn& turn : session.turns) {
    if (turn.participant != Participant::customer) continue;
    if (longest == nullptr || longest->sketch.content_words() < turn.sketch.content_words())
      longest = &turn;
  }
  return longest;
}

std::string wants(const Session& session) {
  const Turn* first = opening_ask(session);
  const Turn* open = open_ask(session);
  std::vector<std::string> out;
  if (first == nullptr) first = open;
  if (first == nullptr) {
    const Turn* any = longest_customer_turn(session);
    if (any == nullptr) return "The customer has not written anything yet.";
    if (!session.human_requests.empty()) {
      out.push_back("The customer wants to talk to a person and has not said why.");
    }
    if (!trim(any->text).empty()) {
      out.push_back(sentence("The customer wrote " + quoted(any->text, kQuoteMax)));
    }
    return joined(out);
  }
  out.push_back(sentence("The customer asked: " + quoted(first->text, kQuoteMax)));
  if (open != nullptr && open->number != first->number) {
    const bool again = (*open)[Signal::rephrase] >= Score::percent(50);
    out.push_back(sentence((again ? "In their latest words: " : "Still open: ") +
                           quoted(open->text, kQuoteMax)));
  }
  if (!session.human_requests.empty()) out.push_back("They want to talk to a person.");
  return joined(out);
}

std::string action_words(const Attempt& attempt) {
  std::string name = plain(attempt.excerpt);
  for (char& c : name) {
    if (c == '_' || c == '-' || c == '.') c = ' ';
  }
  if (name.empty()) name = "an action";
  std::string words = "The bot's step “" + shortened(name, 60) + "” ";
  words += attempt.failed ? "failed" : "was done";
  if (attempt.times > 1) words.append(" ").append(times_text(attempt.times));
  return sentence(std::move(words));
}

std::string answer_words(const Attempt& attempt) {
  const std::string quote = quoted(attempt.excerpt, 160);
  std::string words;
  if (attempt.failed) {
    words = attempt.times > 1 ? "The bot could not help " + times_text(attempt.times) + ": " + quote
                              : "The bot could not help: " + quote;
  } else if (attempt.times > 1) {
    words = "The bot said " + times_text(attempt.times) + ": " + quote;
  } else {
    words = "The bot's last answer: " + quote;
  }
  words = sentence(words);
  if (attempt.rejected) words += " The customer said that this did not help.";
  return words;
}

int weight_of(const Attempt& attempt) {
  return (attempt.rejected ? 4 : 0) + (attempt.failed ? 3 : 0) +
         static_cast<int>(std::min<std::uint32_t>(attempt.times - (attempt.times > 0 ? 1 : 0), 5)) *
             2;
}

// Many different failures are one thing to an agent: how often, and how the last one sounded.
std::string failures_words(const std::vector<const Attempt*>& failures) {
  std::uint32_t times = 0;
  const Attempt* last = failures.front();
  for (const Attempt* attempt : failures) {
    times += attempt->times;
    if (attempt->last_turn >= last->last_turn) last = attempt;
  }
  return sentence("The bot could not help " + times_text(times) + ", the last time with " +
                  quoted(last->excerpt, 160));
}

bool is_plain_failure(const Attempt& attempt) {
  return attempt.failed && !attempt.rejected && !attempt.action;
}

std::string tried(const Session& session) {
  if (!session.bot_seen) return session.agent_seen ? "" : "The bot has not answered.";
  std::vector<const Attempt*> shown, failures;
  for (const Attempt& attempt : session.attempts) {
    if (is_plain_failure(attempt)) failures.push_back(&attempt);
  }
  if (failures.size() <= 2) failures.clear();
  for (const Attempt& attempt : session.attempts) {
    const bool told = !failures.empty() && is_plain_failure(attempt);
    if (weight_of(attempt) > 0 && !told) shown.push_back(&attempt);
  }
  std::stable_sort(shown.begin(), shown.end(), [](const Attempt* a, const Attempt* b) {
    return weight_of(*a) > weight_of(*b);
  });
  const std::size_t room = kAttemptsShown - (failures.empty() ? 0 : 1);
  if (shown.size() > room) shown.resize(room);
  std::sort(shown.begin(), shown.end(),
            [](const Attempt* a, const Attempt* b) { return a->first_turn < b->first_turn; });
  // Nothing stands out: then the latest answer says where the conversation is.
  if (shown.empty() && failures.empty() && !session.attempts.empty()) {
    shown.push_back(&*std::max_element(
        session.attempts.begin(), session.attempts.end(),
        [](const Attempt& a, const Attempt& b) { return a.last_turn < b.last_turn; }));
  }
  std::vector<std::string> out;
  for (const Attempt* attempt : shown) {
    out.push_back(attempt->action ? action_words(*attempt) : answer_words(*attempt));
  }
  if (!failures.empty()) out.push_back(failures_words(failures));
  return joined(out);
}

std::string mood(const Session& session) {
  const SignalState& state = session[Signal::frustration];
  const std::int32_t now = state.now.raw;
  std::vector<std::string> out;
  if (now >= 7500) {
    out.push_back("The customer is very annoyed.");
  } else if (now >= 5000) {
    out.push_back("The customer is annoyed.");
  } else if (now >= 2500) {
    out.push_back(state.peak.raw >= 5000 ? "The customer was annoyed earlier and has calmed down."
                                         : "The customer is slightly annoyed.");
  } else {
    out.push_back(state.peak.raw >= 5000 ? "The customer was annoyed earlier and is calm now."
                                         : "The customer is calm so far.");
  }
  if (session.abuse >= Score::percent(50)) out.push_back("They have used insulting words.");
  return joined(out);
}

std::string identifiers(const Session& session) {
  std::vector<std::string> parts;
  for (const GivenIdentifier& given : session.identifiers) {
    std::string part(spoken_name(given.identifier.kind));
    part += ' ';
    part += one_line(plain(given.identifier.value));
    if (given.times > 1) part += " (given " + times_text(given.times) + ")";
    parts.push_back(std::move(part));
  }
  return parts.empty() ? "" : sentence(capital(listed(parts)));
}

std::string history(const Session& session, const Decision& decision) {
  std::vector<std::string> out;
  const DurationMs spent = decision.trigger.time - session.started_at;
  out.push_back("The conversation has " + counted(session.turn_count, "message", "messages") +
                " and began " + spoken(spent) + " ago.");
  // escalation.times already counts this one once it has been applied.
  const bool counted_in = session.escalation.id == decision.escalation_id;
  const std::uint32_t before =
      session.escalation.times - (counted_in && session.escalation.times > 0 ? 1 : 0);
  if (before > 0) {
    out.push_back("It was escalated " + times_text(before) + " before.");
  }
  if (session.agent_present) {
    out.push_back("A colleague is in the conversation.");
  } else if (session.agent_seen) {
    out.push_back("A colleague was in the conversation before.");
  }
  return joined(out);
}

}  // namespace

std::string outcome_of(const Attempt& attempt) {
  if (attempt.failed) return "failed";
  if (attempt.rejected) return "rejected by the customer";
  return attempt.times > 1 ? "repeated" : "answered";
}

std::string unanswered_question(const Session& session) {
  const Turn* open = find_turn(session, session.unanswered_turn);
  return open == nullptr ? std::string() : one_line(plain(open->text));
}

PlainSummary plain_summary(const Session& session, const Decision& decision) {
  PlainSummary out;
  out.wants = wants(session);
  out.tried = tried(session);
  out.why = why_sentences(session, decision);
  out.mood = mood(session);
  out.identifiers = identifiers(session);
  if (!decision.reasons.empty()) out.first_step = sentence(decision.reasons.front().first_step);
  out.history = history(session, decision);
  return out;
}

std::string subject_line(const Session& session, const Decision& decision) {
  std::string title =
      decision.reasons.empty() ? std::string("Conversation") : decision.reasons.front().title;
  title = shortened(title, 60);
  // What belongs to a human by its topic is named by the words about it, everything else by the
  // first ask.
  std::string about = topic_words(session, decision);
  if (about.empty()) {
    const Turn* ask = opening_ask(session);
    if (ask == nullptr) ask = open_ask(session);
    if (ask == nullptr) ask = longest_customer_turn(session);
    if (ask != nullptr) about = ask->text;
  }
  if (trim(about).empty()) return title;
  return title + ": " + shortened(plain(about), kSubjectMax - title.size() - 2);
}

std::string headline(const Session& session, const Decision& decision) {
  switch (decision.change) {
    case Change::raised:
    case Change::upgraded: {
      const std::string fact = first_fact(session, decision);
      if (!fact.empty()) return fact;
      if (!decision.reasons.empty()) return sentence(decision.reasons.front().why);
      return "This conversation needs a person.";
    }
    case Change::acknowledged:
      return decision.note.empty() ? "Somebody took over."
                                   : sentence(capital(plain(decision.note)));
    case Change::resolved:
      return decision.note.empty() ? "The case is closed."
                                   : sentence(capital(plain(decision.note)));
    case Change::withdrawn:
      return decision.note.empty() ? "The case is not needed any more."
                                   : sentence(capital(plain(decision.note)));
  }
  return {};
}

}  // namespace loopbreaker::core
