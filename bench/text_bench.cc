// Speed of the text library on realistic messages. Every benchmark first checks that its answers
// are right.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "cli/ndjson.h"
#include "codec/event_json.h"
#include "text/analyzer.h"
#include "text/redact.h"

namespace {

using namespace loopbreaker;

// More than an analyzer remembers, so that every message is a new one to it.
constexpr std::size_t kMessages = 20'000;

const std::vector<std::string>& messages() {
  static const std::vector<std::string> built_in = {
      "I need to book a hotel in the east that has 4 stars.",
      "my card has not arrived yet and I ordered it two weeks ago",
      "How do I cancel my order #A-1234? I was charged $49.99 for it.",
      "no that's not what I asked, I want to talk to a human please",
      "Sorry, I didn't quite get that. Could you rephrase your question?",
      "still waiting for my refund, this is ridiculous!!!",
      "Thanks a lot, that is all I need for today.",
      "what is the address and phone number of the restaurant",
      "Your balance is 1,203.50 EUR. Is there anything else I can do for you?",
      "the app says my pin is wrong but I am sure that it is not",
      "Transfers usually take 1-3 working days. Please check again later.",
      "yes",
      "can i get a table for 6 people at 18:30 on friday",
      "I already told you my name, it is Ann Smith",
      "where is my parcel it should have come on Monday",
      "i dont understand why there is a fee on my withdrawal"};
  static const std::vector<std::string> all = [] {
    std::vector<std::string> read;
    if (const char* data = std::getenv("LOOPBREAKER_DATA")) {
      for (const char* name : {"banking77", "star_bot_acts"}) {
        std::ifstream in(std::string(data) + "/utterances/" + name + ".tsv");
        for (std::string line; std::getline(in, line) && read.size() < kMessages;) {
          const std::size_t tab = line.find('\t');
          if (tab != std::string::npos) read.push_back(line.substr(tab + 1));
        }
      }
    }
    for (std::size_t i = 0; read.size() < kMessages; ++i)
      read.push_back(built_in[i % built_in.size()] + " " + std::to_string(i));
    return read;
  }();
  return all;
}

std::size_t total_bytes() {
  std::size_t n = 0;
  for (const std::string& m : messages()) n += m.size();
  return n;
}

void check(benchmark::State& state, bool right, const char* what) {
  if (!right) state.SkipWithError(what);
}

void count(benchmark::State& state) {
  state.SetItemsProcessed(state.iterations());
  state.counters["bytes/message"] =
      static_cast<double>(total_bytes()) / static_cast<double>(messages().size());
}

void analyze(benchmark::State& state, Participant who, std::size_t different) {
  auto analyzer = text::make_analyzer();
  const auto hears = [&](Heard what, std::string_view text, Participant by) {
    return analyzer->analyze(text, by, "en")[what] >= Score::percent(50);
  };
  check(state, hears(Heard::human_request, "I want to talk to a human", Participant::customer),
        "a request for a person is not heard");
  check(state, hears(Heard::bot_failure, "Sorry, I did not get that.", Participant::bot),
        "a failure answer is not heard");
  for (std::size_t i = 0; i < 2 * different; ++i)
    analyzer->analyze(messages()[i % different], who, "en");
  std::size_t i = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(analyzer->analyze(messages()[i], who, "en").sketch.exact());
    if (++i == different) i = 0;
  }
  count(state);
}
void BM_AnalyzeCustomer(benchmark::State& state) {
  analyze(state, Participant::customer, kMessages);
}
void BM_AnalyzeBot(benchmark::State& state) { analyze(state, Participant::bot, kMessages); }
void BM_AnalyzeBotTemplates(benchmark::State& state) { analyze(state, Participant::bot, 500); }
BENCHMARK(BM_AnalyzeCustomer);
BENCHMARK(BM_AnalyzeBot);
BENCHMARK(BM_AnalyzeBotTemplates);

struct Said {
  Participant who;
  std::string text, language;
};

/// All messages of the recorded conversations, in order; without them the ones above, said by both
/// sides in turn.
const std::vector<Said>& recorded() {
  static const std::vector<Said> all = [] {
    std::vector<Said> read;
    if (const char* data = std::getenv("LOOPBREAKER_DATA")) {
      auto reader = cli::NdjsonReader::open(std::string(data) + "/sessions/star.ndjson.gz");
      codec::EventDecoder decoder({});
      std::string_view line;
      while (reader && reader->next(line)) {
        Record record;
        record.value = line;
        const auto decoded = decoder.decode(record);
        if (decoded.index() != 0) continue;
        const Event& event = *std::get<0>(decoded);
        if (event.type == EventType::message)
          read.push_back({event.participant, std::string(event.text), std::string(event.language)});
      }
    }
    if (!read.empty()) return read;
    for (const std::string& m : messages()) {
      read.push_back({read.size() % 2 == 0 ? Participant::customer : Participant::bot, m, {}});
    }
    return read;
  }();
  return all;
}

std::uint64_t mixed(std::uint64_t hash, std::uint64_t value) {
  return (hash ^ value) * 0x9E3779B97F4A7C15ull;
}

/// One number for all that was heard.
std::uint64_t digest(const MessageAnalysis& heard) {
  std::uint64_t h = heard.sketch.exact();
  for (Score s : heard.scores) h = mixed(h, static_cast<std::uint64_t>(s.raw));
  const Judged& j = heard.judged;
  for (std::int32_t odds : {j.abuse, j.dissatisfied, j.human_request, j.bot_failure})
    h = mixed(h, static_cast<std::uint32_t>(odds));
  for (std::uint32_t stem : heard.sketch.stems()) h = mixed(h, stem);
  for (std::size_t i = 0; i < Sketch::kLetterBits / 64; ++i)
    h = mixed(h, heard.sketch.letters()[i]);
  for (std::size_t i = 0; i < Sketch::kVector; ++i)
    h = mixed(h, static_cast<std::uint8_t>(heard.sketch.vector()[i]));
  return mixed(h, heard.phrases.size() + heard.identifiers.size() + heard.amounts.size());
}

/// Messages as they come in conversations, through an analyzer that starts with nothing in its
/// memory. Each answer must be that of an analyzer which has just heard another message.
void BM_AnalyzeStar(benchmark::State& state) {
  const auto fresh = text::make_analyzer(), worn = text::make_analyzer();
  for (const Said& m : recorded()) {
    const std::uint64_t one = digest(fresh->analyze(m.text, m.who, m.language));
    worn->analyze(m.text + " ", m.who, m.language);
    if (one != digest(worn->analyze(m.text, m.who, m.language)))
      return state.SkipWithError("an answer depends on memory");
  }
  for (auto _ : state) {
    state.PauseTiming();
    auto analyzer = text::make_analyzer();
    state.ResumeTiming();
    std::uint64_t exact = 0;
    for (const Said& m : recorded())
      exact ^= analyzer->analyze(m.text, m.who, m.language).sketch.exact();
    benchmark::DoNotOptimize(exact);
    // To forget all of it at once is not a part of hearing a message.
    state.PauseTiming();
    analyzer.reset();
    state.ResumeTiming();
  }
  const auto all = static_cast<std::int64_t>(recorded().size());
  state.SetItemsProcessed(state.iterations() * all);
  state.counters["per message"] =
      benchmark::Counter(static_cast<double>(state.iterations() * all),
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}
BENCHMARK(BM_AnalyzeStar)->Unit(benchmark::kMillisecond);

void BM_Sketch(benchmark::State& state) {
  auto analyzer = text::make_analyzer();
  Sketch out;
  out = analyzer->sketch("one two three");
  check(state, out.words() == 3, "a sketch counts its words wrongly");
  std::size_t i = 0;
  for (auto _ : state) {
    out = analyzer->sketch(messages()[i]);
    benchmark::DoNotOptimize(out.exact());
    if (++i == messages().size()) i = 0;
  }
  count(state);
}
BENCHMARK(BM_Sketch);

template <class Compare>
void compare(benchmark::State& state, Compare similarity) {
  auto analyzer = text::make_analyzer();
  std::vector<Sketch> sketches(messages().size());
  for (std::size_t i = 0; i < sketches.size(); ++i) sketches[i] = analyzer->sketch(messages()[i]);
  check(state, analyzer->same_need(sketches[0], sketches[0]) == Score::one(),
        "a text is not like itself");
  check(state, analyzer->same_need(sketches[0], sketches[1]) < Score::one(), "all texts are alike");
  std::size_t i = 0, j = 1;
  for (auto _ : state) {
    benchmark::DoNotOptimize(similarity(*analyzer, sketches[i], sketches[j]));
    if (++i == sketches.size()) i = 0;
    if ((j += 3) >= sketches.size()) j -= sketches.size();
  }
  state.SetItemsProcessed(state.iterations());
}
void BM_SameNeed(benchmark::State& state) {
  compare(state,
          [](const Analyzer& a, const Sketch& x, const Sketch& y) { return a.same_need(x, y); });
}
void BM_SameAnswer(benchmark::State& state) {
  compare(state,
          [](const Analyzer& a, const Sketch& x, const Sketch& y) { return a.same_answer(x, y); });
}
BENCHMARK(BM_SameNeed);
BENCHMARK(BM_SameAnswer);

void BM_Redact(benchmark::State& state) {
  text::RedactionSettings settings;
  settings.secret = "bench";
  auto redactor = text::make_redactor(settings);
  check(state, redactor.has_value(), "no redactor");
  std::string scratch;
  check(state, (*redactor)->redact("4111 1111 1111 1111", scratch).starts_with("[card#"),
        "a card is not redacted");
  std::size_t i = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize((*redactor)->redact(messages()[i], scratch).data());
    if (++i == messages().size()) i = 0;
  }
  count(state);
}
BENCHMARK(BM_Redact);

void BM_RedactCard(benchmark::State& state) {
  text::RedactionSettings settings;
  settings.secret = "bench";
  auto redactor = text::make_redactor(settings);
  check(state, redactor.has_value(), "no redactor");
  std::string scratch;
  const std::string message = "my card is 4111 1111 1111 1111 and my mail ann@example.com";
  check(state, (*redactor)->redact(message, scratch).find("4111") == std::string_view::npos,
        "a card is left");
  for (auto _ : state) benchmark::DoNotOptimize((*redactor)->redact(message, scratch).data());
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_RedactCard);

}  // namespace
