// Scripted conversations for tests; see talk.h.
#include "core/talk.h"

#include <algorithm>
#include <charconv>
#include <sstream>

#include "text/sketch.h"

namespace loopbreaker::testing {
namespace {

std::vector<std::string> words_of(std::string_view text) {
  std::istringstream in{std::string(text)};
  std::vector<std::string> out;
  for (std::string word; in >> word;) out.push_back(word);
  return out;
}

IdentifierKind kind_named(std::string_view name) {
  for (int i = 0; i <= static_cast<int>(IdentifierKind::other); ++i) {
    if (name_of(static_cast<IdentifierKind>(i)) == name) return static_cast<IdentifierKind>(i);
  }
  return IdentifierKind::other;
}

void hear_mark(std::string_view mark, Span span, MessageAnalysis& out) {
  if (mark == "shouting") out.shouting = true;
  for (int i = 0; i < kHeard; ++i) {
    if (name_of(static_cast<Heard>(i)) != mark) continue;
    out.scores[i] = Score::percent(90);
    out.phrases.push_back({static_cast<Heard>(i), Score::percent(90), span});
  }
  for (int i = 0; i < kCategories; ++i) {
    if (name_of(static_cast<Category>(i)) != mark) continue;
    out.categories.push_back({static_cast<Category>(i), Score::percent(90), span});
  }
}

std::uint32_t short_hash(std::string_view text) {
  return static_cast<std::uint32_t>(stable_hash(text));
}

template <class T>
void sort_unique(std::vector<T>& v) {
  std::sort(v.begin(), v.end());
  v.erase(std::unique(v.begin(), v.end()), v.end());
}

bool share(std::span<const std::uint32_t> a, std::span<const std::uint32_t> b) {
  return std::any_of(a.begin(), a.end(),
                     [&](auto x) { return std::binary_search(b.begin(), b.end(), x); });
}

bool is_amount(std::string_view word) {
  return word.size() > 3 && word.ends_with("EUR") && word[0] >= '0' && word[0] <= '9';
}

}  // namespace

Sketch MarkAnalyzer::sketch(std::string_view text) {
  text::SketchParts out;
  std::uint16_t words = 0, content_words = 0;
  for (const std::string& word : words_of(text)) {
    ++words;
    if (word[0] == '{' || word == "?") continue;
    if (word[0] == '#') out.stems.push_back(short_hash(word));
    if (word[0] == '=') out.values.push_back(short_hash(word));
    ++content_words;
  }
  sort_unique(out.stems);
  sort_unique(out.values);
  out.weights.assign(out.stems.size(), 1000);
  out.whole.words = words;
  out.whole.content_words = content_words;
  out.whole.exact = words == 0 ? 0 : stable_hash(text);
  return text::keep(out);
}

const MessageAnalysis& MarkAnalyzer::analyze(std::string_view text, Participant, std::string_view) {
  MessageAnalysis& out = heard_ = {};
  out.sketch = sketch(text);
  out.one_word = out.sketch.words() == 1;
  std::size_t at = 0;
  for (const std::string& word : words_of(text)) {
    at = text.find(word, at);
    const Span span{static_cast<std::uint16_t>(std::min<std::size_t>(at, 60000)),
                    static_cast<std::uint16_t>(std::min<std::size_t>(at + word.size(), 60000))};
    const std::string_view w = word;
    if (w.front() == '{' && w.back() == '}') hear_mark(w.substr(1, w.size() - 2), span, out);
    if (w == "?") out.question = true;
    if (w.starts_with("asks:")) {
      out.asks_for.push_back(kind_named(w.substr(5)));
    } else if (const auto colon = w.find(':'); colon != std::string_view::npos && w[0] != '{') {
      out.identifiers.push_back(
          {kind_named(w.substr(0, colon)), std::string(w.substr(colon + 1)), span});
    }
    if (is_amount(w)) {
      Amount amount;
      double value = std::stod(word);
      amount.minor = static_cast<std::int64_t>(value * 100 + 0.5);
      amount.currency = "EUR";
      amount.span = span;
      out.amounts.push_back(amount);
    }
    at += word.size();
  }
  return out;
}

Score MarkAnalyzer::same_need(const Sketch& a, const Sketch& b) const {
  return share(a.stems(), b.stems()) ? Score::percent(90) : Score{};
}
Score MarkAnalyzer::same_answer(const Sketch& a, const Sketch& b) const {
  if (a.exact() == b.exact() && a.exact() != 0) return Score::one();
  return share(a.stems(), b.stems()) ? Score::percent(80) : Score{};
}
Score MarkAnalyzer::cohesion(const Sketch& request, const Sketch& reply) const {
  return share(request.stems(), reply.stems()) ? Score::percent(50) : Score{};
}

std::int32_t MarkAnalyzer::judge_exchange(const ExchangeFeatures& f) const {
  return f[Exchange::circle] >= 5'000 ? 1'000 : -1'000;
}
ExchangeFeatures MarkAnalyzer::explain_exchange(const ExchangeFeatures& f) const {
  ExchangeFeatures share;
  share[Exchange::circle] = f[Exchange::circle] / 10;
  share[Exchange::cohesion] = f[Exchange::cohesion] == 0 ? 100 : -100;
  return share;
}
LoopScale MarkAnalyzer::loop_scale() const {
  LoopScale scale;
  scale.least = -500;
  scale.sensitive = 1'500;
  scale.balanced = 2'500;
  scale.strict = 5'000;
  return scale;
}

Event Talk::next() {
  Event event;
  ++offset_;
  now_ = now_ + DurationMs{5000};
  texts_.push_back(id_ + "-" + std::to_string(offset_));
  event.id = texts_.back();
  event.source = "test";
  event.session_id = id_;
  event.identity = stable_hash(event.id);
  event.time = now_;
  event.position = {0, offset_};
  return event;
}

Folded Talk::put(const Event& event) {
  if (!open_) {
    session_ = open_session(event);
    open_ = true;
  }
  return fold(session_, event, analyzer_ ? *analyzer_ : marks_);
}

Talk& Talk::say(Participant participant, std::string_view text) {
  Event event = next();
  event.type = EventType::message;
  event.participant = participant;
  event.text = text;
  put(event);
  return *this;
}

Talk& Talk::fallback(std::string_view text) {
  Event event = next();
  event.type = EventType::message;
  event.participant = Participant::bot;
  event.text = text;
  event.fallback = true;
  put(event);
  return *this;
}

Talk& Talk::unsure(std::string_view text, Score confidence) {
  Event event = next();
  event.type = EventType::message;
  event.participant = Participant::bot;
  event.text = text;
  event.confidence = confidence;
  put(event);
  return *this;
}

Talk& Talk::transfer(TransferStatus status) {
  Event event = next();
  event.type = EventType::transfer;
  event.transfer = status;
  put(event);
  return *this;
}

Talk& Talk::happens(EventType type) {
  Event event = next();
  event.type = type;
  put(event);
  return *this;
}

Talk& Talk::action(std::string_view name, ActionOutcome outcome) {
  Event event = next();
  event.type = EventType::bot_action;
  event.name = name;
  event.outcome = outcome;
  put(event);
  return *this;
}

std::string dump(const Session& s) {
  std::ostringstream out;
  out << s.id << ' ' << s.incarnation << ' ' << s.outputs << " turns " << s.turn_count << ' '
      << s.customer_turns << ' ' << s.bot_turns << ' ' << s.agent_turns << " late " << s.late_events
      << " time " << s.started_at.ms << ' ' << s.last_event_at.ms << " unanswered "
      << s.unanswered_turn << " solved " << s.solved_turn << ' ' << s.settled_turn << " failures "
      << s.bot_failures << ' ' << s.rejections << ' ' << s.action_failures << ' '
      << s.low_confidence << " loop " << s.loop.evidence << ' ' << s.loop.cycles << ' '
      << s.loop.open_rephrase << " waiting " << s.waiting.transfer_since.ms << ' '
      << s.waiting.bot_silent_since.ms << ' ' << s.waiting.customer_silent_since.ms << ' '
      << s.waiting.transfer_promised << " abuse " << s.abuse.raw << " mood "
      << s.mood_tally.log_odds << ' ' << s.mood_tally.said_sum << ' ' << s.mood_tally.bot_wait_sum
      << ' ' << s.mood_tally.hints.raw << '\n';
  for (int i = 0; i < kSignals; ++i) {
    const SignalState& state = s.signals[i];
    out << name_of(static_cast<Signal>(i)) << ' ' << state.now.raw << ' ' << state.peak.raw << ' '
        << state.count << ' ' << state.first_turn << ' ' << state.first_time.ms;
    for (const Evidence& e : state.evidence) {
      out << " [" << e.turn << ' ' << e.other_turn << ' ' << e.event_id << ' ' << e.excerpt << ' '
          << e.span.begin << '-' << e.span.end << ' ' << e.score.raw << ']';
    }
    out << '\n';
  }
  for (const Turn& t : s.turns) {
    out << t.number << ' ' << static_cast<int>(t.participant) << ' ' << t.time.ms << ' '
        << t.event_id << ' ' << t.text << ' ' << t.full_bytes << ' ' << t.failed << ' '
        << t.sketch.exact() << '\n';
  }
  for (const Attempt& a : s.attempts) {
    out << "attempt " << a.answer << ' ' << a.excerpt << ' ' << a.times << ' ' << a.first_turn
        << ' ' << a.last_turn << ' ' << a.failed << a.rejected << a.action << '\n';
  }
  for (const GivenIdentifier& g : s.identifiers) {
    out << "identifier " << g.identifier.value << ' ' << g.first_turn << ' ' << g.times << '\n';
  }
  for (const HumanRequest& r : s.human_requests) {
    out << "request " << r.turn << ' ' << r.event_id << ' ' << static_cast<int>(r.outcome) << '\n';
  }
  for (const MoodPoint& m : s.mood) out << "mood " << m.turn << ' ' << m.frustration.raw << '\n';
  for (const CategoryHit& c : s.categories) {
    out << "category " << static_cast<int>(c.what) << ' ' << c.score.raw << ' '
        << (c.amount ? c.amount->minor : -1) << ' ' << c.turn << '\n';
  }
  return out.str();
}

}  // namespace loopbreaker::testing
