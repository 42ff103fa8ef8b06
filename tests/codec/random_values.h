// Values of every type that is stored or published, from a seed: plain ones, and ones at and beyond
// every bound.
#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "loopbreaker/handoff.h"
#include "loopbreaker/session.h"

namespace loopbreaker::codec {

/// What texts are made of.
enum class Texts : std::uint8_t {
  plain,     ///< words
  any,       ///< any valid UTF-8, control characters and NUL included
  hostile,   ///< any bytes
  expanding  ///< control characters only: six bytes of JSON each
};

class RandomValues {
 public:
  explicit RandomValues(std::uint64_t seed, Texts texts = Texts::plain)
      : random_(seed), texts_(texts) {}

  std::size_t below(std::size_t n) { return n == 0 ? 0 : random_() % n; }
  bool coin() { return random_() % 2 == 0; }
  std::uint32_t number() { return static_cast<std::uint32_t>(random_() >> (random_() % 64)); }
  std::int64_t signed_number() {
    const auto n = static_cast<std::int64_t>(random_() >> (random_() % 64));
    return coin() ? n : -n;
  }
  std::int32_t small_signed() { return static_cast<std::int32_t>(signed_number()); }
  Score score() { return Score::of(static_cast<std::int64_t>(below(10'001))); }
  TimeMs time() { return below(4) == 0 ? kNoTime : TimeMs{signed_number()}; }
  Position position() {
    if (below(8) == 0) return {};
    return {static_cast<std::int32_t>(below(1000)),
            static_cast<std::int64_t>(random_() >> (1 + below(63)))};
  }
  template <class E>
  E any(E last) {
    return static_cast<E>(below(static_cast<std::size_t>(last) + 1));
  }
  std::string text(std::size_t max) { return exact_text(below(max + 1)); }

  /// As long as it may be, up to the last whole character.
  std::string exact_text(std::size_t size) {
    static constexpr std::string_view kWords[] = {"order ", "my ",    "refund ",
                                                  "A-17 ",  "hello ", "again "};
    static constexpr std::string_view kCharacters[] = {
        "a", "\"", "\\", "é", "€", "😀", "\n", "\x01", std::string_view("\0", 1), "\x7f"};
    std::string made;
    while (made.size() < size) {
      if (texts_ == Texts::plain) made += kWords[below(std::size(kWords))];
      if (texts_ == Texts::hostile) made += static_cast<char>(random_());
      if (texts_ == Texts::expanding) made += '\x01';
      if (texts_ == Texts::any) {
        const std::string_view next = kCharacters[below(std::size(kCharacters))];
        if (made.size() + next.size() > size) break;
        made += next;
      }
    }
    if (made.size() > size) made.resize(size);
    return made;
  }

  template <class Make>
  auto list(std::size_t max, Make make) {
    std::vector<decltype(make())> made;
    for (std::size_t n = below(max + 1); n > 0; --n) made.push_back(make());
    return made;
  }
  template <class Make>
  auto thin(std::size_t max, Make make) {
    ThinVector<decltype(make())> made;
    for (std::size_t n = below(max + 1); n > 0; --n) made.push_back(make());
    return made;
  }
  template <class Make>
  auto maybe(Make make) {
    return coin() ? std::optional<decltype(make())>(make()) : std::nullopt;
  }

  Span span() {
    const auto begin = static_cast<std::uint16_t>(below(300));
    return {begin, static_cast<std::uint16_t>(begin + below(300))};
  }
  Evidence evidence() {
    return {number(), number(), any(Participant::system), time(), position(), text(128), text(200),
            span(),   score()};
  }
  SignalState signal_state() {
    return {score(),  score(), number(),
            number(), time(),  thin(SignalState::kEvidenceMax, [&] { return evidence(); })};
  }
  Turn turn() {
    Turn made;
    made.number = number();
    made.participant = any(Participant::system);
    made.time = time();
    made.position = position();
    made.event_id = text(128);
    made.text = text(Turn::kTextMax);
    made.full_bytes = number();
    made.answer_id = text(64);
    made.confidence = maybe([&] { return score(); });
    made.failed = coin();
    for (auto& value : made.signals) value = static_cast<std::int16_t>(score().raw);
    return made;
  }
  Attempt attempt() {
    return {random_(), text(200), number(), number(), number(), coin(), coin(), coin()};
  }
  GivenIdentifier identifier() {
    return {{any(IdentifierKind::other), text(64), span()}, number(), number()};
  }
  CategoryHit category() {
    return {any(Category::privacy), score(), maybe([&] {
              return Amount{signed_number(), text(3), span()};
            }),
            number()};
  }
  HumanRequest request() { return {number(), text(128), any(HumanRequest::Outcome::transferred)}; }
  MoodTally tally() {
    MoodTally t;
    t.said_sum = small_signed();
    t.said_max = small_signed();
    t.said_recent = small_signed();
    t.unhappy_sum = small_signed();
    t.unhappy_max = small_signed();
    t.unhappy_recent = small_signed();
    t.rude_sum = small_signed();
    t.rude_recent = small_signed();
    t.heard = score();
    t.spoken = score();
    t.hints = score();
    t.words_first = number();
    t.words_max = number();
    t.words_last = number();
    t.questions = number();
    t.shouts = number();
    t.thanks = number();
    t.addresses = number();
    t.bot_waits = number();
    t.bot_wait_sum = small_signed();
    t.bot_wait_last = small_signed();
    t.reply_sum = small_signed();
    t.reply_last = small_signed();
    t.reply_questions = number();
    t.failures_running = number();
    t.failures_longest = number();
    t.failures_recent = small_signed();
    t.reply_asks = coin();
    t.reply_failed = coin();
    t.customer_last = coin();
    t.last_message = time();
    t.log_odds = small_signed();
    for (std::uint8_t& reason : t.why) reason = static_cast<std::uint8_t>(below(256));
    return t;
  }
  MoodPoint mood() { return {number(), score()}; }
  std::pair<std::string, std::string> pair() { return {text(64), text(128)}; }
  Escalation escalation() {
    return {any(Escalation::Phase::acknowledged),
            any(Outcome::escalate),
            any(Severity::urgent),
            text(40),
            time(),
            time(),
            time(),
            time(),
            number(),
            text(64),
            number(),
            any(Outcome::escalate)};
  }

  Session session() {
    Session s;
    s.id = text(256);
    s.incarnation = random_();
    s.outputs = number();
    s.first_position = position();
    s.as_of = signed_number();
    for (ThinString* name :
         {&s.customer_id, &s.channel, &s.language, &s.tier, &s.tenant, &s.intent}) {
      *name = text(128);
    }
    s.attributes = thin(16, [&] { return std::pair<ThinString, ThinString>(pair()); });
    s.started_at = time();
    s.last_event_at = time();
    s.last_customer_at = time();
    s.judged_until = time();
    s.last_event_id = text(128);
    s.last_position = position();
    s.turn_count = number();
    s.customer_turns = number();
    s.bot_turns = number();
    s.agent_turns = number();
    if (coin()) s.opening = turn();
    s.turns = thin(Session::kTurnsMax, [&] { return turn(); });
    for (std::size_t i = 0, n = below(Session::kEventIdsMax + 1); i < n; ++i)
      s.recent_ids.push_back(random_());
    s.recent_next = number();
    s.late_events = number();
    for (SignalState& state : s.signals) state = signal_state();
    s.loop.evidence = small_signed();
    s.loop.cycles = number();
    s.loop.open_rephrase = small_signed();
    s.loop.ask_closes = below(2) == 1;
    s.loop.ask_goes_on = below(2) == 1;
    s.loop.ask_rejects = below(2) == 1;
    for (std::uint8_t& reason : s.loop.why) reason = static_cast<std::uint8_t>(below(256));
    s.loop.why_evidence = small_signed();
    s.bot_failures = number();
    s.rejections = number();
    s.action_failures = number();
    s.low_confidence = number();
    s.abuse = score();
    s.attempts = thin(12, [&] { return attempt(); });
    s.identifiers = thin(16, [&] { return identifier(); });
    s.categories = thin(kCategories, [&] { return category(); });
    s.human_requests = thin(8, [&] { return request(); });
    s.mood = thin(32, [&] { return mood(); });
    s.mood_tally = tally();
    s.unanswered_turn = small_signed();
    s.solved_turn = small_signed();
    s.settled_turn = small_signed();
    s.waiting = {any(TransferStatus::cancelled), text(64), time(), coin(), time(), time()};
    s.bot_seen = coin();
    s.agent_seen = coin();
    s.agent_present = coin();
    s.rating_score = small_signed();
    s.rating_scale = small_signed();
    s.escalation = escalation();
    s.cooldowns = thin(32, [&] { return Cooldown{random_(), time()}; });
    return s;
  }
  ClosedSession closed() {
    return {text(256), random_(), number(), signed_number(), time(),
            time(),    coin(),    number(), text(4096)};
  }

  // Outputs. `size` stretches the lists and texts that nothing bounds before the encoder.
  Envelope envelope(std::string type) {
    Envelope e;
    e.id = std::to_string(random_());
    e.type = std::move(type);
    e.source = "/loopbreaker/default";
    e.subject = text(256);
    e.time = time();
    e.causation_id = text(128);
    e.sequence = number();
    e.severity = any(Severity::urgent);
    return e;
  }
  PolicyRef policy() { return {text(40), number(), text(16)}; }
  Reason reason(std::size_t size) {
    return {text(64),
            number(),
            text(40 * size),
            any(Outcome::escalate),
            any(Severity::urgent),
            text(200 * size),
            text(200 * size),
            static_cast<Signal>(below(kSignals)),
            text(40),
            text(40),
            text(40),
            text(200 * size),
            list(4 * size, [&] { return evidence(); })};
  }
  template <class T>
  void who(T& value) {
    // The session id stands in several places that nobody requires but which must not be empty.
    value.session_id = text(256);
    if (value.session_id.empty()) value.session_id = "s";
    value.envelope.subject = value.session_id;
    value.customer_id = text(128);
    value.tier = text(128);
    value.tenant = text(128);
    value.channel = text(128);
    value.language = text(128);
  }
  EscalationEvent escalation_event(std::size_t size) {
    EscalationEvent e;
    Decision& d = e.decision;
    d.change = any(Change::withdrawn);
    e.envelope = envelope("loopbreaker.escalation." + std::string(name_of(d.change)) + ".v1");
    who(e);
    d.outcome = any(Outcome::escalate);
    d.severity = any(Severity::urgent);
    d.priority = small_signed();
    d.queue = text(64 * size);
    d.skills = list(4 * size, [&] { return text(32 * size); });
    d.reasons = list(4 * size, [&] { return reason(size); });
    d.note = text(100 * size);
    d.trigger = {coin(), text(40), text(128), number(), position(), time()};
    d.escalation_id = text(32);
    e.policy = policy();
    e.turns = number();
    e.first_signal_turn = maybe([&] { return number(); });
    e.headline = text(200 * size);
    e.handoff_id = text(32);
    return e;
  }
  Handoff handoff(std::size_t size) {
    Handoff h;
    h.envelope = envelope("loopbreaker.handoff.v1");
    h.escalation_id = text(32);
    who(h);
    h.outcome = any(Outcome::escalate);
    h.severity = any(Severity::urgent);
    h.priority = small_signed();
    h.subject = text(120);
    for (std::string* part : {&h.summary.wants, &h.summary.tried, &h.summary.why, &h.summary.mood,
                              &h.summary.identifiers, &h.summary.first_step, &h.summary.history}) {
      *part = text(200 * size);
    }
    h.reasons = list(4 * size, [&] { return reason(size); });
    h.first_signal_turn = maybe([&] { return number(); });
    h.identifiers = list(16 * size, [&] { return identifier(); });
    h.attempts = list(12 * size, [&] {
      return HandoffAttempt{text(200 * size), number(), text(40), number(), number()};
    });
    h.unanswered_question = text(200 * size);
    h.human_requests = list(8 * size, [&] { return request(); });
    h.mood = list(32 * size, [&] { return mood(); });
    h.bot_confidence = list(24 * size, [&] { return std::pair(number(), score()); });
    h.context = list(16 * size, [&] { return pair(); });
    h.suggested_queue = text(64 * size);
    h.suggested_skills = list(4 * size, [&] { return text(32 * size); });
    h.thread = list(25 * size, [&] {
      return HandoffTurn{number(), any(Participant::system), time(), text(480 * size), coin()};
    });
    h.turns_total = number();
    h.first_position = position();
    h.last_position = position();
    h.policy = policy();
    h.redactions = list(4 * size, [&] { return std::pair(text(20), number()); });
    h.cut = list(3 * size, [&] { return text(60 * size); });
    return h;
  }
  SessionSummary summary(std::size_t size) {
    SessionSummary s;
    static constexpr std::string_view kPaths[] = {"bot_only", "bot_to_human", "human_only",
                                                  "customer_only"};
    static constexpr std::string_view kOutcomes[] = {"solved", "escalated", "abandoned", "ended"};
    s.envelope = envelope("loopbreaker.session.summary.v1");
    who(s);
    s.path = kPaths[below(4)];
    s.ended_by = text(64 * size);
    s.outcome = kOutcomes[below(4)];
    s.started_at = time();
    s.ended_at = time();
    s.turns = number();
    s.escalations = number();
    s.strongest = any(Outcome::escalate);
    s.primary_rule = text(64);
    s.time_to_escalation = maybe([&] { return DurationMs{signed_number()}; });
    s.time_to_human = maybe([&] { return DurationMs{signed_number()}; });
    s.loop_peak = score();
    s.frustration_peak = score();
    s.loop_cycles = number();
    s.rating_score = coin() ? -1 : static_cast<std::int32_t>(below(1001));
    s.rating_scale = 1000;
    s.categories = list(kCategories, [&] { return std::string(name_of(any(Category::privacy))); });
    s.amended = coin();
    s.policy = policy();
    return s;
  }

 private:
  std::mt19937_64 random_;
  Texts texts_;
};

}  // namespace loopbreaker::codec
