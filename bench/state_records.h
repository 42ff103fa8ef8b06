// What a partition writes to the state topic over whole conversations.
#pragma once

#include <cstdlib>
#include <vector>

#include "codec/policy_toml.h"
#include "conversations.h"
#include "runtime/partition.h"
#include "text/analyzer.h"

namespace loopbreaker::bench {

struct Saving {
  int events_per_commit = 200;
  int commits_per_save = 0;  ///< so many commits until one saves every session; 0: none does
};
/// Every session some ten times in its life, from its first turns to its last.
inline constexpr Saving kAgainAndAgain{.events_per_commit = 1'000, .commits_per_save = 10};

/// Hands every record of a session or a marker to `each`, a const OutRecord& that has a value.
template <class Each>
void each_state_record(const std::vector<Recorded>& events, const Saving& saving, Each each) {
  const auto analyzer = text::make_analyzer();
  runtime::Intake intake({}, [](std::string_view text, std::string&) { return text; });
  runtime::Telemetry telemetry;
  runtime::Workbench workbench{codec::default_policy(), *analyzer, intake, telemetry, nullptr,
                               DurationMs{300'000},     {}};
  runtime::Partition partition(0, workbench);
  int consumed = 0, commits = 0;
  const auto commit = [&] {
    ++commits;
    const bool save_all = saving.commits_per_save > 0 && commits % saving.commits_per_save == 0;
    Transaction tx;
    partition.prepare(tx, TimeMs{0}, save_all);
    if (!partition.commit_done(-1, TimeMs{0})) std::abort();
    for (const OutRecord& record : tx.records) {
      // Without a value: the grace of a marker is over.
      if (record.topic == Topic::state && record.key != runtime::kProgressKey && record.value)
        each(record);
    }
  };
  consume_all(partition, events, [&] {
    if (++consumed % saving.events_per_commit == 0) commit();
  });
  commit();
}

}  // namespace loopbreaker::bench
