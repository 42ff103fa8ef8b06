// Phrase packs: what to listen for, per language. Data, compiled once; the format is described in
// packs/en.phrases.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "loopbreaker/result.h"

namespace loopbreaker::text {

class Lexicon;

/// Compiled packs. Cheap to copy: languages share their compiled form.
class PhrasePacks {
 public:
  /// The pack for a BCP 47 tag ("en-GB" finds "en"; empty means English); null when there is none.
  const Lexicon* find(std::string_view language) const;
  /// Adds a language, or replaces it.
  void put(std::string language, std::shared_ptr<const Lexicon> lexicon);

 private:
  std::vector<std::pair<std::string, std::shared_ptr<const Lexicon>>> packs_;
};

/// The packs in the binary.
const PhrasePacks& builtin_packs();

/// The built-in packs with the language of `path` (a file, or a folder of *.phrases files) put in
/// its place. Errors name file and line.
Result<PhrasePacks> load_packs(const std::string& path);

/// As load_packs, from text that was already read; `name` stands for the file in errors.
Result<PhrasePacks> parse_packs(std::string_view text, std::string_view name);

}  // namespace loopbreaker::text
