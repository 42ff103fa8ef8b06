#include "quality/truth.h"

#include <gtest/gtest.h>

namespace loopbreaker::quality {
namespace {

TEST(Truth, sessions_say_only_what_is_known) {
  const auto truths = read_session_truths(
      "{\"session_id\": \"a\", \"normal\": true, \"new\": [1]}\n"
      "\n"
      "{\"session_id\": \"b\", \"kind\": \"loop\", \"ask_event_ids\": [\"b-0\", \"b-2\"]}\r\n"
      "{\"session_id\": \"c\", \"annoyed\": null, \"happy_path\": true}\n"
      "{\"session_id\": \"d\", \"annoyed\": false, \"happy_path\": true}\n"
      "{\"session_id\": \"e\", \"human_request\": true, \"event_id\": \"e-4\"}\n"
      "{\"session_id\": \"f\", \"ratings\": {\"f-1\": [2, 3]}}",
      "x");
  ASSERT_TRUE(truths.has_value());
  ASSERT_EQ(truths->size(), 6u);
  EXPECT_TRUE((*truths)[0].normal);
  EXPECT_EQ((*truths)[1].ask_event_ids, (std::vector<std::string>{"b-0", "b-2"}));
  EXPECT_FALSE((*truths)[2].normal);  // nobody knows whether the customer was annoyed
  EXPECT_FALSE((*truths)[2].annoyed.has_value());
  EXPECT_TRUE((*truths)[3].normal);
  EXPECT_EQ((*truths)[4].human_request_event_id, "e-4");
  EXPECT_EQ((*truths)[5].ratings.at(0).second, (std::vector<int>{2, 3}));
}

TEST(Truth, a_bad_line_is_named) {
  const auto bad = read_session_truths("{\"session_id\": \"a\"}\nnonsense\n", "labels/x.ndjson");
  ASSERT_FALSE(bad.has_value());
  EXPECT_NE(bad.error().message.find("labels/x.ndjson:2"), std::string::npos);
  EXPECT_FALSE(read_session_truths("{\"normal\": true}", "x").has_value());
}

TEST(Truth, abuse_is_what_most_annotators_say) {
  const auto rows = read_abuse_truths(
      "user,Annotator1_is_abuse.1,Annotator1_is_abuse.-1,Annotator2_is_abuse.-2,Annotator3_is_"
      "abuse.0\n"
      "\"you, \"\"bot\"\"\nagain\",0,1,1.0,1\n"
      "fine,1,0,1,0\n"
      "nobody,0,0,0,0\n",
      "x");
  ASSERT_TRUE(rows.has_value());
  ASSERT_EQ(rows->size(), 2u);
  EXPECT_EQ((*rows)[0].text, "you, \"bot\"\nagain");
  EXPECT_TRUE((*rows)[0].abuse);
  EXPECT_FALSE((*rows)[1].abuse);  // one of two is not most
  EXPECT_FALSE(read_abuse_truths("a,b\n", "x").has_value());
}

TEST(Truth, unclear_re_asks_are_left_out) {
  const auto rows = read_reask_truths(
      "dialogue\tturnA\tturnB\tlabel\n5\t0\t2\treask\n5\t2\t4\tx\n5\t4\t6\tno\n5\t6\t8\tinfo\n");
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_TRUE(rows[0].again);
  EXPECT_FALSE(rows[1].again);
  EXPECT_TRUE(rows[2].again);
}

TEST(Truth, white_space_of_any_kind_is_tidied) {
  EXPECT_EQ(tidy("  a \t\n b\u00a0\u2003c\r\n"), "a b c");
  EXPECT_EQ(tidy(" \u3000 "), "");
}

}  // namespace
}  // namespace loopbreaker::quality
