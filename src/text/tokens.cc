// The tokeniser: one pass over the bytes finds the tokens, what is known about them, and their
// normal form.
#include "text/tokens.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "text/automaton.h"
#include "text/models.h"
#include "text/stem.h"
#include "text/utf8.h"

namespace loopbreaker::text {
namespace {

enum Byte : std::uint8_t { kOther, kLower, kUpper, kDigit, kQuote, kStop, kComma, kHigh };

constexpr std::array<std::uint8_t, 256> make_classes() {
  std::array<std::uint8_t, 256> t{};
  for (int c = 'a'; c <= 'z'; ++c) t[c] = kLower;
  for (int c = 'A'; c <= 'Z'; ++c) t[c] = kUpper;
  for (int c = '0'; c <= '9'; ++c) t[c] = kDigit;
  for (int c = 128; c < 256; ++c) t[c] = kHigh;
  for (char c : {'.', '!', '?', '\n'}) t[static_cast<int>(c)] = kStop;
  for (char c : {',', ';', ':', '-', '('}) t[static_cast<int>(c)] = kComma;
  t['"'] = kQuote;
  return t;
}
constexpr auto kClasses = make_classes();

// A name is masked only if it is about as rare as this (1/1000 nat): "Visa" and "London" are
// topics, not values.
constexpr std::uint16_t kNameIdfMin = 7'000;

std::uint8_t class_of(char c) { return kClasses[static_cast<std::uint8_t>(c)]; }

/// Length of a redaction token such as [card#3f] or [card] at `at`; 0 if there is none.
std::size_t redaction_token(std::string_view text, std::size_t at) {
  std::size_t i = at + 1;
  while (i < text.size() && i - at < 24 && (class_of(text[i]) == kLower || text[i] == '_')) ++i;
  if (i - at < 3 || i >= text.size()) return 0;
  if (text[i] == ']') return i + 1 - at;
  if (text[i] != '#' || i + 3 >= text.size() || text[i + 3] != ']') return 0;
  const auto hex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  return hex(text[i + 1]) && hex(text[i + 2]) ? i + 4 - at : 0;
}

/// Lower-cases a word into `norm`, runs of three and more letters as one, and hashes it without
/// apostrophes.
std::uint32_t normalise(std::string_view raw, const Token& t, std::string& norm) {
  std::uint64_t hash = kWordHashStart;
  const std::size_t from = norm.size();
  if (t.is(kPlain)) {
    norm.resize(from + raw.size());
    char* to = norm.data() + from;
    for (char c : raw) {
      const char lower = class_of(c) == kUpper ? static_cast<char>(c | 0x20) : c;
      *to++ = lower;
      hash = word_hash_step(hash, lower);
    }
    return word_hash_end(hash);
  }
  const auto put = [&](char c) {
    if (t.is(kElongated) && norm.size() >= from + 2 && norm.back() == c &&
        norm[norm.size() - 2] == c && !(c >= '0' && c <= '9')) {
      return;
    }
    norm.push_back(c);
    if (c != '\'') hash = word_hash_step(hash, c);
  };
  for (std::size_t i = 0; i < raw.size();) {
    const char c = raw[i];
    const std::uint8_t k = class_of(c);
    if (k != kHigh) {
      put(k == kUpper ? static_cast<char>(c | 0x20) : c);
      ++i;
      continue;
    }
    const CodePoint p = decode(raw, i);
    i += p.bytes;
    if (kind_of(p.value) == CharKind::apostrophe) {
      put('\'');
      continue;
    }
    const std::size_t at = norm.size();
    append_utf8(norm, to_lower(p.value));
    for (std::size_t b = at; b < norm.size(); ++b) hash = word_hash_step(hash, norm[b]);
  }
  if (!t.is(kElongated)) return word_hash_end(hash);
  // "noooo" is "no", "hellooo" is "hello": a run becomes one letter.
  std::string_view kept(norm);
  kept.remove_prefix(from);
  std::size_t to = from;
  hash = kWordHashStart;
  for (std::size_t i = from; i < norm.size(); ++i) {
    if (i > from && norm[i] == norm[to - 1]) continue;
    norm[to++] = norm[i];
    if (norm[to - 1] != '\'') hash = word_hash_step(hash, norm[to - 1]);
  }
  norm.resize(to);
  return word_hash_end(hash);
}

void mask_digits(const Token& t, std::string& norm) {
  if (t.is(kNumber)) {
    norm.assign(std::min<std::size_t>(4, norm.size()), '0');
    return;
  }
  for (char& c : norm) {
    if (c >= '0' && c <= '9') c = '0';
  }
}

class Scanner {
 public:
  Scanner(std::string_view text, Tokens& out)
      : text_(text), out_(out), vectors_(out.models ? out.models->vectors.get() : nullptr) {
    // Each token takes at least half as many bytes in the text as it gets in the normal form, and
    // letters are written sixteen at a time.
    const std::size_t room = 2 * text.size() + sizeof(std::uint64_t[2]);
    if (out.normal.size() < room) out.normal.resize(room);
  }

  void run() {
    std::size_t i = 0;
    while (i < text_.size() && out_.all.size() < Tokens::kTokensMax) {
      const char c = text_[i];
      switch (class_of(c)) {
        case kLower:
        case kUpper:
          i = plain_word(i);
          break;
        case kDigit:
          i = word(i);
          break;
        case kStop:
          i = stop(i);
          break;
        case kComma:
          clause_start_ = true;
          ++i;
          break;
        case kQuote:
          toggle_quote();
          ++i;
          break;
        case kHigh:
          i = high(i);
          break;
        default:
          i = other(i);
          break;
      }
    }
    // An opening quote that is never closed quotes nothing.
    if (quoted_) {
      for (std::size_t k = quote_from_; k < out_.all.size(); ++k) {
        out_.all[k].flags = static_cast<std::uint16_t>(out_.all[k].flags & ~kQuoted);
      }
    }
    if (capitalised_ > 0) settle_names();
    out_.norm = {out_.normal.data(), size_};
  }

 private:
  std::size_t stop(std::size_t i) {
    const char c = text_[i];
    std::size_t end = i + 1;
    while (end < text_.size() && (text_[end] == '!' || text_[end] == '?')) ++end;
    std::uint32_t exclamations = 0, questions = 0;
    for (std::size_t k = i; k < end; ++k) {
      exclamations += text_[k] == '!';
      questions += text_[k] == '?';
    }
    out_.exclamations += exclamations;
    out_.questions += questions;
    out_.longest_exclamation = std::max(out_.longest_exclamation, exclamations);
    out_.longest_question = std::max(out_.longest_question, questions);
    if (questions != 0) {
      out_.ends_with_question = true;
    }
    // "3.5", "example.com" and "p.m." go on; a stop before white space ends the sentence.
    const bool inside = c == '.' && end < text_.size() && class_of(text_[end]) != kOther &&
                        class_of(text_[end]) != kStop && class_of(text_[end]) != kQuote;
    if (!inside) sentence_start_ = clause_start_ = true;
    return end;
  }

  std::size_t other(std::size_t i) {
    const char c = text_[i];
    if (c == '$') out_.has_currency = true;
    if (c == '[') {
      if (const std::size_t n = redaction_token(text_, i)) {
        redacted(push(i, i + n, kRedacted));
        return i + n;
      }
    }
    return i + 1;
  }

  std::size_t high(std::size_t i) {
    const CodePoint c = decode(text_, i);
    switch (kind_of(c.value)) {
      case CharKind::lower:
      case CharKind::upper:
        return word(i);
      case CharKind::ideograph:
        look_up(text_.substr(i, c.bytes), push(i, i + c.bytes, 0));
        ++out_.words;
        break;
      case CharKind::emoji:
        symbol(push(i, i + c.bytes, kSymbol));
        break;
      case CharKind::quote:
        toggle_quote();
        break;
      default:
        if (c.value == 0x20AC || c.value == 0xA3 || c.value == 0xA5) out_.has_currency = true;
        if (c.value == 0x3002 || c.value == 0xFF01 || c.value == 0xFF1F) sentence_start_ = true;
        if (c.value == 0x2013 || c.value == 0x2014) clause_start_ = true;
        break;
    }
    return i + c.bytes;
  }

  /// A word of letters that is in the memo; any other goes the long way.
  std::size_t plain_word(std::size_t begin) {
    const Letters letters = Letters::of(text_, begin);
    const std::size_t end = begin + letters.count;
    if (letters.count > WordMemo::kLettersMax || (end < text_.size() && goes_on(text_[end]))) {
      return word(begin);
    }
    const WordMemo::Known& known = out_.memo.slot(letters);
    if (known.head != letters.head || known.tail != letters.tail) return word(begin);
    if (vectors_ != nullptr && known.facts.row >= 0) vectors_->prefetch(known.facts.row);
    const std::uint32_t capitals = letters.capitals();
    std::uint16_t flags = kPlain;
    if (known.facts.empty_word) flags |= kEmptyWord;
    if (letters.first_capital()) flags |= kCapital;
    if (capitals >= 2 && capitals == letters.count) flags |= kAllCaps;
    out_.letters += letters.count;
    out_.capitals += capitals;
    ++out_.words;
    Token& t = push(begin, end, flags);
    char* const to = begin_norm(t);
    std::memcpy(to, &letters.head, sizeof letters.head);
    std::memcpy(to + sizeof letters.head, &letters.tail, sizeof letters.tail);
    end_norm(t, letters.count);
    t.facts = known.facts;
    add_sums(t, known.sums);
    return end;
  }

  /// Whether a word of letters may not be at its end before `c`.
  static bool goes_on(char c) {
    const std::uint8_t k = class_of(c);
    return k == kDigit || k == kHigh || c == '\'';
  }

  std::size_t word(std::size_t begin) {
    std::uint32_t seen[kHigh + 1] = {};
    bool first_upper = class_of(text_[begin]) == kUpper, elongated = false, plain = true;
    int run = 0;
    char last = 0;
    std::size_t i = begin;
    while (i < text_.size()) {
      const char c = text_[i];
      const std::uint8_t k = class_of(c);
      if (k == kLower || k == kUpper || k == kDigit) {
        ++seen[k];
        run = ((c ^ last) & ~0x20) == 0 ? run + 1 : 1;
        elongated |= run >= 3 && k != kDigit;
        last = c;
        ++i;
        continue;
      }
      if (c == '\'' && i > begin && i + 1 < text_.size() && is_letter(i + 1)) {
        plain = false;
        ++i;
        continue;
      }
      if (k != kHigh) break;
      const CodePoint p = decode(text_, i);
      const CharKind kind = kind_of(p.value);
      const bool joins = kind == CharKind::apostrophe && i > begin && i + p.bytes < text_.size() &&
                         is_letter(i + p.bytes);
      if (kind == CharKind::upper) {
        ++seen[kUpper];
        first_upper |= i == begin;
      } else if (kind == CharKind::lower) {
        ++seen[kLower];
      } else if (!joins) {
        break;
      }
      plain = false;
      i += p.bytes;
    }
    const std::uint32_t letters = seen[kLower] + seen[kUpper];
    std::uint16_t flags = plain && !elongated ? kPlain : 0;
    if (seen[kDigit] != 0) {
      flags |= kHasDigit | (letters == 0 ? kNumber : kCode);
      out_.has_digit = true;
    }
    if (first_upper) flags |= kCapital;
    if (seen[kUpper] >= 2 && seen[kLower] == 0) flags |= kAllCaps;
    if (elongated) flags |= kElongated;
    out_.letters += letters;
    out_.capitals += seen[kUpper];
    ++out_.words;
    Token& t = push(begin, i, flags);
    look_up(text_.substr(begin, i - begin), t);
    return i;
  }

  bool is_letter(std::size_t i) const {
    const std::uint8_t k = class_of(text_[i]);
    if (k != kHigh) return k == kLower || k == kUpper;
    const CharKind kind = kind_of(decode(text_, i).value);
    return kind == CharKind::lower || kind == CharKind::upper;
  }

  void toggle_quote() {
    quoted_ = !quoted_;
    if (quoted_) quote_from_ = out_.all.size();
  }

  Token& push(std::size_t begin, std::size_t end, std::uint16_t flags) {
    if (sentence_start_) flags |= kSentenceStart | kClauseStart;
    if (clause_start_) flags |= kClauseStart;
    if (quoted_) flags |= kQuoted;
    capitalised_ += (flags & kCapital) != 0;
    if (!(flags & kSymbol)) {
      sentence_start_ = clause_start_ = false;
      if (out_.questions == 0 || !(flags & kSentenceStart)) out_.ends_with_question = false;
    }
    Token& t = out_.all.emplace_back();
    t.begin = static_cast<std::uint32_t>(begin);
    t.end = static_cast<std::uint32_t>(end);
    t.flags = flags;
    return t;
  }

  /// Where a token's normal form is to be written; a space goes before it.
  char* begin_norm(Token& t) {
    if (size_ > 0) out_.normal[size_++] = ' ';
    t.norm_begin = static_cast<std::uint32_t>(size_);
    return out_.normal.data() + size_;
  }
  void end_norm(Token& t, std::size_t bytes) {
    size_ += bytes;
    t.norm_end = static_cast<std::uint32_t>(size_);
  }
  void put_norm(Token& t, std::string_view norm) {
    std::memcpy(begin_norm(t), norm.data(), norm.size());
    end_norm(t, norm.size());
  }

  /// What the token adds; for what may turn out to be a masked name that is known at the end.
  void add_sums(const Token& t, const WordSums& sums) {
    if (t.is(kCapital) && !t.is(kSentenceStart | kEmptyWord) && t.facts.idf >= kNameIdfMin) {
      out_.names.push_back({static_cast<std::uint32_t>(out_.all.size() - 1), sums});
    } else {
      out_.sums += sums;
    }
  }

  void symbol(Token& t) {
    const std::string_view raw = text_.substr(t.begin, t.end - t.begin);
    t.facts.word = t.facts.stem = word_hash(raw);
    t.norm_begin = t.norm_end = static_cast<std::uint32_t>(size_);
    if (out_.models != nullptr) out_.sums += word_sums(*out_.models, raw, t.facts.word);
  }

  /// Without the key: [card#3f] is [card].
  void redacted(Token& t) {
    const std::string_view raw = text_.substr(t.begin, t.end - t.begin);
    const std::size_t key = raw.find('#');
    out_.piece = raw.substr(0, key);
    if (key != std::string_view::npos) out_.piece.push_back(']');
    put_norm(t, out_.piece);
    t.facts.word = t.facts.stem = word_hash(out_.piece);
    t.facts.idf = stem_info(t.facts.stem).idf;
    if (out_.models != nullptr) out_.sums += word_sums(*out_.models, out_.piece, t.facts.word);
  }

  /// Finds out what is known about a word or remembers it, and writes its normal form.
  void look_up(std::string_view raw, Token& t) {
    const bool letters_only = t.is(kPlain) && !t.is(kHasDigit);
    if (letters_only || raw.size() > SpellingMemo::kBytesMax) {
      const WordSums sums = find_out(raw, t);
      if (letters_only && raw.size() <= WordMemo::kLettersMax) {
        const Letters letters = Letters::of(raw, 0);
        out_.memo.slot(letters) = {letters.head, letters.tail, t.facts, sums};
      }
      return learn(t, sums, out_.piece);
    }
    const SpellingMemo::Bytes bytes = SpellingMemo::bytes_of(raw);
    SpellingMemo::Known& known = out_.spellings.slot(bytes);
    if (known.raw == bytes) {
      t.facts = known.facts;
      return learn(t, known.sums, {known.norm.data(), known.norm_size});
    }
    const WordSums sums = find_out(raw, t);
    if (out_.piece.size() <= SpellingMemo::kBytesMax) {
      known = {bytes, SpellingMemo::bytes_of(out_.piece), t.facts, sums,
               static_cast<std::uint8_t>(out_.piece.size())};
    }
    learn(t, sums, out_.piece);
  }

  void learn(Token& t, const WordSums& sums, std::string_view norm) {
    if (t.facts.empty_word) t.flags |= kEmptyWord;
    put_norm(t, norm);
    add_sums(t, sums);
  }

  /// The facts of a word; its normal form into `piece`.
  WordSums find_out(std::string_view raw, Token& t) {
    std::string& norm = out_.piece;
    norm.clear();
    WordFacts& facts = t.facts;
    facts.word = normalise(raw, t, norm);
    if (t.is(kHasDigit)) mask_digits(t, norm);
    const Stem stem = stem_of(norm);
    const bool is_stem = stem.length == norm.size() && !stem.add_y;
    facts.stem = is_stem && t.is(kPlain) && !t.is(kHasDigit) ? facts.word : stem_hash(norm, stem);
    const StemInfo info = stem_info(facts.stem);
    facts.idf = info.idf;
    facts.empty_word = info.empty_word;
    if (out_.customer_phrases != nullptr)
      facts.customer_class = kept_class(*out_.customer_phrases, t, norm);
    if (out_.others_phrases != nullptr)
      facts.others_class = kept_class(*out_.others_phrases, t, norm);
    if (out_.models == nullptr) return {};
    if (t.is(kPlain)) {
      facts.row = t.is(kNumber) ? vectors_->number(raw.size()) : vectors_->word(facts.word);
    } else {
      facts.row = vectors_->contraction(raw);
    }
    return word_sums(*out_.models, norm, facts.word);
  }

  static std::uint16_t kept_class(const Automaton& phrases, const Token& t, std::string_view norm) {
    return std::min(phrases.class_of(t, norm), WordFacts::kUnclassed);
  }

  /// Which capitals are names, and what they add; rare names are masked.
  void settle_names() {
    // In "WHERE IS IT" and "Where Is My Order" a capital says nothing about names.
    const bool capitals_count = capitalised_ * 2 <= out_.words + 1;
    if (!capitals_count) {
      for (const Tokens::Name& name : out_.names) out_.sums += name.sums;
      return;
    }
    for (Token& t : out_.all) {
      if (t.is(kCapital) && !t.is(kSentenceStart | kEmptyWord)) t.flags |= kName;
    }
    if (out_.names.empty()) return;
    for (const Tokens::Name& name : out_.names) {
      Token& t = out_.all[name.token];
      t.flags |= kMasked;
      // Its spelling counts no longer.
      t.facts.customer_class = t.facts.others_class = WordFacts::kUnclassed;
      if (out_.models != nullptr) out_.sums += masked_sums();
    }
    mask_names();
  }

  void mask_names() {
    char* const norm = out_.normal.data();
    std::size_t size = 0;
    for (Token& t : out_.all) {
      if (t.is(kSymbol)) {
        t.norm_begin = t.norm_end = static_cast<std::uint32_t>(size);
        continue;
      }
      if (size > 0) norm[size++] = ' ';
      const std::size_t bytes = t.is(kMasked) ? 1 : t.norm_end - t.norm_begin;
      if (t.is(kMasked)) {
        norm[size] = '@';
      } else {
        std::memmove(norm + size, norm + t.norm_begin, bytes);
      }
      t.norm_begin = static_cast<std::uint32_t>(size);
      size += bytes;
      t.norm_end = static_cast<std::uint32_t>(size);
    }
    size_ = size;
  }

  const WordSums& masked_sums() {
    if (out_.masked.features == 0) out_.masked = word_sums(*out_.models, "@", word_hash("@"));
    return out_.masked;
  }

  std::string_view text_;
  Tokens& out_;
  const VectorTable* vectors_;
  bool sentence_start_ = true, clause_start_ = true, quoted_ = false;
  std::size_t quote_from_ = 0;
  std::size_t size_ = 0;  ///< of the normal form so far
  std::uint32_t capitalised_ = 0;
};

}  // namespace

std::uint32_t Tokens::feature_word(const Token& t) const {
  return t.is(kMasked) ? word_hash("@") : t.facts.word;
}

void tokenise(std::string_view text, Tokens& out) {
  out.all.clear();
  out.names.clear();
  out.sums = {};
  out.words = out.letters = out.capitals = 0;
  out.exclamations = out.questions = out.longest_exclamation = out.longest_question = 0;
  out.ends_with_question = out.has_digit = out.has_currency = false;
  out.text = cut_utf8(text, Tokens::kTextMax);
  Scanner(out.text, out).run();
}

}  // namespace loopbreaker::text
