// Remembers what was heard in messages that are said again and again: bots answer from templates,
// customers say "yes", "cancel my order".
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "loopbreaker/analysis.h"

namespace loopbreaker::text {

/// A fixed number of places, each with the whole text as its key, so that a remembered analysis is
/// the one that would be made. Four places make a set, the best kept first: a text moves up by one
/// when it is said again. Once a set is full, a new text is only noted in its last place and is
/// kept when it comes again while noted: most texts are never said again, and copying them would
/// cost more than it gives.
template <class Heard, std::size_t kSets>
class TextMemo {
 public:
  static constexpr std::size_t kTextMax = 256;

  static std::uint64_t hash_of(std::string_view text) {
    return std::hash<std::string_view>{}(text);
  }
  static std::uint64_t hash_of(std::string_view text, bool customer) {
    return hash_of(text) ^ static_cast<std::uint64_t>(customer);
  }

  /// What was heard in the text; nullptr when it is not known. `listener` is not nullptr: all that
  /// it depends on besides the text, the half of a lexicon for an analysis.
  const Heard* find(std::uint64_t hash, std::string_view text, const void* listener) {
    Set& set = sets_[hash % kSets];
    for (std::size_t way = 0; way < kWays; ++way) {
      if (set.hashes[way] != hash) continue;
      Place* place = set.places[way].get();
      if (!place || place->listener != listener || place->text != text) continue;
      if (way > 0) {
        std::swap(set.hashes[way], set.hashes[way - 1]);
        std::swap(set.places[way], set.places[way - 1]);
      }
      return &place->heard;
    }
    return nullptr;
  }

  /// Where the analysis of a text that was not found is to be made, and stays. nullptr: it is not
  /// worth keeping.
  Heard* keep(std::uint64_t hash, std::string_view text, const void* listener) {
    Set& set = sets_[hash % kSets];
    std::size_t way = 0;
    while (way < kWays && set.places[way]) ++way;
    if (way == kWays) {
      --way;
      if (std::exchange(set.hashes[way], hash) != hash) {
        set.places[way]->listener = nullptr;
        return nullptr;
      }
    } else {
      set.hashes[way] = hash;
      set.places[way] = std::make_unique<Place>();
    }
    Place& place = *set.places[way];
    place.listener = listener;
    place.text = text;
    return &place.heard;
  }

 private:
  struct Place {
    const void* listener = nullptr;
    std::string text;
    Heard heard;
  };
  static constexpr std::size_t kWays = 4;
  struct alignas(64) Set {
    std::array<std::uint64_t, kWays> hashes{};
    std::array<std::unique_ptr<Place>, kWays> places;
  };
  std::vector<Set> sets_ = std::vector<Set>(kSets);
};

using MessageMemo = TextMemo<MessageAnalysis, 8'192>;
/// Of texts that come back in a session's record.
using SketchMemo = TextMemo<Sketch, 2'048>;

}  // namespace loopbreaker::text
