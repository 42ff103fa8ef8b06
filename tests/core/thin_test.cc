// The small forms of lists, texts and optional values that a session is made of.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "loopbreaker/thin_optional.h"
#include "loopbreaker/thin_string.h"
#include "loopbreaker/thin_vector.h"

namespace loopbreaker {
namespace {

TEST(ThinVector, HoldsWhatAVectorHolds) {
  ThinVector<std::string> thin;
  std::vector<std::string> thick;
  for (int i = 0; i < 100; ++i) {
    thin.push_back("a text that is too long to lie in its string " + std::to_string(i));
    thick.push_back(thin.back());
    if (i % 3 == 0) {
      const int at = i / 5;
      thin.erase(thin.begin() + at);
      thick.erase(thick.begin() + at);
    }
    if (i % 7 == 5) {
      thin.pop_back();
      thick.pop_back();
    }
    ASSERT_EQ(std::vector<std::string>(thin.begin(), thin.end()), thick) << "after step " << i;
  }
  const ThinVector<std::string> copy = thin;
  thin.clear();
  EXPECT_TRUE(thin.empty());
  EXPECT_GT(thin.capacity(), 0u);
  EXPECT_EQ(std::vector<std::string>(copy.begin(), copy.end()), thick);
}

TEST(ThinVector, TakesTheMemoryThatIsAskedFor) {
  ThinVector<std::uint64_t> list;
  EXPECT_EQ(sizeof list, sizeof(void*));
  EXPECT_EQ(list.bytes(), 0u);
  list.reserve(5);
  EXPECT_EQ(list.capacity(), 5u);
  EXPECT_EQ(list.bytes(), 8 + 5 * 8u);
  // What an allocator gives for a power of two is filled.
  ThinVector<std::uint64_t> grown;
  for (std::uint64_t i = 0; i < 5; ++i) grown.push_back(i);
  EXPECT_EQ(grown.bytes(), 64u);
}

TEST(ThinString, CopiesShareTheTextUntilOneIsAssignedAnother) {
  ThinString a = "where is my parcel?";
  ThinString b = a;
  EXPECT_EQ(a.data(), b.data());
  b.assign("it came");
  EXPECT_EQ(a, "where is my parcel?");
  EXPECT_EQ(b, "it came");
  // Alone with its memory, it keeps it.
  const char* place = a.data();
  a.assign("here");
  EXPECT_EQ(a.data(), place);
  EXPECT_EQ(a, "here");
}

TEST(ThinString, AnEmptyTextSharesNothing) {
  ThinString a = "something";
  const ThinString b = a;
  a.clear();
  EXPECT_TRUE(a.empty());
  EXPECT_EQ(b, "something");
  EXPECT_EQ(ThinString().bytes(), 0u);
}

TEST(ThinString, CopiesBearTheirPartsOfTheMemory) {
  const ThinString alone = "what is said once";
  const ThinString first = "what is said twice", second = first;
  EXPECT_GT(alone.bytes(), alone.size());
  EXPECT_EQ(first.bytes(), second.bytes());
  EXPECT_LT(first.bytes(), first.size());
}

TEST(ThinOptional, CopiesAreTheirOwn) {
  ThinOptional<std::string> none;
  EXPECT_FALSE(none);
  ThinOptional<std::string> a = std::string("first");
  ThinOptional<std::string> b = a;
  b->assign("second");
  EXPECT_EQ(*a, "first");
  EXPECT_EQ(*b, "second");
  a = none;
  EXPECT_FALSE(a.has_value());
}

}  // namespace
}  // namespace loopbreaker
