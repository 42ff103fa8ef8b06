#include "runtime/recovery.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "codec/progress.h"
#include "codec/session_record.h"
#include "runtime/last_records.h"
#include "runtime/outline.h"

namespace loopbreaker::runtime {
namespace {

/// Records read from the tail go to the store in pieces of this size.
constexpr std::size_t kStorePiece = 4 << 20;
/// A coordinator looks so often for transactions that are past their time, and then ends them.
constexpr DurationMs kTransactionEnds{15'000};
/// Between looks at the group's offset: one that is older than session-state stays so for long.
constexpr DurationMs kLook{200}, kOlderLook{1'000};
/// Looks at the group's offset after the patience is over, before a recovery refuses.
constexpr int kLateLooks = 2;

std::string where(std::int32_t partition) {
  return "partition " + std::to_string(partition) + ": ";
}

/// The local store's progress, when the store may be used (rules 1, 3, 10); otherwise the store is
/// dropped.
Result<std::optional<codec::Progress>> usable_store(std::int32_t partition,
                                                    const RecoveryDoors& doors,
                                                    const RecoverySettings& settings,
                                                    const LogRange& state, std::string& note) {
  auto bytes = doors.store.progress(partition);
  if (!bytes) return bytes.error();
  if (!bytes->has_value()) {
    note = "no local store";
    return std::optional<codec::Progress>{};
  }
  auto progress = codec::decode_progress(**bytes);
  if (!progress) {
    note = "local store unreadable, dropped";
  } else if (doors.clock.now() - progress->written_at > settings.store_age_max) {
    note =
        "local store too old, dropped";  // tombstones and markers it missed may be compacted away
  } else if (progress->state_position < state.start) {
    note = "local store behind the start of " + settings.state_topic + ", dropped";
  } else if (progress->state_position > state.end) {
    note = "local store ahead of " + settings.state_topic + ", dropped";
  } else {
    note = "local store at seq " + std::to_string(progress->seq);
    return std::optional<codec::Progress>(*progress);
  }
  if (Status ok = doors.store.drop(partition); !ok) return ok.error();
  return std::optional<codec::Progress>{};
}

struct Tail {
  std::optional<codec::Progress> progress;  ///< the last one in session-state
  std::int64_t position = 0;
  std::size_t records = 0;
};

/// Reads session-state from `from` to its end into the store. The store keeps its old progress
/// meanwhile, so that a crash here only means reading the same tail again.
Status read_tail(std::int32_t partition, const RecoveryDoors& doors, const Policy& policy,
                 std::int64_t from, const std::optional<codec::Progress>& stored, Tail& tail) {
  StoreBatch batch;
  batch.partition = partition;
  std::size_t bytes = 0;
  LastRecords last;
  // Behind a store there is little to read, and hardly a session twice.
  if (!stored)
    if (Status ok = last.look(partition, doors, from); !ok) return ok;
  auto flush = [&]() -> Status {
    doors.alive();
    if (batch.puts.empty()) return Ok{};
    // An empty progress leaves the store unusable by itself until the whole tail is in.
    batch.progress = stored ? codec::encode_progress(*stored) : std::string{};
    Status ok = doors.store.write(batch);
    batch.puts.clear();
    bytes = 0;
    return ok;
  };
  auto end = doors.state.read(partition, from, [&](const Record& record) -> Status {
    if (!record.key) return Ok{};
    ++tail.records;
    if (*record.key == kProgressKey) {
      if (!record.value) return Ok{};
      auto progress = codec::decode_progress(*record.value);
      if (!progress) return progress.error();
      tail.progress = *progress;
      return Ok{};
    }
    if (!record.key->starts_with(kSessions) || last.outdated(record)) return Ok{};
    const std::string outline = outline_key(record.key->substr(kSessions.size()));
    bytes += record.key->size() + (record.value ? record.value->size() : 0);
    if (record.value) {
      auto outlined = outline_of_record(*record.value, policy);
      if (!outlined) return outlined.error();
      batch.puts.push_back({std::string(*record.key), std::string(*record.value)});
      batch.puts.push_back({outline, codec::encode_outline(*outlined)});
    } else {
      batch.puts.push_back({std::string(*record.key), std::nullopt});
      batch.puts.push_back({outline, std::nullopt});
    }
    return bytes < kStorePiece ? Status(Ok{}) : flush();
  });
  if (!end) return end.error();
  // Else what a later record made needless may be needed after all.
  if (*end < last.end())
    return Error{where(partition) + "session-state ends at offset " + std::to_string(*end) +
                     ", and ended at " + std::to_string(last.end()) + " a moment ago",
                 Action::recover};
  tail.position = *end;
  return flush();
}

bool matches(const codec::Progress& progress, const CommittedOffset& committed) {
  auto mark = codec::decode_metadata(committed.metadata);
  return mark && mark->seq == progress.seq && progress.committed == committed.offset;
}

/// Commits where a partition stands, and nothing else. Who is not its owner any more is refused
/// here.
Result<codec::Progress> commit_progress(std::int32_t partition, codec::Progress progress,
                                        const RecoveryDoors& doors) {
  progress.written_at = doors.clock.now();
  Transaction tx;
  tx.records.push_back(
      {Topic::state, partition, std::string(kProgressKey), codec::encode_progress(progress)});
  tx.offsets.push_back({partition, progress.committed, codec::progress_metadata(progress)});
  auto receipt = doors.outputs.commit(tx, doors.events);
  if (!receipt) return receipt.error();
  for (auto [number, end] : receipt->state_end)
    if (number == partition) progress.state_position = end;
  return progress;
}

/// Commits once more what stands in session-state already, so that the group knows it again.
Result<codec::Progress> mend_offset(std::int32_t partition, codec::Progress progress,
                                    const RecoveryDoors& doors) {
  ++progress.seq;
  return commit_progress(partition, std::move(progress), doors);
}

/// Nothing was ever committed: choose where to begin and commit that before the first fold (rule
/// 17).
Result<codec::Progress> first_start(std::int32_t partition, const RecoveryDoors& doors,
                                    const RecoverySettings& settings) {
  auto range = doors.events.range(partition);
  if (!range) return range.error();
  codec::Progress progress;
  progress.seq = 1;
  progress.committed = settings.first_start == FirstStart::earliest ? range->start : range->end;
  progress.replay_from = progress.committed;
  return commit_progress(partition, std::move(progress), doors);
}

/// What the log still holds must fit what is committed; returns the offset to read from.
Result<std::int64_t> fit_log(std::int32_t partition, const codec::Progress& progress,
                             const RecoveryDoors& doors, const RecoverySettings& settings,
                             std::string& note) {
  auto range = doors.events.range(partition);
  if (!range) return range.error();
  const std::string reset =
      " Nothing is skipped by itself. To forget the open sessions and begin at an offset of your "
      "choice: loopbreaker state start-over.";
  if (progress.committed > range->end)
    return Error{where(partition) + settings.input_topic + " ends at offset " +
                     std::to_string(range->end) + ", but group " + settings.group +
                     " has consumed up to " + std::to_string(progress.committed) +
                     ": the topic was truncated or made anew." + reset,
                 Action::stop};
  if (progress.replay_from < range->start)
    return Error{
        where(partition) + settings.input_topic + " starts at offset " +
            std::to_string(range->start) + ", but events from " +
            std::to_string(progress.replay_from) +
            " on are still needed: its retention is shorter than the time this group was away." +
            reset,
        Action::stop};
  std::int64_t from = progress.replay_from;
  if (progress.last_offset >= range->start)
    from = std::min(from, progress.last_offset);
  else if (progress.last_offset >= 0)
    note += ", last consumed record is no longer in the log: not verified";
  return from;
}

/// Remembers whether the store said that it is damaged: that is mended otherwise than the same from
/// a broker.
class WatchedStore final : public StateStore {
 public:
  explicit WatchedStore(StateStore& inner) : inner_(inner) {}
  bool damaged() const { return damaged_; }

  Result<std::optional<std::string>> get(std::int32_t p, std::string_view key) override {
    return watched(inner_.get(p, key));
  }
  Result<std::optional<std::string>> progress(std::int32_t p) override {
    return watched(inner_.progress(p));
  }
  Status each(std::int32_t p, std::string_view prefix,
              const std::function<Status(std::string_view, std::string_view)>& sink) override {
    return watched(inner_.each(p, prefix, sink));
  }
  Status write(const StoreBatch& batch) override { return watched(inner_.write(batch)); }
  Status drop(std::int32_t p) override { return watched(inner_.drop(p)); }
  Result<std::vector<std::int32_t>> partitions() override { return watched(inner_.partitions()); }
  Status flush() override { return watched(inner_.flush()); }
  std::uint64_t bytes() const override { return inner_.bytes(); }

 private:
  template <class T>
  Result<T> watched(Result<T> result) {
    damaged_ |= !result && result.error().action == Action::recover;
    return result;
  }
  StateStore& inner_;
  bool damaged_ = false;
};

Result<Recovered> recover_once(std::int32_t number, Workbench& bench, const RecoveryDoors& doors,
                               const RecoverySettings& settings, TimeMs since) {
  Recovered out;
  auto state_range = doors.state.range(number);
  if (!state_range) return state_range.error();
  auto stored = usable_store(number, doors, settings, *state_range, out.note);
  if (!stored) return stored.error();

  codec::Progress progress;
  const TimeMs give_up = doors.clock.now() + settings.patience;
  // Before, a transaction of an earlier owner may still commit.
  const TimeMs earlier_over =
      since + DurationMs{std::max(settings.patience.ms,
                                  settings.transaction_timeout.ms + kTransactionEnds.ms)};
  std::int64_t from = *stored ? (*stored)->state_position : state_range->start;
  Tail tail;
  tail.progress = *stored;
  int late_looks = 0;
  for (;;) {
    // Asked first: what is read after it is all that was committed until now.
    auto settled = doors.state.settled(number);
    if (!settled) return settled.error();
    auto committed = doors.events.committed(number);
    if (!committed) return committed.error();
    if (Status ok = read_tail(number, doors, bench.policy, from, *stored, tail); !ok)
      return ok.error();
    from = tail.position;
    auto mark = codec::decode_metadata(committed->metadata);
    if (*stored && mark &&
        (*stored)->seq > mark->seq) {  // rule 3: a store ahead of what is committed
      out.note += " but ahead of the group, dropped";
      if (Status ok = doors.store.drop(number); !ok) return ok.error();
      stored = std::optional<codec::Progress>{};
      tail = {};
      from = state_range->start;
      continue;
    }
    const TimeMs now = doors.clock.now();
    // A transaction of an earlier owner that is still open may have committed further than both
    // sides tell: the group may have forgotten it, and session-state does not show it yet.
    const bool all_told = *settled || now >= earlier_over;
    const bool same = committed->offset < 0 ? !tail.progress
                                            : tail.progress && matches(*tail.progress, *committed);
    if (same && all_told) {
      if (tail.progress) {
        progress = *tail.progress;
        break;
      }
      auto first = first_start(number, doors, settings);
      if (!first) return first.error();
      progress = *first;
      tail.position = std::max(tail.position, progress.state_position);
      out.note += ", first start";
      break;
    }
    const bool older = tail.progress && is_older(*committed, *tail.progress);
    if (older && *settled && now >= earlier_over) {
      auto mended = mend_offset(number, *tail.progress, doors);
      if (!mended) return mended.error();
      progress = *mended;
      out.offset_mended = true;
      out.note += ", the group's offset was put right: it stood at " +
                  std::to_string(committed->offset) + ", which is older than " +
                  settings.state_topic;
      break;
    }
    // Whoever was held up since the first look sees both sides at different times.
    if (!same && now >= (older ? std::max(give_up, earlier_over + settings.patience) : give_up) &&
        ++late_looks >= kLateLooks) {
      return Error{
          where(number) + "group " + settings.group + " stands at offset " +
              (committed->offset < 0 ? std::string("(none)") : std::to_string(committed->offset)) +
              ", but " + settings.state_topic + " says " +
              (tail.progress ? "offset " + std::to_string(tail.progress->committed) + ", seq " +
                                   std::to_string(tail.progress->seq)
                             : std::string("nothing")) +
              ": offsets were reset or deleted, or one of the topics was made anew. Refusing, "
              "because events would be "
              "decided twice or not at all. 'loopbreaker state show' tells how it stands; to "
              "forget "
              "the open sessions and begin at an offset of your choice: loopbreaker state "
              "start-over.",
          Action::stop};
    }
    doors.sleep(older ? kOlderLook : kLook);
  }

  progress.state_position = tail.position;
  StoreBatch done;
  done.partition = number;
  done.progress = codec::encode_progress(progress);
  if (Status ok = doors.store.write(done); !ok) return ok.error();

  auto read_from = fit_log(number, progress, doors, settings, out.note);
  if (!read_from) {
    // A process that was held up in between may have been overtaken by the next owner: then the log
    // does not fit what was committed when it asked, and nothing is wrong.
    auto committed = doors.events.committed(number);
    if (!committed) return committed.error();
    if (matches(progress, *committed)) return read_from.error();
    return Error{where(number) + "group " + settings.group + " went on while this was recovering",
                 Action::recover};
  }
  out.read_from = *read_from;
  out.partition = std::make_unique<Partition>(number, bench);
  out.partition->restore_progress(progress, *read_from);
  auto sink = [&](std::string_view key, std::string_view value) -> Status {
    auto outline = codec::decode_outline(value);
    if (!outline) return outline.error();
    return out.partition->restore(key.substr(kOutlines.size()), *outline);
  };
  Status restored = doors.store.each(number, kOutlines, sink);
  if (!restored) return restored.error();
  out.note +=
      ", " + std::to_string(tail.records) + " records of " + settings.state_topic + ", " +
      std::to_string(out.partition->table().in_memory() + out.partition->table().spilled()) +
      " open sessions";
  return out;
}

}  // namespace

bool is_older(const CommittedOffset& committed, const codec::Progress& progress) {
  auto mark = codec::decode_metadata(committed.metadata);
  return mark && mark->seq < progress.seq && mark->committed == committed.offset &&
         committed.offset <= progress.committed;
}

Result<Recovered> recover(std::int32_t number, Workbench& bench, const RecoveryDoors& doors,
                          const RecoverySettings& settings, TimeMs since) {
  WatchedStore store(doors.store);
  RecoveryDoors watched{doors.events, doors.outputs, doors.state, store,
                        doors.clock,  doors.sleep,   doors.alive};
  auto recovered = recover_once(number, bench, watched, settings, since);
  if (recovered || !store.damaged()) return recovered;
  // It is only a cache: without it everything comes from session-state.
  if (Status ok = doors.store.drop(number); !ok) return ok.error();
  recovered = recover_once(number, bench, watched, settings, since);
  if (recovered) recovered->note = "local store damaged, dropped; " + recovered->note;
  return recovered;
}

}  // namespace loopbreaker::runtime
