// From handoffs to people: agents by quarters of an hour.
#pragma once

#include <vector>

#include "plan/capacity.h"
#include "plan/queues.h"

namespace loopbreaker::plan {

/// Quarters of an hour next to each other with the same demand.
struct Shift {
  int first = 0, last = 0;         ///< quarters, the last included
  double contacts = 0;             ///< handoffs in a quarter of an hour
  double load = 0;                 ///< erlangs
  int agents_c = 0, agents_a = 0;  ///< answering at once, by Erlang C and by Erlang A
  Service c, a;
  int scheduled = 0;  ///< on the roster: by the chosen model, concurrency and shrinkage taken in
};

enum class Model { erlang_c, erlang_a };

struct StaffPlan {
  std::vector<Shift> shifts;
  Section busiest;        ///< arithmetic of the busiest quarter
  double paid_hours = 0;  ///< of a day, all scheduled agents
};

/// The largest load that is planned for, in erlangs.
inline constexpr double kLoadMax = 2e6;

/// `handoffs`: per second in the busiest quarter. Fails when the load is beyond kLoadMax.
Result<StaffPlan> plan_staff(double handoffs, const Inputs& inputs, const ServiceLevel& level,
                             const Day& day, Model model);

}  // namespace loopbreaker::plan
