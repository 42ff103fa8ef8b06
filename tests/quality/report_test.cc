#include "quality/report.h"

#include <gmock/gmock.h>

namespace loopbreaker::quality {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Report, shows_what_is_seen_beside_what_is_left_out_and_judges_the_latter) {
  Report seen, left_out;
  seen.add("annoyed AP", .65);
  left_out.add("annoyed AP", .44);
  left_out.add("annoyed AUC", .85);
  EXPECT_THAT(to_table(left_out), Not(HasSubstr("left out")));
  add_seen(left_out, seen);
  const std::string table = to_table(left_out);
  EXPECT_THAT(table, HasSubstr("seen left out"));
  EXPECT_THAT(table, HasSubstr("0.650    0.440"));
  EXPECT_THAT(table, HasSubstr("0 of 1 figures reach their targets"));
  EXPECT_THAT(to_json(left_out), HasSubstr("\"seen\": 0.65"));
}

}  // namespace
}  // namespace loopbreaker::quality
