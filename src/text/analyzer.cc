// The Analyzer: tokens once, then every reader of them.
#include "text/analyzer.h"

#include <utility>
#include <vector>

#include "text/extract.h"
#include "text/hearing.h"
#include "text/judging.h"
#include "text/lexicon.h"
#include "text/message_memo.h"
#include "text/sketch.h"
#include "text/tokens.h"

namespace loopbreaker::text {
namespace {

class PackAnalyzer final : public Analyzer {
 public:
  PackAnalyzer(const PhrasePacks& packs, const Models& models)
      : packs_(packs), models_(models), sketcher_(models.vectors) {
    tokens_.models = &models_;
    // Most messages are in the language that is taken where none is named.
    if (const Lexicon* lexicon = packs_.find({})) {
      tokens_.customer_phrases = &lexicon->half(true).automaton;
      tokens_.others_phrases = &lexicon->half(false).automaton;
    }
  }

  const MessageAnalysis& analyze(std::string_view text, Participant participant,
                                 std::string_view language) override {
    const bool customer = participant == Participant::customer;
    const Lexicon* lexicon = packs_.find(language);
    MessageAnalysis* out = &heard_;
    if (lexicon && text.size() <= MessageMemo::kTextMax) {
      const void* listener = &lexicon->half(customer);
      const std::uint64_t hash = MessageMemo::hash_of(text, customer);
      if (const MessageAnalysis* known = memo_.find(hash, text, listener)) return *known;
      if (MessageAnalysis* kept = memo_.keep(hash, text, listener)) out = kept;
    }
    listen(text, customer, lexicon, *out);
    return *out;
  }

  Sketch sketch(std::string_view text) override {
    // A session that is read back holds what was said before: the bot's answers above all.
    if (text.size() > SketchMemo::kTextMax) return make_sketch(text);
    const std::uint64_t hash = SketchMemo::hash_of(text);
    if (const Sketch* known = sketches_.find(hash, text, this)) return *known;
    Sketch* kept = sketches_.keep(hash, text, this);
    if (!kept) return make_sketch(text);
    return *kept = make_sketch(text);
  }

  Likeness likeness(const Sketch& a, const Sketch& b) const override {
    return told_apart(a, b) ? Likeness{} : text::likeness(a, b);
  }
  std::int32_t closeness(const Sketch& a, const Sketch& b) const override {
    return vector_cosine(a, b);
  }
  Score same_need(const Sketch& a, const Sketch& b) const override { return text::same_need(a, b); }
  Score same_answer(const Sketch& a, const Sketch& b) const override {
    return told_apart(a, b) ? Score{} : text::same_answer(a, b);
  }
  Score cohesion(const Sketch& request, const Sketch& reply) const override {
    return text::cohesion(request, reply);
  }

  std::int32_t judge_exchange(const ExchangeFeatures& features) const override {
    return models_.loops->scorer.log_odds(features.values);
  }
  ExchangeFeatures explain_exchange(const ExchangeFeatures& features) const override {
    ExchangeFeatures out;
    models_.loops->scorer.contributions(features.values, out.values);
    return out;
  }
  LoopScale loop_scale() const override { return models_.loops->scale; }

  std::int32_t judge_mood(const MoodFeatures& features) const override {
    return models_.mood->log_odds(features);
  }
  MoodFeatures explain_mood(const MoodFeatures& features) const override {
    return models_.mood->contributions(features);
  }

 private:
  /// Answers that this bot gives to different requests, however alike they are worded.
  bool told_apart(const Sketch& a, const Sketch& b) const {
    return models_.apart && models_.apart->has(a.exact(), b.exact());
  }
  void listen(std::string_view text, bool customer, const Lexicon* lexicon, MessageAnalysis& out) {
    tokenise(text, tokens_);
    static const std::vector<Match> kNone;
    const TakenBack taken_back =
        hear(tokens_, customer, lexicon, lexicon ? walker(*lexicon, customer).walk(tokens_) : kNone,
             out);
    extract_amounts(tokens_, out.amounts);
    extract_identifiers(tokens_, out.amounts, out.identifiers);
    out.sketch = sketcher_.make(tokens_);
    out.judged = {};
    // The models have learnt from English alone, as the packs of other languages have not.
    if (lexicon && lexicon->language() == "en")
      judge_.judge(tokens_, models_, customer, taken_back, out);
  }

  Sketch make_sketch(std::string_view text) {
    tokenise(text, tokens_);
    return sketcher_.make(tokens_);
  }

  Walker& walker(const Lexicon& lexicon, bool customer) {
    const Automaton* automaton = &lexicon.half(customer).automaton;
    for (auto& [key, walker] : walkers_) {
      if (key == automaton) return *walker;
    }
    return *walkers_.emplace_back(automaton, std::make_unique<Walker>(*automaton)).second;
  }

  PhrasePacks packs_;
  Models models_;
  Tokens tokens_;
  Sketcher sketcher_;
  Judge judge_;
  MessageMemo memo_;
  SketchMemo sketches_;
  MessageAnalysis heard_;  ///< in the message heard last, where the memo does not keep it
  std::vector<std::pair<const Automaton*, std::unique_ptr<Walker>>> walkers_;
};

}  // namespace

std::unique_ptr<Analyzer> make_analyzer(const PhrasePacks& packs, const Models& models) {
  return std::make_unique<PackAnalyzer>(packs, models);
}

Result<AnalyzerParts> load_parts(const std::string& packs, const std::string& models) {
  AnalyzerParts parts;
  if (!packs.empty()) {
    auto loaded = load_packs(packs);
    if (!loaded) return loaded.error();
    parts.packs = std::move(loaded).value();
  }
  if (!models.empty()) {
    auto loaded = load_models(models);
    if (!loaded) return loaded.error();
    parts.models = std::move(loaded).value();
  }
  return parts;
}

std::unique_ptr<Analyzer> make_analyzer(const AnalyzerParts& parts) {
  return make_analyzer(parts.packs, parts.models);
}

std::unique_ptr<Analyzer> make_analyzer(const PhrasePacks& packs) {
  return make_analyzer(packs, builtin_models());
}

std::unique_ptr<Analyzer> make_analyzer() { return make_analyzer(builtin_packs()); }

}  // namespace loopbreaker::text
