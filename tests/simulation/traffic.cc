#include "traffic.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>

#include "codec/policy_toml.h"
#include "runtime/intake.h"
#include "runtime/partition.h"
#include "text/analyzer.h"
#include "workload/workload.h"

namespace loopbreaker::simulation {
namespace {

std::string iso(TimeMs t) {
  const std::time_t seconds = t.ms / 1000;
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  char text[64];
  const std::size_t n = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
  std::snprintf(text + n, sizeof text - n, ".%03dZ", static_cast<int>(t.ms % 1000));
  return text;
}

std::string event(const std::string& session, const std::string& id, const std::string& type,
                  TimeMs time, const std::string& data) {
  return R"({"specversion":"1.0","id":")" + id +
         R"(","source":"simulation","type":"conversation.)" + type + R"(","time":")" + iso(time) +
         R"(","subject":")" + session +
         R"(","datacontenttype":"application/json","data":{"session_id":")" + session + "\"" +
         data + "}}";
}

std::string said(const char* who, const char* text) {
  return std::string(R"(,"participant":")") + who + R"(","text":")" + text + R"(","channel":"web")";
}

struct Draft {
  TimeMs time;  ///< log time; event time too, unless it is bent
  std::string key;
  std::optional<std::string> value;
  bool has_key = true;
};

/// Replaces the event time by another one.
void bend_time(std::string& json, TimeMs time) {
  const auto at = json.find("\"time\":\"");
  if (at == std::string::npos) return;
  const auto begin = at + 8, end = json.find('"', begin);
  json.replace(begin, end - begin, iso(time));
}

std::optional<std::string> poison(Chance& chance, const std::string& good) {
  switch (chance.below(8)) {
    case 0:
      return good.substr(0, good.size() / 2);
    case 1:
      return "{\"specversion\":\"1.0\",\"id\":\"\xff\xfe\"}";
    case 2:
      return std::string(1'000, '[');
    case 3:
      return "not json at all";
    case 4:
      return std::string();
    case 5:
      return R"({"specversion":"9.0","id":"x","source":"s","type":"conversation.message"})";
    case 6:
      return std::nullopt;
    default:
      return R"({"specversion":"1.0","id":"x","source":"s","type":"conversation.rating","time":"2026-01-01T00:00:00Z","data":{"session_id":"chat-0","score":99,"scale":5}})";
  }
}

std::vector<Draft> conversations(std::uint64_t number, Chance& chance, std::uint64_t sessions) {
  workload::WorkloadSettings settings;
  settings.seed = number + 1;
  settings.sessions = sessions;
  settings.stuck_share = 0.6;
  settings.open_sessions = static_cast<std::uint32_t>(chance.between(2, 8));
  workload::Workload workload(settings);
  workload::WorkloadEvent e;
  std::vector<Draft> out;
  while (workload.next(e)) out.push_back({e.time, std::string(e.key), std::string(e.json)});
  return out;
}

/// What makes a log hard to get right, beyond faults of machines.
void add_trouble(std::vector<Draft>& drafts, Chance& chance, Coverage& coverage, bool follows) {
  const std::vector<Draft> plain = drafts;
  std::map<std::string, TimeMs> last;
  std::map<std::string, bool> ended;
  for (const Draft& d : plain) {
    last[d.key] = d.time;
    ended[d.key] = d.value->find("conversation.ended") != std::string::npos;
  }
  int n = 0;
  auto id = [&] { return "extra-" + std::to_string(++n); };
  for (const auto& [session, time] : last) {
    if (ended[session] && chance.one_in(2)) {
      // Within the grace: it amends. After it: dropped, the session is no more.
      const TimeMs at = time + DurationMs{chance.between(1, chance.one_in(3) ? 90'000 : 50'000)};
      drafts.push_back(
          {at, session, event(session, id(), "rating", at, ",\"score\":2,\"scale\":5")});
      coverage(Seen::late_rating);
    }
    if (ended[session] && chance.one_in(3)) {
      const TimeMs at = time + DurationMs{chance.between(1, 50'000)};
      drafts.push_back({at, session, event(session, id(), "message", at, said("bot", "Bye!"))});
      coverage(Seen::late_dropped);
    }
    if (chance.one_in(3)) {
      // Comes back: after the grace when it had ended, after the time-out when it had not.
      TimeMs at = time + DurationMs{ended[session] ? chance.between(70'000, 400'000)
                                                   : chance.between(31 * 60'000, 40 * 60'000)};
      for (const char* text : {"I want to talk to a human", "still not working, human please!",
                               "this is useless, give me a real person"}) {
        drafts.push_back(
            {at, session, event(session, id(), "message", at, said("customer", text))});
        at = at + DurationMs{9'000};
        drafts.push_back({at, session,
                          event(session, id(), "message", at,
                                said("bot", "Sorry, I did not understand that."))});
        at = at + DurationMs{8'000};
      }
      if (chance.one_in(2)) {
        drafts.push_back(
            {at, session, event(session, id(), "ended", at, ",\"reason\":\"closed\"")});
      }
      coverage(Seen::reopened);
    }
  }
  if (chance.one_in(6) && !plain.empty()) {  // half of all events are one session's
    const std::string session = plain.front().key;
    TimeMs at = plain.front().time;
    for (std::size_t i = 0; i < plain.size(); ++i) {
      at = std::max(at, plain[i].time) + DurationMs{1};
      drafts.push_back({at, session,
                        event(session, id(), "message", at,
                              i % 2 ? said("bot", "Please try our help pages.")
                                    : said("customer", "that did not help, my card is blocked"))});
    }
    coverage(Seen::hot_session);
  }
  std::stable_sort(drafts.begin(), drafts.end(),
                   [](const Draft& a, const Draft& b) { return a.time < b.time; });

  std::vector<Draft> out;
  for (const Draft& d : drafts) {
    if (chance.per_mille(25)) {
      Draft bad = d;
      bad.value = poison(chance, *d.value);
      bad.has_key = !chance.one_in(4);
      out.push_back(bad);
      coverage(Seen::poison);
    }
    out.push_back(d);
    if (chance.per_mille(25)) {
      out.push_back(d);
      coverage(Seen::duplicate_event);
    }
  }
  drafts = std::move(out);
  if (follows) return;
  const bool times_bend = chance.one_in(3), log_times_bend = chance.one_in(2);
  const int bent = chance.one_in(2) ? 100 : 500;
  for (Draft& d : drafts) {
    if (times_bend && d.value && chance.per_mille(30)) {
      static constexpr std::int64_t kShift[] = {-20'000, -600'000, -86'400'000, 86'400'000,
                                                250'000'000'000'000};
      bend_time(*d.value, d.time + DurationMs{kShift[chance.below(5)]});
      coverage(Seen::far_time);
    }
    if (log_times_bend && chance.per_mille(bent)) {
      d.time = d.time - DurationMs{chance.below(150'000)};
      coverage(Seen::log_time_back);
    }
  }
}

void expect(Traffic& t) {
  runtime::Telemetry telemetry;
  runtime::Intake intake({}, [](std::string_view text, std::string&) { return text; });
  runtime::Workbench bench{policy(), analyzer(), intake, telemetry, nullptr, DurationMs{0}, {}};
  for (std::size_t p = 0; p < t.input.size(); ++p) {
    runtime::Partition partition(static_cast<std::int32_t>(p), bench);
    auto collect = [&](const Result<bool>& taken) {
      if (!taken) {
        std::fprintf(stderr, "the reference run failed: %s\n", taken.error().message.c_str());
        std::abort();
      }
      for (OutRecord& r : partition.take_outputs())
        t.expected[{r.topic, r.key}].push_back(std::move(*r.value));
    };
    for (std::size_t i = 0; i < t.input[p].size(); ++i) {
      const Entry& e = t.input[p][i];
      if (e.kind != Entry::Kind::committed) continue;
      Record record;
      record.position = {static_cast<std::int32_t>(p), static_cast<std::int64_t>(i)};
      record.timestamp = e.timestamp;
      if (e.key) record.key = *e.key;
      if (e.value) record.value = *e.value;
      collect(partition.consume(record));
    }
    if (t.follows_wall_clock) collect(partition.follow(t.last + kAfterwards));
  }
}

Traffic make(std::uint64_t number) {
  Traffic t;
  Chance chance(number * 7919 + 17);
  t.follows_wall_clock = chance.one_in(4);
  if (t.follows_wall_clock) t.coverage(Seen::follows_wall_clock);
  t.input.resize(static_cast<std::size_t>(chance.between(1, 3)));
  auto drafts = conversations(number, chance, static_cast<std::uint64_t>(chance.between(3, 10)));
  add_trouble(drafts, chance, t.coverage, t.follows_wall_clock);
  t.first = drafts.front().time;
  for (const Draft& d : drafts) {
    auto& log = t.input[stable_hash(d.key) % t.input.size()];
    if (chance.per_mille(20)) {  // a producer of the input aborted this one; its marker follows
      Entry aborted;
      aborted.kind = Entry::Kind::aborted;
      aborted.timestamp = d.time;
      aborted.key = d.key;
      aborted.value = d.value;
      log.push_back(std::move(aborted));
      Entry control;
      control.kind = Entry::Kind::control;
      control.timestamp = d.time;
      log.push_back(std::move(control));
    }
    Entry e;
    e.kind = Entry::Kind::committed;
    e.timestamp = d.time;
    if (d.has_key) e.key = d.key;
    e.value = d.value;
    log.push_back(std::move(e));
    t.first = std::min(t.first, d.time);
    t.last = std::max(t.last, d.time);
  }
  expect(t);
  return t;
}

}  // namespace

Analyzer& analyzer() {
  static const std::unique_ptr<Analyzer> only = text::make_analyzer();
  return *only;
}

const Policy& policy() {
  static const Policy only = codec::default_policy();
  return only;
}

const Policy& other_policy() {
  static const Policy only = [] {
    Policy p = codec::default_policy();
    // Signs and deadlines name rules by number: all stay, and many apply nowhere.
    for (std::size_t i = 0; i < p.rules.size(); ++i)
      if (i % 4 != 1) p.rules[i].scope.channels = {"nowhere"};
    for (std::size_t i = 1; i < p.rules.size(); i += 2) p.rules[i].cooldown = DurationMs{1'000};
    p.hash = "0123456789abcdef";
    return p;
  }();
  return only;
}

const Traffic& traffic(std::uint64_t number) {
  static std::map<std::uint64_t, Traffic> known;
  auto it = known.find(number);
  if (it == known.end()) it = known.emplace(number, make(number)).first;
  return it->second;
}

}  // namespace loopbreaker::simulation
