// What fuzzing found worth keeping, run in every build: the corpora as tests.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "fuzz/targets.h"

namespace loopbreaker::fuzz {
namespace {

class Corpus : public ::testing::TestWithParam<Target> {};

TEST_P(Corpus, every_input_comes_back_with_its_promises_kept) {
  const std::filesystem::path folder =
      std::filesystem::path(SOURCE_DIR) / "tests/fuzz/corpus" / GetParam().name;
  int run = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    SCOPED_TRACE(entry.path().string());
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    ASSERT_TRUE(file) << "cannot read";
    GetParam().run(bytes);
    // Cut anywhere it must come back as well.
    for (std::size_t size = 0; size < bytes.size(); size += 1 + bytes.size() / 16)
      GetParam().run(std::string_view(bytes).substr(0, size));
    ++run;
  }
  EXPECT_GE(run, 3) << "a corpus in " << folder;
}

INSTANTIATE_TEST_SUITE_P(Fuzz, Corpus, ::testing::ValuesIn(kTargets),
                         [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace loopbreaker::fuzz
