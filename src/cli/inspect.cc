// loopbreaker inspect: what a state directory holds: progress per partition, open sessions, one
// session in full.
#include <fmt/format.h>

#include <memory>

#include "cli/commands.h"
#include "cli/ndjson.h"
#include "cli/session_text.h"
#include "codec/progress.h"
#include "codec/session_record.h"
#include "loopbreaker/core.h"
#include "runtime/partition.h"
#include "store/identity.h"
#include "store/rocksdb_store.h"
#include "text/analyzer.h"

namespace loopbreaker::cli {
namespace {

constexpr const char* kExamples = R"(Examples:
  loopbreaker inspect --state-dir /var/lib/loopbreaker              progress and counts per partition
  loopbreaker inspect --state-dir /var/lib/loopbreaker --sessions   one line per open session
  loopbreaker inspect --state-dir /var/lib/loopbreaker --session chat-4711
  loopbreaker inspect --state-dir /var/lib/loopbreaker --session chat-4711 --json

Reads what the process last committed and wrote to disk; a running process may be a few seconds ahead. Exit codes: 0 shown,
1 no such session, 2 arguments are wrong, 3 the directory holds no store or cannot be read.
)";

struct Arguments {
  std::string dir = "./loopbreaker-state";
  std::string session;
  bool sessions = false, json = false;
};

int fail(const std::string& message, int code) {
  fmt::print(stderr, "loopbreaker inspect: {}\n", message);
  return code;
}

/// Everything about one partition that the overview shows.
struct Overview {
  codec::Progress progress;
  std::size_t open = 0, closed = 0, escalated = 0, bytes = 0, damaged = 0;
};

Result<Overview> survey(StateStore& store, std::int32_t partition, Analyzer& analyzer,
                        const Arguments& args) {
  Overview out;
  auto bytes = store.progress(partition);
  if (!bytes) return bytes.error();
  if (bytes->has_value())
    if (auto progress = codec::decode_progress(**bytes)) out.progress = *progress;
  Status walked = store.each(
      partition, runtime::kSessions, [&](std::string_view, std::string_view value) -> Status {
        out.bytes += value.size();
        auto kind = codec::kind_of(value);
        if (!kind) {
          ++out.damaged;
        } else if (*kind == codec::RecordKind::closed) {
          ++out.closed;
        } else if (auto record = codec::decode_session(value, analyzer)) {
          ++out.open;
          if (record->session.escalation.phase != Escalation::Phase::none) ++out.escalated;
          if (args.sessions)
            fmt::print("{}\n", args.json ? session_json(record->session, false)
                                         : session_line(record->session));
        } else {
          ++out.damaged;
        }
        return Ok{};
      });
  if (!walked) return walked.error();
  return out;
}

int show_session(StateStore& store, const std::vector<std::int32_t>& partitions, Analyzer& analyzer,
                 const Arguments& args) {
  for (std::int32_t partition : partitions) {
    auto found = store.get(partition, runtime::session_key(args.session));
    if (!found) return fail(found.error().message, kUnavailable);
    if (!found->has_value()) continue;
    if (auto kind = codec::kind_of(**found); kind && *kind == codec::RecordKind::closed) {
      auto closed = codec::decode_closed(**found);
      if (!closed) return fail(closed.error().message, kUnavailable);
      fmt::print("{}\n", args.json
                             ? closed->session.summary
                             : fmt::format("{}: ended at {}, {}; its summary:\n{}",
                                           closed->session.id, time_text(closed->session.closed_at),
                                           closed->session.idle ? "by time-out" : "by an event",
                                           closed->session.summary));
      return kOk;
    }
    auto record = codec::decode_session(**found, analyzer);
    if (!record) return fail(record.error().message, kUnavailable);
    fmt::print("{}\n",
               args.json ? session_json(record->session, true) : session_text(record->session));
    return kOk;
  }
  return fail("no session \"" + args.session + "\" in " + args.dir +
                  ": it never was here, or ended some time ago",
              kFailed);
}

int inspect(const Arguments& args) {
  auto store = store::open_rocksdb_read_only(store::store_path(args.dir));
  if (!store) return fail(store.error().message, kUnavailable);
  auto partitions = (*store)->partitions();
  if (!partitions) return fail(partitions.error().message, kUnavailable);
  auto analyzer = text::make_analyzer();
  if (!args.session.empty()) return show_session(**store, *partitions, *analyzer, args);
  std::string table;
  for (std::int32_t partition : *partitions) {
    auto overview = survey(**store, partition, *analyzer, args);
    if (!overview) return fail(overview.error().message, kUnavailable);
    const codec::Progress& p = overview->progress;
    if (args.json) {
      table += fmt::format(
          R"({{"partition":{},"seq":{},"committed":{},"replay_from":{},"stream_time":"{}","open":{},"escalated":{},"closed_markers":{},"bytes":{},"damaged":{}}})"
          "\n",
          partition, p.seq, p.committed, p.replay_from, time_text(p.stream_time), overview->open,
          overview->escalated, overview->closed, overview->bytes, overview->damaged);
    } else {
      table += fmt::format("{:>9} {:>10} {:>12} {:>12}  {:<24} {:>8} {:>9} {:>8} {:>12}{}\n",
                           partition, p.seq, p.committed, p.replay_from, time_text(p.stream_time),
                           overview->open, overview->escalated, overview->closed, overview->bytes,
                           overview->damaged ? fmt::format("  {} damaged", overview->damaged) : "");
    }
  }
  if (args.sessions) return kOk;
  if (!args.json)
    fmt::print("{:>9} {:>10} {:>12} {:>12}  {:<24} {:>8} {:>9} {:>8} {:>12}\n", "partition", "seq",
               "committed", "replay from", "stream time", "open", "escalated", "ended", "bytes");
  fmt::print("{}", table);
  return kOk;
}

}  // namespace

void add_inspect(CLI::App& app, int& exit_code) {
  auto* command = app.add_subcommand(
      "inspect", "Look into a state directory: progress, sessions, one session in full");
  auto args = std::make_shared<Arguments>();
  command->add_option("--state-dir", args->dir, "State directory of a processor")
      ->capture_default_str();
  auto* one = command->add_option("--session", args->session, "Show this session in full");
  command->add_flag("--sessions", args->sessions, "One line per open session")->excludes(one);
  command->add_flag("--json", args->json, "JSON, one line each");
  command->footer(kExamples);
  command->callback([args, &exit_code] { exit_code = inspect(*args); });
}

}  // namespace loopbreaker::cli
