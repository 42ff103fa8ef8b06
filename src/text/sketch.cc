// Sketches: which stems, 3-grams and values a message has.
#include "text/sketch.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <utility>

#include "text/models.h"
#include "text/rows.h"
#include "text/stem.h"

namespace loopbreaker::text {
namespace {

constexpr std::size_t kStemsMax = Sketch::kStemsMax;
constexpr std::size_t kValuesMax = Sketch::kValuesMax;
constexpr int kLetterBitsLog = 11;
static_assert(std::size_t{1} << kLetterBitsLog == Sketch::kLetterBits);

constexpr std::uint32_t kCalendarWords[] = {
    word_hash("monday"),   word_hash("tuesday"),   word_hash("wednesday"), word_hash("thursday"),
    word_hash("friday"),   word_hash("saturday"),  word_hash("sunday"),    word_hash("january"),
    word_hash("february"), word_hash("april"),     word_hash("june"),      word_hash("july"),
    word_hash("august"),   word_hash("september"), word_hash("october"),   word_hash("november"),
    word_hash("december")};

/// Whether a word can be a calendar word, by some bits of its hash.
constexpr auto kMaybeCalendar = [] {
  std::array<bool, 256> maybe{};
  for (std::uint32_t word : kCalendarWords) maybe[word % 256] = true;
  return maybe;
}();

/// Weekdays and months are values however they are written.
bool is_calendar_word(std::uint32_t word) {
  return kMaybeCalendar[word % 256] &&
         std::find(std::begin(kCalendarWords), std::end(kCalendarWords), word) !=
             std::end(kCalendarWords);
}

void insert_sorted(std::vector<std::uint32_t>& values, std::uint32_t value) {
  const auto at = std::lower_bound(values.begin(), values.end(), value);
  if (at == values.end() || *at != value) values.insert(at, value);
}

}  // namespace

Sketcher::Sketcher(std::shared_ptr<const VectorTable> vectors) : encoder_(std::move(vectors)) {}

Sketch keep(SketchParts& parts) {
  parts.whole.stems = parts.stems;
  parts.whole.values = parts.values;
  parts.whole.weights = parts.weights;
  return Sketch(parts.whole);
}

Sketch Sketcher::make(const Tokens& tokens) {
  SketchParts& out = parts_;
  stems_.clear();
  weights_.clear();
  out.values.clear();
  std::uint32_t words = 0, content = 0;
  static constexpr std::uint32_t kMaskedName = word_hash("@");
  static const std::uint16_t kMaskedNameIdf = 3'000;
  const StemWeights* stems = tokens.models ? tokens.models->stems.get() : nullptr;
  for (const Token& t : tokens.all) {
    if (t.is(kSymbol)) continue;
    ++words;
    content += !t.is(kEmptyWord);
    const bool masked = t.is(kMasked);
    const std::uint32_t stem = masked ? kMaskedName : t.facts.stem;
    std::uint16_t weight = masked ? kMaskedNameIdf : static_cast<std::uint16_t>(t.facts.idf);
    if (stems != nullptr && !masked) {
      if (const std::uint16_t* own = stems->find(stem)) weight = *own;
    }
    stems_.push_back(stem);
    weights_.push_back(weight);
    if (t.is(kNumber | kCode | kName | kRedacted) || is_calendar_word(t.facts.word)) {
      if (out.values.size() < kValuesMax) {
        insert_sorted(out.values, t.is(kRedacted)
                                      ? word_hash(tokens.text.substr(t.begin, t.end - t.begin))
                                      : t.facts.word);
      }
    }
  }
  sort_stems();
  Sketch::Parts& whole = out.whole;
  whole.exact = mark_letters(tokens.norm);
  encoder_.encode(tokens, whole.vector, whole.length);
  whole.words = static_cast<std::uint16_t>(std::min<std::uint32_t>(words, 65'535));
  whole.content_words = static_cast<std::uint16_t>(std::min<std::uint32_t>(content, 65'535));
  return words == 0 && whole.exact == 0 && whole.length == 0 ? Sketch() : keep(out);
}

/// Of a message's stems in order: the first kStemsMax different ones, ascending.
void Sketcher::sort_stems() {
  SketchParts& out = parts_;
  out.stems.clear();
  out.weights.clear();
  const std::size_t size = stems_.size();
  if (size > kStemsMax) {
    for (std::size_t i = 0; i < size && out.stems.size() < kStemsMax; ++i) {
      const auto at = std::lower_bound(out.stems.begin(), out.stems.end(), stems_[i]);
      if (at != out.stems.end() && *at == stems_[i]) continue;
      out.weights.insert(out.weights.begin() + (at - out.stems.begin()), weights_[i]);
      out.stems.insert(at, stems_[i]);
    }
    return;
  }
  // Each goes to the place that is the number of smaller ones: few, compared all with all, take
  // less time than a sort that guesses. Equal ones meet in one place and leave a gap.
  std::array<std::uint32_t, kStemsMax> stems, places;
  std::array<std::uint16_t, kStemsMax> weights;
  rows::count_smaller(stems_, places.data());
  std::uint64_t taken = 0;
  for (std::size_t i = 0; i < size; ++i) {
    stems[places[i]] = stems_[i];
    weights[places[i]] = weights_[i];
    taken |= std::uint64_t{1} << places[i];
  }
  for (; taken != 0; taken &= taken - 1) {
    const auto i = static_cast<std::size_t>(std::countr_zero(taken));
    out.stems.push_back(stems[i]);
    out.weights.push_back(weights[i]);
  }
}

std::uint64_t Sketcher::mark_letters(std::string_view norm) {
  auto& bits = parts_.whole.letters;
  bits.fill(0);
  parts_.whole.letters_set = 0;
  if (norm.empty()) return 0;
  // Every word stands between spaces: " card ". The window slides over bytes.
  std::uint32_t window = static_cast<std::uint32_t>(' ') << 8 | static_cast<std::uint8_t>(norm[0]);
  const auto add = [&](char c) {
    window = (window << 8 | static_cast<std::uint8_t>(c)) & 0xFFFFFF;
    const std::uint32_t bit = (window * 0x9E3779B1u) >> (32 - kLetterBitsLog);
    bits[bit / 64] |= std::uint64_t{1} << bit % 64;
  };
  // Each step of the hash of the text waits for the one before; here it costs nothing more.
  std::uint64_t exact = word_hash_step(kWordHashStart, norm[0]);
  for (std::size_t i = 1; i < norm.size(); ++i) {
    add(norm[i]);
    exact = word_hash_step(exact, norm[i]);
  }
  add(' ');
  parts_.whole.letters_set =
      static_cast<std::uint16_t>(rows::common_bits(bits.data(), bits.data()));
  return stable_hash({}, exact);  // its last mixing
}

}  // namespace loopbreaker::text
