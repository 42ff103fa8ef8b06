#include "runtime/session_table.h"

#include <algorithm>

#include "runtime/check.h"

namespace loopbreaker::runtime {
namespace {

std::size_t heap(const std::string& s) { return s.capacity() > 15 ? s.capacity() + 1 : 0; }

std::size_t heap(const Turn& t) {
  return t.event_id.bytes() + t.text.bytes() + t.answer_id.bytes() + t.sketch.bytes();
}

}  // namespace

std::size_t memory_of(const Session& s) {
  std::size_t n = sizeof(Slot) + 64;  // list node and table entry
  for (const ThinString* text : {&s.id, &s.customer_id, &s.channel, &s.language, &s.tier, &s.tenant,
                                 &s.intent, &s.last_event_id, &s.escalation.id, &s.escalation.rule})
    n += text->bytes();
  n += s.turns.bytes() + s.recent_ids.bytes() + s.attempts.bytes() + s.identifiers.bytes() +
       s.categories.bytes() + s.human_requests.bytes() + s.mood.bytes() + s.cooldowns.bytes() +
       s.attributes.bytes();
  for (const Turn& t : s.turns) n += heap(t);
  if (s.opening) n += sizeof(Turn) + heap(*s.opening);
  for (const auto& [name, value] : s.attributes) n += name.bytes() + value.bytes();
  for (const SignalState& state : s.signals) {
    n += state.evidence.bytes();
    for (const Evidence& e : state.evidence) n += e.event_id.bytes() + e.excerpt.bytes();
  }
  for (const Attempt& a : s.attempts) n += a.excerpt.bytes();
  for (const GivenIdentifier& i : s.identifiers) n += heap(i.identifier.value);
  for (const HumanRequest& r : s.human_requests) n += r.event_id.bytes();
  return n;
}

Slot* SessionTable::find_in_memory(std::string_view id) {
  auto it = index_.find(id);
  return it == index_.end() ? nullptr : &*it->second;
}

void SessionTable::prefetch(std::string_view id, int events_before) const {
  const auto fetch = [](const void* from, std::size_t bytes) {
    constexpr std::size_t kLine = 64;
    for (std::size_t at = 0; at < bytes; at += kLine)
      __builtin_prefetch(static_cast<const char*>(from) + at);
  };
  if (events_before == 4) return index_.prefetch(id);
  const auto it = index_.find(id);
  if (it == index_.end()) return;
  const Slot& slot = *it->second;
  const Session& session = slot.session;
  const auto& turns = session.turns;
  switch (events_before) {
    case 3:
      return fetch(&slot, sizeof slot);
    case 2:  // how many there are stands before them, and is not here yet
      fetch(turns.data(),
            std::min<std::size_t>(session.turn_count, Session::kTurnsMax) * sizeof(Turn));
      return fetch(session.recent_ids.data(),
                   std::min<std::size_t>(session.recent_next, Session::kEventIdsMax) *
                       sizeof(std::uint64_t));
    default:  // of lists whose sizes are not here yet, what most sessions have
      fetch(session.mood.data(), 16 * sizeof(MoodPoint));
      fetch(session.attempts.data(), 3 * sizeof(Attempt));
      for (std::size_t i = turns.size() - std::min<std::size_t>(turns.size(), 4); i < turns.size();
           ++i)
        turns[i].sketch.prefetch();
  }
}

SessionTable::Spilled* SessionTable::find_spilled(std::string_view id) {
  auto it = spilled_.find(stable_hash(id));
  return it == spilled_.end() ? nullptr : &it->second;
}

Result<Slot*> SessionTable::find(std::string_view id) {
  if (Slot* slot = find_in_memory(id)) return slot;
  if (spilled_.empty()) return nullptr;
  auto it = spilled_.find(stable_hash(id));
  if (it == spilled_.end()) return nullptr;
  auto loaded = loader_(id);
  if (!loaded) return loaded.error();
  if (!loaded->has_value())
    return nullptr;  // another session with the same hash is spilled, this one is not open
  TimeMs scheduled = it->second.scheduled;
  spilled_.erase(it);
  Slot& slot = insert(clean_, std::move(**loaded));
  slot.scheduled = scheduled;
  return &slot;
}

Slot& SessionTable::insert(std::list<Slot>& list, Session session) {
  list.push_back(Slot{});
  Place place = std::prev(list.end());
  place->session = std::move(session);
  place->place = place;
  auto [it, fresh] = index_.emplace(place->session.id, place);
  require(fresh, "a session is in the table once");
  measure(*place);
  return *place;
}

void SessionTable::measure(Slot& slot) {
  bytes_ -= slot.bytes;
  slot.bytes = static_cast<std::uint32_t>(memory_of(slot.session));
  bytes_ += slot.bytes;
}

Slot& SessionTable::open(Session session) { return insert(clean_, std::move(session)); }

void SessionTable::restore_spilled(std::string_view id, TimeMs deadline, std::int64_t as_of) {
  spilled_[stable_hash(id)] = {deadline, deadline, as_of};
}

void SessionTable::close(Slot& slot) {
  const Place place = slot.place;
  bytes_ -= slot.bytes;
  need_not_save(slot);
  std::list<Slot>& owner = slot.unsaved_from >= 0 ? unsaved_ : clean_;
  require(index_.erase(slot.session.id) == 1, "a slot that is closed is in the table");
  owner.erase(place);
}

void SessionTable::touch(Slot& slot, std::int64_t offset, TimeMs stream_before, TimeMs log_before,
                         TimeMs wall) {
  if (slot.unsaved_from >= 0) return;
  unsaved_.splice(unsaved_.end(), clean_, slot.place);
  slot.unsaved_from = offset;
  slot.stream_before = stream_before;
  slot.log_before = log_before;
  slot.unsaved_since = wall;
}

void SessionTable::must_save(Slot& slot) {
  if (slot.must_save >= 0) return;
  slot.must_save = static_cast<std::int32_t>(must_save_.size());
  must_save_.push_back(&slot);
}

void SessionTable::need_not_save(Slot& slot) {
  if (slot.must_save < 0) return;
  Slot* last = must_save_.back();
  must_save_[static_cast<std::size_t>(slot.must_save)] = last;
  last->must_save = slot.must_save;
  must_save_.pop_back();
  slot.must_save = -1;
}

void SessionTable::saved(Slot& slot) {
  require(slot.unsaved_from >= 0, "only an unsaved session is saved");
  clean_.splice(clean_.end(), unsaved_, slot.place);
  slot.unsaved_from = -1;
  need_not_save(slot);
  measure(slot);
}

void SessionTable::spill(Slot& slot, TimeMs deadline) {
  require(slot.unsaved_from < 0,
          "rule 9: only a session equal to its committed record leaves memory");
  spilled_[stable_hash(slot.session.id)] = {deadline, slot.scheduled, slot.session.as_of};
  close(slot);
}

}  // namespace loopbreaker::runtime
