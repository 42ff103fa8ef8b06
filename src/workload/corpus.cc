// The list of domains.
#include "workload/corpus.h"

namespace loopbreaker::workload {

std::span<const Domain> domains() {
  static const Domain kDomains[] = {
      {"parcel", "Penny", "delivery", corpus::kParcel},
      {"billing", "Bill", "billing", corpus::kBilling},
      {"card", "Nora", "cards", corpus::kCard},
      {"telecom", "Echo", "technical-support", corpus::kTelecom},
      {"travel", "Atlas", "bookings", corpus::kTravel},
      {"subscription", "Max", "subscriptions", corpus::kSubscription},
      {"account", "Kit", "account-access", corpus::kAccount},
      {"insurance", "Sage", "claims", corpus::kInsurance},
  };
  return kDomains;
}

}  // namespace loopbreaker::workload
