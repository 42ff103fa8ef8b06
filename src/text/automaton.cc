// Compiles the places; walks texts with a memory of the steps already made.
#include "text/automaton.h"

#include <algorithm>
#include <iterator>

#include "text/stem.h"

namespace loopbreaker::text {
namespace {

// Slips of the finger are forgiven in rare words of this length: one letter missing, too many, or
// two swapped. A wrong letter too easily makes another word: "exploring", "exploding".
constexpr std::size_t kSlipLengthMin = 5;
constexpr std::size_t kSlipLengthMax = 24;
constexpr std::uint16_t kSlipIdfMin = 9'000;  // seen in at most 20 of 174,017 messages

std::uint16_t sum_of_letters(std::string_view word) {
  unsigned sum = 0;
  for (char c : word)
    sum += static_cast<unsigned>(c - 'a' + 1) * static_cast<unsigned>(c - 'a' + 1);
  return static_cast<std::uint16_t>(sum);
}

bool plain_letters(std::string_view word) {
  return std::all_of(word.begin(), word.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

/// Calls with the hash of `word` without each one of its letters, the first one excepted.
template <class F>
void without_one_letter(std::string_view word, F use) {
  std::uint64_t head = kWordHashStart;
  for (std::size_t skip = 0; skip < word.size(); ++skip) {
    if (skip > 0) {
      std::uint64_t h = head;
      for (std::size_t i = skip + 1; i < word.size(); ++i) h = word_hash_step(h, word[i]);
      if (use(word_hash_end(h))) return;
    }
    head = word_hash_step(head, word[skip]);
  }
}

}  // namespace

Automaton::Automaton(std::vector<Place> places) : places_(std::move(places)) {
  before_.resize(places_.size());
  for (std::size_t p = 0; p < places_.size(); ++p) {
    for (std::uint16_t q : places_[p].after) before_[q].push_back(static_cast<std::uint16_t>(p));
  }
  // What each word, stem and special token is accepted by; equal lists are one class.
  std::map<std::uint32_t, std::vector<std::uint16_t>> by_word, by_stem;
  std::map<std::uint32_t, std::uint32_t> stem_of_word;
  std::map<std::string, std::uint32_t> spellings;
  std::vector<std::vector<std::uint16_t>> special(kSpecials);
  for (std::size_t i = 0; i < places_.size(); ++i) {
    const auto p = static_cast<std::uint16_t>(i);
    const Place& place = places_[i];
    for (std::uint32_t w : place.words) by_word[w].push_back(p);
    for (std::uint32_t s : place.stems) by_stem[s].push_back(p);
    for (const Place::Spelling& s : place.spellings) {
      by_word[s.word];
      stem_of_word[s.word] = s.stem;
      if (!place.strict) spellings.emplace(s.text, s.word);
    }
    if (place.number) special[kUnknownNumber].push_back(p);
    if (place.kind == Place::Kind::sentence_begin) special[kSentenceBegin].push_back(p);
    if (place.kind == Place::Kind::sentence_end) special[kSentenceEnd].push_back(p);
    if (place.kind == Place::Kind::text_begin) special[kTextBegin].push_back(p);
    if (place.kind == Place::Kind::text_end) special[kTextEnd].push_back(p);
  }
  accepting_ = std::move(special);
  std::map<std::vector<std::uint16_t>, std::uint16_t> classes;
  const auto class_for = [&](std::vector<std::uint16_t> list) {
    std::sort(list.begin(), list.end());
    list.erase(std::unique(list.begin(), list.end()), list.end());
    const auto [it, is_new] =
        classes.try_emplace(list, static_cast<std::uint16_t>(accepting_.size()));
    if (is_new) accepting_.push_back(std::move(list));
    return it->second;
  };
  std::vector<FrozenIndex<std::uint16_t>::Entry> words, stems;
  for (auto& [word, list] : by_word) {
    if (const auto stem = stem_of_word.find(word); stem != stem_of_word.end()) {
      if (const auto more = by_stem.find(stem->second); more != by_stem.end()) {
        list.insert(list.end(), more->second.begin(), more->second.end());
      }
    }
    words.push_back({word, class_for(list)});
  }
  for (const auto& [stem, list] : by_stem) stems.push_back({stem, class_for(list)});
  words_ = FrozenIndex<std::uint16_t>(std::move(words));
  std::vector<FrozenIndex<Slip>::Entry> slips;
  for (const auto& [text, word] : spellings) {
    if (text.size() < kSlipLengthMin || text.size() > kSlipLengthMax || !plain_letters(text))
      continue;
    const Slip slip{*words_.find(word), sum_of_letters(text),
                    static_cast<std::uint8_t>(text.size())};
    slips.push_back({word, slip});
    without_one_letter(text, [&](std::uint32_t h) {
      slips.push_back({h, slip});
      return false;
    });
  }
  slips_ = FrozenIndex<Slip>(std::move(slips));
  stems_ = FrozenIndex<std::uint16_t>(std::move(stems));
  starting_.resize(accepting_.size());
  alone_.resize(accepting_.size());
  classes_.resize(places_.size());
  for (std::size_t c = 0; c < accepting_.size(); ++c) {
    for (std::uint16_t p : accepting_[c]) {
      classes_[p].push_back(static_cast<std::uint16_t>(c));
      if (places_[p].first) starting_[c].push_back(p);
      if (places_[p].first && places_[p].last) alone_[c].push_back(p);
    }
  }
}

std::uint16_t Automaton::class_of(const Token& token, std::string_view spelling) const {
  if (const std::uint16_t* c = words_.find(token.facts.word)) return *c;
  if (token.is(kNumber)) return kUnknownNumber;
  if (const std::uint16_t* c = stems_.find(token.facts.stem)) return *c;
  const std::uint16_t* c = forgive(token, spelling);
  return c ? *c : static_cast<std::uint16_t>(kUnknown);
}

const std::uint16_t* Automaton::forgive(const Token& token, std::string_view spelling) const {
  if (token.facts.idf < kSlipIdfMin || spelling.size() + 1 < kSlipLengthMin ||
      spelling.size() > kSlipLengthMax || !plain_letters(spelling)) {
    return nullptr;
  }
  const auto close = [&](const Slip* s) -> const std::uint16_t* {
    if (!s) return nullptr;
    const bool wrong_letter =
        s->length == spelling.size() && s->letters != sum_of_letters(spelling);
    return wrong_letter ? nullptr : &s->token_class;
  };
  const std::uint16_t* found = close(slips_.find(token.facts.word));
  if (!found && spelling.size() >= kSlipLengthMin) {
    without_one_letter(spelling,
                       [&](std::uint32_t h) { return (found = close(slips_.find(h))) != nullptr; });
  }
  return found;
}

bool Automaton::accepts(std::uint16_t place, std::uint16_t token_class) const {
  if (places_[place].kind == Place::Kind::any_word) return is_word(token_class);
  const auto& list = accepting_[token_class];
  return std::binary_search(list.begin(), list.end(), place);
}

Walker::Walker(const Automaton& automaton)
    : automaton_(automaton), classes_(automaton.accepting_.size()) {
  forget_all();
}

void Walker::forget_all() {
  memo_.assign(std::size_t{1} << kMemoBits, kNothing);
  origins_.assign(classes_, {});
  outlooks_.assign(classes_, {});
  ids_.clear();
  members_.clear();
  ending_.clear();
  id_of({});
}

Walker::SetId Walker::id_of(const Places& set) {
  const auto [known, is_new] = ids_.try_emplace(set, static_cast<SetId>(members_.size()));
  if (is_new) {
    members_.push_back(set);
    Places& ending = ending_.emplace_back();
    for (std::uint16_t p : set) {
      if (automaton_.places_[p].last) ending.push_back(p);
    }
    origins_.emplace_back();
    outlooks_.emplace_back();
  }
  return known->second;
}

void Walker::make_origin(std::size_t origin) {
  const Places& places =
      origin < classes_ ? automaton_.starting_[origin] : members_[origin - classes_];
  made_.clear();
  for (std::uint16_t p : places) {
    const Places& after = automaton_.places_[p].after;
    made_.insert(made_.end(), after.begin(), after.end());
  }
  std::sort(made_.begin(), made_.end());
  made_.erase(std::unique(made_.begin(), made_.end()), made_.end());
  Origin made;
  for (std::uint16_t q : made_) {
    const bool gap = automaton_.places_[q].kind == Place::Kind::any_word;
    (gap ? made.gaps : made.words).push_back(q);
  }
  const SetId in_gap = id_of(made.gaps);  // first: it may move the outlooks
  Outlook& outlook = outlooks_[origin];
  outlook.in_gap = in_gap;
  for (std::uint16_t q : made.words) {
    for (std::uint16_t c : automaton_.classes_[q]) outlook.expect(c);
  }
  origins_[origin] = std::move(made);
}

/// Into `made_`: the places after `origin` that accept the class. Both sides are ascending lists;
/// the longer one is searched for the places of the shorter one.
void Walker::make_step(const Origin& origin, std::uint16_t token_class) {
  const Places& accepting = automaton_.accepting_[token_class];
  const bool fewer = origin.words.size() < accepting.size();
  const Places &few = fewer ? origin.words : accepting, &many = fewer ? accepting : origin.words;
  words_.clear();
  auto at = many.begin();
  for (std::uint16_t q : few) {
    at = std::lower_bound(at, many.end(), q);
    if (at == many.end()) break;
    if (*at == q) words_.push_back(q);
  }
  made_.clear();
  const auto gaps_end = Automaton::is_word(token_class) ? origin.gaps.end() : origin.gaps.begin();
  std::merge(words_.begin(), words_.end(), origin.gaps.begin(), gaps_end,
             std::back_inserter(made_));
}

Walker::SetId Walker::step(std::size_t origin, std::uint16_t token_class) {
  if (outlooks_[origin].in_gap == kUnmade) make_origin(origin);
  const Outlook& outlook = outlooks_[origin];
  if (!outlook.may_expect(token_class))
    return Automaton::is_word(token_class) ? outlook.in_gap : SetId{0};
  const std::uint64_t key = std::uint64_t{origin} << 16 | token_class;
  std::uint64_t& known = memo(key);
  if (known >> 16 != key) {
    make_step(origins_[origin], token_class);
    known = key << 16 | id_of(made_);
  }
  return static_cast<SetId>(known);
}

Walker::SetId Walker::united(SetId a, SetId b) {
  if (a == b || b == 0) return a;
  if (a == 0) return b;
  const std::uint64_t key =
      std::uint64_t{1} << 32 | std::uint64_t{std::min(a, b)} << 16 | std::max(a, b);
  std::uint64_t& known = memo(key);
  if (known >> 16 != key) {
    made_.clear();
    std::set_union(members_[a].begin(), members_[a].end(), members_[b].begin(), members_[b].end(),
                   std::back_inserter(made_));
    known = key << 16 | id_of(made_);
  }
  return static_cast<SetId>(known);
}

void Walker::advance(std::uint16_t token_class, std::uint32_t token) {
  SetId next = steps_.empty() ? SetId{0} : step(class_, token_class);
  if (set_ != 0) next = united(next, step(classes_ + set_, token_class));
  steps_.push_back({token_class, token});
  class_ = token_class;
  set_ = next;
  const Places& started = automaton_.alone_[token_class];
  if (!started.empty() || !ending_[next].empty()) phrases_end(started, ending_[next]);
}

/// The places that end a phrase here, those of one phrase at a time. A phrase's places have numbers
/// in a row.
void Walker::phrases_end(const Places& started, const Places& gone_on) {
  const auto& places = automaton_.places_;
  constexpr std::uint32_t kNone = ~std::uint32_t{0};
  auto s = started.begin(), g = gone_on.begin();
  while (s != started.end() || g != gone_on.end()) {
    const std::uint32_t phrase = std::min(s != started.end() ? places[*s].phrase : kNone,
                                          g != gone_on.end() ? places[*g].phrase : kNone);
    here_.clear();
    for (; s != started.end() && places[*s].phrase == phrase; ++s) here_.push_back(*s);
    for (; g != gone_on.end() && places[*g].phrase == phrase; ++g) here_.push_back(*g);
    found();
  }
}

/// Most words bring their class along.
std::uint16_t Walker::class_of(const Token& t, const Tokens& tokens) const {
  const std::uint16_t known = &automaton_ == tokens.customer_phrases ? t.facts.customer_class
                              : &automaton_ == tokens.others_phrases ? t.facts.others_class
                                                                     : WordFacts::kUnclassed;
  if (known != WordFacts::kUnclassed) return known;
  return automaton_.class_of(t, tokens.norm.substr(t.norm_begin, t.norm_end - t.norm_begin));
}

const std::vector<Match>& Walker::walk(const Tokens& tokens) {
  matches_.clear();
  steps_.clear();
  if (tokens.all.empty()) return matches_;
  if (members_.size() >= kSetsMax) forget_all();
  set_ = 0;
  const auto size = static_cast<std::uint32_t>(tokens.all.size());
  advance(Automaton::kTextBegin, 0);
  for (std::uint32_t i = 0; i < size; ++i) {
    const Token& t = tokens.all[i];
    if (t.is(kSentenceStart)) {
      if (i > 0) advance(Automaton::kSentenceEnd, i);
      advance(Automaton::kSentenceBegin, i);
    }
    advance(class_of(t, tokens), i);
  }
  advance(Automaton::kSentenceEnd, size);
  advance(Automaton::kTextEnd, size);
  return matches_;
}

/// A phrase ends with the latest step, in the places `here_`: walks back along its places to its
/// earliest beginning.
void Walker::found() {
  const auto& places = automaton_.places_;
  const std::uint16_t phrase = places[here_.front()].phrase;
  std::size_t at = steps_.size() - 1;
  const std::uint32_t end = steps_[at].token + (Automaton::is_word(steps_[at].token_class) ? 1 : 0);
  std::size_t begin_step = at;
  while (!here_.empty()) {
    for (std::uint16_t p : here_) {
      if (places[p].first) begin_step = at;
    }
    if (at == 0) break;
    --at;
    there_.clear();
    for (std::uint16_t p : here_) {
      for (std::uint16_t q : automaton_.before_[p]) {
        if (automaton_.accepts(q, steps_[at].token_class) &&
            std::find(there_.begin(), there_.end(), q) == there_.end()) {
          there_.push_back(q);
        }
      }
    }
    here_.swap(there_);
  }
  const std::uint32_t begin = steps_[begin_step].token;
  for (Match& m : matches_) {
    if (m.phrase == phrase && m.begin <= end && begin <= m.end) {
      m.begin = std::min(m.begin, begin);
      m.end = std::max(m.end, end);
      return;
    }
  }
  matches_.push_back({phrase, begin, end});
}

}  // namespace loopbreaker::text
