// Puts one event into a session: who and when, the turn, then every signal. Keeps all bounds of
// session.h.
#include <algorithm>

#include "core/signals/notes.h"
#include "core/signals/signals.h"
#include "loopbreaker/core.h"

namespace loopbreaker {
namespace {

constexpr std::size_t kFieldMax = 128;
constexpr std::size_t kSessionIdMax = 256;
constexpr std::size_t kShortMax = 64;
constexpr std::size_t kAttributesMax = 16;
constexpr std::size_t kAnalysedMax = 4096;  // the rest of a longer message is not listened to

void assign_cut(ThinString& to, std::string_view from, std::size_t max) {
  to.assign(cut_utf8(from, max));
}

void merge(ThinString& to, std::string_view from) {
  if (!from.empty() && to != from) assign_cut(to, from, kFieldMax);
}

void merge_attributes(Session& session, const Event& event) {
  merge(session.customer_id, event.customer_id);
  merge(session.channel, event.channel);
  merge(session.language, event.language);
  merge(session.tier, event.tier);
  merge(session.tenant, event.tenant);
  merge(session.intent, event.intent);
  for (const Attribute& attribute : event.attributes) {
    const std::string_view name = cut_utf8(attribute.name, kShortMax);
    auto it = std::find_if(session.attributes.begin(), session.attributes.end(),
                           [&](const auto& known) { return known.first == name; });
    if (it == session.attributes.end()) {
      if (session.attributes.size() >= kAttributesMax) continue;
      it = &session.attributes.emplace_back(ThinString(name), ThinString());
    }
    assign_cut(it->second, attribute.value, kFieldMax);
  }
}

bool seen(const Session& session, std::uint64_t identity) {
  if (identity == 0) return false;
  const auto& ids = session.recent_ids;
  return std::find(ids.begin(), ids.end(), identity) != ids.end();
}

void remember(Session& session, std::uint64_t identity) {
  auto& ids = session.recent_ids;
  const std::size_t place = session.recent_next++ % Session::kEventIdsMax;
  while (ids.size() <= place) ids.push_back(0);  // a record leaves out zeros at the end
  ids[place] = identity;
}

// A free place at the end of the kept turns: the oldest one's, with its memory, once there are
// enough.
Turn& next_turn(Session& session) {
  auto& turns = session.turns;
  if (turns.size() < Session::kTurnsMax) {
    // A message and its answer at a time: few sessions need all places.
    if (turns.size() == turns.capacity())
      turns.reserve(std::min(turns.size() + 2, Session::kTurnsMax));
    return turns.emplace_back();
  }
  if (!session.opening && core::is_ask(turns.front())) session.opening = turns.front();
  Turn oldest = std::move(turns.front());
  std::move(turns.begin() + 1, turns.end(), turns.begin());
  turns.back() = std::move(oldest);
  return turns.back();
}

Turn& add_turn(Session& session, const Event& event, TimeMs time) {
  Turn& turn = next_turn(session);
  turn.number = session.turn_count++;
  turn.participant = event.participant;
  turn.time = time;
  turn.position = event.position;
  assign_cut(turn.event_id, event.id, kFieldMax);
  assign_cut(turn.text, event.text, Turn::kTextMax);
  turn.question = Turn::asks(turn.text);
  turn.full_bytes =
      static_cast<std::uint32_t>(std::min<std::size_t>(event.text.size(), UINT32_MAX));
  assign_cut(turn.answer_id, event.answer_id, kShortMax);
  turn.confidence = event.confidence;
  turn.failed = false;
  turn.signals = {};
  switch (event.participant) {
    case Participant::customer:
      ++session.customer_turns;
      session.last_customer_at = time;
      break;
    case Participant::bot:
      ++session.bot_turns;
      session.bot_seen = true;
      break;
    case Participant::agent:
      ++session.agent_turns;
      break;
    case Participant::system:
      break;
  }
  return turn;
}

TimeMs clamp_time(Session& session, TimeMs time) {
  if (time == kNoTime) return session.last_event_at == kNoTime ? TimeMs{0} : session.last_event_at;
  if (session.last_event_at == kNoTime || time >= session.last_event_at) return time;
  ++session.late_events;
  return session.last_event_at;
}

/// Fetches what the message will be compared with while it is analysed: the messages of the same
/// participant, and for a reply the words of all. The events before were of other sessions.
[[gnu::always_inline]] inline void prefetch_sketches(const Session& session, Participant by) {
  constexpr std::size_t kTurns = 12;  // most signals look no further back
  const auto& turns = session.turns;
  for (std::size_t i = turns.size() - std::min(turns.size(), kTurns); i < turns.size(); ++i) {
    if (turns[i].participant == by) {
      turns[i].sketch.prefetch();
    } else if (by == Participant::bot) {
      turns[i].sketch.prefetch_words();
    }
  }
}

}  // namespace

Session open_session(const Event& first) {
  Session session;
  session.id = std::string(cut_utf8(first.session_id, kSessionIdMax));
  session.incarnation = first.identity;
  session.first_position = first.position;
  return session;
}

Folded fold(Session& session, const Event& event, Analyzer& analyzer) {
  session.as_of = event.position.offset;
  if (seen(session, event.identity)) return Folded::duplicate;
  remember(session, event.identity);

  const TimeMs time = clamp_time(session, event.time);
  if (session.started_at == kNoTime) session.started_at = time;
  session.last_event_at = time;
  session.last_position = event.position;
  if (event.type != EventType::message) assign_cut(session.last_event_id, event.id, kFieldMax);
  if (event.type == EventType::unknown) return Folded::yes;

  merge_attributes(session, event);
  static const MessageAnalysis kNothing{};
  if (event.type == EventType::message) {
    prefetch_sketches(session, event.participant);
    Turn& turn = add_turn(session, event, time);
    session.last_event_id = turn.event_id;
    const std::string_view text = cut_utf8(event.text, kAnalysedMax);
    const MessageAnalysis& heard = analyzer.analyze(text, event.participant, session.language);
    // A turn read back from a record has a sketch of the text as kept.
    if (turn.text.size() < text.size()) {
      turn.sketch = analyzer.sketch(turn.text);
    } else {
      turn.sketch = heard.sketch;
    }
    core::SignalContext context{session, event, analyzer, heard, &turn, time, text};
    core::update_signals(context);
    for (std::size_t i = 0; i < kSignals; ++i)
      turn.signals[i] = static_cast<std::int16_t>(session.signals[i].now.raw);
  } else {
    core::SignalContext context{session, event, analyzer, kNothing, nullptr, time, {}};
    core::update_signals(context);
    if (event.type == EventType::rating && event.rating_scale > 0) {
      session.rating_score = event.rating_score;
      session.rating_scale = event.rating_scale;
    }
  }
  return event.type == EventType::ended ? Folded::ends : Folded::yes;
}

}  // namespace loopbreaker
