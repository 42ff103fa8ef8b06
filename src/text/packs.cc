// The set of compiled packs: built in, or read from files.
#include "text/packs.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "text/builtin_data.h"
#include "text/files.h"
#include "text/lexicon.h"

namespace loopbreaker::text {
namespace {

Status put_file(const std::filesystem::path& path, PhrasePacks& packs) {
  const auto text = read_whole_file(path.string());
  if (!text) {
    return Error{text.error().message +
                 "; it must be a phrase pack or a folder of *.phrases files"};
  }
  auto lexicon = Lexicon::parse(*text, path.string());
  if (!lexicon) return lexicon.error();
  std::string language = (*lexicon)->language();
  packs.put(std::move(language), std::move(lexicon).value());
  return Ok{};
}

}  // namespace

const Lexicon* PhrasePacks::find(std::string_view language) const {
  language = language.substr(0, language.find_first_of("-_"));
  if (language.empty()) language = "en";
  const auto same = [](char a, char b) { return (a | 0x20) == (b | 0x20); };
  for (const auto& [name, lexicon] : packs_) {
    if (std::equal(name.begin(), name.end(), language.begin(), language.end(), same)) {
      return lexicon.get();
    }
  }
  return nullptr;
}

void PhrasePacks::put(std::string language, std::shared_ptr<const Lexicon> lexicon) {
  for (auto& [name, old] : packs_) {
    if (name == language) {
      old = std::move(lexicon);
      return;
    }
  }
  packs_.emplace_back(std::move(language), std::move(lexicon));
}

const PhrasePacks& builtin_packs() {
  static const PhrasePacks packs = [] {
    auto english = Lexicon::parse(builtin_english_pack(), "packs/en.phrases");
    if (!english) {
      std::fprintf(stderr, "built-in phrase pack: %s\n", english.error().message.c_str());
      std::abort();
    }
    PhrasePacks made;
    made.put("en", std::move(english).value());
    return made;
  }();
  return packs;
}

Result<PhrasePacks> load_packs(const std::string& path) {
  PhrasePacks packs = builtin_packs();
  std::error_code ignored;
  if (!std::filesystem::is_directory(path, ignored)) {
    if (Status s = put_file(path, packs); !s) return s.error();
    return packs;
  }
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(path, ignored)) {
    if (entry.path().extension() == ".phrases") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  if (files.empty()) return Error{path + ": no *.phrases file in this folder"};
  for (const auto& file : files) {
    if (Status s = put_file(file, packs); !s) return s.error();
  }
  return packs;
}

Result<PhrasePacks> parse_packs(std::string_view text, std::string_view name) {
  auto lexicon = Lexicon::parse(text, name);
  if (!lexicon) return lexicon.error();
  PhrasePacks packs = builtin_packs();
  std::string language = (*lexicon)->language();
  packs.put(std::move(language), std::move(lexicon).value());
  return packs;
}

}  // namespace loopbreaker::text
