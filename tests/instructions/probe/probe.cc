// What the budget of instructions is measured on: conversations through the core, each stage behind
// a function of its own, so that callgrind tells them apart.
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "cli/ndjson.h"
#include "codec/output_json.h"
#include "codec/policy_toml.h"
#include "loopbreaker/core.h"
#include "runtime/intake.h"
#include "text/analyzer.h"
#include "text/redact.h"

using namespace loopbreaker;

extern "C" {
[[gnu::noinline]] Event* measured_decode(runtime::Intake& intake, const Record& record) {
  auto taken = intake.take(record);
  return std::holds_alternative<Event*>(taken) ? std::get<Event*>(taken) : nullptr;
}
[[gnu::noinline]] Folded measured_fold(Session& session, const Event& event, Analyzer& analyzer) {
  return fold(session, event, analyzer);
}
[[gnu::noinline]] void measured_decide(const Policy& policy, const Session& session, bool ending,
                                       Judgement& out) {
  out = decide(policy, session, session.last_event_at, {}, ending);
}
[[gnu::noinline]] void measured_encode(const Composed& composed, std::string& out) {
  codec::encode(composed.escalation, out);
  if (composed.handoff) codec::encode(*composed.handoff, out);
}
}

namespace {

struct Counts {
  std::size_t events = 0, outputs = 0;
};

/// Once through all conversations. `measured`: through the functions above.
Counts run(const std::vector<std::string>& lines, Analyzer& analyzer, bool measured) {
  const Policy& policy = codec::default_policy();
  auto redactor = text::make_redactor({});
  runtime::Intake intake({}, [&](std::string_view text, std::string& scratch) {
    return (*redactor)->redact(text, scratch);
  });
  std::map<std::string, Session, std::less<>> sessions;
  std::string json;
  Counts counts;
  for (const std::string& line : lines) {
    Record record;
    record.position = {0, static_cast<std::int64_t>(counts.events++)};
    record.value = line;
    Event* event = nullptr;
    if (measured) {
      event = measured_decode(intake, record);
    } else if (auto taken = intake.take(record); std::holds_alternative<Event*>(taken)) {
      event = std::get<Event*>(taken);
    }
    if (!event) std::exit(1);
    auto known = sessions.find(event->session_id);
    if (known == sessions.end())
      known = sessions.emplace(event->session_id, open_session(*event)).first;
    Session& session = known->second;
    const Folded folded =
        measured ? measured_fold(session, *event, analyzer) : fold(session, *event, analyzer);
    Judgement judgement;
    const bool ending = folded == Folded::ends;
    if (measured) {
      measured_decide(policy, session, ending, judgement);
    } else {
      judgement = decide(policy, session, session.last_event_at, {}, ending);
    }
    apply(session, judgement, session.last_event_at);
    for (const Decision& decision : judgement.decisions) {
      const Composed composed = compose(session, decision, policy);
      counts.outputs += 1 + composed.handoff.has_value();
      if (measured) measured_encode(composed, json);
    }
    if (ending) sessions.erase(known);
  }
  return counts;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  auto reader = cli::NdjsonReader::open(argv[1]);
  if (!reader) return 1;
  std::vector<std::string> lines;
  for (std::string_view line; reader->next(line);) lines.emplace_back(line);
  const auto analyzer = text::make_analyzer();
  run(lines, *analyzer, false);  // fills what is remembered between messages
  const Counts counts = run(lines, *analyzer, true);
  std::printf("%zu %zu\n", counts.events, counts.outputs);
}
