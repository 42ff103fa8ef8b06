// The state directory gives a process the same name every time, and only to one process.
#include "store/identity.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "scratch.h"

namespace loopbreaker::store {
namespace {

TEST(StateDirectory, KeepsItsIdentity) {
  Scratch scratch;
  std::string id;
  {
    auto first = open_state_directory(scratch / "a/b");
    ASSERT_TRUE(first) << first.error().message;
    id = (*first)->instance_id();
    EXPECT_EQ(id.size(), 16u);
  }
  auto again = open_state_directory(scratch / "a/b");
  ASSERT_TRUE(again);
  EXPECT_EQ((*again)->instance_id(), id);
  auto other = open_state_directory(scratch / "c");
  ASSERT_TRUE(other);
  EXPECT_NE((*other)->instance_id(), id);
}

TEST(StateDirectory, IsForOneProcessAtATime) {
  Scratch scratch;
  auto held = open_state_directory(scratch / "a");
  ASSERT_TRUE(held);
  auto second = open_state_directory(scratch / "a");
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().action, Action::stop);
  EXPECT_NE(second.error().message.find("in use by another process"), std::string::npos);
}

TEST(StateDirectory, RemembersWhoseStoreItHolds) {
  Scratch scratch;
  {
    auto directory = open_state_directory(scratch / "a");
    ASSERT_TRUE(directory);
    EXPECT_EQ(*(*directory)->store_of(), "");
    ASSERT_TRUE((*directory)->give_store_to("one"));
    ASSERT_TRUE((*directory)->give_store_to("another\nof two lines"));
  }
  auto again = open_state_directory(scratch / "a");
  ASSERT_TRUE(again);
  EXPECT_EQ(*(*again)->store_of(), "another\nof two lines");
}

TEST(StateDirectory, BelongsToItsOwner) {
  Scratch scratch;
  auto directory = open_state_directory(scratch / "a");
  ASSERT_TRUE(directory);
  struct stat s {};
  ASSERT_EQ(::stat((scratch / "a").c_str(), &s), 0);
  EXPECT_EQ(s.st_mode & 0777, 0700u);
}

TEST(StateDirectory, RefusesAnIdentityItCannotRead) {
  Scratch scratch;
  ASSERT_TRUE(open_state_directory(scratch / "a"));
  std::ofstream(scratch / "a/instance_id") << "half";
  auto directory = open_state_directory(scratch / "a");
  ASSERT_FALSE(directory);
  EXPECT_NE(directory.error().message.find("instance_id"), std::string::npos)
      << directory.error().message;
}

TEST(StateDirectory, SaysWhereItCouldNotBeMade) {
  auto directory = open_state_directory("/proc/no/such/place");
  ASSERT_FALSE(directory);
  EXPECT_NE(directory.error().message.find("/proc/no/such/place"), std::string::npos);
}

}  // namespace
}  // namespace loopbreaker::store
