// Phrases with their negation, quotation and false friends; capitals, long letters and marks; how
// they combine.
#include "text/hearing.h"

#include <algorithm>

#include "text/stem.h"

namespace loopbreaker::text {
namespace {

constexpr std::size_t kPhrasesMax = 16;
constexpr int kNegationReach = 3;  // words before a phrase in which a negator takes it back

// What structure adds to frustration. None is enough alone; two together may be.
constexpr Score kShouting = Score::percent(35);
constexpr Score kCapitalWord = Score::percent(12);
constexpr Score kCapitalWords =
    Score::percent(30);  // three or more, the rest being in small letters
constexpr Score kLongLetters = Score::percent(15);
constexpr Score kManyExclamations = Score::percent(25);
constexpr Score kManyQuestions = Score::percent(30);

Score either(Score a, Score b) {
  const std::int64_t neither =
      static_cast<std::int64_t>(Score::kOne - a.raw) * (Score::kOne - b.raw);
  return Score::of(Score::kOne - neither / Score::kOne);
}

struct Listening {
  const Tokens& tokens;
  const Lexicon& lexicon;
  const Lexicon::Half& half;
  const std::vector<Match>& matches;

  const Phrase& phrase(const Match& m) const { return half.phrases[m.phrase]; }

  bool negated(const Match& m) const {
    const auto& negators = lexicon.negators(phrase(m).topic);
    if (negators.empty()) return false;
    std::uint32_t at = m.begin;
    for (int back = 0; back < kNegationReach && at > 0; ++back) {
      if (tokens.all[at].is(kClauseStart)) return false;
      --at;
      const std::uint32_t word = tokens.all[at].facts.word;
      static constexpr std::uint32_t kBut = word_hash("but");
      if (word == kBut) return false;
      if (std::binary_search(negators.begin(), negators.end(), word)) return true;
    }
    return false;
  }

  /// Said by somebody else: inside double quotes that do not hold the whole message.
  bool quoted(const Match& m) const {
    if (m.begin >= tokens.all.size() || !tokens.all[m.begin].is(kQuoted)) return false;
    return !std::all_of(tokens.all.begin(), tokens.all.end(),
                        [](const Token& t) { return t.is(kQuoted); });
  }

  bool false_friend(const Match& m) const {
    const int topic = phrase(m).topic.index();
    return std::any_of(matches.begin(), matches.end(), [&](const Match& other) {
      return phrase(other).exception && phrase(other).topic.index() == topic &&
             other.begin < m.end && m.begin < other.end;
    });
  }

  Span span(const Match& m) const {
    const std::uint32_t last =
        std::min<std::uint32_t>(m.end, static_cast<std::uint32_t>(tokens.all.size()));
    if (m.begin >= last) return {};
    return {static_cast<std::uint16_t>(tokens.all[m.begin].begin),
            static_cast<std::uint16_t>(tokens.all[last - 1].end)};
  }
};

void add_category(MessageAnalysis& out, Category what, Score score, Span span) {
  for (HeardCategory& c : out.categories) {
    if (c.what == what) {
      if (score > c.score) c = {what, score, span};
      return;
    }
  }
  out.categories.push_back({what, score, span});
}

void add_ask(MessageAnalysis& out, IdentifierKind kind) {
  if (std::find(out.asks_for.begin(), out.asks_for.end(), kind) == out.asks_for.end()) {
    out.asks_for.push_back(kind);
  }
}

TakenBack hear_phrases(const Listening& l, MessageAnalysis& out) {
  TakenBack taken_back;
  for (const Match& m : l.matches) {
    const Phrase& p = l.phrase(m);
    const bool heard = p.topic.kind == Topic::Kind::heard;
    if (p.exception || l.negated(m) || l.quoted(m) || l.false_friend(m)) {
      if (heard) taken_back.add(static_cast<Heard>(p.topic.value));
      continue;
    }
    switch (p.topic.kind) {
      case Topic::Kind::category:
        add_category(out, static_cast<Category>(p.topic.value), p.score, l.span(m));
        break;
      case Topic::Kind::asks:
        if (p.score >= Score::percent(50)) add_ask(out, static_cast<IdentifierKind>(p.topic.value));
        break;
      case Topic::Kind::heard: {
        const auto what = static_cast<Heard>(p.topic.value);
        Score& score = out.scores[p.topic.value];
        const bool adds_up = what == Heard::frustration || what == Heard::abuse;
        score = adds_up ? either(score, p.score) : std::max(score, p.score);
        if (out.phrases.size() < kPhrasesMax) out.phrases.push_back({what, p.score, l.span(m)});
        break;
      }
    }
  }
  return taken_back;
}

Score structure_of(const Tokens& tokens, bool shouting) {
  Score s;
  if (shouting) s = either(s, kShouting);
  std::uint32_t loud = 0;
  bool long_letters = false;
  for (const Token& t : tokens.all) {
    loud += t.is(kAllCaps) && !t.is(kHasDigit);
    long_letters |= t.is(kElongated) && !t.is(kHasDigit);
  }
  if (!shouting && (loud >= 3 || (loud > 0 && loud * 3 <= tokens.words)))
    s = either(s, loud >= 3 ? kCapitalWords : kCapitalWord);
  if (long_letters) s = either(s, kLongLetters);
  if (tokens.longest_exclamation >= 2) s = either(s, kManyExclamations);
  if (tokens.longest_question >= 2) s = either(s, kManyQuestions);
  return s;
}

/// Speaks to the bot about itself or what it does. "Thank you" does not.
bool addresses(const Tokens& tokens) {
  static constexpr std::uint32_t kYou = word_hash("you"), kThank = word_hash("thank");
  std::uint32_t before = 0;
  for (const Token& t : tokens.all) {
    if (t.facts.word == kYou && before != kThank) return true;
    before = t.facts.word;
  }
  return false;
}

}  // namespace

TakenBack hear(const Tokens& tokens, bool customer, const Lexicon* lexicon,
               const std::vector<Match>& matches, MessageAnalysis& out) {
  std::fill(std::begin(out.scores), std::end(out.scores), Score{});
  out.phrases.clear();
  out.categories.clear();
  out.asks_for.clear();
  out.question = tokens.ends_with_question;
  out.one_word = tokens.words == 1;
  out.addresses = customer && addresses(tokens);
  out.shouting =
      tokens.words >= 2 && tokens.letters >= 6 && tokens.capitals * 10 >= tokens.letters * 7;
  TakenBack taken_back;
  if (lexicon && !matches.empty()) {
    taken_back = hear_phrases({tokens, *lexicon, lexicon->half(customer), matches}, out);
  }
  if (!customer) return taken_back;
  Score& frustration = out.scores[static_cast<int>(Heard::frustration)];
  frustration = either(frustration, out[Heard::abuse]);
  const bool glad = std::max(out[Heard::closing], out[Heard::solved]) >= Score::percent(50);
  if (!glad || frustration > Score{})
    frustration = either(frustration, structure_of(tokens, out.shouting));
  return taken_back;
}

}  // namespace loopbreaker::text
