// Shared bookkeeping of signals; see notes.h.
#include "core/signals/notes.h"

#include "loopbreaker/core.h"

namespace loopbreaker::core {
namespace {

constexpr std::size_t kExcerptMax = 200;
constexpr std::size_t kLead = 60;  // bytes kept before the span when a long text is cut

bool continues(char c) { return (static_cast<std::uint8_t>(c) & 0xc0) == 0x80; }

// The part of `text` around `span`, and the span within it.
std::string excerpt_of(std::string_view text, Span& span) {
  std::size_t from = 0;
  if (text.size() > kExcerptMax && span.end > kExcerptMax && span.begin > kLead) {
    from = std::min<std::size_t>(span.begin - kLead, text.size() - kExcerptMax);
    while (from < text.size() && continues(text[from])) ++from;
  }
  const std::string_view part = cut_utf8(text.substr(from), kExcerptMax);
  const std::size_t begin = span.begin > from ? span.begin - from : 0;
  const std::size_t end = span.end > from ? span.end - from : 0;
  span = end > begin && end <= part.size()
             ? Span{static_cast<std::uint16_t>(begin), static_cast<std::uint16_t>(end)}
             : Span{};
  return std::string(part);
}

void push(SignalState& state, Evidence evidence) {
  if (state.evidence.size() >= SignalState::kEvidenceMax)
    state.evidence.erase(state.evidence.begin());
  state.evidence.push_back(std::move(evidence));
}

Evidence evidence_from(const Turn& turn, std::string_view text, Score score, Span span,
                       std::int64_t other_turn) {
  Evidence e;
  e.turn = turn.number;
  e.other_turn = other_turn < 0 ? turn.number : static_cast<std::uint32_t>(other_turn);
  e.participant = turn.participant;
  e.time = turn.time;
  e.position = turn.position;
  e.event_id = turn.event_id;
  e.excerpt = quoted_from(turn.text, excerpt_of(text, span));
  e.span = span;
  e.score = score;
  return e;
}

}  // namespace

ThinString quoted_from(const ThinString& text, std::string_view part) {
  return text == part ? text : ThinString(part);
}

void set_now(SignalContext& context, Signal signal, Score value) {
  SignalState& state = context.session[signal];
  state.now = value;
  if (state.peak < value) state.peak = value;
  if (value >= SignalContext::kThreshold && state.first_time == kNoTime) {
    state.first_turn = context.session.turn_count == 0 ? 0 : context.session.turn_count - 1;
    state.first_time = context.time;
  }
}

void count_one(SignalContext& context, Signal signal) {
  SignalState& state = context.session[signal];
  if (state.count == 0 && state.first_time == kNoTime) {
    state.first_turn = context.session.turn_count == 0 ? 0 : context.session.turn_count - 1;
    state.first_time = context.time;
  }
  if (state.count != UINT32_MAX) ++state.count;
}

void add_evidence(SignalContext& context, Signal signal, Score score, Span span,
                  std::int64_t other_turn) {
  if (context.turn == nullptr) return;
  push(context.session[signal],
       evidence_from(*context.turn, context.text, score, span, other_turn));
}

void add_evidence_of(SignalContext& context, Signal signal, const Turn& turn, Score score,
                     std::int64_t other_turn) {
  push(context.session[signal], evidence_from(turn, turn.text, score, {}, other_turn));
}

Span span_of(const MessageAnalysis& heard, Heard what) {
  const HeardPhrase* best = nullptr;
  for (const HeardPhrase& phrase : heard.phrases) {
    if (phrase.what == what && (best == nullptr || best->score < phrase.score)) best = &phrase;
  }
  return best == nullptr ? Span{} : best->span;
}

const Turn* last_turn_of(const Session& session, Participant participant, std::uint32_t before) {
  for (auto it = session.turns.rbegin(); it != session.turns.rend(); ++it) {
    if (it->number < before && it->participant == participant) return &*it;
  }
  return nullptr;
}

const Turn* find_turn(const Session& session, std::int64_t number) {
  if (number < 0) return nullptr;
  if (session.opening && session.opening->number == number) return &*session.opening;
  // Kept turns have consecutive numbers.
  if (session.turns.empty()) return nullptr;
  const std::int64_t index = number - session.turns.front().number;
  if (index < 0 || index >= static_cast<std::int64_t>(session.turns.size())) return nullptr;
  return &session.turns[static_cast<std::size_t>(index)];
}

bool is_ask(const Turn& turn) {
  return turn.participant == Participant::customer &&
         (turn.sketch.content_words() >= 2 || (turn.sketch.content_words() == 1 && turn.question));
}

bool is_small_talk(const Turn& turn) { return turn.sketch.content_words() == 0; }

int new_values(const Sketch& a, const Sketch& b) {
  int fresh = 0;
  auto it = b.values().begin();
  for (std::uint32_t value : a.values()) {
    while (it != b.values().end() && *it < value) ++it;
    if (it == b.values().end() || *it != value) ++fresh;
  }
  return fresh;
}

}  // namespace loopbreaker::core
