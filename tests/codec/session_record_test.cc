// Sessions, closed markers and progress survive being written and read; damaged records never do
// harm.
#include "codec/session_record.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "codec/outline.h"
#include "codec/plain_record.h"
#include "codec/progress.h"
#include "codec/random_values.h"
#include "codec/support.h"

namespace loopbreaker::codec {
namespace {

constexpr std::uint64_t kSeed = 4711;

bool same(const Amount& a, const Amount& b) {
  return a.minor == b.minor && a.currency == b.currency && a.span == b.span;
}

bool same(const CategoryHit& a, const CategoryHit& b) {
  return a.what == b.what && a.score == b.score && a.turn == b.turn &&
         a.amount.has_value() == b.amount.has_value() && (!a.amount || same(*a.amount, *b.amount));
}

bool same(const Turn& a, const Turn& b) {
  return a.number == b.number && a.participant == b.participant && a.time == b.time &&
         a.position == b.position && a.event_id == b.event_id && a.text == b.text &&
         a.full_bytes == b.full_bytes && a.answer_id == b.answer_id &&
         a.confidence == b.confidence && a.failed == b.failed && a.signals == b.signals;
}

bool same(const Escalation& a, const Escalation& b) {
  return a.phase == b.phase && a.outcome == b.outcome && a.severity == b.severity && a.id == b.id &&
         a.raised_at == b.raised_at && a.escalated_at == b.escalated_at &&
         a.acknowledged_at == b.acknowledged_at && a.closed_at == b.closed_at &&
         a.raised_turn == b.raised_turn && a.rule == b.rule && a.times == b.times &&
         a.strongest == b.strongest;
}

template <class T>
bool same(const ThinVector<T>& a, const ThinVector<T>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const T& x, const T& y) { return same(x, y); });
}

void expect_same(const Session& a, const Session& b) {
  EXPECT_EQ(a.id, b.id);
  EXPECT_EQ(a.incarnation, b.incarnation);
  EXPECT_EQ(a.outputs, b.outputs);
  EXPECT_EQ(a.first_position, b.first_position);
  EXPECT_EQ(a.as_of, b.as_of);
  EXPECT_EQ(a.customer_id, b.customer_id);
  EXPECT_EQ(a.channel, b.channel);
  EXPECT_EQ(a.language, b.language);
  EXPECT_EQ(a.tier, b.tier);
  EXPECT_EQ(a.tenant, b.tenant);
  EXPECT_EQ(a.intent, b.intent);
  EXPECT_EQ(a.attributes, b.attributes);
  EXPECT_EQ(a.started_at, b.started_at);
  EXPECT_EQ(a.last_event_at, b.last_event_at);
  EXPECT_EQ(a.last_customer_at, b.last_customer_at);
  EXPECT_EQ(a.judged_until, b.judged_until);
  EXPECT_EQ(a.last_event_id, b.last_event_id);
  EXPECT_EQ(a.last_position, b.last_position);
  EXPECT_EQ(a.turn_count, b.turn_count);
  EXPECT_EQ(a.customer_turns, b.customer_turns);
  EXPECT_EQ(a.bot_turns, b.bot_turns);
  EXPECT_EQ(a.agent_turns, b.agent_turns);
  ASSERT_EQ(a.opening.has_value(), b.opening.has_value());
  EXPECT_TRUE(!a.opening || same(*a.opening, *b.opening));
  EXPECT_TRUE(same(a.turns, b.turns));
  EXPECT_EQ(a.recent_ids, b.recent_ids);
  EXPECT_EQ(a.recent_next, b.recent_next);
  EXPECT_EQ(a.late_events, b.late_events);
  EXPECT_EQ(a.signals, b.signals);
  EXPECT_EQ(a.loop.evidence, b.loop.evidence);
  EXPECT_EQ(a.loop.cycles, b.loop.cycles);
  EXPECT_EQ(a.loop.open_rephrase, b.loop.open_rephrase);
  EXPECT_EQ(a.bot_failures, b.bot_failures);
  EXPECT_EQ(a.rejections, b.rejections);
  EXPECT_EQ(a.action_failures, b.action_failures);
  EXPECT_EQ(a.low_confidence, b.low_confidence);
  EXPECT_EQ(a.mood_tally, b.mood_tally);
  EXPECT_EQ(a.abuse, b.abuse);
  EXPECT_EQ(a.attempts, b.attempts);
  EXPECT_EQ(a.identifiers, b.identifiers);
  EXPECT_TRUE(same(a.categories, b.categories));
  EXPECT_EQ(a.human_requests, b.human_requests);
  EXPECT_EQ(a.mood, b.mood);
  EXPECT_EQ(a.unanswered_turn, b.unanswered_turn);
  EXPECT_EQ(a.solved_turn, b.solved_turn);
  EXPECT_EQ(a.settled_turn, b.settled_turn);
  EXPECT_EQ(a.waiting, b.waiting);
  EXPECT_EQ(a.bot_seen, b.bot_seen);
  EXPECT_EQ(a.agent_seen, b.agent_seen);
  EXPECT_EQ(a.agent_present, b.agent_present);
  EXPECT_EQ(a.rating_score, b.rating_score);
  EXPECT_EQ(a.rating_scale, b.rating_scale);
  EXPECT_TRUE(same(a.escalation, b.escalation));
  EXPECT_EQ(a.cooldowns, b.cooldowns);
}

TEST(SessionRecord, any_session_read_back_is_the_same_in_every_field) {
  MarkingAnalyzer analyzer;
  for (std::uint64_t i = 0; i < 400; ++i) {
    SCOPED_TRACE("seed " + std::to_string(kSeed + i));
    RandomValues random(kSeed + i, i % 2 ? Texts::any : Texts::hostile);
    const Session session = random.session();
    const std::string bytes = encode_session(session, i * 1000);
    auto read = decode_session(bytes, analyzer);
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->seq, i * 1000);
    expect_same(session, read->session);
    EXPECT_EQ(encode_session(read->session, i * 1000), bytes);
    if (HasFailure()) return;
  }
}

TEST(SessionRecord, a_new_session_read_back_is_the_same) {
  MarkingAnalyzer analyzer;
  auto read = decode_session(encode_session(Session{}, 0), analyzer);
  ASSERT_TRUE(read) << read.error().message;
  expect_same(Session{}, read->session);
}

TEST(SessionRecord, sketches_are_made_again_from_the_text) {
  MarkingAnalyzer analyzer;
  RandomValues random(kSeed);
  Session session;
  session.opening = random.turn();
  session.turns = {random.turn(), random.turn()};
  auto read = decode_session(encode_session(session, 1), analyzer);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->session.opening->sketch.exact(), stable_hash(session.opening->text));
  EXPECT_EQ(read->session.turns[1].sketch.exact(), stable_hash(session.turns[1].text));
}

/// Every list and text as long as it may be.
Session largest_session() {
  RandomValues random(kSeed, Texts::any);
  Session s = random.session();
  const auto fill = [&](auto& list, std::size_t count, auto make) {
    list.clear();
    for (std::size_t i = 0; i < count; ++i) list.push_back(make());
  };
  const auto turn = [&] {
    Turn made = random.turn();
    made.text = std::string(Turn::kTextMax, 'x');
    made.event_id = std::string(128, 'i');
    made.answer_id = std::string(64, 'a');
    return made;
  };
  s.id = std::string(256, 's');
  s.opening = turn();
  fill(s.turns, Session::kTurnsMax, turn);
  for (SignalState& state : s.signals) {
    fill(state.evidence, SignalState::kEvidenceMax, [&] {
      Evidence made = random.evidence();
      made.event_id = std::string(128, 'i');
      made.excerpt = std::string(200, 'e');
      return made;
    });
  }
  fill(s.attributes, 16, [&] { return std::pair(std::string(128, 'n'), std::string(128, 'v')); });
  fill(s.attempts, 12, [&] { return random.attempt(); });
  fill(s.identifiers, 16, [&] { return random.identifier(); });
  fill(s.categories, kCategories, [&] { return random.category(); });
  fill(s.human_requests, 8, [&] { return random.request(); });
  fill(s.mood, 32, [&] { return random.mood(); });
  fill(s.cooldowns, 32, [&] { return Cooldown{~0ull, TimeMs{INT64_MAX}}; });
  fill(s.recent_ids, Session::kEventIdsMax, [] { return ~0ull; });
  return s;
}

TEST(SessionRecord, the_largest_session_is_far_below_its_bound) {
  EXPECT_LT(plain_record(encode_session(largest_session(), ~0ull)).size(), kSessionRecordMax / 4);
}

TEST(SessionRecord, every_cut_record_is_refused) {
  MarkingAnalyzer analyzer;
  RandomValues random(kSeed, Texts::any);
  const std::string bytes = encode_session(random.session(), 7);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    ASSERT_FALSE(decode_session(std::string_view(bytes).substr(0, size), analyzer)) << size;
  }
  ASSERT_FALSE(decode_session(bytes + "x", analyzer)) << "something behind it";
}

/// Of `bytes` with one changed, in every place: how many are refused.
int refused_of_flipped(const std::string& bytes) {
  MarkingAnalyzer analyzer;
  int refused = 0;
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    for (const char flip : {'\x01', '\x10', '\x80', '\xff'}) {
      std::string damaged = bytes;
      damaged[at] = static_cast<char>(damaged[at] ^ flip);
      auto read = decode_session(damaged, analyzer);
      if (!read) {
        ++refused;
        continue;
      }
      EXPECT_LE(plain_record(encode_session(read->session, read->seq)).size(), kSessionRecordMax);
    }
  }
  return refused;
}

TEST(SessionRecord, a_flipped_record_is_refused_or_a_bounded_value) {
  RandomValues random(kSeed, Texts::any);
  const std::string bytes = encode_session(random.session(), 7);
  EXPECT_GT(refused_of_flipped(bytes), 1000);
  EXPECT_GT(refused_of_flipped(plain_record(bytes)), 1000)
      << "as it was before records were packed";
}

TEST(SessionRecord, bytes_from_nowhere_are_refused_or_bounded) {
  SCOPED_TRACE("seed " + std::to_string(kSeed));
  MarkingAnalyzer analyzer;
  RandomValues random(kSeed, Texts::hostile);
  for (int i = 0; i < 20'000; ++i) {
    std::string bytes = random.text(200);
    if (!bytes.empty()) bytes[0] = static_cast<char>(1 + random.below(3));
    if (bytes.size() > 1) bytes[1] = static_cast<char>(1 + random.below(kRecordVersion));
    auto session = decode_session(bytes, analyzer);
    auto closed = decode_closed(bytes);
    auto progress = decode_progress(bytes);
    ASSERT_LE((session ? 1 : 0) + (closed ? 1 : 0) + (progress ? 1 : 0), 1);
  }
}

TEST(SessionRecord, a_count_beyond_reason_makes_no_memory) {
  MarkingAnalyzer analyzer;
  std::string bytes = plain_record(encode_session(Session{}, 0));
  // The empty list of attributes is the first byte after six empty names, which come after three
  // -1.
  const std::string needle("\x01\x01\x01\0\0\0\0\0\0\0", 10);
  const auto at = bytes.find(needle);
  ASSERT_NE(at, std::string::npos);
  bytes.replace(at + 9, 1, "\xff\xff\xff\xff\x7f");
  EXPECT_FALSE(decode_session(bytes, analyzer));
  EXPECT_FALSE(decode_session(packed_record(bytes), analyzer));
}

TEST(SessionRecord, the_first_version_is_still_read) {
  Session session;
  session.id = "s-1";
  session.loop.evidence = 1234;
  std::string bytes = plain_record(encode_session(session, 7), 1);
  // Version 2 added what the loop signal keeps of the open ask and of its reasons, ...
  const auto erase = [&](const std::string& added) {
    const std::size_t at = bytes.find(added);
    ASSERT_NE(at, std::string::npos);
    bytes.erase(at, added.size());
  };
  erase(std::string("\0\0\0\xff\xff\xff\0", 7));
  // ... and the tally of the mood: 31 members that are nothing, three reasons, no judgement.
  erase(std::string(31, '\0') + "\xff\xff\xff" + "\xff\xff\xff\xff\x0f");
  MarkingAnalyzer analyzer;
  const auto record = decode_session(bytes, analyzer);
  ASSERT_TRUE(record) << record.error().message;
  EXPECT_EQ(record->session.loop.evidence, 1234);
  EXPECT_EQ(record->session.loop.why[0], LoopState::kNoReason);
  EXPECT_EQ(record->session.mood_tally, MoodTally{});
}

TEST(SessionRecord, a_newer_version_is_refused_in_words) {
  MarkingAnalyzer analyzer;
  std::string bytes = encode_session(Session{}, 0);
  bytes[1] = 9;
  const auto read = decode_session(bytes, analyzer);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().message,
            "a session record has format version 9, this program reads up to 4: it was written by "
            "a newer loopbreaker; run that version or a newer one");
  EXPECT_EQ(read.error().action, Action::stop);
}

TEST(Outline, reads_back_as_it_was_written_and_refuses_what_is_cut) {
  const Outline open{.seq = 7, .as_of = 41, .judged_by = 0x1234567890ABCDEFu, .at = TimeMs{99}};
  const Outline closed{
      .kind = RecordKind::closed, .seq = 8, .as_of = 42, .at = kNoTime, .idle = true};
  for (const Outline& outline : {open, closed}) {
    const std::string bytes = encode_outline(outline);
    auto read = decode_outline(bytes);
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(*read, outline);
    for (std::size_t cut = 0; cut < bytes.size(); ++cut)
      EXPECT_FALSE(decode_outline(bytes.substr(0, cut))) << cut;
    EXPECT_FALSE(decode_outline(bytes + "x"));
  }
  Outline progress = open;
  progress.kind = RecordKind::progress;
  EXPECT_FALSE(decode_outline(encode_outline(progress)));
  EXPECT_FALSE(decode_outline(encode_session(Session{}, 0)));
}

TEST(SessionRecord, kinds_are_told_apart) {
  MarkingAnalyzer analyzer;
  const std::string session = encode_session(Session{}, 0), closed = encode_closed({}, 0),
                    progress = encode_progress({});
  EXPECT_EQ(kind_of(session).value(), RecordKind::session);
  EXPECT_EQ(kind_of(closed).value(), RecordKind::closed);
  EXPECT_EQ(kind_of(progress).value(), RecordKind::progress);
  EXPECT_FALSE(kind_of(""));
  EXPECT_FALSE(kind_of("{\"json\":1}"));
  EXPECT_FALSE(decode_session(closed, analyzer));
  EXPECT_FALSE(decode_closed(session));
  EXPECT_FALSE(decode_progress(session));
}

TEST(ClosedRecord, any_marker_read_back_is_the_same) {
  for (std::uint64_t i = 0; i < 500; ++i) {
    SCOPED_TRACE("seed " + std::to_string(kSeed + i));
    RandomValues random(kSeed + i, Texts::hostile);
    const ClosedSession a = random.closed();
    auto read = decode_closed(encode_closed(a, i));
    ASSERT_TRUE(read) << read.error().message;
    const ClosedSession& b = read->session;
    ASSERT_EQ(read->seq, i);
    ASSERT_EQ(a.id, b.id);
    ASSERT_EQ(a.incarnation, b.incarnation);
    ASSERT_EQ(a.outputs, b.outputs);
    ASSERT_EQ(a.as_of, b.as_of);
    ASSERT_EQ(a.closed_at, b.closed_at);
    ASSERT_EQ(a.closed_log_time, b.closed_log_time);
    ASSERT_EQ(a.idle, b.idle);
    ASSERT_EQ(a.late_events, b.late_events);
    ASSERT_EQ(a.summary, b.summary);
  }
}

TEST(ProgressRecord, any_progress_read_back_is_the_same) {
  RandomValues random(kSeed);
  for (int i = 0; i < 2000; ++i) {
    const Progress a{4,
                     static_cast<std::uint64_t>(random.signed_number()),
                     random.signed_number(),
                     random.signed_number(),
                     random.time(),
                     random.signed_number(),
                     static_cast<std::uint64_t>(random.signed_number()),
                     random.time(),
                     random.signed_number(),
                     random.time()};
    auto read = decode_progress(encode_progress(a));
    ASSERT_TRUE(read) << read.error().message;
    ASSERT_EQ(*read, a);
    const std::string metadata = progress_metadata(a);
    ASSERT_LE(metadata.size(), 80u);
    ASSERT_TRUE(
        std::all_of(metadata.begin(), metadata.end(), [](char c) { return c >= ' ' && c <= '~'; }));
    auto mark = decode_metadata(metadata);
    ASSERT_TRUE(mark) << mark.error().message;
    ASSERT_EQ(*mark, (ProgressMark{a.format, a.seq, a.committed}));
  }
}

TEST(ProgressRecord, its_bytes_do_not_change_from_release_to_release) {
  const Progress progress{4,       300, 1000,     990, TimeMs{1}, 999, 0x0102030405060708,
                          kNoTime, -1,  TimeMs{2}};
  const std::string expected(
      "\x03\x04\xac\x02\xd0\x0f\xbc\x0f\x03\xce\x0f"
      "\x08\x07\x06\x05\x04\x03\x02\x01\x00\x01\x05",
      22);
  EXPECT_EQ(encode_progress(progress), expected);
  EXPECT_EQ(progress_metadata(progress), "loopbreaker/4 seq=300 committed=1000");
}

TEST(ProgressRecord, version_1_is_read) {
  const std::string bytes(
      "\x03\x01\xac\x02\xd0\x0f\xbc\x0f\x03\xce\x0f"
      "\x08\x07\x06\x05\x04\x03\x02\x01\x00\x01",
      21);
  auto read = decode_progress(bytes);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(*read, (Progress{1, 300, 1000, 990, TimeMs{1}, 999, 0x0102030405060708, kNoTime, -1,
                             kNoTime}));
  auto mark = decode_metadata("loopbreaker/1 seq=300 committed=1000");
  ASSERT_TRUE(mark) << mark.error().message;
  EXPECT_EQ(*mark, (ProgressMark{1, 300, 1000}));
}

TEST(ProgressRecord, cut_and_foreign_ones_are_refused) {
  const std::string bytes = encode_progress({3, 2, 3, 4, TimeMs{5}, 6, 7, TimeMs{8}, 9, TimeMs{1}});
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(decode_progress(std::string_view(bytes).substr(0, size))) << size;
  }
  for (const auto* foreign :
       {"", "x", "loopbreaker/", "loopbreaker/1", "loopbreaker/1 seq=", "loopbreaker/1 seq=1",
        "loopbreaker/1 seq=1 committed=x", "loopbreaker/1 seq=1 committed=2 ",
        "loopbreaker/1 seq=99999999999999999999 committed=2", "loopbreaker/5 seq=1 committed=2"}) {
    EXPECT_FALSE(decode_metadata(foreign)) << foreign;
  }
}

}  // namespace
}  // namespace loopbreaker::codec
