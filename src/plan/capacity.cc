#include "plan/capacity.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace loopbreaker::plan {
namespace {

/// Lines are added in order; each gives back a term that later lines use by its name.
class Sheet {
 public:
  Sheet(const Inputs& inputs, const Figures& figures) : inputs_(inputs), figures_(figures) {}

  void section(std::string title) { plan_.sections.push_back({std::move(title), {}}); }
  Term line(std::string name, std::string label, Unit unit, const Term& term) {
    plan_.sections.back().lines.push_back({name, std::move(label), unit, term});
    return Term(term.value(), std::move(name));
  }
  Term input(std::string_view name) const { return Term(inputs_[name], std::string(name)); }
  Term figure(std::string_view name) const {
    return Term(figures_.find(name)->value, std::string(name));
  }
  void warn(std::string text) { plan_.warnings.push_back(std::move(text)); }
  SystemPlan take() { return std::move(plan_); }

 private:
  const Inputs& inputs_;
  const Figures& figures_;
  SystemPlan plan_;
};

}  // namespace

const Line& Section::operator[](std::string_view name) const {
  const auto found = std::ranges::find(lines, name, &Line::name);
  if (found == lines.end()) {
    std::fprintf(stderr, "plan: there is no line %.*s\n", static_cast<int>(name.size()),
                 name.data());
    std::abort();
  }
  return *found;
}

double SystemPlan::operator[](std::string_view name) const {
  for (const Section& section : sections)
    for (const Line& line : section.lines)
      if (line.name == name) return line.term.value();
  std::fprintf(stderr, "plan: there is no line %.*s\n", static_cast<int>(name.size()), name.data());
  std::abort();
}

SystemPlan plan_system(const Inputs& inputs, const Figures& figures, const Day& day) {
  Sheet s(inputs, figures);
  const auto in = [&](std::string_view name) { return s.input(name); };
  const auto fig = [&](std::string_view name) { return s.figure(name); };
  const Term peak = in("peak-events");

  s.section("Traffic at the peak");
  const Term per_session = s.line("events_per_session", "events per conversation", Unit::count,
                                  in("turns") + in("other-events"));
  const Term starts =
      s.line("starts", "conversations started", Unit::per_second, peak / per_session);
  const bool by_length = !inputs.has("sessions");
  const Term open = by_length ? s.line("open_sessions", "conversations open at once", Unit::count,
                                       starts * in("session-length"))
                              : in("sessions");
  if (!by_length) s.line("length", "mean length of a conversation", Unit::seconds, open / starts);
  const Term gap =
      s.line("gap", "between two events of one conversation", Unit::seconds, open / peak);
  const Term handoffs =
      s.line("handoffs", "handoffs", Unit::per_second, starts * in("handoff-rate"));
  const Term escalations = s.line("escalations", "escalation events", Unit::per_second,
                                  handoffs * fig("escalations_per_handoff"));
  const Term mean_share = s.line("mean_share", "mean of the day, as a share of the peak",
                                 Unit::share, Term(day.mean(), "profile"));

  s.section("Workers");
  const Term catch_up = s.line("catch_up_rate", "rate that catches up after the outage",
                               Unit::per_second, peak + peak * in("outage") / in("catch-up"));
  const Term roomy = s.line("headroom_rate", "rate that leaves the headroom free", Unit::per_second,
                            peak / (Term(1) - in("headroom")));
  const Term wanted =
      s.line("needed_rate", "rate to provide for", Unit::per_second, max(catch_up, roomy));
  const Term workers = s.line("workers", "workers (one core each)", Unit::count,
                              ceil(wanted / fig("worker_events")));
  const Term active =
      s.line("active_machines", "machines at work", Unit::count, ceil(workers / in("cores")));
  const Term machines =
      s.line("machines", "machines with spares", Unit::count, active + in("spare-machines"));
  const Term partitions =
      s.line("partitions", "partitions of every topic", Unit::count, ceil(workers * in("growth")));
  const Term capacity = s.line("capacity", "rate that the workers sustain", Unit::per_second,
                               workers * fig("worker_events"));
  const Term busy = s.line("utilisation", "of it used at the peak", Unit::share, peak / capacity);
  s.line("without_broker", "workers that the analysis alone would need", Unit::count,
         ceil(wanted / fig("core_events")));

  s.section("State");
  const Term record =
      s.line("record_bytes", "a saved session, half-way through", Unit::bytes,
             fig("record_base_bytes") +
                 fig("record_turn_bytes") * min(in("turns") / Term(2), fig("record_turns_max")));
  const Term markers = s.line("markers", "markers of closed conversations", Unit::count,
                              starts * in("closed-grace"));
  const Term live = s.line("state_live", "live in session-state and RocksDB", Unit::bytes,
                           open * record + markers * fig("marker_bytes"));
  const Term saved_after =
      s.line("saved_after", "oldest event not in a saved session", Unit::seconds,
             min(in("state-max-age") + in("commit-interval"), in("max-replay") * workers / peak));
  // An upper bound: a conversation shorter than the age is never saved for its age.
  const Term saves =
      s.line("saves", "sessions saved", Unit::per_second, open / (saved_after + gap) + escalations);
  const Term state_rate = s.line("state_bytes", "written to session-state", Unit::bytes_per_second,
                                 saves * record + starts * fig("marker_bytes"));

  s.section("Memory and disk of a machine");
  const Term share =
      s.line("sessions_per_machine", "open conversations", Unit::count, ceil(open / active));
  const Term table = s.line("table_bytes", "session table: state.table_bytes", Unit::bytes,
                            share * fig("session_memory"));
  s.line("memory", "resident memory", Unit::bytes,
         table + fig("process_memory") + fig("store_cache"));
  // Compaction needs room for the old and the new files side by side.
  s.line("local_disk", "RocksDB, compaction included", Unit::bytes, live / active * Term(2));

  s.section("Broker at the peak");
  const Term input_rate =
      s.line("input_rate", "input", Unit::bytes_per_second, peak * fig("input_bytes"));
  const Term summaries = s.line("summary_rate", "session summaries", Unit::bytes_per_second,
                                starts * fig("summary_bytes"));
  const Term output_rate =
      s.line("output_rate", "escalations and handoffs", Unit::bytes_per_second,
             escalations * fig("escalation_bytes") + handoffs * fig("handoff_bytes"));
  const Term written = s.line("broker_in", "from producers, all topics", Unit::bytes_per_second,
                              input_rate + output_rate + summaries + state_rate);
  const Term copies = s.line("replication_rate", "between brokers", Unit::bytes_per_second,
                             written * (in("replication") - Term(1)));
  const Term read = s.line("broker_out", "to consumers", Unit::bytes_per_second,
                           input_rate + (output_rate + summaries) * in("readers"));
  s.line("broker_out_catch_up", "to consumers while catching up", Unit::bytes_per_second,
         read + capacity * fig("input_bytes") - input_rate);
  s.line("broker_writes", "written to disks, all brokers", Unit::bytes_per_second,
         written + copies);

  s.section("Broker's disks, all copies");
  const Term input_disk = s.line("input_disk", "input", Unit::bytes,
                                 input_rate * mean_share * in("retention") * in("replication"));
  const Term output_disk =
      s.line("output_disk", "escalations and handoffs", Unit::bytes,
             output_rate * mean_share * in("output-retention") * in("replication"));
  const Term summary_disk =
      s.line("summary_disk", "session summaries", Unit::bytes,
             summaries * mean_share * in("summary-retention") * in("replication"));
  const Term state_disk = s.line("state_disk", "session-state", Unit::bytes,
                                 (live + state_rate * fig("state_lag")) * in("replication"));
  s.line("broker_disk", "in all", Unit::bytes,
         input_disk + output_disk + summary_disk + state_disk);

  s.section("Transactions at the peak");
  const Term decisions = s.line("decisions_per_worker", "decisions of a worker", Unit::per_second,
                                escalations / workers);
  const Term hastened =
      s.line("hastened", "commits that decisions hasten, a worker", Unit::per_second,
             decisions / (Term(1) + decisions * in("commit-pace")));
  const Term by_size = s.line("by_size", "commits that their size ends, a worker", Unit::per_second,
                              (output_rate + summaries + state_rate) / workers / in("batch"));
  const Term least = s.line("by_time", "commits that time brings, a worker", Unit::per_second,
                            Term(1) / in("commit-interval"));
  s.line("transactions", "transactions, all workers", Unit::per_second,
         workers * max(max(hastened, by_size), least));

  s.section("Recovery");
  const Term reading = s.line("read_state", "reading saved sessions back", Unit::seconds,
                              open / workers / fig("records_read"));
  const Term folding = s.line("replay", "replaying the input that is not in saved sessions",
                              Unit::seconds, peak * saved_after / workers / fig("core_events"));
  const Term meeting =
      s.line("read_back", "reading the sessions that it meets from the local store", Unit::seconds,
             min(open, peak * saved_after) / workers / fig("sessions_read_back"));
  s.line("restart", "restart of a killed process, its disk lost", Unit::seconds,
         fig("start_time") + reading + folding + meeting);
  const Term failover =
      s.line("failover", "a machine lost for good, others take over", Unit::seconds,
             fig("session_timeout") + reading + folding + meeting);
  s.line("failover_backlog", "then the backlog is gone after", Unit::seconds,
         peak * failover / (capacity - peak));
  s.line("outage_backlog", "backlog of the outage", Unit::count, peak * in("outage"));
  s.line("outage_catch_up", "gone after", Unit::seconds, peak * in("outage") / (capacity - peak));

  if (busy.value() >= 1)
    s.warn(
        "the workers are fully used at the peak: they would never catch up; set --headroom or "
        "--outage");
  if (state_rate.value() > 2 * input_rate.value())
    s.warn(
        "saving sessions writes more than twice as much as comes in; a longer state.max_age "
        "(--state-max-age 5m) saves less often");
  if (in("replication").value() < 2)
    s.warn("one copy of each topic: a lost broker loses events and state; 3 is usual");
  if (partitions.value() > 4000)
    s.warn(
        "more than 4,000 partitions: several groups of topics, each with processes of its own, are "
        "easier to run");
  return s.take();
}

}  // namespace loopbreaker::plan
