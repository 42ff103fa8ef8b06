// Names of the enumerations that only the wire knows, and tables that find them without touching
// most of a wrong name.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>

#include "loopbreaker/event.h"
#include "loopbreaker/session.h"

namespace loopbreaker::codec {

/// Whether two names of one length are the same: two looks at each where a call would take longer.
inline bool same_letters(const char* a, const char* b, std::size_t size) {
  const auto equal = [&]<class Word>(Word) {
    Word first[2], last[2];
    std::memcpy(&first[0], a, sizeof(Word));
    std::memcpy(&first[1], b, sizeof(Word));
    std::memcpy(&last[0], a + size - sizeof(Word), sizeof(Word));
    std::memcpy(&last[1], b + size - sizeof(Word), sizeof(Word));
    return ((first[0] ^ first[1]) | (last[0] ^ last[1])) == 0;
  };
  if (size > 16) return std::memcmp(a, b, size) == 0;
  if (size >= 8) return equal(std::uint64_t{});
  if (size >= 4) return equal(std::uint32_t{});
  for (std::size_t i = 0; i < size; ++i) {
    if (a[i] != b[i]) return false;
  }
  return true;
}

/// Names grouped by length: a name is compared only with those as long as itself.
template <class T, std::size_t N>
class NameTable {
 public:
  struct Entry {
    std::string_view name;
    T value;
  };

  consteval explicit NameTable(std::array<Entry, N> entries) : entries_(entries) {
    for (std::size_t i = 1; i < N; ++i) {
      for (std::size_t j = i; j > 0 && entries_[j].name.size() < entries_[j - 1].name.size(); --j) {
        const Entry moved = entries_[j];
        entries_[j] = entries_[j - 1];
        entries_[j - 1] = moved;
      }
    }
    std::size_t next = 0;
    for (std::size_t size = 0; size < first_.size(); ++size) {
      while (next < N && entries_[next].name.size() < size) ++next;
      first_[size] = next;
    }
  }

  std::optional<T> find(std::string_view name) const {
    if (name.size() + 1 >= first_.size()) return std::nullopt;
    for (std::size_t i = first_[name.size()]; i < first_[name.size() + 1]; ++i) {
      if (same_letters(entries_[i].name.data(), name.data(), name.size())) return entries_[i].value;
    }
    return std::nullopt;
  }

  constexpr std::optional<std::string_view> name_of(T value) const {
    for (const Entry& entry : entries_) {
      if (entry.value == value) return entry.name;
    }
    return std::nullopt;
  }

 private:
  static constexpr std::size_t kLongest = 32;
  std::array<Entry, N> entries_;
  std::array<std::size_t, kLongest + 2> first_{};  ///< first entry that is at least so long
};

template <class T, std::size_t N>
consteval NameTable<T, N> name_table(const typename NameTable<T, N>::Entry (&entries)[N]) {
  std::array<typename NameTable<T, N>::Entry, N> copy{};
  for (std::size_t i = 0; i < N; ++i) copy[i] = entries[i];
  return NameTable<T, N>(copy);
}

inline constexpr auto kEventTypes = name_table<EventType, 8>({
    {"conversation.started", EventType::started},
    {"conversation.message", EventType::message},
    {"conversation.bot_action", EventType::bot_action},
    {"conversation.transfer", EventType::transfer},
    {"conversation.agent_joined", EventType::agent_joined},
    {"conversation.agent_left", EventType::agent_left},
    {"conversation.rating", EventType::rating},
    {"conversation.ended", EventType::ended},
});

inline constexpr auto kParticipants = name_table<Participant, 4>({
    {"customer", Participant::customer},
    {"bot", Participant::bot},
    {"agent", Participant::agent},
    {"system", Participant::system},
});

inline constexpr auto kActionOutcomes = name_table<ActionOutcome, 3>({
    {"unknown", ActionOutcome::unknown},
    {"success", ActionOutcome::success},
    {"failure", ActionOutcome::failure},
});

inline constexpr auto kTransferStatuses = name_table<TransferStatus, 6>({
    {"requested", TransferStatus::requested},
    {"queued", TransferStatus::queued},
    {"accepted", TransferStatus::accepted},
    {"completed", TransferStatus::completed},
    {"failed", TransferStatus::failed},
    {"cancelled", TransferStatus::cancelled},
});

inline constexpr auto kRequestOutcomes = name_table<HumanRequest::Outcome, 4>({
    {"pending", HumanRequest::Outcome::pending},
    {"ignored", HumanRequest::Outcome::ignored},
    {"denied", HumanRequest::Outcome::denied},
    {"transferred", HumanRequest::Outcome::transferred},
});

/// The CloudEvents type; empty for EventType::unknown.
constexpr std::string_view to_string(EventType v) { return kEventTypes.name_of(v).value_or(""); }
constexpr std::string_view to_string(Participant v) {
  return kParticipants.name_of(v).value_or("system");
}
constexpr std::string_view to_string(ActionOutcome v) {
  return kActionOutcomes.name_of(v).value_or("unknown");
}
/// Empty for TransferStatus::none.
constexpr std::string_view to_string(TransferStatus v) {
  return kTransferStatuses.name_of(v).value_or("");
}
constexpr std::string_view to_string(HumanRequest::Outcome v) {
  return kRequestOutcomes.name_of(v).value_or("pending");
}

}  // namespace loopbreaker::codec
