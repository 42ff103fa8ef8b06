#include "plan/staffing.h"

#include <algorithm>
#include <cmath>

namespace loopbreaker::plan {
namespace {

Service serve(Model model, const Queue& queue, double within) {
  return model == Model::erlang_c ? erlang_c(queue, within) : erlang_a(queue, within);
}

}  // namespace

Result<StaffPlan> plan_staff(double handoffs, const Inputs& inputs, const ServiceLevel& level,
                             const Day& day, Model model) {
  const double aht = inputs["aht"], shrinkage = inputs["shrinkage"],
               concurrency = inputs["concurrency"];
  if (handoffs * aht > kLoadMax)
    return Error{"the handoffs of the peak keep " + format_number(std::round(handoffs * aht)) +
                 " agents busy, and staffing is planned up to " + format_number(kLoadMax) +
                 "; check --peak-events, --handoff-rate and --aht, or split the traffic by team"};
  const Target target{level.share, level.seconds, inputs["max-occupancy"]};
  const auto roster = [&](int agents) {
    return ceil(ceil(Term(agents) / Term(concurrency)) / (Term(1) - Term(shrinkage)));
  };

  StaffPlan plan;
  for (int i = 0; i < kQuarters; ++i) {
    const double rate = handoffs * day.share[static_cast<std::size_t>(i)];
    const double contacts = rate * kQuarterSeconds;
    if (!plan.shifts.empty() &&
        std::abs(plan.shifts.back().contacts - contacts) <= 1e-9 * contacts) {
      plan.shifts.back().last = i;
      continue;
    }
    Shift shift;
    shift.first = shift.last = i;
    shift.contacts = contacts;
    shift.load = rate * aht;
    // A contact in a thousand days is not planned for.
    if (contacts > 1e-5) {
      Queue queue{rate, aht, 0, inputs["patience"]};
      shift.agents_c = queue.agents = agents_by_erlang_c(queue, target);
      shift.c = serve(Model::erlang_c, queue, level.seconds);
      shift.agents_a = queue.agents = agents_by_erlang_a(queue, target);
      shift.a = serve(Model::erlang_a, queue, level.seconds);
      shift.scheduled = static_cast<int>(
          roster(model == Model::erlang_c ? shift.agents_c : shift.agents_a).value());
    }
    plan.shifts.push_back(shift);
  }
  for (const Shift& shift : plan.shifts)
    plan.paid_hours += shift.scheduled * (shift.last - shift.first + 1) / 4.0;

  const Shift& top = *std::ranges::max_element(plan.shifts, {}, &Shift::contacts);
  Section& b = plan.busiest;
  b.title = "The busiest quarter of an hour";
  const auto line = [&](std::string name, std::string label, Unit unit, const Term& term) {
    b.lines.push_back({name, std::move(label), unit, term});
    return Term(term.value(), std::move(name));
  };
  const auto in = [&](std::string_view name) { return Term(inputs[name], std::string(name)); };
  line("contacts", "handoffs in it", Unit::count,
       Term(handoffs, "handoffs") * Term(kQuarterSeconds));
  line("load", "work they bring, in agents (erlangs)", Unit::count,
       Term(handoffs, "handoffs") * in("aht"));
  const bool by_c = model == Model::erlang_c;
  const Term agents =
      line("agents", "conversations to be handled at once", Unit::count,
           Term(by_c ? top.agents_c : top.agents_a, by_c ? "Erlang C" : "Erlang A"));
  const Term people =
      line("people", "agents at work", Unit::count, ceil(agents / in("concurrency")));
  line("scheduled", "agents on the roster", Unit::count,
       ceil(people / (Term(1) - in("shrinkage"))));
  return plan;
}

}  // namespace loopbreaker::plan
