// A message cut into tokens once; everything else in this folder works on them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "text/word_memo.h"

namespace loopbreaker::text {

struct Models;
class Automaton;

enum TokenFlag : std::uint16_t {
  kNumber = 1 << 0,         ///< digits only
  kCode = 1 << 1,           ///< letters and digits
  kCapital = 1 << 2,        ///< starts with a capital letter
  kAllCaps = 1 << 3,        ///< two letters or more, all capitals
  kSentenceStart = 1 << 4,  ///< first of its sentence
  kClauseStart = 1 << 5,    ///< after a comma, dash or colon, or first of its sentence
  kQuoted = 1 << 6,         ///< between double quotes
  kSymbol = 1 << 7,         ///< an emoji: heard as a phrase, not a word
  kElongated = 1 << 8,      ///< "noooo"
  kRedacted = 1 << 9,       ///< [card#3f]
  kName = 1 << 10,          ///< looks like a name; masked in the sketch
  kEmptyWord = 1 << 11,     ///< stop, closing or navigation word
  kHasDigit = 1 << 12,
  kPlain = 1 << 13,   ///< ASCII letters and digits only, nothing elongated
  kMasked = 1 << 14,  ///< a rare name: '@' in the normal form
};

struct Token {
  std::uint32_t begin, end;            ///< bytes in the text
  std::uint32_t norm_begin, norm_end;  ///< bytes in `norm`
  /// `word`: hash of the lower-cased spelling, without apostrophes; `stem`: with digits masked.
  WordFacts facts;
  std::uint16_t flags;
  bool is(std::uint16_t flag) const { return (flags & flag) != 0; }
};

/// One tokenised message; reused from message to message.
struct Tokens {
  static constexpr std::size_t kTextMax = 16 * 1024;  ///< bytes looked at
  static constexpr std::size_t kTokensMax = 2048;

  std::vector<Token> all;
  /// Lower case, one space between words, digits and names masked; without symbols.
  std::string_view norm;
  WordSums sums;  ///< of all tokens
  std::uint32_t words = 0;
  std::uint32_t letters = 0, capitals = 0;
  std::uint32_t exclamations = 0, questions = 0;                ///< marks in all
  std::uint32_t longest_exclamation = 0, longest_question = 0;  ///< longest run
  bool ends_with_question = false;
  bool has_digit = false;
  bool has_currency = false;
  std::string_view text;           ///< what was tokenised, perhaps cut
  const Models* models = nullptr;  ///< whose rows and sums words get; never changed
  /// Whose classes words get where they are known: of the phrases for customers, for everyone else;
  /// never changed.
  const Automaton* customer_phrases = nullptr;
  const Automaton* others_phrases = nullptr;
  /// The normal form of a token; of an emoji its bytes.
  std::string_view spelling(const Token& t) const {
    return t.is(kSymbol) ? text.substr(t.begin, t.end - t.begin)
                         : norm.substr(t.norm_begin, t.norm_end - t.norm_begin);
  }
  /// The hash that stands for it among the features: names that are masked are all the same.
  std::uint32_t feature_word(const Token& t) const;

  // Only make it faster.
  WordMemo memo;
  SpellingMemo spellings;
  WordSums masked;  ///< what a masked name adds, always the same
  // Memory for the tokeniser.
  std::vector<char> normal;  ///< what `norm` points into
  std::string piece;
  struct Name {
    std::uint32_t token;
    WordSums sums;
  };
  std::vector<Name> names;
};

void tokenise(std::string_view text, Tokens& out);

}  // namespace loopbreaker::text
