// The session table of a partition: what one event costs there, and what leaving and coming back
// costs.
#include <benchmark/benchmark.h>

#include <map>
#include <string>
#include <vector>

#include "runtime/session_table.h"

namespace {

using namespace loopbreaker;

Session session_named(const std::string& id) {
  Session s;
  s.id = id;
  s.channel = "web";
  for (int i = 0; i < 10; ++i) {
    Turn turn;
    turn.number = static_cast<std::uint32_t>(i);
    turn.text = "I still have not received the parcel that I ordered last week";
    s.turns.push_back(std::move(turn));
  }
  return s;
}

std::string name_of_session(std::int64_t i) { return "conversation-" + std::to_string(i); }

void look_up_and_touch(benchmark::State& state) {
  runtime::SessionTable table(
      [](std::string_view) -> Result<std::optional<Session>> { return std::optional<Session>{}; });
  const std::int64_t sessions = state.range(0);
  std::vector<std::string> names;
  for (std::int64_t i = 0; i < sessions; ++i) {
    names.push_back(name_of_session(i));
    table.open(session_named(names.back()));
  }
  std::int64_t offset = 0;
  std::uint64_t next = 1, found = 0;
  for (auto _ : state) {
    next = next * 6364136223846793005ull + 1442695040888963407ull;
    auto slot = table.find(names[(next >> 33) % names.size()]);
    if (!slot || !*slot) continue;
    ++found;
    table.touch(**slot, offset++, {}, {}, {});
    table.saved(**slot);
  }
  if (found != static_cast<std::uint64_t>(state.iterations()))
    state.SkipWithError("a session was not found");
}
BENCHMARK(look_up_and_touch)->Arg(1'000)->Arg(20'000)->Arg(100'000);

void spill_and_read_back(benchmark::State& state) {
  std::map<std::string, Session, std::less<>> store;
  runtime::SessionTable table([&](std::string_view id) -> Result<std::optional<Session>> {
    auto it = store.find(id);
    return it == store.end() ? std::optional<Session>{} : std::optional<Session>(it->second);
  });
  for (int i = 0; i < 1'000; ++i) {
    Session s = session_named(name_of_session(i));
    store[name_of_session(i)] = s;
    table.restore_spilled(s.id, TimeMs{1}, 0);
  }
  std::int64_t i = 0;
  for (auto _ : state) {
    auto slot = table.find(name_of_session(i++ % 1'000));
    if (!slot || !*slot) {
      state.SkipWithError("a spilled session did not come back");
      break;
    }
    table.spill(**slot, TimeMs{1});
  }
  if (table.spilled() != 1'000 || table.in_memory() != 0)
    state.SkipWithError("sessions are not where they should be");
}
BENCHMARK(spill_and_read_back);

}  // namespace
