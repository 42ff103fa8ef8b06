#include "plan/figures.h"

#include <algorithm>

extern "C" {
extern const char loopbreaker_figures[];
extern const char loopbreaker_figures_end[];
}

namespace loopbreaker::plan {

std::string_view name_of(Trust trust) {
  switch (trust) {
    case Trust::measured:
      return "measured";
    case Trust::setting:
      return "setting";
    case Trust::estimate:
      return "estimate";
  }
  return {};
}

const std::vector<FigureKey>& figure_keys() {
  static const std::vector<FigureKey> keys{
      {"worker_events", Unit::per_second,
       "events that one worker on one core takes through a broker"},
      {"core_events", Unit::per_second,
       "events that one core takes from bytes to decision, without a broker"},
      {"input_bytes", Unit::bytes, "one event in the broker, compressed"},
      {"escalation_bytes", Unit::bytes, "one escalation event in the broker, compressed"},
      {"handoff_bytes", Unit::bytes, "one handoff packet in the broker, compressed"},
      {"summary_bytes", Unit::bytes, "one session summary in the broker, compressed"},
      {"escalations_per_handoff", Unit::count,
       "escalation events (raised, upgraded, resolved, ...) for each handoff"},
      {"record_base_bytes", Unit::bytes, "a saved session without its turns"},
      {"record_turn_bytes", Unit::bytes, "each turn in a saved session"},
      {"record_turns_max", Unit::count, "turns that a saved session holds at most"},
      {"marker_bytes", Unit::bytes, "the marker of a closed session"},
      {"session_memory", Unit::bytes, "an open session in memory"},
      {"process_memory", Unit::bytes, "a process without sessions"},
      {"store_cache", Unit::bytes, "RocksDB's caches and write buffers in a process"},
      {"session_timeout", Unit::seconds, "silence after which the group takes a process for dead"},
      {"start_time", Unit::seconds, "from the start of a process to its first poll"},
      {"records_read", Unit::per_second, "saved sessions that one worker reads back in recovery"},
      {"sessions_read_back", Unit::per_second,
       "sessions that one worker takes out of its local store, to fold events into them"},
      {"state_lag", Unit::seconds, "age up to which session-state is not yet compacted"},
  };
  return keys;
}

const FigureKey* find_figure_key(std::string_view name) {
  const auto found = std::ranges::find(figure_keys(), name, &FigureKey::name);
  return found == figure_keys().end() ? nullptr : &*found;
}

void Figures::set(Figure figure) {
  for (Figure& old : figures_) {
    if (old.name != figure.name) continue;
    old = std::move(figure);
    return;
  }
  figures_.push_back(std::move(figure));
}

const Figure* Figures::find(std::string_view name) const {
  const auto found = std::ranges::find(figures_, name, &Figure::name);
  return found == figures_.end() ? nullptr : &*found;
}

std::vector<std::string_view> Figures::missing() const {
  std::vector<std::string_view> out;
  for (const FigureKey& key : figure_keys())
    if (!find(key.name)) out.push_back(key.name);
  return out;
}

std::string_view builtin_figures_toml() {
  return {loopbreaker_figures,
          static_cast<std::size_t>(loopbreaker_figures_end - loopbreaker_figures)};
}

}  // namespace loopbreaker::plan
