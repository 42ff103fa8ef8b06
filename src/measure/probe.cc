#include "measure/probe.h"

#include <simdjson.h>

#include <chrono>

#include "codec/rfc3339.h"

namespace loopbreaker::measure {
namespace {

/// Event time of the event that caused this escalation; kNoTime when a deadline did.
TimeMs cause(const std::string& json) {
  static thread_local simdjson::dom::parser parser;
  simdjson::dom::object trigger;
  std::string_view kind, time;
  if (parser.parse(json)["data"]["trigger"].get(trigger) != simdjson::SUCCESS) return kNoTime;
  if (trigger["kind"].get(kind) != simdjson::SUCCESS || kind != "event") return kNoTime;
  if (trigger["time"].get(time) != simdjson::SUCCESS) return kNoTime;
  return codec::parse_rfc3339(time).value_or(kNoTime);
}

}  // namespace

std::int64_t wall_us() {
  using namespace std::chrono;
  return duration_cast<microseconds>(system_clock::now().time_since_epoch()).count();
}

Result<std::unique_ptr<Probe>> Probe::start(const kafka::Settings& settings) {
  const kafka::Names& names = settings.topics;
  auto reader = kafka::open_topic_reader(
      settings, {names.escalations, names.handoffs, names.summaries, names.dead_letters},
      kafka::ReadFrom::beginning);
  if (!reader) return reader.error();
  return std::unique_ptr<Probe>(new Probe(std::move(*reader), names));
}

Probe::Probe(std::unique_ptr<kafka::TopicReader> reader, kafka::Names names)
    : reader_(std::move(reader)), names_(std::move(names)), thread_([this] { read(); }) {}

Probe::~Probe() {
  over_ = true;
  thread_.join();
}

void Probe::read() {
  while (!over_) {
    auto record = reader_->next({50});
    const std::int64_t now = wall_us();
    const std::lock_guard lock(mutex_);
    if (!record) {
      status_ = record.error();
      return;
    }
    if (*record) take(**record, now);
  }
}

void Probe::take(const kafka::TopicRecord& record, std::int64_t now) {
  if (!record.value) return;
  if (seen_.first_us == 0) seen_.first_us = now;
  seen_.last_us = now;
  seen_.checksum += stable_hash(*record.value);
  if (record.topic == names_.handoffs) ++seen_.handoffs;
  if (record.topic == names_.summaries) ++seen_.summaries;
  if (record.topic == names_.dead_letters) ++seen_.dead_letters;
  if (record.topic != names_.escalations) return;
  ++seen_.escalations;
  if (from_ == kEndOfTime) return;
  const TimeMs due = cause(*record.value);
  if (due == kNoTime || due < from_ || due >= to_) return;
  latencies_.add(now - due.ms * 1000);
  decided_.push_back({due.ms * 1000, now - due.ms * 1000, record.partition});
}

Seen Probe::seen() const {
  const std::lock_guard lock(mutex_);
  return seen_;
}
void Probe::measure(TimeMs from, TimeMs to) {
  const std::lock_guard lock(mutex_);
  from_ = from;
  to_ = to;
}
Histogram Probe::latencies() const {
  const std::lock_guard lock(mutex_);
  return latencies_;
}
std::vector<Decided> Probe::decided() const {
  const std::lock_guard lock(mutex_);
  return decided_;
}
Status Probe::status() const {
  const std::lock_guard lock(mutex_);
  return status_;
}
void Probe::settle(DurationMs quiet) const {
  std::uint64_t last = seen().all();
  std::int64_t since = wall_us();
  while (wall_us() - since < quiet.ms * 1000 && status()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    if (const std::uint64_t now = seen().all(); now != last) {
      last = now;
      since = wall_us();
    }
  }
}

}  // namespace loopbreaker::measure
