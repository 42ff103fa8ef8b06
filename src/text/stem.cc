// The suffix stemmer and the table of stem weights, read once per process.
#include "text/stem.h"

#include <array>
#include <charconv>
#include <vector>

#include "text/builtin_data.h"
#include "text/frozen_index.h"

namespace loopbreaker::text {
namespace {

// Number of messages that stems.tsv was counted on.
constexpr std::uint64_t kDocuments = 174'017;

// Words that do not say what is needed: function words, courtesy, closing and navigation.
constexpr std::string_view kEmptyWords =
    "a an the and or but if so then than that this these those there here it its i im ive id ill "
    "me my mine "
    "myself we us our you your yours u ur he she they them his her their is am are was were be "
    "been being do "
    "does did done dont have has had having can could will would shall should may might must to of "
    "in on at by "
    "for from with about as into out up down over what which who whom whose when where why how not "
    "no yes yeah "
    "yep yup nope ok okay k sure right alright fine good great nice cool perfect awesome excellent "
    "wonderful "
    "lovely thanks thank thx ty cheers appreciate please pls plz hi hello hey hiya bye goodbye cya "
    "later day "
    "evening morning afternoon night sorry well just also too very really now again still more "
    "else "
    "any some all that's it's i'm i've i'd i'll don't let lets let's go next back continue proceed "
    "got get want "
    "need like know see help one moment second wait hold um uh hmm oh ah lol haha anything nothing "
    "something "
    "everything have's correct exactly indeed welcome take care";

using Index = FrozenIndex<StemInfo>;

std::uint16_t idf_of(std::uint64_t documents_with) {
  return static_cast<std::uint16_t>(ln_milli(kDocuments + 1, documents_with + 1));
}

Index read_table() {
  std::vector<Index::Entry> entries;
  std::vector<std::uint32_t> empty;
  for (std::string_view rest = kEmptyWords; !rest.empty();) {
    const std::size_t space = rest.find(' ');
    std::string_view word = rest.substr(0, space);
    empty.push_back(stem_hash(word));
    rest.remove_prefix(space == std::string_view::npos ? rest.size() : space + 1);
  }
  const auto is_empty = [&](std::uint32_t h) {
    return std::find(empty.begin(), empty.end(), h) != empty.end();
  };
  for (std::string_view rest = builtin_stems(); !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    const std::size_t tab = line.find('\t');
    if (tab == std::string_view::npos) continue;
    std::uint64_t count = 0;
    std::from_chars(line.data() + tab + 1, line.data() + line.size(), count);
    const std::uint32_t hash = word_hash(line.substr(0, tab));
    entries.push_back({hash, {idf_of(count), is_empty(hash)}});
  }
  for (std::uint32_t hash : empty) entries.push_back({hash, {idf_of(1), true}});
  return Index(std::move(entries));
}

const Index& table() {
  static const Index index = read_table();
  return index;
}

constexpr bool ends_with(std::string_view w, std::string_view suffix) {
  return w.ends_with(suffix);
}

}  // namespace

Stem stem_of(std::string_view w) {
  if (ends_with(w, "'s")) w.remove_suffix(2);
  if (w.size() < 4) return {w.size(), false};
  std::size_t cut = 0;
  bool y = false;
  const auto strip = [&](std::string_view suffix) {
    if (cut == 0 && ends_with(w, suffix) && w.size() >= suffix.size() + 3) cut = suffix.size();
  };
  switch (w.back()) {
    case 'y':
      strip("ingly");
      strip("edly");
      strip("ly");
      break;
    case 't':
      strip("ment");
      break;
    case 'g':
      strip("ing");
      break;
    case 'd':
      strip("ied");
      y = cut == 3;
      strip("ed");
      break;
    case 'e':
      strip("e");
      break;
    case 's':
      strip("ments");
      strip("ings");
      if (cut == 0) {
        strip("ies");
        y = cut == 3;
      }
      strip("es");
      strip("s");
      break;
    default:
      break;
  }
  if (cut == 0) return {w.size(), false};
  w.remove_suffix(cut);
  if (y) return {w.size(), true};
  const char last = w.back();
  if (w.size() > 3 && last == w[w.size() - 2] && last != 'l' && last != 's' && last != 'z') {
    w.remove_suffix(1);
  }
  return {w.size(), false};
}

std::uint32_t stem_hash(std::string_view word, Stem stem) {
  std::uint64_t h = kWordHashStart;
  for (char c : word.substr(0, stem.length)) h = word_hash_step(h, c);
  if (stem.add_y) h = word_hash_step(h, 'y');
  return word_hash_end(h);
}

std::uint32_t ln_milli(std::uint64_t numerator, std::uint64_t denominator) {
  // log2 of a 2.62 fixed-point number by repeated squaring, 32 binary places; then times ln 2.
  std::uint32_t whole = 0;
  while (numerator >= 2 * denominator) {
    denominator *= 2;
    ++whole;
  }
  unsigned __int128 x = (static_cast<unsigned __int128>(numerator) << 32) / denominator;
  std::uint64_t fraction = 0;
  for (int i = 0; i < 32; ++i) {
    x = (x * x) >> 32;
    fraction <<= 1;
    if (x >= (static_cast<unsigned __int128>(2) << 32)) {
      x >>= 1;
      fraction |= 1;
    }
  }
  const unsigned __int128 log2 = (static_cast<unsigned __int128>(whole) << 32) | fraction;
  constexpr std::uint64_t kLn2Nano = 693'147'181;  // ln 2 in 1e-9
  return static_cast<std::uint32_t>((log2 * kLn2Nano >> 32) / 1'000'000);
}

StemInfo stem_info(std::uint32_t hash) {
  static const std::uint16_t kRare = idf_of(1);
  const StemInfo* info = table().find(hash);
  return info ? *info : StemInfo{kRare, false};
}

}  // namespace loopbreaker::text
