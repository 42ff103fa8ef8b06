// Re-asks inside real dialogues: is the turn marked as asking the same unmet need again?
#include "quality/sections.h"

namespace loopbreaker::quality {

void reask_section(const Evaluation& e, Report& report) {
  Scored examples;
  std::uint32_t unit = 0;
  for (const auto& [name, rows] : e.data.reasks) {
    for (const SessionSet& set : e.data.sessions) {
      if (set.name != name) continue;
      std::map<std::string, std::uint32_t> sessions;
      for (const ReaskTruth& row : rows) {
        const std::string id = name + "-" + row.dialogue;
        const std::uint32_t session = sessions.emplace(id, unit + sessions.size()).first->second;
        double value = 0;
        if (const auto it = set.recording.find(id); it != set.recording.end()) {
          const EventNumber number = it->second.number_of(id + "-" + row.turn);
          for (const PlayedTurn& turn : it->second.turns)
            if (turn.event == number) value = value_of(turn.signals, Signal::rephrase);
        }
        examples.add(row.again, value, session);
      }
      unit += static_cast<std::uint32_t>(sessions.size());
    }
  }
  if (examples.size() == 0) return;
  add_average_precision(report, e, "re-ask AP", examples);
  add_auc(report, e, "re-ask AUC", examples);
  add_precision_recall(report, "Re-asks", {{"re-ask", &examples}});
}

}  // namespace loopbreaker::quality
