#include "runtime/partition.h"

#include <algorithm>

#include "codec/output_json.h"
#include "codec/session_record.h"
#include "runtime/check.h"
#include "runtime/outline.h"

namespace loopbreaker::runtime {
namespace {

/// Rough bytes of a session's record; only steers when a commit is due.
constexpr std::size_t kRecordGuess = 3'000;
/// Rough bytes of a tombstone on its way: a key, and what each record takes besides.
constexpr std::size_t kTombstoneGuess = 128;

/// An event further behind stream time counts as so late: its session would time out at once
/// otherwise.
constexpr DurationMs kLateMax{5 * 60'000};

/// What tells one record from another: its key and both ends of its value (the id stands at one of
/// them).
void remember(const Record& record, std::string& out) {
  const std::string_view value = record.value.value_or(std::string_view{});
  out.assign(record.key.value_or(std::string_view{}));
  out.append(value.substr(0, 96));
  if (value.size() > 96) out.append(value.substr(std::max<std::size_t>(96, value.size() - 32)));
}

std::uint64_t fingerprint(std::string_view remembered, TimeMs timestamp) {
  return stable_hash(remembered) ^ static_cast<std::uint64_t>(timestamp.ms);
}

/// Whether an event of this type can be the first of a session. The others speak of one that must
/// have been.
bool opens(EventType type) {
  switch (type) {
    case EventType::started:
    case EventType::message:
    case EventType::bot_action:
    case EventType::transfer:
    case EventType::agent_joined:
      return true;
    default:
      return false;
  }
}

}  // namespace

Partition::Partition(std::int32_t number, Workbench& bench)
    : number_(number),
      bench_(bench),
      table_([this](std::string_view id) -> Result<std::optional<Session>> {
        if (!bench_.store) return std::optional<Session>{};
        auto found = stored(id);
        if (!found) return found.error();
        if (!found->has_value()) return std::optional<Session>{};
        auto record = codec::decode_session(**found, bench_.analyzer);
        if (!record) return record.error();
        return std::optional<Session>(std::move(record->session));
      }) {}

void Partition::restore_progress(const codec::Progress& progress, std::int64_t read_from) {
  require(read_from <= progress.replay_from, "replay never starts after replay_from",
          {{"read_from", read_from}, {"replay_from", progress.replay_from}});
  progress_ = progress;
  live_from_ = progress.committed;
  last_offset_ = progress.last_offset;
  stream_time_ = progress.stream_time;
  log_time_ = progress.log_time;
  next_ = read_from;
}

Status Partition::restore(std::string_view id, const codec::Outline& outline) {
  if (outline.kind == codec::RecordKind::closed) {
    markers_.restore(id, {outline.at, outline.as_of, outline.idle, std::nullopt});
    return Ok{};
  }
  require(outline.as_of < progress_.committed, "a saved record's as_of is below committed",
          {{"as_of", outline.as_of}, {"committed", progress_.committed}, {"partition", number_}});
  require(outline.seq <= progress_.seq, "a saved record's seq is at most the progress record's",
          {{"seq", static_cast<std::int64_t>(outline.seq)},
           {"progress", static_cast<std::int64_t>(progress_.seq)}});
  TimeMs deadline = outline.at;
  if (outline.judged_by != judged_by(bench_.policy)) {
    auto found = stored(id);
    if (!found) return found.error();
    if (!found->has_value())
      return Error{
          "the local store has an outline without its record: it is damaged; it can be "
          "dropped, the state topic has all of it",
          Action::recover};
    auto record = codec::decode_session_as_kept(**found);
    if (!record) return record.error();
    deadline = next_deadline(bench_.policy, record->session).at;
  }
  if (deadline != kEndOfTime) deadlines_.add(deadline, ThinString(id));
  table_.restore_spilled(id, deadline, outline.as_of);
  return Ok{};
}

Result<std::optional<std::string>> Partition::stored(std::string_view id) {
  auto found = bench_.store->get(number_, session_key(id));
  if (found || found.error().action != Action::recover) return found;
  // It is damaged, and only a cache: the recovery that comes now must not meet the same again.
  if (Status ok = bench_.store->drop(number_); !ok) return ok.error();
  return found;
}

Status Partition::verify_fingerprint(const Record& record) {
  if (record.position.offset != progress_.last_offset) return Ok{};
  remember(record, last_record_);
  if (fingerprint(last_record_, record.timestamp) == progress_.last_hash) return Ok{};
  return Error{
      "partition " + std::to_string(number_) + ": the record at offset " +
          std::to_string(record.position.offset) +
          " is not the one that was consumed last: the input topic was deleted and made "
          "anew, or another topic "
          "has its name. Refusing to go on, because open sessions would be mixed with "
          "other events. To forget the open sessions and begin with this topic: loopbreaker "
          "state start-over.",
      Action::stop};
}

Result<bool> Partition::consume(const Record& record) {
  const std::int64_t offset = record.position.offset;
  require(offset >= next_, "consumed offsets only grow",
          {{"offset", offset}, {"next", next_}, {"partition", number_}});
  const bool live = offset >= live_from_;
  if (!live) {
    if (Status ok = verify_fingerprint(record); !ok) return ok.error();
    if (offset <
        progress_
            .replay_from) {  // read for its fingerprint only (rule 4: replay starts at replay_from)
      next_ = offset + 1;
      return true;
    }
    bench_.telemetry.replayed(1);
  }

  auto taken = bench_.intake.take(record);
  // Log time only grows, like the reader's way through the log: graces are over for good, whatever
  // timestamps producers give, so that markers may go.
  TimeMs log_time = std::max(log_time_, record.timestamp);
  if (auto* failure = std::get_if<codec::DecodeFailure>(&taken)) {
    if (live) {  // rule 15: a replay publishes nothing
      bench_.telemetry.dead_letter(failure->reason);
      std::string bytes;
      codec::encode(bench_.intake.dead_letter(record, *failure), bytes);
      outbox_bytes_ += bytes.size();
      outbox_.push_back({Topic::dead_letters, number_,
                         std::string(cut_utf8(record.key.value_or(""), 256)), std::move(bytes)});
    }
  } else {
    Event& event = *std::get<Event*>(taken);
    if (record.timestamp == kNoTime) log_time = std::max(log_time, event.time);
    Moment moment{offset, stream_time_, log_time_, log_time, wall_, live};
    if (live) {
      if (offset > counted_) {
        count(bench_.intake.notes());
        bench_.telemetry.event(event.type);
        counted_ = offset;
      }
      auto fired = fire_deadlines(event.time, moment);
      if (!fired || !*fired) return fired;
    }
    if (stream_time_ != kNoTime && event.time < stream_time_ - kLateMax) {
      event.time = stream_time_ - kLateMax;
      // What the wall clock did to it no replay could do again.
      moment.bent_by_clock = live && stream_time_ == followed_;
      if (live) bench_.telemetry.late();
    }
    stream_time_ = std::max(stream_time_, event.time);
    if (Status ok = handle(event, moment); !ok) return ok.error();
  }
  log_time_ = log_time;
  next_ = offset + 1;
  if (offset > last_offset_) {
    last_offset_ = offset;
    last_timestamp_ = record.timestamp;
    remember(record, last_record_);
  }
  return true;
}

void Partition::count(const codec::DecodeNotes& notes) {
  if (notes.time_missing) bench_.telemetry.time_missing();
  if (notes.time_clamped) bench_.telemetry.time_clamped();
  if (notes.unknown_type) bench_.telemetry.unknown_type();
  if (notes.key_mismatch) bench_.telemetry.key_mismatch();
}

Result<bool> Partition::take_late(const Event& event, const Moment& moment) {
  Markers::Known* known = markers_.find(event.session_id);
  if (!known) return false;
  if (!moment.live && moment.offset <= known->as_of)
    return true;  // belongs to the closed incarnation, counted already
  // By log time alone, so that a replay answers the same (rule 6).
  const bool in_grace = moment.log_time <= known->closed_log_time + bench_.policy.closed_grace;
  const bool customer_is_back =
      known->idle && event.type == EventType::message && event.participant == Participant::customer;
  if (!in_grace || customer_is_back) return false;
  if (!moment.live) return true;
  bench_.telemetry.late();
  if (event.type != EventType::rating && event.type != EventType::agent_joined) return true;

  // It amends: the summary is published once more, and the marker remembers that.
  std::optional<ClosedSession> closed = known->unsaved;
  if (!closed && bench_.store) {
    auto found = stored(event.session_id);
    if (!found) return found.error();
    if (found->has_value()) {
      auto record = codec::decode_closed(**found);
      if (!record) return record.error();
      closed = std::move(record->session);
    }
  }
  if (!closed) return true;
  const std::string id =
      make_output_id(closed->id, closed->incarnation, closed->outputs, "summary");
  auto amended = codec::amend_summary(closed->summary, id, closed->outputs, event);
  if (!amended) return true;
  ++closed->outputs;
  ++closed->late_events;
  closed->as_of = moment.offset;
  closed->summary = *amended;
  publish(Topic::summaries, closed->id, std::move(*amended));
  markers_.put(std::move(*closed));
  return true;
}

Status Partition::handle(const Event& event, const Moment& moment) {
  if (!moment.live && !table_.find_in_memory(event.session_id)) {
    const SessionTable::Spilled* spilled = table_.find_spilled(event.session_id);
    if (spilled && moment.offset <= spilled->as_of) return Ok{};  // already in its record
  }
  auto found = table_.find(event.session_id);
  if (!found) return found.error();
  Slot* slot = *found;
  if (!slot) {
    auto late = take_late(event, moment);
    if (!late) return late.error();
    if (*late) return Ok{};
    if (!opens(event.type)) {
      if (moment.live) bench_.telemetry.late();
      return Ok{};
    }
    const bool marker_unsaved = markers_.forget(event.session_id);
    slot = &table_.open(open_session(event));
    // Its record stands for the marker too (rule 7: one write per key).
    if (marker_unsaved) table_.must_save(*slot);
  } else if (!moment.live && moment.offset <= slot->session.as_of) {
    return Ok{};  // already in the saved record
  }

  table_.touch(*slot, moment.offset, moment.stream_before, moment.log_before, moment.wall);
  if (moment.bent_by_clock) table_.must_save(*slot);
  const std::uint32_t late_before = slot->session.late_events;
  const Folded folded = fold(slot->session, event, bench_.analyzer);
  if (moment.live) {
    if (folded == Folded::duplicate) bench_.telemetry.duplicate();
    if (slot->session.late_events != late_before) bench_.telemetry.late();
    if (folded != Folded::duplicate) {
      if (bench_.observer) bench_.observer(slot->session, event);
      judge(*slot, slot->session.last_event_at, {}, folded == Folded::ends, moment);
    }
    if (folded == Folded::ends) {
      close(*slot, event.reason.empty() ? std::string_view("ended") : event.reason, false,
            slot->session.last_event_at, moment);
      return Ok{};
    }
  }
  require(moment.live || folded != Folded::ends,
          "a replayed event never closes a session: closing saves a marker",
          {{"offset", moment.offset}, {"partition", number_}});
  schedule(*slot);
  return Ok{};
}

void Partition::judge(Slot& slot, TimeMs now, std::string_view deadline, bool ending,
                      const Moment& moment) {
  const Judgement judgement = decide(bench_.policy, slot.session, now, deadline, ending);
  const bool by_deadline = !deadline.empty();
  if (judgement.changed || by_deadline) {
    apply(slot.session, judgement, now);
    // Rule 5: any change made by decide or by a deadline is saved in this transaction.
    table_.must_save(slot);
  }
  for (const std::string& rule : judgement.shadow)
    bench_.telemetry.decision(rule, Outcome::nothing, Change::raised, true);
  for (const Decision& decision : judgement.decisions) {
    Composed composed = compose(slot.session, decision, bench_.policy);
    codec::encode(composed.escalation, json_);
    publish(Topic::escalations, slot.session.id, json_);
    if (bench_.decided) bench_.decided(slot.session, decision);
    if (composed.handoff) {
      codec::encode(*composed.handoff, json_);
      publish(Topic::handoffs, slot.session.id, json_);
    }
    urgent_.push_back(moment.log_time);
    bench_.telemetry.decision(decision.reasons.empty() ? "" : decision.reasons.front().rule,
                              decision.outcome, decision.change, false);
  }
}

void Partition::close(Slot& slot, std::string_view ended_by, bool idle, TimeMs at,
                      const Moment& moment) {
  const SessionSummary summary = summarize(slot.session, bench_.policy, ended_by, at);
  ClosedSession closed;
  codec::encode(summary, json_);
  closed.summary = json_;
  closed.id = slot.session.id;
  closed.incarnation = slot.session.incarnation;
  closed.outputs = slot.session.outputs;
  closed.as_of = slot.session.as_of;
  closed.closed_at = at;
  closed.closed_log_time = moment.log_time;
  closed.idle = idle;
  closed.late_events = slot.session.late_events;
  publish(Topic::summaries, closed.id, closed.summary);
  bench_.telemetry.session_closed(idle);
  table_.close(slot);
  markers_.put(std::move(closed));
}

void Partition::schedule(Slot& slot) {
  const TimeMs at = next_deadline(bench_.policy, slot.session).at;
  if (at >= slot.scheduled) return;  // its entry comes up earlier and is moved then
  slot.scheduled = at;
  deadlines_.add(at, slot.session.id);
}

Result<bool> Partition::fire_deadlines(TimeMs before, const Moment& moment) {
  std::size_t fired = 0;
  while (deadlines_.due(before)) {
    if (fired == bench_.deadlines_at_once) return false;
    const DeadlineEntry entry = deadlines_.pop();
    Slot* slot = table_.find_in_memory(entry.session);
    if (!slot) {
      SessionTable::Spilled* spilled = table_.find_spilled(entry.session);
      if (!spilled || spilled->scheduled != entry.at) continue;
      if (spilled->deadline > entry.at) {
        spilled->scheduled = spilled->deadline;
        if (spilled->deadline != kEndOfTime) deadlines_.add(spilled->deadline, entry.session);
        continue;
      }
      auto found = table_.find(entry.session);
      if (!found) return found.error();
      slot = *found;
      if (!slot) continue;
    }
    if (slot->scheduled != entry.at)
      continue;  // an older entry: the valid one is still in the queue
    const NextDeadline deadline = next_deadline(bench_.policy, slot->session);
    slot->scheduled = kEndOfTime;
    if (deadline.at > entry.at) {
      if (deadline.at != kEndOfTime) {
        slot->scheduled = deadline.at;
        deadlines_.add(deadline.at, entry.session);
      }
      continue;
    }
    fire(*slot, deadline, moment);
    ++fired;
  }
  return true;
}

void Partition::fire(Slot& slot, const NextDeadline& deadline, const Moment& moment) {
  // Judged with now = the deadline: the same whether it is noticed at once or after a pause.
  table_.touch(slot, moment.offset, moment.stream_before, moment.log_before, moment.wall);
  changed_ = true;
  judge(slot, deadline.at, deadline.name, deadline.idle, moment);
  if (deadline.idle) {
    close(slot, "idle", true, deadline.at, moment);
  } else {
    schedule(slot);
  }
}

Result<bool> Partition::follow(TimeMs stream_time) {
  require(live(), "only a live partition follows the wall clock", {{"partition", number_}});
  if (stream_time <= stream_time_) return true;
  // Nothing is in the log at this moment: what fires now stands between the last record and the
  // next.
  const Moment moment{next_, stream_time_, log_time_, std::max(log_time_, stream_time),
                      wall_, true};
  auto fired = fire_deadlines(stream_time, moment);
  if (fired && *fired) stream_time_ = followed_ = stream_time;
  return fired;
}

void Partition::publish(Topic topic, std::string_view key, std::string value) {
  outbox_bytes_ += key.size() + value.size();
  outbox_.push_back({topic, number_, std::string(key), std::move(value)});
}

std::vector<OutRecord> Partition::take_outputs() {
  outbox_bytes_ = 0;
  urgent_.clear();
  return std::exchange(outbox_, {});
}

bool Partition::has_news() const {
  if (next_ > progress_.committed || !outbox_.empty() || changed_ || markers_.any_unsaved())
    return true;
  // On a quiet partition too, replay_from moves on: the log's retention does not wait.
  const Slot* oldest = table_.oldest_unsaved();
  return oldest && wall_ - oldest->unsaved_since >= bench_.max_age;
}

std::size_t Partition::pending_bytes() const {
  return outbox_bytes_ + (bench_.max_age.ms == 0 ? table_.unsaved_count() * kRecordGuess : 0);
}

bool Partition::due(const Slot& slot, TimeMs wall) const {
  return wall - slot.unsaved_since >= bench_.max_age ||
         next_ - slot.unsaved_from > bench_.max_replay;
}

void Partition::prepare(Transaction& tx, TimeMs wall, bool save_all, std::size_t budget) {
  require(live(), "a partition commits only after its replay",
          {{"next", next_}, {"live_from", live_from_}});
  codec::Progress progress = progress_;
  progress.format = codec::Progress{}.format;
  progress.seq += 1;
  progress.committed = next_;

  store_batch_ = {};
  store_batch_.partition = number_;
  for (OutRecord& record : outbox_) tx.records.push_back(std::move(record));
  outbox_.clear();
  outbox_bytes_ = 0;

  auto write = [&](std::string key, std::optional<std::string> value) {
    tx.records.push_back({Topic::state, number_, key, value});
    store_batch_.puts.push_back({std::move(key), std::move(value)});
  };
  auto outline = [&](std::string_view id, const std::optional<codec::Outline>& known) {
    if (bench_.store)
      store_batch_.puts.push_back(
          {outline_key(id), known ? std::optional(codec::encode_outline(*known)) : std::nullopt});
  };
  std::size_t bytes = 0;
  auto save = [&](Slot& slot) {
    require(slot.session.as_of < progress.committed, "a saved record's as_of is below committed",
            {{"as_of", slot.session.as_of}, {"committed", progress.committed}});
    std::string record = codec::encode_session(slot.session, progress.seq);
    bytes += record.size();
    write(session_key(slot.session.id), std::move(record));
    outline(slot.session.id, outline_of(slot.session, progress.seq, bench_.policy));
    table_.saved(slot);
  };
  while (Slot* slot = table_.next_that_must_be_saved()) save(*slot);
  // The oldest first, so that replay_from moves on; what does not fit comes with the next one.
  while (Slot* slot = table_.oldest_unsaved()) {
    if (bytes >= budget || (!save_all && !due(*slot, wall))) break;
    save(*slot);
  }

  TimeMs log_time = log_time_;
  progress.replay_from = next_;
  progress.stream_time = stream_time_;
  if (const Slot* oldest = table_.oldest_unsaved()) {
    progress.replay_from = oldest->unsaved_from;
    progress.stream_time = oldest->stream_before;
    log_time = oldest->log_before;
  }
  progress.log_time = log_time;
  require(progress.replay_from >= progress_.replay_from, "replay_from only grows",
          {{"replay_from", progress.replay_from}, {"before", progress_.replay_from}});
  // Tombstones before markers: a marker of this transaction is never buried in it (rule 7: one
  // write per key).
  if (log_time != kNoTime) {
    const auto bury = [&](const std::string& id) {
      write(session_key(id), std::nullopt);
      outline(id, std::nullopt);
    };
    markers_.expire(log_time, bench_.policy.closed_grace, budget / kTombstoneGuess + 1, bury);
  }
  markers_.save([&](const ClosedSession& closed) {
    write(session_key(closed.id), codec::encode_closed(closed, progress.seq));
    outline(closed.id, outline_of(closed, progress.seq));
  });

  if (last_offset_ > progress_.last_offset) {
    progress.last_offset = last_offset_;
    progress.last_hash = fingerprint(last_record_, last_timestamp_);
  }
  progress.written_at = wall;
  tx.records.push_back(
      {Topic::state, number_, std::string(kProgressKey), codec::encode_progress(progress)});
  // Rule 12: every transaction sends offsets, unchanged ones too: that is what fences.
  tx.offsets.push_back({number_, progress.committed, codec::progress_metadata(progress)});
  progress_ = progress;
}

Status Partition::commit_done(std::int64_t state_end, TimeMs wall) {
  if (state_end >= 0) progress_.state_position = state_end;
  if (bench_.store) {
    store_batch_.progress = codec::encode_progress(progress_);
    if (Status ok = bench_.store->write(store_batch_); !ok) return ok;
  }
  store_batch_ = {};
  for (TimeMs at : urgent_)
    if (at != kNoTime) bench_.telemetry.event_to_decision(wall - at);
  urgent_.clear();
  changed_ = false;
  return Ok{};
}

void Partition::shrink(std::size_t limit) {
  if (!bench_.store) return;
  while (table_.bytes() > limit) {
    Slot* slot = table_.coldest();
    if (!slot) return;
    table_.spill(*slot, next_deadline(bench_.policy, slot->session).at);
  }
}

void Partition::report() const {
  bench_.telemetry.set_table(number_, table_.in_memory(), table_.bytes(), table_.spilled());
  bench_.telemetry.set_stream_time(number_, stream_time_);
  const Slot* oldest = table_.oldest_unsaved();
  const bool known = log_time_ != kNoTime && progress_.log_time != kNoTime;
  bench_.telemetry.set_replay(number_, progress_.committed - progress_.replay_from,
                              known ? log_time_ - progress_.log_time : DurationMs{0},
                              oldest ? wall_ - oldest->unsaved_since : DurationMs{0});
}

}  // namespace loopbreaker::runtime
