// The encoder. Sums of integers in any order give the same vector on every machine.
#include "text/vectors.h"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <cstring>

#include "text/isqrt.h"
#include "text/rows.h"
#include "text/stem.h"

namespace loopbreaker::text {
namespace {

constexpr int kDim = VectorTable::kDim;
// A row counts this much in the sum, so that the n-grams of an unknown word can count 1/sqrt(n).
constexpr std::int32_t kUnit = 1'024;
constexpr std::size_t kFewRows = 256;  // as many int8 as an int16 can sum
constexpr int kLengthUnit = 32;

int bits_of(std::int32_t x) {
  return static_cast<int>(std::bit_width(static_cast<std::uint32_t>(x)));
}

bool is_word(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }
bool is_letter(char c) { return c >= 'a' && c <= 'z'; }

/// Bytes of an apostrophe, straight or U+2019; 0 if there is none.
std::size_t apostrophe_at(std::string_view text, std::size_t i) {
  if (text[i] == '\'') return 1;
  return text.substr(i).starts_with("\xE2\x80\x99") ? 3 : 0;
}

std::string_view next_line(std::string_view& rest) {
  const std::size_t end = std::min(rest.find('\n'), rest.size());
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return line;
}

}  // namespace

Result<VectorTable> VectorTable::parse(std::string_view rows, std::string_view features,
                                       std::string_view name) {
  const auto wrong = [&](const char* why) {
    return Error{std::string(name).append(": ").append(why)};
  };
  if (rows.size() % kDim != 0) return wrong("is not made of rows of 128 bytes");
  std::vector<FrozenIndex<std::int32_t>::Entry> words, bigrams;
  words.reserve(rows.size() / kDim);
  std::int32_t row = 0;
  VectorTable table;
  for (std::string_view rest = features; !rest.empty();) {
    const std::string_view line = next_line(rest);
    const std::size_t space = line.find(' ');
    if (space == std::string_view::npos) {
      words.push_back({word_hash(line), row++});
      continue;
    }
    if (bigrams.empty()) table.words_ = FrozenIndex<std::int32_t>(std::move(words));
    const std::int32_t first = table.word(word_hash(line.substr(0, space)));
    const std::int32_t second = table.word(word_hash(line.substr(space + 1)));
    if (first == kUnknown || second == kUnknown) {
      return wrong("its list has a bigram of words that are not in the list before it");
    }
    bigrams.push_back({pair_hash(first, second), row++});
  }
  if (bigrams.empty()) table.words_ = FrozenIndex<std::int32_t>(std::move(words));
  table.maybe_bigram_.assign((std::size_t{1} << kFilterBits) / 64, 0);
  for (const auto& bigram : bigrams) {
    const std::uint32_t bit = bigram.hash >> (32 - kFilterBits);
    table.maybe_bigram_[bit / 64] |= std::uint64_t{1} << bit % 64;
  }
  table.bigrams_ = FrozenIndex<std::int32_t>(std::move(bigrams));
  if (rows.size() != (static_cast<std::size_t>(row) + kCharRows) * kDim) {
    return wrong("does not have a row for each line of its list and each character n-gram");
  }
  if (row + std::int64_t{kCharRows} > WordFacts::kRowMax) return wrong("has too many rows");
  table.rows_ = rows;
  table.first_char_row_ = row;
  for (int digits = 1; digits <= 4; ++digits) {
    table.numbers_[digits - 1] = table.word(word_hash(std::string_view("0000").substr(0, digits)));
  }
  return table;
}

Result<VectorTable> VectorTable::own(std::string rows, std::string_view features,
                                     std::string_view name) {
  auto kept = std::make_shared<const std::string>(std::move(rows));
  auto table = parse(*kept, features, name);
  if (table) table->kept_ = std::move(kept);
  return table;
}

std::int32_t VectorTable::chars(std::string_view gram) const {
  std::uint64_t h = word_hash_step(kWordHashStart, 'c');
  for (char c : gram) h = word_hash_step(h, c);
  h ^= h >> 29;
  h *= 0xBF58476D1CE4E5B9ull;
  h ^= h >> 32;
  return first_char_row_ + static_cast<std::int32_t>(h % kCharRows);
}

std::int32_t VectorTable::contraction(std::string_view raw) const {
  std::uint64_t h = kWordHashStart;
  std::size_t letters = 0;
  bool after_apostrophe = false;
  for (std::size_t i = 0; i < raw.size(); ++i) {
    const char c = raw[i] >= 'A' && raw[i] <= 'Z' ? static_cast<char>(raw[i] | 0x20) : raw[i];
    if (const std::size_t apostrophe = apostrophe_at(raw, i)) {
      i += apostrophe;
      if (letters == 0 || after_apostrophe || i == raw.size()) return kUnknown;
      after_apostrophe = true;
      h = word_hash_step(h, '\'');
      --i;
      continue;
    }
    if (after_apostrophe ? !is_letter(c) : !is_word(c)) return kUnknown;
    letters += is_letter(c);
    h = word_hash_step(h, c);
  }
  return letters == 0 ? kUnknown : word(word_hash_end(h));
}

Encoder::Encoder(std::shared_ptr<const VectorTable> table)
    : table_(std::move(table)), pairs_(std::size_t{1} << kPairBits) {}

void Encoder::add_known(std::int32_t row) {
  rows_.push_back(row);
  if (before_ != VectorTable::kUnknown && table_->maybe_bigram(before_, row)) {
    const std::uint32_t mixed =
        (static_cast<std::uint32_t>(before_) * 0x9E3779B1u + static_cast<std::uint32_t>(row)) *
        0x85EBCA6Bu;
    KnownPair& pair = pairs_[mixed >> (32 - kPairBits)];
    // An empty slot stands for rows 0 and 0, which must be looked up like any other.
    if (pair.first != before_ + 1 || pair.second != row) {
      pair = {before_ + 1, row, table_->bigram(before_, row)};
    }
    if (pair.row != VectorTable::kUnknown) {
      table_->prefetch(pair.row);
      rows_.push_back(pair.row);
    }
  }
  before_ = row;
}

void Encoder::add_unknown(std::string_view word) {
  before_ = VectorTable::kUnknown;
  if (!unknown_) sum_.fill(0);
  unknown_ = true;
  edged_.assign("<").append(word).append(">");
  const std::string_view edged = edged_;
  const std::size_t n = edged.size();
  const std::size_t grams = (n - 2) + (n > 3 ? n - 3 : 0);
  const auto share = static_cast<std::int32_t>(
      (isqrt(std::uint64_t{4} * kUnit * kUnit / grams) + 1) / 2);  // kUnit / sqrt(grams)
  for (std::size_t length = 3; length <= 4; ++length) {
    for (std::size_t i = 0; i + length <= n; ++i) {
      rows::add_scaled(table_->row(table_->chars(edged.substr(i, length))), share, sum_.data());
    }
  }
}

void Encoder::add_other(std::string_view raw) {
  spelling_.clear();
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (raw.substr(i).starts_with("\xE2\x80\x99")) {  // U+2019
      spelling_.push_back('\'');
      i += 2;
      continue;
    }
    const char c = raw[i];
    spelling_.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c);
  }
  const std::string_view all = spelling_;
  for (std::size_t i = 0; i < all.size();) {
    if (!is_word(all[i])) {
      ++i;
      continue;
    }
    std::size_t end = i;
    while (end < all.size() && is_word(all[end])) ++end;
    if (end + 1 < all.size() && all[end] == '\'' && is_letter(all[end + 1])) {
      ++end;
      while (end < all.size() && is_letter(all[end])) ++end;
    }
    const std::string_view word = all.substr(i, end - i);
    const bool digits =
        std::all_of(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; });
    const std::int32_t row = digits ? table_->number(word.size()) : table_->word(word_hash(word));
    if (row != VectorTable::kUnknown) {
      add_known(row);
    } else {
      add_unknown(digits ? std::string_view("0000").substr(0, std::min<std::size_t>(4, word.size()))
                         : word);
    }
    i = end;
  }
}

void Encoder::collect(const Tokens& tokens) {
  rows_.clear();
  unknown_ = false;
  before_ = VectorTable::kUnknown;
  for (const Token& t : tokens.all) {
    if (t.facts.row != VectorTable::kUnknown) {
      add_known(t.facts.row);
    } else if (!t.is(kSymbol)) {
      const std::string_view raw = tokens.text.substr(t.begin, t.end - t.begin);
      // What was redacted is a card or an address; its key says nothing about the need.
      add_other(t.is(kRedacted) ? raw.substr(0, raw.find('#')) : raw);
    }
  }
}

const VectorSum& Encoder::whole_sum() {
  if (!unknown_) sum_.fill(0);
  for (std::size_t first = 0; first < rows_.size(); first += kFewRows) {
    rows::add_up(table_->row(0),
                 std::span(rows_).subspan(first, std::min(rows_.size() - first, kFewRows)),
                 few_.data());
    rows::add_scaled(few_.data(), kUnit, sum_.data());
  }
  return sum_;
}

const VectorSum& Encoder::sum(const Tokens& tokens) {
  collect(tokens);
  return whole_sum();
}

void Encoder::encode(const Tokens& tokens, std::array<std::int8_t, kDim>& vector,
                     std::uint16_t& length) {
  collect(tokens);
  // To 15 bits, then times 127/largest: the factor need not be exact, only the same for all.
  std::int32_t largest = 0;
  int up = 0;
  if (!unknown_ && rows_.size() <= kFewRows) {
    rows::add_up(table_->row(0), rows_, few_.data());
    largest = rows::largest(few_.data());
    up = 15 - bits_of(largest);
    largest <<= up;
  } else {
    const VectorSum& v = whole_sum();
    for (std::int32_t s : v) largest = std::max(largest, std::abs(s));
    const int down = std::max(0, bits_of(largest) - 15);
    for (int i = 0; i < kDim; ++i) few_[i] = static_cast<std::int16_t>(v[i] >> down);
    largest >>= down;
  }
  length = 0;
  if (largest == 0) return vector.fill(0);
  const auto factor = static_cast<std::int16_t>(std::min((127 << 16) / largest, 32'767));
  const std::int32_t square = rows::scale(few_.data(), up, factor, vector.data());
  const std::uint64_t whole = static_cast<std::uint64_t>(square) * kLengthUnit * kLengthUnit;
  // A cosine is divided by two lengths: each takes the root of the table's scale.
  const auto scale = static_cast<std::uint64_t>(table_->scale());
  length = static_cast<std::uint16_t>(
      std::min<std::uint64_t>(65'535, isqrt(scale == 1'000 ? whole : whole * 1'000 / scale)));
}

std::int32_t vector_cosine(const Sketch& a, const Sketch& b) {
  if (a.length() == 0 || b.length() == 0) return 0;
  const std::int32_t dot = rows::dot(a.vector(), b.vector());
  const std::int64_t whole = std::int64_t{dot} * kLengthUnit * kLengthUnit * Score::kOne;
  const std::int64_t cosine = whole / (std::int64_t{a.length()} * b.length());
  return static_cast<std::int32_t>(std::clamp<std::int64_t>(cosine, -Score::kOne, Score::kOne));
}

}  // namespace loopbreaker::text
