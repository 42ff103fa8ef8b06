// Finds all phrases of a lexicon in one pass over the tokens: a position automaton (Glushkov) whose
// steps are remembered as texts need them.
#pragma once

#include <absl/container/flat_hash_map.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "text/frozen_index.h"
#include "text/tokens.h"

namespace loopbreaker::text {

/// One place in a phrase and what it accepts there.
struct Place {
  enum class Kind : std::uint8_t {
    words,
    any_word,
    sentence_begin,
    sentence_end,
    text_begin,
    text_end
  };
  Kind kind = Kind::words;
  bool number = false;               ///< also accepts any number
  bool strict = false;               ///< its words must be spelled as they are
  std::vector<std::uint32_t> words;  ///< hashes of spellings
  std::vector<std::uint32_t> stems;  ///< hashes of stems
  struct Spelling {
    std::string text;  ///< without apostrophes
    std::uint32_t word, stem;
  };
  std::vector<Spelling> spellings;   ///< the words as written in the phrase
  std::vector<std::uint16_t> after;  ///< places that may follow
  std::uint16_t phrase = 0;
  bool first = false, last = false;  ///< may begin, may end its phrase
};

/// The compiled, immutable half; shared between walkers.
class Automaton {
 public:
  static constexpr std::size_t kPlacesMax = 60'000;

  explicit Automaton(std::vector<Place> places);

  /// Class of a token: tokens of one class are the same to every phrase. `spelling` is its normal
  /// form.
  std::uint16_t class_of(const Token& token, std::string_view spelling) const;

 private:
  friend class Walker;
  enum Special : std::uint16_t {
    kUnknown,
    kUnknownNumber,
    kSentenceBegin,
    kSentenceEnd,
    kTextBegin,
    kTextEnd,
    kSpecials
  };
  static bool is_word(std::uint16_t token_class) {
    return token_class >= kSpecials || token_class <= kUnknownNumber;
  }
  bool accepts(std::uint16_t place, std::uint16_t token_class) const;

  std::vector<Place> places_;
  std::vector<std::vector<std::uint16_t>> before_;   ///< the inverse of Place::after
  std::vector<std::vector<std::uint16_t>> classes_;  ///< the inverse of accepting_
  std::vector<std::vector<std::uint16_t>>
      accepting_;  ///< by class: places that accept it, ascending; without any_word
  std::vector<std::vector<std::uint16_t>> starting_;  ///< by class: first places that accept it
  std::vector<std::vector<std::uint16_t>> alone_;     ///< of these, those that end their phrase
  FrozenIndex<std::uint16_t> words_, stems_;
  struct Slip {
    std::uint16_t token_class;
    std::uint16_t letters;  ///< sum of the word's letters, the same for swapped ones
    std::uint8_t length;
  };
  const std::uint16_t* forgive(const Token& token, std::string_view spelling) const;
  FrozenIndex<Slip> slips_;  ///< longer words, as they are and with one letter left out
};

/// A phrase found at tokens [begin, end).
struct Match {
  std::uint16_t phrase;
  std::uint32_t begin, end;
};

/// Walks texts through an automaton and remembers the steps it made. One per analyzer and
/// automaton.
///
/// After a token the automaton is in the places that the token begins, which its class alone says,
/// and in the places that go on from before, a set. Few sets are ever met, because the many places
/// that every common word begins are not in them. What follows is found for the class and for the
/// set, each an origin of its own, and then united: most steps of most texts are one look at a bit.
class Walker {
 public:
  explicit Walker(const Automaton& automaton);
  /// All matches, each at its longest, in order of their ends. The result lives until the next
  /// call.
  const std::vector<Match>& walk(const Tokens& tokens);

 private:
  using Places = std::vector<std::uint16_t>;  ///< ascending
  using SetId = std::uint16_t;                ///< 0 is the empty set

  static constexpr std::size_t kSetsMax = 8'192;
  static constexpr std::size_t kSetsMaxPerText = 5 * (3 * Tokens::kTokensMax + 4);
  static constexpr SetId kUnmade = 0xFFFF;
  static_assert(kSetsMax + kSetsMaxPerText < kUnmade, "every set has an id");
  static constexpr int kMemoBits = 15;
  static constexpr std::uint64_t kNothing = ~std::uint64_t{0};

  /// What may follow a class or a set.
  struct Origin {
    Places words, gaps;  ///< apart, because every word is accepted in a gap
  };
  /// All that most steps need of an origin, in one cache line.
  struct alignas(64) Outlook {
    std::array<std::uint64_t, 7> expected{};  ///< a bit per class, several classes to a bit
    SetId in_gap = kUnmade;                   ///< the set of `gaps`

    void expect(std::size_t c) { expected[c / 64 % 7] |= std::uint64_t{1} << c % 64; }
    /// False: `words` do not accept the class.
    bool may_expect(std::size_t c) const { return expected[c / 64 % 7] >> c % 64 & 1; }
  };

  void forget_all();
  std::uint16_t class_of(const Token& t, const Tokens& tokens) const;
  void advance(std::uint16_t token_class, std::uint32_t token);
  SetId step(std::size_t origin, std::uint16_t token_class);
  SetId united(SetId a, SetId b);
  void make_origin(std::size_t origin);
  void make_step(const Origin& origin, std::uint16_t token_class);
  SetId id_of(const Places& set);
  std::uint64_t& memo(std::uint64_t key) {
    return memo_[key * 0x9E3779B97F4A7C15ull >> (64 - kMemoBits)];
  }
  void phrases_end(const Places& started, const Places& gone_on);
  void found();

  const Automaton& automaton_;
  const std::size_t classes_;
  std::vector<Origin> origins_;      ///< the classes, then the sets; made when first needed
  std::vector<Outlook> outlooks_;    ///< of each origin
  std::vector<std::uint64_t> memo_;  ///< key and set; a newer step takes the place of an older one
  absl::flat_hash_map<Places, SetId> ids_;
  std::vector<Places> members_;  ///< of each set
  std::vector<Places> ending_;   ///< of these, those that end their phrase
  std::uint16_t class_ = 0;
  SetId set_ = 0;

  struct Step {
    std::uint16_t token_class;
    std::uint32_t token;  ///< index; for the special classes, of the token that follows
  };
  std::vector<Step> steps_;
  std::vector<Match> matches_;
  Places here_, there_, made_, words_;
};

}  // namespace loopbreaker::text
