#include "train/corpus.h"

#include <gmock/gmock.h>

#include <map>

namespace loopbreaker::train {
namespace {

using ::testing::ElementsAre;

std::string event(const std::string& session) {
  return R"({"specversion": "1.0", "id": ")" + session + R"(-0", "source": "test", )" +
         R"("type": "conversation.message", "time": "2026-01-01T10:00:00.000Z", )" +
         R"("data": {"session_id": ")" + session +
         R"(", "participant": "customer", "text": "hi"}})";
}

Corpus corpus(LeftOut left_out) {
  const ReadLines read = [](const std::string& path,
                            const std::function<void(std::string_view)>& line) -> Status {
    if (path == "data/utterances/bitext.tsv") {
      line("contact_human_agent\ta person please");
    } else {
      for (const char* session : {"a", "b", "a"}) line(event(session));
    }
    return Ok{};
  };
  return {"data", read, std::move(left_out)};
}

std::vector<std::string> sessions(const Corpus& c, const std::string& set) {
  std::vector<std::string> out;
  const Status read = c.events(set, [&](const Event& e) { out.emplace_back(e.session_id); });
  EXPECT_TRUE(read);
  return out;
}

TEST(Corpus, gives_everything_unless_something_is_left_out) {
  const Corpus all = corpus({});
  EXPECT_THAT(sessions(all, "star"), ElementsAre("a", "b", "a"));
  EXPECT_EQ(all.utterances("bitext")->size(), 1u);
}

TEST(Corpus, holds_back_sessions_of_the_set_and_texts_by_name) {
  const Corpus part = corpus({{"bitext"}, [](const std::string& set, std::string_view session) {
                                return set == "star" && session == "a";
                              }});
  EXPECT_THAT(sessions(part, "star"), ElementsAre("b"));
  EXPECT_THAT(sessions(part, "multiwoz_val"), ElementsAre("a", "b", "a"));
  EXPECT_TRUE(part.utterances("bitext")->empty());
}

}  // namespace
}  // namespace loopbreaker::train
