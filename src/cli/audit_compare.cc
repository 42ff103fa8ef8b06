#include "cli/audit_compare.h"

#include <fmt/format.h>

#include <algorithm>

#include "codec/rfc3339.h"

namespace loopbreaker::cli {
namespace {

constexpr std::size_t kFindingsMax = 20;

constexpr std::string_view kKinds[kTopics] = {"escalation", "handoff", "summary", "dead letter",
                                              "state record"};

}  // namespace

bool AuditReport::good() const {
  return std::ranges::all_of(topics, [](const AuditCounts& c) { return c.good(); });
}

PartitionAudit::PartitionAudit(std::int32_t number, AuditRange range, const Policy& policy,
                               const CoreParts& parts)
    : number_(number),
      range_(range),
      bench_{policy, *parts.analyzer, *parts.intake, telemetry_, nullptr, {}, {}},
      partition_(number, bench_) {
  bench_.observer = [this](const Session& session, const Event& event) {
    first_seen_.try_emplace(std::string(session.id), event.time);
  };
}

PartitionAudit::Output PartitionAudit::read(Topic topic, std::string_view value, std::string& key,
                                            bool& in_range) {
  const Json json = document_.parse(value);
  Output out{json.text("id"), stable_hash(value), true};
  in_range = true;
  if (topic == Topic::dead_letters) {
    key = out.id;
    const auto time = codec::parse_rfc3339(json.at("data").text("log_time"));
    in_range = time && range_.contains(*time);
  }
  return out;
}

void PartitionAudit::published(Topic topic, std::string_view key, std::string_view value) {
  std::string name(key);
  bool in_range = true;
  Output out = read(topic, value, name, in_range);
  if (in_range) actual_[{topic, std::move(name)}].push_back(std::move(out));
}

void PartitionAudit::expect(bool due) {
  for (OutRecord& record : partition_.take_outputs()) {
    bool in_range = true;
    Output out = read(record.topic, record.value.value_or(""), record.key, in_range);
    out.due = due;
    if (in_range) expected_[{record.topic, std::move(record.key)}].push_back(std::move(out));
  }
}

Status PartitionAudit::consume(const Record& record, bool due) {
  ++events_;
  auto taken = partition_.consume(record);
  expect(due);
  if (!taken) return taken.error();
  return Ok{};
}

Status PartitionAudit::follow(TimeMs stream_time) {
  auto followed = partition_.follow(stream_time);
  expect(/*due=*/false);
  if (!followed) return followed.error();
  return Ok{};
}

bool PartitionAudit::judged(Topic topic, const std::string& session) const {
  if (topic == Topic::dead_letters) return true;
  auto it = first_seen_.find(session);
  // Of a session that the input read here does not have nothing can be said: it began before.
  return it != first_seen_.end() && range_.contains(it->second);
}

void PartitionAudit::compare_one(Topic topic, const std::string& session,
                                 const std::vector<Output>& expected,
                                 const std::vector<Output>& actual, AuditReport& report) {
  AuditCounts& counts = report.topics[static_cast<std::size_t>(topic)];
  auto find = [&](const std::string& what, const Output& output) {
    if (report.findings.size() < kFindingsMax)
      report.findings.push_back(fmt::format(
          "{} {} {}{}, partition {}", what, kKinds[static_cast<std::size_t>(topic)], output.id,
          topic == Topic::dead_letters ? "" : fmt::format(" of session \"{}\"", session), number_));
  };
  counts.published += actual.size();
  std::size_t next = 0;  // in `actual`: what lies before has been accounted for
  std::vector<bool> known(actual.size(), false);
  for (const Output& want : expected) {
    std::size_t at = 0;
    while (at < actual.size() && (known[at] || actual[at].id != want.id)) ++at;
    if (at == actual.size()) {
      if (!want.due) {
        ++report.undecided;
        continue;
      }
      ++counts.expected;
      ++counts.missing;
      find("missing:", want);
      continue;
    }
    ++counts.expected;
    known[at] = true;
    if (actual[at].hash != want.hash) {
      ++counts.different;
      find("different:", want);
    } else if (at < next) {
      ++counts.different;
      find("out of order:", want);
    }
    next = std::max(next, at + 1);
  }
  for (std::size_t i = 0; i < actual.size(); ++i) {
    if (known[i]) continue;
    ++counts.extra;
    find("extra:", actual[i]);
  }
}

void PartitionAudit::compare(AuditReport& report) {
  report.events += events_;
  for (const auto& [session, time] : first_seen_) {
    if (range_.contains(time))
      ++report.sessions;
    else if (time < range_.from)
      ++report.sessions_before;
  }
  static const std::vector<Output> none;
  for (const auto& [key, expected] : expected_) {
    if (!judged(key.first, key.second)) continue;
    auto it = actual_.find(key);
    compare_one(key.first, key.second, expected, it == actual_.end() ? none : it->second, report);
  }
  for (const auto& [key, actual] : actual_)
    if (!expected_.contains(key) && judged(key.first, key.second))
      compare_one(key.first, key.second, none, actual, report);
}

}  // namespace loopbreaker::cli
