// Remembers what was heard in messages that are said again and again: bots answer from templates,
// customers say "yes".
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "loopbreaker/analysis.h"

namespace loopbreaker::text {

/// A fixed number of slots, each with the whole text as its key, so that a remembered analysis is
/// the one that would be made. A text is kept when it comes for the second time in a row to its
/// slot: most texts are never said again, and copying them would cost more than it gives.
class MessageMemo {
 public:
  static constexpr std::size_t kTextMax = 256;

  struct Slot {
    std::size_t candidate = 0;  ///< hash of the text that came last and was not the one kept
    const void* listener = nullptr;
    std::string text;
    MessageAnalysis heard;
  };

  /// `listener` is the half of a lexicon: all that an analysis depends on besides the text.
  Slot& slot(std::size_t hash) { return slots_[hash % kSlots]; }
  static std::size_t hash_of(std::string_view text, bool customer) {
    return std::hash<std::string_view>{}(text) ^ static_cast<std::size_t>(customer);
  }
  static bool holds(const Slot& slot, std::string_view text, const void* listener) {
    return slot.listener == listener && slot.text == text;
  }
  /// Whether the text is worth keeping in place of what the slot holds.
  static bool comes_again(Slot& slot, std::size_t hash) {
    if (slot.candidate == hash) return true;
    slot.candidate = hash;
    return false;
  }

 private:
  static constexpr std::size_t kSlots = 4'096;
  std::vector<Slot> slots_ = std::vector<Slot>(kSlots);
};

}  // namespace loopbreaker::text
