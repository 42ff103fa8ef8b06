// Lists of the handoff packet; see packet.h.
#include "core/packet.h"

#include <algorithm>

#include "core/plain_summary.h"
#include "core/texts.h"
#include "core/words.h"

namespace loopbreaker::core {
namespace {

using Redactions = std::vector<std::pair<std::string, std::uint32_t>>;

void count_tokens(std::string_view text, Redactions& counts) {
  for (Token t = next_token(text, 0); t.end != 0; t = next_token(text, t.end)) {
    auto it = std::find_if(counts.begin(), counts.end(),
                           [&](const auto& c) { return c.first == t.kind; });
    if (it == counts.end()) it = counts.insert(it, {std::string(t.kind), 0});
    ++it->second;
  }
}

void add_turn(const Turn& turn, Handoff& out) {
  count_tokens(turn.text, out.redactions);
  out.thread.push_back({turn.number, turn.participant, turn.time, plain(turn.text),
                        turn.full_bytes > turn.text.size()});
  if (turn.confidence) out.bot_confidence.emplace_back(turn.number, *turn.confidence);
}

void add_thread(const Session& session, Handoff& out) {
  if (session.opening) add_turn(*session.opening, out);
  for (const Turn& turn : session.turns) add_turn(turn, out);
  out.turns_total = session.turn_count;
  const auto left_out = static_cast<std::uint32_t>(session.turn_count - out.thread.size());
  if (left_out > 0) {
    out.cut.push_back(counted(left_out, "earlier message is", "earlier messages are") +
                      " not in the thread");
  }
  const auto shortened_turns = static_cast<std::uint32_t>(std::count_if(
      out.thread.begin(), out.thread.end(), [](const HandoffTurn& t) { return t.cut; }));
  if (shortened_turns > 0) {
    out.cut.push_back(counted(shortened_turns, "long message is", "long messages are") +
                      " shortened");
  }
}

void add_attempts(const Session& session, Handoff& out) {
  for (const Attempt& attempt : session.attempts) {
    out.attempts.push_back({one_line(plain(attempt.excerpt)), attempt.times, outcome_of(attempt),
                            attempt.first_turn, attempt.last_turn});
  }
}

}  // namespace

Envelope new_envelope(Session& session, const Policy& policy, std::string_view kind,
                      std::string type) {
  Envelope envelope;
  envelope.sequence = session.outputs++;
  envelope.id = make_output_id(session.id, session.incarnation, envelope.sequence, kind);
  envelope.type = std::move(type);
  envelope.source = "/loopbreaker/" + policy.name;
  envelope.subject = session.id;
  return envelope;
}

PolicyRef ref_of(const Policy& policy) { return {policy.name, policy.version, policy.hash}; }

void make_plain(Evidence& evidence) {
  const std::string_view text = evidence.excerpt;
  auto moved = [&](std::size_t at) {
    std::size_t shift = 0;
    for (Token t = next_token(text, 0); t.end != 0 && t.begin < at; t = next_token(text, t.end)) {
      // "#3f" before the closing bracket goes; a span that ends inside a token keeps the whole of
      // it.
      shift += at >= t.end ? 3 : 0;
    }
    return static_cast<std::uint16_t>(at - shift);
  };
  const Span span{moved(evidence.span.begin), moved(evidence.span.end)};
  std::string shown = plain(text);
  evidence.span = span.end <= shown.size() ? span : Span{};
  evidence.excerpt = std::move(shown);
}

void fill_packet(const Session& session, Handoff& out) {
  add_thread(session, out);
  add_attempts(session, out);
  out.identifiers.assign(session.identifiers.begin(), session.identifiers.end());
  for (GivenIdentifier& given : out.identifiers)
    given.identifier.value = plain(given.identifier.value);
  out.human_requests.assign(session.human_requests.begin(), session.human_requests.end());
  out.mood.assign(session.mood.begin(), session.mood.end());
  for (const auto& [name, value] : session.attributes) {
    count_tokens(value, out.redactions);
    out.context.emplace_back(plain(name), plain(value));
  }
  out.first_position = session.first_position;
  out.last_position = session.last_position;
}

}  // namespace loopbreaker::core
