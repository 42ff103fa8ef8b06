// Reading lines: plain, compressed, without a last newline, damaged.
#include "cli/ndjson.h"

#include <gtest/gtest.h>
#include <unistd.h>
#include <zlib.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace loopbreaker::cli {
namespace {

class NdjsonReading : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ =
        std::filesystem::temp_directory_path() / ("ndjson_test." + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string plain(const std::string& bytes) {
    const auto path = (folder_ / "in.ndjson").string();
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
  }
  std::string packed(const std::vector<std::string>& members) {
    const auto path = (folder_ / "in.ndjson.gz").string();
    std::filesystem::remove(path);
    for (const std::string& member : members) {
      gzFile out = gzopen(path.c_str(), "ab");
      gzwrite(out, member.data(), static_cast<unsigned>(member.size()));
      gzclose(out);
    }
    return path;
  }
  static std::vector<std::string> lines_of(NdjsonReader& reader) {
    std::vector<std::string> all;
    std::string_view line;
    while (reader.next(line)) all.emplace_back(line);
    return all;
  }

  std::filesystem::path folder_;
};

using Lines = std::vector<std::string>;

TEST_F(NdjsonReading, gives_lines_with_their_numbers_and_drops_blank_ones) {
  auto reader = NdjsonReader::open(plain("{\"a\":1}\n\n  \r\n{\"b\":2}\r\n"));
  ASSERT_TRUE(reader.has_value());
  std::string_view line;
  ASSERT_TRUE(reader->next(line));
  EXPECT_EQ(line, "{\"a\":1}");
  EXPECT_EQ(reader->line_number(), 1u);
  ASSERT_TRUE(reader->next(line));
  EXPECT_EQ(line, "{\"b\":2}");
  EXPECT_EQ(reader->line_number(), 4u);
  EXPECT_TRUE(reader->where().ends_with("in.ndjson:4")) << reader->where();
  EXPECT_FALSE(reader->next(line));
  EXPECT_TRUE(reader->status().has_value());
}

TEST_F(NdjsonReading, needs_no_newline_after_the_last_line) {
  auto reader = NdjsonReader::open(plain("one\ntwo"));
  ASSERT_TRUE(reader.has_value());
  EXPECT_EQ(lines_of(*reader), (Lines{"one", "two"}));
}

TEST_F(NdjsonReading, an_empty_file_has_no_lines_and_no_error) {
  auto reader = NdjsonReader::open(plain(""));
  ASSERT_TRUE(reader.has_value());
  EXPECT_EQ(lines_of(*reader), Lines{});
  EXPECT_TRUE(reader->status().has_value());
}

TEST_F(NdjsonReading, unpacks_gzip_of_several_members) {
  auto reader = NdjsonReader::open(packed({"one\ntwo\n", "three\n", "four"}));
  ASSERT_TRUE(reader.has_value());
  EXPECT_EQ(lines_of(*reader), (Lines{"one", "two", "three", "four"}));
  EXPECT_TRUE(reader->status().has_value());
}

TEST_F(NdjsonReading, lines_longer_than_its_buffer_come_whole) {
  const std::string big(3'000'001, 'x');
  auto reader = NdjsonReader::open(packed({"small\n" + big + "\nlast\n"}));
  ASSERT_TRUE(reader.has_value());
  EXPECT_EQ(lines_of(*reader), (Lines{"small", big, "last"}));
}

TEST_F(NdjsonReading, a_cut_gzip_file_is_an_error_and_not_an_end) {
  std::string noise;
  std::uint64_t h = 7;
  for (int i = 0; i < 20'000; ++i) {
    h = h * 6364136223846793005ull + 1442695040888963407ull;
    noise += std::to_string(h >> 20) + "\n";
  }
  const std::string path = packed({noise});
  std::filesystem::resize_file(path, std::filesystem::file_size(path) / 2);
  auto reader = NdjsonReader::open(path);
  ASSERT_TRUE(reader.has_value());
  const Lines lines = lines_of(*reader);
  EXPECT_GT(lines.size(), 100u);
  EXPECT_LT(lines.size(), 20'000u);
  ASSERT_FALSE(reader->status().has_value());
  EXPECT_NE(reader->status().error().message.find("in.ndjson.gz:"), std::string::npos);
  EXPECT_NE(reader->status().error().message.find("too early"), std::string::npos);
}

TEST_F(NdjsonReading, says_why_a_file_cannot_be_opened) {
  auto missing = NdjsonReader::open((folder_ / "missing").string());
  ASSERT_FALSE(missing.has_value());
  EXPECT_NE(missing.error().message.find("No such file"), std::string::npos);
  auto folder = NdjsonReader::open(folder_.string());
  ASSERT_FALSE(folder.has_value());
  EXPECT_NE(folder.error().message.find("directory"), std::string::npos);
}

}  // namespace
}  // namespace loopbreaker::cli
