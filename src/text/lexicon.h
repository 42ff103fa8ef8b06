// One language's phrases, parsed and compiled. The format is described at the top of
// packs/en.phrases.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "loopbreaker/analysis.h"
#include "loopbreaker/result.h"
#include "text/automaton.h"

namespace loopbreaker::text {

/// What a section of a pack listens for: one of Heard, then Category, then what a bot asks for.
struct Topic {
  enum class Kind : std::uint8_t { heard, category, asks };
  Kind kind = Kind::heard;
  std::uint8_t value = 0;  ///< Heard, Category or IdentifierKind
  static constexpr int kCount = kHeard + kCategories + 10;
  int index() const {
    return value + (kind == Kind::heard      ? 0
                    : kind == Kind::category ? kHeard
                                             : kHeard + kCategories);
  }
};

struct Phrase {
  Topic topic;
  Score score;
  bool exception = false;  ///< a false friend: takes back what it overlaps in its topic
};

class Lexicon {
 public:
  static Result<std::shared_ptr<const Lexicon>> parse(std::string_view text, std::string_view name);

  /// The half that customers' messages go through, and the half for everyone else's.
  struct Half {
    std::vector<Phrase> phrases;  ///< indexed by Match::phrase
    Automaton automaton;
  };
  const Half& half(bool customer) const { return customer ? customer_ : others_; }
  /// Words that, up to three words before a phrase of the topic, take it back. Sorted hashes.
  const std::vector<std::uint32_t>& negators(const Topic& t) const { return negators_[t.index()]; }
  const std::string& language() const { return language_; }

 private:
  friend class LexiconParser;
  Lexicon(Half customer, Half others, std::vector<std::vector<std::uint32_t>> negators,
          std::string language)
      : customer_(std::move(customer)),
        others_(std::move(others)),
        negators_(std::move(negators)),
        language_(std::move(language)) {}

  Half customer_, others_;
  std::vector<std::vector<std::uint32_t>> negators_;
  std::string language_;
};

}  // namespace loopbreaker::text
