// Reads a phrase pack: lines into sections, phrases into places of an automaton.
#include "text/lexicon.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>

#include "text/stem.h"
#include "text/utf8.h"

namespace loopbreaker::text {
namespace {

constexpr int kGapMax = 8;
constexpr int kMacroDepthMax = 12;

std::string_view trimmed(std::string_view s) {
  while (!s.empty() && (s.front() == ' ' || s.front() == '\t')) s.remove_prefix(1);
  while (!s.empty() && (s.back() == ' ' || s.back() == '\t' || s.back() == '\r'))
    s.remove_suffix(1);
  return s;
}

std::string joined(std::initializer_list<std::string_view> parts) {
  std::string out;
  for (std::string_view part : parts) out.append(part);
  return out;
}

bool heard_by_customer_half(const Topic& t) {
  if (t.kind == Topic::Kind::category) return true;
  if (t.kind == Topic::Kind::asks) return false;
  const auto h = static_cast<Heard>(t.value);
  return h != Heard::bot_failure && h != Heard::handover && h != Heard::refusal;
}

bool heard_by_others_half(const Topic& t) {
  const auto h = static_cast<Heard>(t.value);
  return !heard_by_customer_half(t) ||
         (t.kind == Topic::Kind::heard && (h == Heard::aside || h == Heard::closing));
}

std::optional<Topic> topic_named(std::string_view name) {
  Topic t;
  const auto among = [&](Topic::Kind kind, int count, std::string_view n, auto name_at) {
    for (int i = 0; i < count; ++i) {
      if (name_at(i) == n) {
        t = {kind, static_cast<std::uint8_t>(i)};
        return true;
      }
    }
    return false;
  };
  if (name.starts_with("category.")) {
    if (among(Topic::Kind::category, kCategories, name.substr(9),
              [](int i) { return name_of(static_cast<Category>(i)); })) {
      return t;
    }
  } else if (name.starts_with("asks.")) {
    if (among(Topic::Kind::asks, 10, name.substr(5),
              [](int i) { return name_of(static_cast<IdentifierKind>(i)); })) {
      return t;
    }
  } else if (among(Topic::Kind::heard, kHeard, name,
                   [](int i) { return name_of(static_cast<Heard>(i)); })) {
    return t;
  }
  return std::nullopt;
}

using Macros = std::map<std::string, std::string, std::less<>>;

/// Turns one phrase into places, appended to `places`.
class PhraseCompiler {
 public:
  PhraseCompiler(const Macros& macros, std::vector<Place>& places, std::uint16_t phrase,
                 bool strict)
      : macros_(macros), places_(places), phrase_(phrase), strict_(strict) {}

  /// Empty when all is well, else what is wrong.
  std::string compile(std::string_view text) {
    std::string_view rest = text;
    const Part whole = alternatives(rest, 0);
    if (error_.empty() && !rest.empty())
      fail(joined({"'", rest.substr(0, 1), "' without an opening one before it"}));
    if (error_.empty() && whole.optional)
      fail("the phrase would match nothing at all; something in it must be required");
    if (!error_.empty()) return error_;
    for (std::uint16_t p : whole.first) places_[p].first = true;
    for (std::uint16_t p : whole.last) places_[p].last = true;
    for (std::uint16_t p : whole.first) {
      if (places_[p].kind == Place::Kind::any_word) fail("a phrase cannot begin with a gap");
    }
    return error_;
  }

 private:
  struct Part {
    std::vector<std::uint16_t> first, last;
    bool optional = true;
  };

  void fail(std::string why) {
    if (error_.empty()) error_ = std::move(why);
  }

  std::uint16_t add(Place::Kind kind) {
    if (places_.size() >= Automaton::kPlacesMax) {
      fail("the pack is too large");
      return 0;
    }
    places_.emplace_back();
    places_.back().kind = kind;
    places_.back().phrase = phrase_;
    places_.back().strict = strict_;
    return static_cast<std::uint16_t>(places_.size() - 1);
  }

  Part single(std::uint16_t place) { return {{place}, {place}, false}; }

  void append(Part& a, const Part& b) {
    for (std::uint16_t l : a.last) {
      auto& after = places_[l].after;
      after.insert(after.end(), b.first.begin(), b.first.end());
    }
    if (a.optional) a.first.insert(a.first.end(), b.first.begin(), b.first.end());
    if (b.optional) {
      a.last.insert(a.last.end(), b.last.begin(), b.last.end());
    } else {
      a.last = b.last;
    }
    a.optional = a.optional && b.optional;
  }

  Part alternatives(std::string_view& rest, int depth) {
    Part all;
    all.optional = false;
    std::optional<std::uint16_t> plain;  // single words share one place
    while (true) {
      const std::size_t before = places_.size();
      Part one = sequence(rest, depth);
      if (!error_.empty()) return one;
      const bool is_plain = places_.size() == before + 1 && !one.optional &&
                            places_.back().kind == Place::Kind::words;
      if (is_plain && plain) {
        Place from = std::move(places_.back());
        places_.pop_back();
        Place& to = places_[*plain];
        to.number = to.number || from.number;
        to.words.insert(to.words.end(), from.words.begin(), from.words.end());
        to.stems.insert(to.stems.end(), from.stems.begin(), from.stems.end());
        to.spellings.insert(to.spellings.end(), from.spellings.begin(), from.spellings.end());
      } else {
        if (is_plain) plain = one.first[0];
        all.first.insert(all.first.end(), one.first.begin(), one.first.end());
        all.last.insert(all.last.end(), one.last.begin(), one.last.end());
        all.optional = all.optional || one.optional;
      }
      if (rest.empty() || rest[0] != '|') return all;
      rest.remove_prefix(1);
    }
  }

  Part sequence(std::string_view& rest, int depth) {
    Part whole;
    while (error_.empty()) {
      rest = trimmed(rest);
      if (rest.empty() || rest[0] == '|' || rest[0] == ')' || rest[0] == ']') break;
      append(whole, item(rest, depth));
    }
    return whole;
  }

  Part item(std::string_view& rest, int depth) {
    const char c = rest[0];
    switch (c) {
      case '(':
      case '[': {
        rest.remove_prefix(1);
        Part part = alternatives(rest, depth);
        const char close = c == '(' ? ')' : ']';
        if (rest.empty() || rest[0] != close) {
          fail(c == '(' ? "'(' without its ')'" : "'[' without its ']'");
          return part;
        }
        rest.remove_prefix(1);
        part.optional = part.optional || c == '[';
        return part;
      }
      case '^':
        return mark(rest, Place::Kind::sentence_begin);
      case '$':
        return mark(rest, Place::Kind::sentence_end);
      case '<': {
        Part part = mark(rest, Place::Kind::text_begin);
        append(part, single(add(Place::Kind::sentence_begin)));
        return part;
      }
      case '>': {
        Part part = mark(rest, Place::Kind::sentence_end);
        append(part, single(add(Place::Kind::text_end)));
        return part;
      }
      case '#': {
        Part part = mark(rest, Place::Kind::words);
        places_.back().number = true;
        return part;
      }
      case '@':
        return macro(rest, depth);
      case '.':
        if (rest.starts_with("..")) return gap(rest);
        break;
      default:
        break;
    }
    return word(rest);
  }

  Part mark(std::string_view& rest, Place::Kind kind) {
    rest.remove_prefix(1);
    return single(add(kind));
  }

  Part gap(std::string_view& rest) {
    rest.remove_prefix(2);
    int most = 3;
    if (!rest.empty() && rest[0] >= '0' && rest[0] <= '9') {
      most = rest[0] - '0';
      rest.remove_prefix(1);
    }
    if (most < 1 || most > kGapMax) fail("a gap is 1 to 8 words: ..1 to ..8");
    Part whole;
    for (int i = 0; i < most && error_.empty(); ++i) {
      Part one = single(add(Place::Kind::any_word));
      one.optional = true;
      append(whole, one);
    }
    return whole;
  }

  Part macro(std::string_view& rest, int depth) {
    std::size_t n = 1;
    while (n < rest.size() && (rest[n] == '_' || (rest[n] >= 'a' && rest[n] <= 'z'))) ++n;
    const std::string_view name = rest.substr(1, n - 1);
    rest.remove_prefix(n);
    const auto it = macros_.find(name);
    if (it == macros_.end()) {
      fail(joined({"@", name, " is not defined above this line"}));
      return {};
    }
    if (depth >= kMacroDepthMax) {
      fail(joined({"@", name, " is nested too deeply"}));
      return {};
    }
    std::string_view body = it->second;
    Part part = alternatives(body, depth + 1);
    if (error_.empty() && !body.empty()) fail(joined({"@", name, " has unbalanced brackets"}));
    return part;
  }

  Part word(std::string_view& rest) {
    std::size_t n = 0;
    std::string spelled;
    while (n < rest.size()) {
      const char c = rest[n];
      if (static_cast<std::uint8_t>(c) < 0x80 && !(c >= 'a' && c <= 'z') &&
          !(c >= '0' && c <= '9') && c != '\'') {
        break;
      }
      spelled.push_back(c);
      ++n;
    }
    if (n == 0) {
      fail(joined({"'", rest.substr(0, 1), "' means nothing here; words are lower case"}));
      rest.remove_prefix(1);
      return {};
    }
    rest.remove_prefix(n);
    const bool by_stem = !rest.empty() && rest[0] == '~';
    if (by_stem) rest.remove_prefix(1);
    const Part part = single(add(Place::Kind::words));
    Place& place = places_.back();
    std::string plain = spelled;
    plain.erase(std::remove(plain.begin(), plain.end(), '\''), plain.end());
    const std::uint32_t w = word_hash(plain), s = stem_hash(spelled);
    if (by_stem) {
      place.stems.push_back(s);
    } else {
      place.words.push_back(w);
    }
    place.spellings.push_back({plain, w, s});
    return part;
  }

  const Macros& macros_;
  std::vector<Place>& places_;
  std::uint16_t phrase_;
  bool strict_;
  std::string error_;
};

}  // namespace

class LexiconParser {
 public:
  explicit LexiconParser(std::string_view name) : name_(name) {}

  Result<std::shared_ptr<const Lexicon>> parse(std::string_view text) {
    std::string held;
    int held_line = 0;
    while (!text.empty()) {
      const std::size_t end = text.find('\n');
      std::string_view raw = text.substr(0, end);
      text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
      ++line_;
      std::string_view line = trimmed(raw);
      if (line.empty() || line[0] == ';') continue;
      // A line that begins with white space goes on with the one before.
      if (!held.empty() && (raw[0] == ' ' || raw[0] == '\t')) {
        held += ' ';
        held += line;
        continue;
      }
      if (!held.empty() && !statement(held, held_line)) return error();
      held = line;
      held_line = line_;
    }
    if (!held.empty() && !statement(held, held_line)) return error();
    if (language_.empty()) {
      fail(1, "the pack does not say its language; begin it with: language en");
      return error();
    }
    return std::shared_ptr<const Lexicon>(
        new Lexicon({std::move(halves_[0].phrases), Automaton(std::move(halves_[0].places))},
                    {std::move(halves_[1].phrases), Automaton(std::move(halves_[1].places))},
                    std::move(negators_), std::move(language_)));
  }

 private:
  struct Half {
    std::vector<Phrase> phrases;
    std::vector<Place> places;
  };

  Error error() const { return Error{message_}; }
  bool fail(int line, const std::string& why) {
    if (message_.empty()) message_ = joined({name_, ":", std::to_string(line), ": ", why});
    return false;
  }

  bool statement(std::string_view s, int line) {
    if (s.starts_with("language ")) {
      language_ = trimmed(s.substr(9));
      return true;
    }
    if (s[0] == '[' && s.back() == ']' && s.find(' ') == std::string_view::npos) {
      topic_ = topic_named(s.substr(1, s.size() - 2));
      return topic_ ? true
                    : fail(line, joined({"no such section ", s,
                                         "; sections are the names of what is heard, category.NAME "
                                         "and asks.KIND"}));
    }
    if (s[0] == '@') return define(s, line);
    if (!topic_) return fail(line, "this stands before the first [section]");
    if (s.starts_with("negators ")) {
      words_of(s.substr(9), negators_[topic_->index()]);
      return true;
    }
    if (s[0] == '!') return phrase(trimmed(s.substr(1)), Score::one(), true, line);
    int percent = 0;
    const auto [end, problem] = std::from_chars(s.data(), s.data() + s.size(), percent);
    if (problem != std::errc() || percent < 1 || percent > 100 || end == s.data() + s.size() ||
        *end != ' ') {
      return fail(line,
                  "a line is SCORE PHRASE (score 1 to 100), ! PHRASE, @name = PHRASE, negators "
                  "WORDS or [section]");
    }
    s.remove_prefix(static_cast<std::size_t>(end - s.data()));
    return phrase(trimmed(s), Score::percent(percent), false, line);
  }

  bool define(std::string_view s, int line) {
    const std::size_t equals = s.find('=');
    if (equals == std::string_view::npos) return fail(line, "a definition is @name = PHRASE");
    const std::string_view name = trimmed(s.substr(1, equals - 1));
    const bool good = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
      return c == '_' || (c >= 'a' && c <= 'z');
    });
    if (!good) return fail(line, "names of definitions are lower-case letters and _");
    // Tried at once, so that a mistake is reported here and not where it is used.
    std::vector<Place> places;
    const std::string_view body = trimmed(s.substr(equals + 1));
    const std::string wrong = PhraseCompiler(macros_, places, 0, false).compile(body);
    if (!wrong.empty()) return fail(line, wrong);
    macros_.insert_or_assign(std::string(name), std::string(body));
    return true;
  }

  bool phrase(std::string_view s, Score score, bool exception, int line) {
    // Insults are listened for as spelled: "slugs" insults nobody.
    const bool strict = topic_->index() == static_cast<int>(Heard::abuse);
    for (int h = 0; h < 2; ++h) {
      if (!(h == 0 ? heard_by_customer_half(*topic_) : heard_by_others_half(*topic_))) continue;
      Half& half = halves_[h];
      if (half.phrases.size() >= 60'000) return fail(line, "the pack is too large");
      const std::string wrong =
          PhraseCompiler(macros_, half.places, static_cast<std::uint16_t>(half.phrases.size()),
                         strict)
              .compile(s);
      if (!wrong.empty()) return fail(line, wrong);
      half.phrases.push_back({*topic_, score, exception});
    }
    return true;
  }

  static void words_of(std::string_view s, std::vector<std::uint32_t>& out) {
    std::string word;
    for (std::size_t i = 0; i <= s.size(); ++i) {
      if (i < s.size() && s[i] != ' ') {
        if (s[i] != '\'') word.push_back(s[i]);
        continue;
      }
      if (!word.empty()) out.push_back(word_hash(word));
      word.clear();
    }
    std::sort(out.begin(), out.end());
  }

  std::string_view name_;
  int line_ = 0;
  std::string message_, language_;
  std::optional<Topic> topic_;
  Macros macros_;
  Half halves_[2];
  std::vector<std::vector<std::uint32_t>> negators_ =
      std::vector<std::vector<std::uint32_t>>(Topic::kCount);
};

Result<std::shared_ptr<const Lexicon>> Lexicon::parse(std::string_view text,
                                                      std::string_view name) {
  return LexiconParser(name).parse(text);
}

}  // namespace loopbreaker::text
