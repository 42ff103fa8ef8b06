#include "plan/inputs.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace loopbreaker::plan {
namespace {

constexpr double kDay = 86'400;
constexpr std::string_view kTraffic = "Traffic", kSystem = "System", kPeople = "People";

}  // namespace

const std::vector<InputKey>& input_keys() {
  static const std::vector<InputKey> keys{
      {"peak-events", Unit::per_second, "", 1e-6, 1e9, "events in the busiest quarter of an hour",
       kTraffic},
      {"sessions", Unit::count, "", 1, 1e10, "conversations open at once at the peak", kTraffic},
      {"session-length", Unit::seconds, "", 1, 30 * kDay,
       "mean length of a conversation, instead of --sessions", kTraffic},
      {"turns", Unit::count, "12", 1, 1e4, "messages in a conversation", kTraffic},
      {"other-events", Unit::count, "2", 0, 1e4,
       "other events in a conversation, e.g. its start and end", kTraffic},
      {"handoff-rate", Unit::share, "1%", 0, 1, "share of conversations that are handed to a human",
       kTraffic},
      {"scale", Unit::count, "1", 1e-6, 1e9,
       "with --backtest: plan for so many times the recorded traffic", kTraffic},
      {"offer-uptake", Unit::share, "50%", 0, 1,
       "with --backtest: share of customers who take a human that is only offered", kTraffic},

      {"outage", Unit::seconds, "10m", 0, 30 * kDay, "an outage that is to be caught up", kSystem},
      {"catch-up", Unit::seconds, "30m", 1, 30 * kDay,
       "time allowed for catching up, while the peak goes on", kSystem},
      {"headroom", Unit::share, "40%", 0, 0.95,
       "share of the workers' capacity left free at the peak", kSystem},
      {"cores", Unit::count, "8", 1, 1024, "cores of a machine, one worker each", kSystem},
      {"spare-machines", Unit::count, "1", 0, 1e4,
       "machines that may be lost without losing capacity", kSystem},
      {"growth", Unit::count, "2", 1, 100,
       "partitions per worker: room for so many times the workers", kSystem},
      {"retention", Unit::seconds, "24h", 60, 3650 * kDay, "how long the input topic keeps events",
       kSystem},
      {"output-retention", Unit::seconds, "14d", 60, 3650 * kDay,
       "how long escalations and handoffs are kept", kSystem},
      {"summary-retention", Unit::seconds, "30d", 60, 3650 * kDay,
       "how long session summaries are kept", kSystem},
      {"replication", Unit::count, "3", 1, 10, "copies of every topic", kSystem},
      {"readers", Unit::count, "1", 0, 1000, "consumers that each read all outputs", kSystem},
      {"state-max-age", Unit::seconds, "5m", 0, kDay,
       "state.max_age: a changed session is saved after this", kSystem},
      {"max-replay", Unit::count, "500000", 1000, 1e12,
       "state.max_replay: and sooner where a worker would have more events to fold again", kSystem},
      {"commit-interval", Unit::seconds, "1s", 0.001, 60, "commit.max_interval", kSystem},
      {"commit-pace", Unit::seconds, "10ms", 0, 60, "commit.min_interval", kSystem},
      {"closed-grace", Unit::seconds, "60s", 0, kDay,
       "closed_grace of the policy: how long markers stay", kSystem},
      {"batch", Unit::bytes, "8MiB", 65536, 1073741824, "commit.max_bytes", kSystem},

      {"aht", Unit::seconds, "9m", 1, 7 * kDay, "mean handling time of a handoff", kPeople},
      {"patience", Unit::seconds, "3m", 1, 7 * kDay,
       "mean time that a customer waits before giving up", kPeople},
      {"shrinkage", Unit::share, "30%", 0, 0.9,
       "share of paid time away from work: breaks, training, leave", kPeople},
      {"max-occupancy", Unit::share, "88%", 0.05, 1,
       "agents are planned to be busy for at most this share", kPeople},
      {"concurrency", Unit::count, "1", 1, 20, "conversations that an agent handles at once",
       kPeople},
  };
  return keys;
}

const InputKey& input_key(std::string_view name) {
  const auto found = std::ranges::find(input_keys(), name, &InputKey::name);
  if (found == input_keys().end()) {
    std::fprintf(stderr, "plan: there is no input %.*s\n", static_cast<int>(name.size()),
                 name.data());
    std::abort();
  }
  return *found;
}

Status Inputs::set(std::string_view name, std::string_view text, std::string from) {
  const InputKey& key = input_key(name);
  const auto value = parse_quantity(text, key.unit);
  if (!value) return Error{"--" + std::string(name) + " " + value.error().message};
  if (*value < key.min || *value > key.max)
    return Error{"--" + std::string(name) + " " + std::string(text) + " is out of range: " +
                 format_quantity(key.min, key.unit) + " to " + format_quantity(key.max, key.unit)};
  set(name, *value, std::move(from));
  return Ok{};
}

void Inputs::set(std::string_view name, double value, std::string from) {
  const std::string_view known = input_key(name).name;
  for (Named& old : values_) {
    if (old.name != known) continue;
    old.input = {value, std::move(from)};
    return;
  }
  values_.push_back({known, {value, std::move(from)}});
}

bool Inputs::has(std::string_view name) const { return find(name) != nullptr; }

const Input* Inputs::find(std::string_view name) const {
  const auto found = std::ranges::find(values_, name, &Named::name);
  return found == values_.end() ? nullptr : &found->input;
}

double Inputs::operator[](std::string_view name) const { return find(name)->value; }

void Inputs::fill_defaults() {
  for (const InputKey& key : input_keys())
    if (!key.initial.empty() && !has(key.name))
      set(key.name, *parse_quantity(key.initial, key.unit), "default");
}

}  // namespace loopbreaker::plan
