// Do the cluster's topics keep what the recovery protocol needs? Used by `topics check` and by
// `run` before it starts.
#pragma once

#include <string>
#include <vector>

#include "kafka/admin.h"
#include "kafka/settings.h"
#include "loopbreaker/result.h"

namespace loopbreaker::kafka {

/// One thing that was looked at.
struct CheckPoint {
  std::string topic;  ///< as on the cluster
  std::string what;   ///< e.g. "delete.retention.ms is 86400000, at least 86400000"
  bool good = false;
  bool needed = true;  ///< false: advice only, `run` starts without it
  std::string mend;    ///< how to make it good; empty when it is
};

/// Looks at all six topics. An Error only when the cluster cannot be asked.
Result<std::vector<CheckPoint>> inspect_topics(Admin&, const Names&);

/// Ok when every needed point is good; otherwise one Error (Action::stop) that lists all that are
/// not, and how to mend them. An unreachable cluster is Action::retry.
Status check_topics(Admin&, const Names&);
/// The same with a client of its own.
Status check_topics(const Settings&);

}  // namespace loopbreaker::kafka
