// Values to bytes: sessions to records and back, escalations and handoffs to JSON, with every
// answer checked.
#include <benchmark/benchmark.h>

#include <string>

#include "codec/output_json.h"
#include "codec/session_record.h"

namespace loopbreaker::codec {
namespace {

constexpr TimeMs kStart{1'767'225'600'000};

/// Sketches cost what the text library costs; here only the record is measured.
class NoSketch final : public Analyzer {
 public:
  const MessageAnalysis& analyze(std::string_view, Participant, std::string_view) override {
    return nothing_;
  }
  Sketch sketch(std::string_view) override { return {}; }
  Score same_need(const Sketch&, const Sketch&) const override { return {}; }
  Score same_answer(const Sketch&, const Sketch&) const override { return {}; }
  Score cohesion(const Sketch&, const Sketch&) const override { return {}; }

 private:
  MessageAnalysis nothing_;
};

Evidence evidence(std::uint32_t turn) {
  return {turn,
          turn - 1,
          Participant::customer,
          kStart,
          {0, turn},
          "m-" + std::to_string(turn),
          "That is not what I asked. Where is order A-17?",
          {26, 46},
          Score{8400}};
}

Session session(std::uint32_t turns) {
  Session s;
  s.id = "session-4711";
  s.incarnation = 0x1234567890abcdef;
  s.channel = "web";
  s.language = "en";
  s.started_at = s.last_event_at = s.last_customer_at = kStart;
  for (std::uint32_t i = 0; i < turns; ++i) {
    Turn turn;
    turn.number = i;
    turn.participant = i % 2 ? Participant::bot : Participant::customer;
    turn.time = {kStart.ms + i * 7000};
    turn.position = {0, 1000 + i};
    turn.event_id = "session-4711-" + std::to_string(i);
    turn.text = "I am looking for a train that goes to Cambridge on Thursday, early if possible.";
    turn.full_bytes = static_cast<std::uint32_t>(turn.text.size());
    turn.signals[2] = 5000;
    s.turns.push_back(std::move(turn));
    s.recent_ids.push_back(stable_hash(s.turns.back().event_id));
  }
  s.turn_count = s.recent_next = turns;
  for (Signal signal : {Signal::loop, Signal::rephrase}) {
    s[signal].count = 2;
    s[signal].evidence = {evidence(4), evidence(6)};
  }
  s.attempts = {{1, "You can track your orders under My Account.", 3, 1, 5, true, true, false}};
  s.mood = {{0, Score{0}}, {2, Score{2500}}, {4, Score{4800}}};
  return s;
}

void save_session(benchmark::State& state) {
  const Session value = session(static_cast<std::uint32_t>(state.range(0)));
  std::size_t bytes = 0;
  for (auto _ : state) {
    const std::string record = encode_session(value, 42);
    bytes = record.size();
    benchmark::DoNotOptimize(record.data());
  }
  state.counters["bytes"] = static_cast<double>(bytes);
}
BENCHMARK(save_session)->Arg(10)->Arg(24);

void load_session(benchmark::State& state) {
  const auto turns = static_cast<std::uint32_t>(state.range(0));
  const std::string record = encode_session(session(turns), 42);
  NoSketch analyzer;
  for (auto _ : state) {
    auto read = decode_session(record, analyzer);
    if (!read || read->seq != 42 || read->session.turns.size() != turns) {
      state.SkipWithError("wrong answer");
      break;
    }
  }
}
BENCHMARK(load_session)->Arg(10)->Arg(24);

template <class T>
void fill(T& value) {
  value.envelope = {"5b1c9f0e3a7d42c6908e1f2a3b4c5d6e",
                    "loopbreaker.test.v1",
                    "/loopbreaker/default",
                    "session-4711",
                    kStart,
                    "m-7",
                    1,
                    Severity::high};
  value.session_id = "session-4711";
  value.channel = "web";
  value.policy = {"default", 1, "9f2c01d4a7b3e856"};
}

Reason reason() {
  Reason r;
  r.rule = "bot-loop";
  r.why =
      "The customer asked for the same thing three times and the bot kept giving the same answer.";
  r.first_step = "Say that you have read the conversation, and answer the question itself.";
  r.fact = "loop";
  r.value = "0.82";
  r.threshold = ">= 0.5";
  r.evidence = {evidence(4), evidence(6)};
  return r;
}

void encode_escalation(benchmark::State& state) {
  EscalationEvent event;
  fill(event);
  event.decision.reasons = {reason()};
  std::string out;
  for (auto _ : state) {
    encode(event, out);
    if (out.find("\"primary_reason\":\"bot-loop\"") == std::string::npos) {
      state.SkipWithError("wrong answer");
      break;
    }
  }
  state.counters["bytes"] = static_cast<double>(out.size());
}
BENCHMARK(encode_escalation);

void encode_handoff(benchmark::State& state) {
  Handoff handoff;
  fill(handoff);
  handoff.reasons = {reason(), reason()};
  handoff.summary.wants = "Wants to know where order A-17 is.";
  for (std::uint32_t i = 0; i < state.range(0); ++i) {
    handoff.thread.push_back({i, Participant::customer, kStart,
                              "I am looking for a train that goes to Cambridge on Thursday.",
                              false});
    handoff.mood.push_back({i, Score{100}});
  }
  std::string out;
  for (auto _ : state) {
    encode(handoff, out);
    if (out.size() > kHandoffBytesMax || !out.ends_with("}]}}")) {
      state.SkipWithError("wrong answer");
      break;
    }
  }
  state.counters["bytes"] = static_cast<double>(out.size());
}
BENCHMARK(encode_handoff)->Arg(10)->Arg(24);

}  // namespace
}  // namespace loopbreaker::codec
