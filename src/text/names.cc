// The names of what can be heard, as they appear in policies, outputs and phrase packs.
#include <array>

#include "loopbreaker/analysis.h"

namespace loopbreaker {
namespace {

template <class E, std::size_t N>
std::string_view pick(const std::array<std::string_view, N>& names, E value) {
  const auto i = static_cast<std::size_t>(value);
  return i < N ? names[i] : std::string_view("unknown");
}

}  // namespace

std::string_view name_of(Heard h) {
  static constexpr std::array<std::string_view, kHeard> kNames = {
      "frustration", "abuse",  "human_request", "bot_failure", "rejection", "repeated",
      "closing",     "solved", "handover",      "refusal",     "aside",     "another"};
  return pick(kNames, h);
}

std::string_view name_of(Category c) {
  static constexpr std::array<std::string_view, kCategories> kNames = {
      "cancellation", "billing_dispute", "outage", "legal", "safety", "fraud", "privacy"};
  return pick(kNames, c);
}

std::string_view name_of(IdentifierKind k) {
  static constexpr std::array<std::string_view, 10> kNames = {
      "order", "account",  "reference", "phone", "email",
      "name",  "postcode", "date",      "card",  "other"};
  return pick(kNames, k);
}

}  // namespace loopbreaker
