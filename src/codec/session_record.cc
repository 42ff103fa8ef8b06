// See session_record.h. Each type lists its members once, by structured binding, for writing and
// reading: a member that is added to the contract does not compile here until it is in the record.
#include "codec/session_record.h"

#include <array>
#include <concepts>
#include <optional>
#include <type_traits>
#include <utility>

#include "codec/packing.h"
#include "codec/record_head.h"
#include "codec/wire.h"

namespace loopbreaker::codec {
namespace {

template <class T, class U>
concept Is = std::same_as<std::remove_const_t<T>, U>;

template <class A, Is<Span> T>
void members(A& a, T& v) {
  auto& [begin, end] = v;
  a(begin, end);
}

template <class A, Is<Position> T>
void members(A& a, T& v) {
  auto& [partition, offset] = v;
  a(partition, offset);
}

template <class A, Is<Amount> T>
void members(A& a, T& v) {
  auto& [minor, currency, span] = v;
  a(minor, currency, span);
}

template <class A, Is<Identifier> T>
void members(A& a, T& v) {
  auto& [kind, value, span] = v;
  a(kind, value, span);
}

template <class A, Is<Evidence> T>
void members(A& a, T& v) {
  auto& [turn, other_turn, participant, time, position, event_id, excerpt, span, score] = v;
  a(turn, other_turn, participant, time, position, event_id, excerpt, span, score);
}

template <class A, Is<SignalState> T>
void members(A& a, T& v) {
  auto& [now, peak, count, first_turn, first_time, evidence] = v;
  a(now, peak, count, first_turn, first_time, evidence);
}

template <class A, Is<Turn> T>
void members(A& a, T& v) {
  auto& [number, full_bytes, time, position, event_id, text, answer_id, sketch, confidence,
         participant, failed, question, signals] = v;
  a(number, participant, time, position, event_id, text, full_bytes, answer_id, confidence, failed,
    signals);
}

template <class A, Is<Attempt> T>
void members(A& a, T& v) {
  auto& [answer, excerpt, times, first_turn, last_turn, failed, rejected, action] = v;
  a(answer, excerpt, times, first_turn, last_turn, failed, rejected, action);
}

template <class A, Is<GivenIdentifier> T>
void members(A& a, T& v) {
  auto& [identifier, first_turn, times] = v;
  a(identifier, first_turn, times);
}

template <class A, Is<CategoryHit> T>
void members(A& a, T& v) {
  auto& [what, score, amount, turn] = v;
  a(what, score, amount, turn);
}

template <class A, Is<HumanRequest> T>
void members(A& a, T& v) {
  auto& [turn, event_id, outcome] = v;
  a(turn, event_id, outcome);
}

template <class A, Is<MoodPoint> T>
void members(A& a, T& v) {
  auto& [turn, frustration] = v;
  a(turn, frustration);
}

template <class A, Is<Waiting> T>
void members(A& a, T& v) {
  auto& [transfer, queue, transfer_since, transfer_promised, bot_silent_since,
         customer_silent_since] = v;
  a(transfer, queue, transfer_since, transfer_promised, bot_silent_since, customer_silent_since);
}

template <class A, Is<Escalation> T>
void members(A& a, T& v) {
  auto& [phase, outcome, severity, id, raised_at, escalated_at, acknowledged_at, closed_at,
         raised_turn, rule, times, strongest] = v;
  a(phase, outcome, severity, id, raised_at, escalated_at, acknowledged_at, closed_at, raised_turn,
    rule, times, strongest);
}

template <class A, Is<Cooldown> T>
void members(A& a, T& v) {
  auto& [rule, fired_at] = v;
  a(rule, fired_at);
}

template <class A, Is<MoodTally> T>
void members(A& a, T& v) {
  auto& [said_sum, said_max, said_recent, unhappy_sum, unhappy_max, unhappy_recent, rude_sum,
         rude_recent, heard, spoken, hints, words_first, words_max, words_last, questions, shouts,
         thanks, addresses, bot_waits, bot_wait_sum, bot_wait_last, reply_sum, reply_last,
         reply_questions, failures_running, failures_longest, failures_recent, reply_asks,
         reply_failed, customer_last, last_message, why, log_odds] = v;
  a(said_sum, said_max, said_recent, unhappy_sum, unhappy_max, unhappy_recent, rude_sum,
    rude_recent, heard, spoken, hints, words_first, words_max, words_last, questions, shouts,
    thanks, addresses, bot_waits, bot_wait_sum, bot_wait_last, reply_sum, reply_last,
    reply_questions, failures_running, failures_longest, failures_recent, reply_asks, reply_failed,
    customer_last, last_message, why, log_odds);
}

/// The tally as version 2 kept it, when the model asked for more.
struct MoodTally2 {
  std::int32_t said_sum = 0, said_max = 0, said_second = 0, said_last = 0, said_recent = 0;
  std::int32_t unhappy_sum = 0, unhappy_max = 0, unhappy_last = 0, unhappy_recent = 0;
  std::int32_t rude_sum = 0, rude_max = 0, rude_last = 0, rude_recent = 0;
  Score heard, spoken, hints;
  std::uint32_t words = 0, words_first = 0, words_max = 0, words_last = 0;
  std::uint32_t short_turns = 0, questions = 0, exclamations = 0, shouts = 0;
  std::uint32_t thanks = 0, says_again = 0;
  bool closes = false;
  std::uint32_t bot_waits = 0, customer_waits = 0;
  std::int32_t bot_wait_sum = 0, bot_wait_max = 0, bot_wait_last = 0, bot_wait_first = 0;
  std::int32_t customer_wait_sum = 0, customer_wait_max = 0, customer_wait_last = 0;
  std::int32_t reply_sum = 0, reply_max = 0, reply_last = 0, reply_recent = 0;
  std::uint32_t reply_words = 0, reply_questions = 0;
  std::uint32_t failures = 0, failures_running = 0, failures_longest = 0;
  std::int32_t failures_recent = 0, repeats_recent = 0;
  bool reply_asks = false, reply_failed = false, customer_last = false;
  TimeMs last_message = kNoTime;
  std::array<std::uint8_t, 3> why{};
  std::int32_t log_odds = 0;
};

template <class A, Is<MoodTally2> T>
void members(A& a, T& v) {
  auto& [said_sum, said_max, said_second, said_last, said_recent, unhappy_sum, unhappy_max,
         unhappy_last, unhappy_recent, rude_sum, rude_max, rude_last, rude_recent, heard, spoken,
         hints, words, words_first, words_max, words_last, short_turns, questions, exclamations,
         shouts, thanks, says_again, closes, bot_waits, customer_waits, bot_wait_sum, bot_wait_max,
         bot_wait_last, bot_wait_first, customer_wait_sum, customer_wait_max, customer_wait_last,
         reply_sum, reply_max, reply_last, reply_recent, reply_words, reply_questions, failures,
         failures_running, failures_longest, failures_recent, repeats_recent, reply_asks,
         reply_failed, customer_last, last_message, why, log_odds] = v;
  a(said_sum, said_max, said_second, said_last, said_recent, unhappy_sum, unhappy_max, unhappy_last,
    unhappy_recent, rude_sum, rude_max, rude_last, rude_recent, heard, spoken, hints, words,
    words_first, words_max, words_last, short_turns, questions, exclamations, shouts, thanks,
    says_again, closes, bot_waits, customer_waits, bot_wait_sum, bot_wait_max, bot_wait_last,
    bot_wait_first, customer_wait_sum, customer_wait_max, customer_wait_last, reply_sum, reply_max,
    reply_last, reply_recent, reply_words, reply_questions, failures, failures_running,
    failures_longest, failures_recent, repeats_recent, reply_asks, reply_failed, customer_last,
    last_message, why, log_odds);
}

/// What is left of it. Features have other numbers now, so that the reasons are not known.
MoodTally of_version_2(const MoodTally2& old) {
  MoodTally t;
  t.said_sum = old.said_sum;
  t.said_max = old.said_max;
  t.said_recent = old.said_recent;
  t.unhappy_sum = old.unhappy_sum;
  t.unhappy_max = old.unhappy_max;
  t.unhappy_recent = old.unhappy_recent;
  t.rude_sum = old.rude_sum;
  t.rude_recent = old.rude_recent;
  t.heard = old.heard;
  t.spoken = old.spoken;
  t.hints = old.hints;
  t.words_first = old.words_first;
  t.words_max = old.words_max;
  t.words_last = old.words_last;
  t.questions = old.questions;
  t.shouts = old.shouts;
  t.thanks = old.thanks;
  t.bot_waits = old.bot_waits;
  t.bot_wait_sum = old.bot_wait_sum;
  t.bot_wait_last = old.bot_wait_last;
  t.reply_sum = old.reply_sum;
  t.reply_last = old.reply_last;
  t.reply_questions = old.reply_questions;
  t.failures_running = old.failures_running;
  t.failures_longest = old.failures_longest;
  t.failures_recent = old.failures_recent;
  t.reply_asks = old.reply_asks;
  t.reply_failed = old.reply_failed;
  t.customer_last = old.customer_last;
  t.last_message = old.last_message;
  t.log_odds = old.log_odds;
  return t;
}

template <class A, Is<LoopState> T>
void members(A& a, T& v) {
  auto& [evidence, cycles, open_rephrase, ask_closes, ask_goes_on, ask_rejects, why, why_evidence] =
      v;
  a(evidence, cycles, open_rephrase);
  if (a.since(2)) a(ask_closes, ask_goes_on, ask_rejects, why, why_evidence);
}

template <class A, Is<Session> T>
void members(A& a, T& v) {
  auto& [id, incarnation, outputs, first_position, as_of,                                     //
         customer_id, channel, language, tier, tenant, intent, attributes,                    //
         started_at, last_event_at, last_customer_at, judged_until,                           //
         last_event_id, last_position,                                                        //
         turn_count, customer_turns, bot_turns, agent_turns, opening, turns,                  //
         recent_ids, recent_next, late_events,                                                //
         signals, loop, ask_memo, bot_failures, rejections, action_failures, low_confidence,  //
         abuse, attempts, identifiers, categories, human_requests, mood, mood_tally,          //
         unanswered_turn, solved_turn, settled_turn, waiting,                                 //
         bot_seen, agent_seen, agent_present, rating_score, rating_scale, escalation,         //
         cooldowns] = v;
  a(id, incarnation, outputs, first_position, as_of);
  a(customer_id, channel, language, tier, tenant, intent, attributes);
  a(started_at, last_event_at, last_customer_at, judged_until, last_event_id, last_position);
  a(turn_count, customer_turns, bot_turns, agent_turns, opening, turns);
  a(recent_ids, recent_next, late_events);
  a(signals, loop, bot_failures, rejections, action_failures, low_confidence, abuse);
  a(attempts, identifiers, categories, human_requests, mood);
  a.tally(mood_tally);
  a(unanswered_turn, solved_turn, settled_turn, waiting, bot_seen, agent_seen, agent_present);
  a(rating_score, rating_scale, escalation, cooldowns);
}

template <class A, Is<ClosedSession> T>
void members(A& a, T& v) {
  auto& [id, incarnation, outputs, as_of, closed_at, closed_log_time, idle, late_events, summary] =
      v;
  a(id, incarnation, outputs, as_of, closed_at, closed_log_time, idle, late_events, summary);
}

using RecentIds = decltype(Session::recent_ids);

class Saver {
 public:
  explicit Saver(WireWriter& out) : out_(out) {}

  /// Whether the record has what came with this version of it.
  static constexpr bool since(std::uint8_t) { return true; }
  void tally(const MoodTally& v) { put(v); }

  template <class... T>
  void operator()(const T&... values) {
    (put(values), ...);
  }

 private:
  void put(bool v) { out_.byte(v ? 1 : 0); }
  void put(std::uint8_t v) { out_.byte(v); }
  void put(std::uint16_t v) { out_.varint(v); }
  void put(std::uint32_t v) { out_.varint(v); }
  void put(std::uint64_t v) { out_.fixed64(v); }
  void put(std::int16_t v) { out_.zigzag(v); }
  void put(std::int32_t v) { out_.zigzag(v); }
  void put(std::int64_t v) { out_.zigzag(v); }
  void put(Score v) { out_.zigzag(v.raw); }
  void put(TimeMs v) { out_.time(v); }
  void put(const std::string& v) { out_.bytes(v); }
  void put(const ThinString& v) { out_.bytes(v); }
  void put(const RecentIds& v) {
    std::size_t count = v.size();
    while (count > 0 && v[count - 1] == 0) --count;
    out_.varint(count);
    for (std::size_t i = 0; i < count; ++i) out_.fixed64(v[i]);
  }
  template <class T>
  requires std::is_enum_v<T>
  void put(T v) { out_.byte(static_cast<std::uint8_t>(v)); }
  template <class T>
  void put(const std::optional<T>& v) {
    put(v.has_value());
    if (v) put(*v);
  }
  template <class T, class U>
  void put(const std::pair<T, U>& v) {
    put(v.first);
    put(v.second);
  }
  template <class T>
  void put(const ThinOptional<T>& v) {
    put(v.has_value());
    if (v) put(*v);
  }
  template <class T>
  void put(const ThinVector<T>& v) {
    out_.varint(v.size());
    for (const T& element : v) put(element);
  }
  template <class T, std::size_t N>
  void put(const std::array<T, N>& v) {
    for (const T& element : v) put(element);
  }
  template <class T>
  requires std::is_aggregate_v<T>
  void put(const T& v) { members(*this, v); }

  WireWriter& out_;
};

constexpr Participant last(Participant) { return Participant::system; }
constexpr IdentifierKind last(IdentifierKind) { return IdentifierKind::other; }
constexpr Category last(Category) { return static_cast<Category>(kCategories - 1); }
constexpr HumanRequest::Outcome last(HumanRequest::Outcome) {
  return HumanRequest::Outcome::transferred;
}
constexpr TransferStatus last(TransferStatus) { return TransferStatus::cancelled; }
constexpr Escalation::Phase last(Escalation::Phase) { return Escalation::Phase::acknowledged; }
constexpr Outcome last(Outcome) { return Outcome::escalate; }
constexpr Severity last(Severity) { return Severity::urgent; }

class Loader {
 public:
  /// More elements than any list of a session may have: a damaged count must not make memory.
  static constexpr std::size_t kListMax = 1024;

  Loader(WireReader& in, std::uint8_t version) : in_(in), version_(version) {}

  bool since(std::uint8_t version) const { return version_ >= version; }
  void tally(MoodTally& v) {
    if (since(3)) return get(v);
    if (!since(2)) return;
    MoodTally2 old;
    get(old);
    v = of_version_2(old);
  }

  template <class... T>
  void operator()(T&... values) {
    (get(values), ...);
  }

 private:
  void get(bool& v) {
    const std::uint8_t n = in_.byte();
    if (n > 1) in_.fail();
    v = n == 1;
  }
  void get(std::uint8_t& v) { v = in_.byte(); }
  void get(std::uint16_t& v) { v = in_.unsigned_of<std::uint16_t>(); }
  void get(std::uint32_t& v) { v = in_.unsigned_of<std::uint32_t>(); }
  void get(std::uint64_t& v) { v = in_.fixed64(); }
  void get(std::int16_t& v) { v = in_.signed_of<std::int16_t>(); }
  void get(std::int32_t& v) { v = in_.signed_of<std::int32_t>(); }
  void get(std::int64_t& v) { v = in_.signed_of<std::int64_t>(); }
  void get(Score& v) { v.raw = in_.signed_of<std::int32_t>(); }
  void get(TimeMs& v) { v = in_.time(); }
  void get(std::string& v) { v = in_.bytes(); }
  void get(ThinString& v) { v = in_.bytes(); }
  void get(RecentIds& v) {
    const std::uint64_t count = in_.varint();
    if (count > Session::kEventIdsMax) return in_.fail();
    v.reserve(count);
    for (std::size_t i = 0; in_.ok() && i < count; ++i) v.push_back(in_.fixed64());
  }
  template <class T>
  requires std::is_enum_v<T>
  void get(T& v) {
    const std::uint8_t n = in_.byte();
    if (n > static_cast<std::uint8_t>(last(v))) in_.fail();
    if (in_.ok()) v = static_cast<T>(n);
  }
  template <class T>
  void get(std::optional<T>& v) {
    bool present = false;
    get(present);
    if (present) get(v.emplace());
  }
  template <class T, class U>
  void get(std::pair<T, U>& v) {
    get(v.first);
    get(v.second);
  }
  template <class T>
  void get(ThinOptional<T>& v) {
    bool present = false;
    get(present);
    if (present) get(v.emplace());
  }
  template <class T>
  void get(ThinVector<T>& v) {
    const std::uint64_t count = in_.varint();
    if (count > kListMax || count > in_.left()) return in_.fail();
    v.reserve(count);
    for (std::uint64_t i = 0; in_.ok() && i < count; ++i) get(v.emplace_back());
  }
  template <class T, std::size_t N>
  void get(std::array<T, N>& v) {
    for (T& element : v) get(element);
  }
  template <class T>
  requires std::is_aggregate_v<T>
  void get(T& v) { members(*this, v); }

  WireReader& in_;
  std::uint8_t version_;
};

template <class T>
std::string encode(RecordKind kind, const T& value, std::uint64_t seq) {
  thread_local std::string plain;
  plain.clear();
  WireWriter body(plain);
  Saver{body}(value);
  std::string bytes;
  WireWriter out(bytes);
  write_head(out, kind);
  out.varint(seq);
  pack(plain, bytes);
  return bytes;
}

/// Fills `seq` and `value`.
template <class T>
std::optional<Error> decode(RecordKind kind, std::string_view bytes, std::uint64_t& seq, T& value) {
  WireReader in(bytes);
  std::uint8_t version = 0;
  if (auto error = read_head(bytes, kind, in, &version)) return error;
  seq = in.varint();
  thread_local std::string plain;
  if (version >= kPackedSince) {
    if (!in.ok() || !unpack(in.rest(), kRecordMax, plain)) return damaged(kind, bytes.size());
    in = WireReader(plain);
  }
  Loader{in, version}(value);
  if (!in.ok() || in.left() != 0) return damaged(kind, bytes.size());
  return std::nullopt;
}

}  // namespace

std::string encode_session(const Session& session, std::uint64_t seq) {
  return encode(RecordKind::session, session, seq);
}

Result<SessionRecord> decode_session_as_kept(std::string_view bytes) {
  SessionRecord record;
  if (auto error = decode(RecordKind::session, bytes, record.seq, record.session)) return *error;
  Session& session = record.session;
  if (session.opening) session.opening->question = Turn::asks(session.opening->text);
  for (Turn& turn : session.turns) turn.question = Turn::asks(turn.text);
  return record;
}

Result<SessionRecord> decode_session(std::string_view bytes, Analyzer& analyzer) {
  auto record = decode_session_as_kept(bytes);
  if (!record) return record;
  Session& session = record->session;
  if (session.opening) session.opening->sketch = analyzer.sketch(session.opening->text);
  for (Turn& turn : session.turns) turn.sketch = analyzer.sketch(turn.text);
  return record;
}

std::string encode_closed(const ClosedSession& session, std::uint64_t seq) {
  return encode(RecordKind::closed, session, seq);
}

Result<ClosedRecord> decode_closed(std::string_view bytes) {
  ClosedRecord record;
  if (auto error = decode(RecordKind::closed, bytes, record.seq, record.session)) return *error;
  return record;
}

}  // namespace loopbreaker::codec
