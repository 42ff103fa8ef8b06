// One partition: what should have been published for its input, and what was.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "cli/core_parts.h"
#include "cli/render_json.h"
#include "loopbreaker/policy.h"
#include "runtime/partition.h"

namespace loopbreaker::cli {

/// Judged are the sessions whose first event lies in it, and the dead letters of its records.
struct AuditRange {
  TimeMs from = kNoTime, to = kEndOfTime;  ///< kNoTime: from the beginning
  bool contains(TimeMs t) const { return from <= t && t < to; }
};

/// Of one output topic.
struct AuditCounts {
  std::uint64_t expected = 0, published = 0, missing = 0, extra = 0, different = 0;
  bool good() const { return missing + extra + different == 0; }
};

struct AuditReport {
  std::array<AuditCounts, kTopics> topics;  ///< the state topic's stay 0
  std::uint64_t events = 0, sessions = 0;
  std::uint64_t sessions_before = 0;  ///< whose first event lies before the range: not judged
  std::uint64_t undecided = 0;        ///< could be published by now, need not be
  std::vector<std::string> findings;  ///< the first of them, in words
  bool good() const;
};

class PartitionAudit {
 public:
  /// `policy` and `parts` outlive it.
  PartitionAudit(std::int32_t number, AuditRange range, const Policy& policy,
                 const CoreParts& parts);
  PartitionAudit(const PartitionAudit&) = delete;
  PartitionAudit& operator=(const PartitionAudit&) = delete;

  /// What was published, in the order of its topic.
  void published(Topic topic, std::string_view key, std::string_view value);
  /// The input, in order. `due`: its outputs must have been published before they were read above.
  Status consume(const Record& record, bool due);
  /// After the input: what the wall clock may have brought about until then.
  Status follow(TimeMs stream_time);
  /// Adds what there is to say. Once, at the end.
  void compare(AuditReport& report);

 private:
  struct Output {
    std::string id;
    std::uint64_t hash = 0;
    bool due = true;
  };
  /// By topic and session; dead letters by id.
  using Outputs = std::map<std::pair<Topic, std::string>, std::vector<Output>>;

  void expect(bool due);
  bool judged(Topic topic, const std::string& session) const;
  Output read(Topic topic, std::string_view value, std::string& key, bool& in_range);
  void compare_one(Topic topic, const std::string& session, const std::vector<Output>& expected,
                   const std::vector<Output>& actual, AuditReport& report);

  const std::int32_t number_;
  const AuditRange range_;
  runtime::Telemetry telemetry_;
  runtime::Workbench bench_;
  runtime::Partition partition_;
  JsonDocument document_;
  std::unordered_map<std::string, TimeMs> first_seen_;  ///< sessions
  Outputs expected_, actual_;
  std::uint64_t events_ = 0;
};

}  // namespace loopbreaker::cli
