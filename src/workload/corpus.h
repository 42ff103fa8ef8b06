// What people come to a contact centre for, and what bots say to it. Tables of text; placeholders
// such as {order} are filled per conversation, see wording.h.
#pragma once

#include <span>
#include <string_view>

namespace loopbreaker::workload {

/// What a form asks for, and what the customer then gives.
enum class Slot : unsigned char { none, order, email, postcode, name, date, account, phone };

/// One thing a customer can want. Unused places of the arrays are empty, and last.
struct Need {
  std::string_view id;        ///< "parcel.missing"
  std::string_view intent;    ///< the bot's NLU name for it
  std::string_view category;  ///< what sends it to a human whatever the bot does; empty for most
  std::string_view action;    ///< what the bot does to solve it
  Slot slots[3];              ///< what the bot needs to know
  std::string_view asks[8];   ///< the need in other words each time; at least 6
  std::string_view
      misses[5];  ///< one unhelpful answer in several wordings; the first is the canned one
  std::string_view solutions[3];
};

struct Domain {
  std::string_view id;
  std::string_view bot;    ///< its name
  std::string_view queue;  ///< where its agents are
  std::span<const Need> needs;
};

std::span<const Domain> domains();

/// The filled places of one of the arrays above.
template <class T, std::size_t N>
constexpr std::span<const T> filled(const T (&places)[N]) {
  std::size_t n = 0;
  while (n < N && places[n] != T{}) ++n;
  return {places, n};
}

namespace corpus {
extern const std::span<const Need> kParcel, kBilling, kCard, kTelecom, kTravel, kSubscription,
    kAccount, kInsurance;
}

}  // namespace loopbreaker::workload
