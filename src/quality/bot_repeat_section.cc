// Answers that say the same again, though not word for word.
#include "quality/sections.h"

namespace loopbreaker::quality {

void bot_repeat_section(const Evaluation& e, Report& report) {
  struct Place {
    const PlayedSession* session;
    const SessionSet* set;
    std::uint32_t unit;
  };
  std::map<std::string, Place> places;
  for (const SessionSet& set : e.data.sessions)
    for (const auto& [id, session] : set.recording) places.emplace(id, Place{&session, &set, 0});
  std::uint32_t units = 0;
  for (auto& [id, place] : places) place.unit = units++;

  Scored examples;
  std::map<std::string, std::vector<bool>> false_by_set;
  std::map<std::string, Scored> by_set;
  for (const RepeatTruth& row : e.data.bot_repeats) {
    const auto it = places.find(row.session_id);
    if (it == places.end()) continue;
    const Place& place = it->second;
    const EventNumber number = place.session->number_of(row.event_id);
    for (const PlayedTurn& turn : place.session->turns) {
      if (turn.event != number) continue;
      const double value = value_of(turn.signals, Signal::bot_repeat);
      examples.add(row.repeat, value, place.unit);
      by_set[place.set->name].add(row.repeat, value, place.unit);
      false_by_set[place.set->name].push_back(value >= .5 && !row.repeat);
    }
  }
  if (examples.size() == 0) return;
  add_yes_no(report, e, "bot repeat", examples);
  for (const auto& [set, rows] : by_set)
    if (by_set.size() > 1)
      report.add("bot repeat F1, " + set, agreement(rows, .5).f1, {}, count_of(rows), 3, true);
  for (const auto& [set, alarms] : false_by_set)
    add_share(
        report, e,
        "bot repeat false positives " + (set == "star" ? std::string("STAR") : set) + ", /1000",
        alarms, 1000, 1, set != "star");
  add_precision_recall(report, "Answers that say the same again", {{"bot repeat", &examples}});
}

}  // namespace loopbreaker::quality
