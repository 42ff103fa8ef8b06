// Single conversations: their labels are true, their texts are whole.
#include "workload/script.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "workload/corpus.h"
#include "workload/wording.h"

namespace loopbreaker::workload {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr Kind kAllKinds[] = {
    Kind::normal,        Kind::once,       Kind::sensitive,        Kind::loop,
    Kind::human_request, Kind::frustrated, Kind::phantom_transfer, Kind::context_loss};

std::vector<Conversation> many(Kind kind) {
  std::vector<Conversation> all;
  for (std::uint64_t seed = 0; seed < 200; ++seed)
    all.push_back(plan_conversation(seed, "s", kind));
  return all;
}

const Beat& beat_of(const Conversation& c, const std::string& id) {
  for (std::size_t i = 0; i < c.beats.size(); ++i) {
    if (event_id(c, i) == id) return c.beats[i];
  }
  ADD_FAILURE() << "no event " << id;
  return c.beats.front();
}

TEST(Script, a_loop_has_three_asks_or_more_each_a_customer_message_followed_by_the_bot) {
  std::set<std::size_t> lengths;
  for (const Conversation& c : many(Kind::loop)) {
    const auto& asks = c.label.ask_event_ids;
    EXPECT_GE(asks.size(), 3u);
    EXPECT_LE(asks.size(), 7u);
    lengths.insert(asks.size());
    std::set<std::string> texts;
    for (const std::string& id : asks) {
      const Beat& ask = beat_of(c, id);
      EXPECT_EQ(ask.participant, Participant::customer);
      texts.insert(ask.text);
      const Beat& reply = *(&ask + 1);
      EXPECT_TRUE(reply.participant == Participant::bot) << ask.text;
    }
    EXPECT_EQ(texts.size(), asks.size()) << "asks are worded differently";
  }
  EXPECT_GE(lengths.size(), 4u);
}

TEST(Script, conversations_that_are_not_stuck_have_no_labelled_asks_and_mostly_end_solved) {
  for (const Kind kind : {Kind::normal, Kind::once}) {
    for (const Conversation& c : many(kind)) {
      EXPECT_TRUE(c.label.ask_event_ids.empty());
      EXPECT_TRUE(c.label.human_request_event_ids.empty());
      EXPECT_EQ(c.label.outcome, "solved");
      EXPECT_FALSE(stuck(c.label.kind));
      EXPECT_TRUE(c.label.category.empty());
    }
  }
}

TEST(Script, a_request_for_a_person_is_labelled_where_it_is_made) {
  for (const Conversation& c : many(Kind::human_request)) {
    ASSERT_FALSE(c.label.human_request_event_ids.empty());
    for (const std::string& id : c.label.human_request_event_ids) {
      EXPECT_EQ(beat_of(c, id).participant, Participant::customer);
    }
  }
}

TEST(Script, a_promised_agent_never_joins_in_a_phantom_transfer) {
  for (const Conversation& c : many(Kind::phantom_transfer)) {
    EXPECT_TRUE(std::none_of(c.beats.begin(), c.beats.end(),
                             [](const Beat& b) { return b.type == EventType::agent_joined; }));
  }
}

TEST(Script, sensitive_conversations_name_their_category) {
  std::set<std::string_view> categories;
  for (const Conversation& c : many(Kind::sensitive)) categories.insert(c.label.category);
  EXPECT_FALSE(categories.contains(""));
  EXPECT_GE(categories.size(), 5u);
}

TEST(Script, no_placeholder_is_left_and_no_message_is_empty) {
  for (const Kind kind : kAllKinds) {
    for (const Conversation& c : many(kind)) {
      EXPECT_GE(c.beats.size(), 4u);
      for (const Beat& b : c.beats) {
        EXPECT_THAT(b.text, Not(HasSubstr("{")));
        EXPECT_THAT(b.text, Not(HasSubstr("  ")));
        EXPECT_EQ(b.type == EventType::message, !b.text.empty());
        EXPECT_GE(b.after.ms, 0);
      }
    }
  }
}

TEST(Script, nothing_follows_the_end) {
  for (const Kind kind : kAllKinds) {
    for (const Conversation& c : many(kind)) {
      for (std::size_t i = 0; i + 1 < c.beats.size(); ++i)
        EXPECT_NE(c.beats[i].type, EventType::ended);
    }
  }
}

TEST(Script, personal_data_occurs_so_that_redaction_has_work) {
  bool card = false, mail = false, phone = false;
  for (const Conversation& c : many(Kind::normal)) {
    for (const Beat& b : c.beats) {
      card = card || b.text.find("4242") != std::string::npos ||
             b.text.find("5555") != std::string::npos;
      mail = mail || b.text.find("@example.") != std::string::npos;
      phone = phone || b.text.find("202-555-01") != std::string::npos;
    }
  }
  EXPECT_TRUE(card && mail && phone);
}

TEST(Label, is_one_line_of_json_with_what_graders_need) {
  const Conversation c = plan_conversation(3, "a\"b", Kind::loop);
  const std::string line = to_json(c.label, true);
  EXPECT_THAT(line, HasSubstr(R"({"session_id":"a\"b","kind":"loop","stuck":true,"loop":true,)"));
  EXPECT_THAT(line, HasSubstr(R"("ask_event_ids":["a\"b-)"));
  EXPECT_THAT(line, Not(HasSubstr("\n")));
}

TEST(Corpus, every_need_has_six_wordings_and_each_list_has_no_two_alike) {
  std::set<std::string_view> ids;
  for (const Domain& domain : domains()) {
    for (const Need& need : domain.needs) {
      EXPECT_TRUE(ids.insert(need.id).second) << need.id;
      EXPECT_TRUE(need.id.starts_with(domain.id)) << need.id;
      EXPECT_GE(filled(need.asks).size(), 6u) << need.id;
      EXPECT_GE(filled(need.misses).size(), 4u) << need.id;
      EXPECT_GE(filled(need.solutions).size(), 2u) << need.id;
      EXPECT_GE(filled(need.slots).size(), 1u) << need.id;
      for (const auto list : {filled(need.asks), filled(need.misses), filled(need.solutions)}) {
        EXPECT_EQ(std::set<std::string_view>(list.begin(), list.end()).size(), list.size())
            << need.id;
      }
    }
  }
  EXPECT_GE(ids.size(), 30u);
}

TEST(Hand, never_touches_numbers_and_codes) {
  Random random(5);
  Hand hand;
  hand.typos = hand.lower_case = true;
  for (int i = 0; i < 200; ++i) {
    EXPECT_THAT(write("Delivery of A-12345678 to Maria.Keller@example.com failed", hand, random),
                testing::AllOf(HasSubstr("A-12345678"), HasSubstr("Maria.Keller@example.com")));
  }
}

}  // namespace
}  // namespace loopbreaker::workload
