#include "cli/plan_recording.h"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <map>
#include <set>

#include "cli/ndjson.h"
#include "cli/render_json.h"
#include "codec/rfc3339.h"

namespace loopbreaker::cli {
namespace {

constexpr std::int64_t kDayMs = 86'400'000, kQuarterMs = 900'000;

/// Each line's "data"; what `take` returns ends the reading when it is an error.
Status each(const std::string& dir, const char* name,
            const std::function<Status(const Json&)>& take) {
  const std::string path = std::filesystem::path(dir) / name;
  auto reader = NdjsonReader::open(path);
  if (!reader)
    return Error{reader.error().message +
                 "; --backtest takes the folder that `loopbreaker backtest FILE --out DIR` wrote"};
  JsonDocument document;
  std::string_view line;
  while (reader->next(line)) {
    const Json data = document.parse(line).at("data");
    const Status taken = data.is_object() ? take(data) : Status(Error{"not an output of backtest"});
    if (!taken) return Error{reader->where() + ": " + taken.error().message};
  }
  return reader->status();
}

}  // namespace

Result<Recording> read_recording(const std::string& dir) {
  Recording r;
  std::array<double, plan::kQuarters> starts{};
  std::set<std::int64_t> days;
  double turns = 0, length = 0;
  // A summary that was amended comes again: each session counts once.
  std::set<std::string> seen;
  const Status summaries = each(dir, "summaries.ndjson", [&](const Json& data) -> Status {
    const auto start = codec::parse_rfc3339(data.text("started_at"));
    const auto end = codec::parse_rfc3339(data.text("ended_at"));
    if (!start || !end) return Error{"a summary without started_at or ended_at"};
    if (!seen.insert(data.text("session_id") + "@" + data.text("started_at")).second) return Ok{};
    const std::int64_t day =
        start->ms >= 0 ? start->ms / kDayMs : (start->ms - kDayMs + 1) / kDayMs;
    days.insert(day);
    starts[static_cast<std::size_t>((start->ms - day * kDayMs) / kQuarterMs)] += 1;
    turns += static_cast<double>(data.at("turns").number("total"));
    length += static_cast<double>(end->ms - start->ms) / 1000;
    ++r.sessions;
    return Ok{};
  });
  if (!summaries) return summaries.error();
  if (r.sessions == 0)
    return Error{dir + "/summaries.ndjson: no finished conversation; nothing to plan from"};

  std::map<std::string, bool> escalated;  // by session; false: only offered
  const Status handoffs = each(dir, "handoffs.ndjson", [&](const Json& data) -> Status {
    ++r.handoffs;
    escalated[data.text("session_id")] |= data.text("decision") == "escalate";
    return Ok{};
  });
  if (!handoffs) return handoffs.error();
  const Status decisions = each(dir, "decisions.ndjson", [&](const Json&) -> Status {
    ++r.escalations;
    return Ok{};
  });
  if (!decisions) return decisions.error();

  const auto sessions = static_cast<double>(r.sessions);
  r.days = days.size();
  r.turns = turns / sessions;
  r.length_seconds = length / sessions;
  for (const auto& [session, by_rule] : escalated) ++(by_rule ? r.escalated : r.offered);
  r.peak_starts =
      *std::ranges::max_element(starts) / static_cast<double>(r.days) / plan::kQuarterSeconds;
  r.day = plan::day_of(starts, "backtest");
  return r;
}

}  // namespace loopbreaker::cli
