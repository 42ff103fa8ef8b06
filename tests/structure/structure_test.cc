// The folders' dependency directions, held over #include lines: a compiler does not, because every header can be seen.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

struct Include {
  std::string file;
  std::string target;
  bool quoted = false;
};

std::vector<Include> includes_below(const fs::path& folder) {
  static const std::regex line_form(R"re(^\s*#include\s*([<"])([^>"]+)[>"])re");
  std::vector<Include> out;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    const std::string extension = entry.path().extension();
    if (extension != ".h" && extension != ".cc") continue;
    std::ifstream file(entry.path());
    for (std::string line; std::getline(file, line);) {
      std::smatch match;
      if (std::regex_search(line, match, line_form))
        out.push_back({fs::relative(entry.path(), SOURCE_DIR), match[2], match[1] == "\""});
    }
  }
  return out;
}

bool begins_with(const std::string& text, const std::string& start) { return text.compare(0, start.size(), start) == 0; }

// What a folder may include of the others; the contract (loopbreaker/) is open to all.
const std::map<std::string, std::set<std::string>> kMayUse = {
    {"text", {}},
    {"core", {"text"}},
    {"codec", {"core", "text"}},
    {"workload", {}},
    {"train", {"core", "codec", "text"}},
    {"plan", {}},
    {"runtime", {"core", "codec"}},
    {"quality", {"core", "text", "codec", "runtime"}},
    {"kafka", {"codec"}},
    {"measure", {"codec", "kafka"}},
    {"store", {}},
    {"http", {"runtime"}},
    {"cli", {"core", "text", "codec", "workload", "train", "plan", "runtime", "quality", "kafka", "measure", "store", "http"}},
};

TEST(Structure, the_contract_uses_nothing_but_the_standard_library) {
  for (const Include& include : includes_below(fs::path(SOURCE_DIR) / "include")) {
    EXPECT_TRUE(include.quoted ? begins_with(include.target, "loopbreaker/") : include.target.find('/') == std::string::npos)
        << include.file << " includes " << include.target;
  }
}

TEST(Structure, folders_include_only_what_they_may) {
  std::size_t seen = 0;
  for (const auto& [folder, allowed] : kMayUse) {
    const fs::path path = fs::path(SOURCE_DIR) / "src" / folder;
    ASSERT_TRUE(fs::exists(path)) << folder;
    for (const Include& include : includes_below(path)) {
      if (!include.quoted || begins_with(include.target, "loopbreaker/")) continue;
      ++seen;
      const std::string target = include.target.substr(0, include.target.find('/'));
      EXPECT_TRUE(target == folder || allowed.contains(target))
          << include.file << " includes " << include.target << ": src/" << folder << " may not use src/" << target;
    }
  }
  EXPECT_GT(seen, 50u);
}

TEST(Structure, every_folder_of_src_has_its_rule) {
  for (const auto& entry : fs::directory_iterator(fs::path(SOURCE_DIR) / "src"))
    EXPECT_TRUE(kMayUse.contains(entry.path().filename())) << entry.path();
}

TEST(Structure, librdkafka_and_rocksdb_have_one_home_each) {
  for (const auto& [folder, allowed] : kMayUse) {
    for (const Include& include : includes_below(fs::path(SOURCE_DIR) / "src" / folder)) {
      if (begins_with(include.target, "librdkafka/")) {
        EXPECT_EQ(folder, "kafka") << include.file;
      }
      if (begins_with(include.target, "rocksdb/")) {
        EXPECT_EQ(folder, "store") << include.file;
      }
    }
  }
}

TEST(Structure, core_and_text_have_no_clock_no_chance_and_no_input_or_output) {
  const std::set<std::string> banned = {"chrono", "ctime", "time.h", "random", "thread", "mutex",  "fstream",
                                        "iostream", "cstdio", "filesystem", "locale", "clocale"};
  for (const char* folder : {"core", "text"}) {
    for (const Include& include : includes_below(fs::path(SOURCE_DIR) / "src" / folder)) {
      if (include.quoted) continue;
      // Phrase packs and models may be given as files: these list and read them.
      static const std::set<std::string> readers = {"src/text/packs.cc", "src/text/models.cc", "src/text/files.cc"};
      if (readers.contains(include.file)) continue;
      EXPECT_FALSE(banned.contains(include.target)) << include.file << " includes <" << include.target << ">";
    }
  }
}

}  // namespace
