// Records as earlier versions wrote them are read as they were meant. One set of files per format
// version, written once by the version itself (LOOPBREAKER_RECORD_GOLDEN=1) and never changed: a
// new version adds files.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "codec/plain_record.h"
#include "codec/progress.h"
#include "codec/record_head.h"
#include "codec/session_record.h"
#include "loopbreaker/core.h"
#include "text/analyzer.h"

namespace loopbreaker::codec {
namespace {

constexpr TimeMs kBegin{1'767'225'600'000};

std::string path_of(const std::string& kind, int version) {
  return std::string(SOURCE_DIR) + "/tests/codec/golden/" + kind + "." + std::to_string(version);
}

std::string read(const std::string& kind, int version) {
  std::ifstream file(path_of(kind, version), std::ios::binary);
  EXPECT_TRUE(file) << path_of(kind, version);
  return {std::istreambuf_iterator<char>(file), {}};
}

void write(const std::string& kind, const std::string& bytes) {
  std::ofstream(path_of(kind, kRecordVersion), std::ios::binary) << bytes;
}

/// A customer who asks three times, in other words, and gives an order number.
Session spoken() {
  const auto analyzer = text::make_analyzer();
  const std::pair<Participant, std::string_view> lines[] = {
      {Participant::customer, "Where is my parcel? The order is A-4411."},
      {Participant::bot, "Sorry, I did not understand that."},
      {Participant::customer, "my package has not arrived, order A-4411"},
      {Participant::bot, "Sorry, I did not understand that."},
      {Participant::customer, "This is annoying. I want to know where my parcel is!"},
      {Participant::bot, "Sorry, I did not understand that."},
      {Participant::customer, "let me talk to a human"}};
  Session session;
  std::int64_t offset = 100;
  for (const auto& [participant, text] : lines) {
    const std::string id = "m-" + std::to_string(offset);
    Event event;
    event.type = EventType::message;
    event.type_name = "conversation.message";
    event.id = id;
    event.source = "/golden";
    event.session_id = "golden-1";
    event.customer_id = "cu-7";
    event.identity = static_cast<std::uint64_t>(offset);
    event.participant = participant;
    event.text = text;
    event.fallback = participant == Participant::bot;
    event.position = {3, offset};
    event.time = kBegin + DurationMs{(offset - 100) * 5'000};
    if (offset == 100) session = open_session(event);
    fold(session, event, *analyzer);
    ++offset;
  }
  return session;
}

ClosedSession over() {
  ClosedSession closed;
  closed.id = "golden-1";
  closed.incarnation = 77;
  closed.outputs = 5;
  closed.as_of = 106;
  closed.closed_at = kBegin + DurationMs{60'000};
  closed.closed_log_time = kBegin + DurationMs{61'000};
  closed.summary = "{\"summary\":true}";
  return closed;
}

Progress standing() {
  Progress progress;
  progress.seq = 17;
  progress.committed = 107;
  progress.replay_from = 101;
  progress.stream_time = kBegin;
  progress.last_offset = 106;
  progress.last_hash = 4'711;
  progress.written_at = kBegin + DurationMs{1};
  progress.log_time = kBegin + DurationMs{2};
  return progress;
}

/// What every version must find in its own file.
void expect_spoken(const SessionRecord& record) {
  const Session& s = record.session;
  EXPECT_EQ(record.seq, 9u);
  EXPECT_EQ(s.id, "golden-1");
  EXPECT_EQ(s.customer_id, "cu-7");
  EXPECT_EQ(s.customer_turns, 4u);
  EXPECT_EQ(s.bot_turns, 3u);
  EXPECT_EQ(s.as_of, 106);
  EXPECT_EQ(s.started_at, kBegin);
  EXPECT_EQ(s.human_requests.size(), 1u);
  ASSERT_EQ(s.turns.size(), 7u);
  EXPECT_EQ(s.turns.back().text, "let me talk to a human");
  EXPECT_TRUE(s.turns[1].failed);
  EXPECT_GT(s.turns[0].sketch.words(), 0) << "sketches are made again from the text";
}

TEST(Golden, sessions_of_every_version_are_read) {
  if (std::getenv("LOOPBREAKER_RECORD_GOLDEN")) write("session", encode_session(spoken(), 9));
  const auto analyzer = text::make_analyzer();
  for (int version = 2; version <= kRecordVersion; ++version) {
    const auto record = decode_session(read("session", version), *analyzer);
    ASSERT_TRUE(record) << record.error().message;
    expect_spoken(*record);
  }
}

/// But for the packing: its bytes are those of one version of libzstd.
TEST(Golden, what_this_version_reads_it_writes_again_byte_for_byte) {
  const auto analyzer = text::make_analyzer();
  const std::string bytes = read("session", kRecordVersion);
  const auto record = decode_session(bytes, *analyzer);
  ASSERT_TRUE(record) << record.error().message;
  EXPECT_EQ(plain_record(encode_session(record->session, record->seq)), plain_record(bytes))
      << "the layout changed: it needs a new version (codec/record_head.h) and golden files of it";
}

TEST(Golden, markers_of_every_version_are_read) {
  if (std::getenv("LOOPBREAKER_RECORD_GOLDEN")) write("closed", encode_closed(over(), 9));
  for (int version = 2; version <= kRecordVersion; ++version) {
    const auto record = decode_closed(read("closed", version));
    ASSERT_TRUE(record) << record.error().message;
    EXPECT_EQ(encode_closed(record->session, record->seq), encode_closed(over(), 9));
  }
}

TEST(Golden, progress_of_every_version_is_read) {
  if (std::getenv("LOOPBREAKER_RECORD_GOLDEN")) write("progress", encode_progress(standing()));
  for (int version = 2; version <= kRecordVersion; ++version) {
    auto progress = decode_progress(read("progress", version));
    ASSERT_TRUE(progress) << progress.error().message;
    EXPECT_EQ(progress->format, static_cast<std::uint32_t>(version));
    progress->format = standing().format;
    EXPECT_EQ(*progress, standing());
  }
}

}  // namespace
}  // namespace loopbreaker::codec
