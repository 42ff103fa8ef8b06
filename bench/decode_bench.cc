// Bytes to events: time per event and bytes per second, with every answer checked.
#include <benchmark/benchmark.h>

#include <string>
#include <string_view>
#include <vector>

#include "codec/event_json.h"

namespace loopbreaker::codec {
namespace {

struct Input {
  std::vector<std::string> values;
  std::vector<std::string> keys;
  std::vector<Record> records;
  std::size_t bytes = 0;
  std::size_t text_bytes = 0;  ///< of the texts of all messages, when read
};

/// Messages of about 350 bytes, customer and bot in turn.
Input messages(std::size_t count) {
  Input input;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string session = "session-" + std::to_string(i % 100);
    std::string value = R"({"specversion": "1.0", "id": ")" + session + "-" + std::to_string(i);
    value += R"(", "source": "dataset/bench", "type": "conversation.message", )";
    value += R"("time": "2026-01-01T00:00:05.828Z", "subject": ")" + session;
    value += R"(", "datacontenttype": "application/json", "data": {"session_id": ")" + session;
    const std::string_view text =
        i % 2 ? "I can book that for you: a train to Cambridge on Thursday"
              : "I am looking for a train that goes to Cambridge on Thursday";
    value += i % 2 ? R"(", "participant": "bot", "text": ")"
                   : R"(", "participant": "customer", "text": ")";
    value.append(text).append(R"( \u2013 \"early\"?", "channel": "web"}})");
    input.text_bytes += text.size() + std::string_view(" \u2013 \"early\"?").size();
    input.bytes += value.size();
    input.values.push_back(std::move(value));
    input.keys.push_back(session);
  }
  for (std::size_t i = 0; i < count; ++i) {
    Record record;
    record.position = {0, static_cast<std::int64_t>(i)};
    record.timestamp = TimeMs{1'767'225'606'000};
    record.key = input.keys[i];
    record.value = input.values[i];
    input.records.push_back(record);
  }
  return input;
}

void decode_messages(benchmark::State& state) {
  const Input input = messages(4096);
  EventDecoder decoder(DecodeSettings{});
  for (auto _ : state) {
    std::size_t text = 0, good = 0, customers = 0;
    for (const Record& record : input.records) {
      const auto result = decoder.decode(record);
      if (const auto* event = std::get_if<Event*>(&result)) {
        ++good;
        text += (*event)->text.size();
        customers += (*event)->participant == Participant::customer;
      }
    }
    if (good != 4096 || customers != 2048 || text != input.text_bytes) {
      state.SkipWithError("wrong answer");
      break;
    }
  }
  const auto events = static_cast<std::int64_t>(state.iterations()) * 4096;
  state.SetItemsProcessed(events);
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * input.bytes));
  state.counters["per_event"] = benchmark::Counter(
      static_cast<double>(events), benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  state.counters["bytes_per_event"] = static_cast<double>(input.bytes) / 4096;
}
BENCHMARK(decode_messages);

void refuse_cut_messages(benchmark::State& state) {
  Input input = messages(4096);
  for (Record& record : input.records) record.value->remove_suffix(40);
  EventDecoder decoder(DecodeSettings{});
  for (auto _ : state) {
    std::size_t bad = 0;
    for (const Record& record : input.records) {
      const auto result = decoder.decode(record);
      const auto* failure = std::get_if<DecodeFailure>(&result);
      bad += failure && failure->reason == DeadReason::bad_json;
    }
    if (bad != 4096) {
      state.SkipWithError("wrong answer");
      break;
    }
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) * 4096);
}
BENCHMARK(refuse_cut_messages);

}  // namespace
}  // namespace loopbreaker::codec
