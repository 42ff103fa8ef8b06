// What the policy decides: false alarms on normal sessions, recall on those who are stuck, and the
// cases to read.
#include <fmt/format.h>

#include <algorithm>

#include "quality/sections.h"

namespace loopbreaker::quality {
namespace {

constexpr std::size_t kCases = 20;

double noticed(const PlayedSession& s) {
  return std::max(
      {s.peak(Signal::loop), s.peak(Signal::frustration), s.peak(Signal::human_request)});
}

/// Sessions in need of help, and from which event on a decision is one for it.
struct Needy {
  std::string what;
  std::vector<Sample> sessions;
  std::vector<std::vector<EventNumber>> marked;
  std::vector<bool> hits;

  void add(const Sample& sample, std::vector<EventNumber> turns) {
    const EventNumber at = sample.session->first_decision();
    hits.push_back(at >= 0 && (turns.empty() || at >= turns.front()));
    sessions.push_back(sample);
    marked.push_back(std::move(turns));
  }
};

void add_misses(Report& report, const Needy& needy) {
  for (std::size_t i = 0; i < needy.sessions.size(); ++i) {
    if (needy.hits[i]) continue;
    const Sample& s = needy.sessions[i];
    report.misses.push_back({needy.what, s.set->name, s.truth->session_id, -noticed(*s.session),
                             needy.marked[i], s.session});
  }
}

/// The worst of each kind in turn, so that one kind does not hide the others.
void keep_worst(std::vector<Case>& cases) {
  std::stable_sort(cases.begin(), cases.end(), [](const Case& a, const Case& b) {
    return a.strength != b.strength ? a.strength > b.strength : a.session_id < b.session_id;
  });
  std::map<std::string, std::size_t> place;
  std::vector<std::pair<std::size_t, std::size_t>> order;  // rank within its kind, index
  for (std::size_t i = 0; i < cases.size(); ++i) order.emplace_back(place[cases[i].what]++, i);
  std::stable_sort(order.begin(), order.end());
  std::vector<Case> kept;
  for (std::size_t i = 0; i < std::min(kCases, order.size()); ++i)
    kept.push_back(std::move(cases[order[i].second]));
  cases = std::move(kept);
}

void false_alarms(const Evaluation& e, Report& report) {
  const std::vector<Sample> normal = normal_samples(e.data);
  if (normal.empty()) return;
  for (const bool escalations : {true, false}) {
    const std::string name = escalations
                                 ? "policy: false escalations /1000 normal sessions"
                                 : "policy: false escalations or offers /1000 normal sessions";
    std::vector<bool> all;
    std::map<std::string, std::vector<bool>> by_set;
    for (const Sample& s : normal) {
      const bool alarm = s.session->first_decision(escalations) >= 0;
      all.push_back(alarm);
      by_set[s.set->name].push_back(alarm);
    }
    add_share(report, e, name, all, 1000, 1);
    for (const auto& [set, alarms] : by_set)
      add_share(report, e, name + ", " + set, alarms, 1000, 1, true);
  }
  for (const Sample& s : normal) {
    if (s.session->first_decision() < 0) continue;
    const bool escalated = s.session->first_decision(true) >= 0;
    report.false_alarms.push_back({escalated ? "escalated, though nobody was stuck"
                                             : "offered a person, though nobody was stuck",
                                   s.set->name,
                                   s.truth->session_id,
                                   noticed(*s.session),
                                   {},
                                   s.session});
  }
}

}  // namespace

void policy_section(const Evaluation& e, Report& report) {
  false_alarms(e, report);
  std::vector<Needy> kinds;
  Needy annoyed{"customer became annoyed, nothing was done", {}, {}, {}};
  for (const Sample& s : samples(e.data, [](const SessionTruth& t) { return t.annoyed == true; }))
    annoyed.add(s, {});
  Needy loops{"loop that was not noticed", {}, {}, {}};
  Needy hard{"hard loop that was not noticed", {}, {}, {}};
  for (const Sample& s : samples(e.data, [](const SessionTruth& t) { return t.kind == "loop"; }))
    (s.set->hard() ? hard : loops).add(s, ask_numbers(s));
  Needy human{"request for a person that was not followed", {}, {}, {}};
  for (const Sample& s :
       samples(e.data, [](const SessionTruth& t) { return !t.human_request_event_id.empty(); })) {
    const EventNumber at = s.session->number_of(s.truth->human_request_event_id);
    human.add(s, at >= 0 ? std::vector{at} : std::vector<EventNumber>{});
  }
  double sum = 0;
  int parts = 0;
  const auto recall = [&](const char* name, const Needy& needy) {
    if (needy.hits.empty()) return;
    add_share(report, e, fmt::format("policy: recall {}", name), needy.hits);
    sum += *report.figures.back().value;
    ++parts;
    std::map<std::string, std::vector<bool>> by_set;
    for (std::size_t i = 0; i < needy.sessions.size(); ++i)
      by_set[needy.sessions[i].set->name].push_back(needy.hits[i]);
    if (by_set.size() > 1)
      for (const auto& [set, hits] : by_set)
        add_share(report, e, fmt::format("policy: recall {}, {}", name, set), hits, 1, 3, true);
    add_misses(report, needy);
  };
  recall("annoyed", annoyed);
  recall("loops", loops);
  recall("hard loops", hard);
  recall("human requests", human);
  if (parts > 0) report.add("policy: mean recall (annoyed, loops, human requests)", sum / parts);
  keep_worst(report.misses);
  keep_worst(report.false_alarms);
}

}  // namespace loopbreaker::quality
