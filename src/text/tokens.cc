// The tokeniser: one pass over the bytes finds the tokens, one over the tokens writes their normal
// form.
#include "text/tokens.h"

#include <array>

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

class Scanner {
 public:
  Scanner(std::string_view text, Tokens& out)
      : text_(text), out_(out), vectors_(out.models ? out.models->vectors.get() : nullptr) {}

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
        push(i, i + n, kRedacted);
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
        push(i, i + c.bytes, 0);
        ++out_.words;
        break;
      case CharKind::emoji:
        push(i, i + c.bytes, kSymbol);
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
    const std::uint32_t capitals = letters.capitals();
    std::uint16_t flags = kPlain | kKnown;
    if (known.empty_word) flags |= kEmptyWord;
    if (letters.first_capital()) flags |= kCapital;
    if (capitals >= 2 && capitals == letters.count) flags |= kAllCaps;
    out_.letters += letters.count;
    out_.capitals += capitals;
    ++out_.words;
    Token& t = push(begin, end, flags);
    t.word = known.word;
    t.stem = known.stem;
    t.row = known.row;
    t.sums = known.sums;
    t.idf = known.idf;
    if (vectors_ != nullptr && t.row >= 0) vectors_->prefetch(t.row);
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
    push(begin, i, flags);
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

  std::string_view text_;
  Tokens& out_;
  const VectorTable* vectors_;
  bool sentence_start_ = true, clause_start_ = true, quoted_ = false;
  std::size_t quote_from_ = 0;
};

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

void mask_digits(const Token& t, std::string& norm, std::size_t from) {
  if (t.is(kNumber)) {
    const std::size_t digits = std::min<std::size_t>(4, norm.size() - from);
    norm.resize(from);
    norm.append(digits, '0');
    return;
  }
  for (std::size_t i = from; i < norm.size(); ++i) {
    if (norm[i] >= '0' && norm[i] <= '9') norm[i] = '0';
  }
}

/// Finds out what is known about a word, appends its normal form, and keeps plain words in mind.
void find_out(std::string_view raw, Token& t, Tokens& out) {
  const std::size_t from = out.norm.size();
  t.word = normalise(raw, t, out.norm);
  if (t.is(kHasDigit)) mask_digits(t, out.norm, from);
  const std::string_view word = std::string_view(out.norm).substr(from);
  const Stem stem = stem_of(word);
  const bool is_stem = stem.length == word.size() && !stem.add_y;
  const bool letters_only = t.is(kPlain) && !t.is(kHasDigit);
  if (out.models != nullptr) {
    if (t.is(kPlain)) {
      const VectorTable& vectors = *out.models->vectors;
      t.row = t.is(kNumber) ? vectors.number(raw.size()) : vectors.word(t.word);
    } else {
      t.row = out.models->vectors->contraction(raw);
    }
    t.sums = word_sums(*out.models, word, t.word);
  }
  t.stem = is_stem && letters_only ? t.word : stem_hash(word, stem);
  const StemInfo info = stem_info(t.stem);
  t.idf = info.idf;
  if (info.empty_word) t.flags |= kEmptyWord;
  if (letters_only && word.size() <= WordMemo::kLettersMax) {
    const Letters letters = Letters::of(word, 0);
    out.memo.slot(letters) = {letters.head, letters.tail, t.word, t.stem,
                              t.row,        t.sums,       t.idf,  info.empty_word};
  }
}

/// Likewise, or remembers it.
void look_up(std::string_view raw, Token& t, Tokens& out) {
  const bool letters_only = t.is(kPlain) && !t.is(kHasDigit);
  if (letters_only || raw.size() > SpellingMemo::kBytesMax) return find_out(raw, t, out);
  const SpellingMemo::Bytes bytes = SpellingMemo::bytes_of(raw);
  SpellingMemo::Known& known = out.spellings.slot(bytes);
  if (known.raw == bytes) {
    out.norm.append(known.norm.data(), known.norm_size);
    t.word = known.word;
    t.stem = known.stem;
    t.row = known.row;
    t.sums = known.sums;
    t.idf = known.idf;
    if (known.empty_word) t.flags |= kEmptyWord;
    return;
  }
  const std::size_t from = out.norm.size();
  find_out(raw, t, out);
  const std::string_view norm = std::string_view(out.norm).substr(from);
  if (norm.size() > SpellingMemo::kBytesMax) return;
  known = {bytes, SpellingMemo::bytes_of(norm),           t.word,          t.stem, t.row, t.sums,
           t.idf, static_cast<std::uint8_t>(norm.size()), t.is(kEmptyWord)};
}

/// What a masked name adds, always the same.
const WordSums& masked_sums(Tokens& out) {
  if (out.masked.features == 0) out.masked = word_sums(*out.models, "@", word_hash("@"));
  return out.masked;
}

}  // namespace

std::uint32_t Tokens::feature_word(const Token& t) const {
  return !t.is(kSymbol) && norm[t.norm_begin] == '@' ? word_hash("@") : t.word;
}

void tokenise(std::string_view text, Tokens& out) {
  out.all.clear();
  out.norm.clear();
  out.words = out.letters = out.capitals = 0;
  out.exclamations = out.questions = out.longest_exclamation = out.longest_question = 0;
  out.ends_with_question = out.has_digit = out.has_currency = false;
  out.text = cut_utf8(text, Tokens::kTextMax);
  Scanner(out.text, out).run();

  std::uint32_t capitalised = 0;
  for (const Token& t : out.all) capitalised += t.is(kCapital);
  // In "WHERE IS IT" and "Where Is My Order" a capital says nothing about names.
  const bool capitals_count = capitalised * 2 <= out.words + 1;
  for (Token& t : out.all) {
    const std::string_view raw = out.text.substr(t.begin, t.end - t.begin);
    if (t.is(kSymbol)) {
      t.word = t.stem = word_hash(raw);
      t.norm_begin = t.norm_end = static_cast<std::uint32_t>(out.norm.size());
      if (out.models != nullptr) t.sums = word_sums(*out.models, raw, t.word);
      continue;
    }
    if (!out.norm.empty()) out.norm.push_back(' ');
    const std::size_t from = out.norm.size();
    t.norm_begin = static_cast<std::uint32_t>(from);
    if (t.is(kRedacted)) {
      const std::size_t hash_at = raw.find('#');
      out.norm.append(raw.substr(0, hash_at));
      if (hash_at != std::string_view::npos) out.norm.push_back(']');
      t.word = t.stem = word_hash(std::string_view(out.norm).substr(from));
      t.idf = stem_info(t.stem).idf;
      if (out.models != nullptr) {
        t.sums = word_sums(*out.models, std::string_view(out.norm).substr(from), t.word);
      }
    } else {
      if (t.is(kKnown)) {
        const Letters letters = Letters::of(out.text, t.begin);
        const std::uint64_t bytes[2] = {letters.head, letters.tail};
        out.norm.append(reinterpret_cast<const char*>(bytes), raw.size());
      } else {
        look_up(raw, t, out);
      }
      if (capitals_count && t.is(kCapital) && !t.is(kSentenceStart) && !t.is(kEmptyWord)) {
        t.flags |= kName;
        if (t.idf >= kNameIdfMin) {
          out.norm.resize(from);
          out.norm.push_back('@');
          if (out.models != nullptr) t.sums = masked_sums(out);
        }
      }
    }
    t.norm_end = static_cast<std::uint32_t>(out.norm.size());
  }
}

}  // namespace loopbreaker::text
