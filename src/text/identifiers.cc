// Finds identifiers by their shape and the words before them.
#include <algorithm>
#include <array>

#include "text/extract.h"
#include "text/stem.h"

namespace loopbreaker::text {
namespace {

constexpr std::size_t kIdentifiersMax = 8;
constexpr std::size_t kValueMax = 64;

struct Cue {
  std::uint32_t stem;
  IdentifierKind kind;
};

const auto& cues() {
  using K = IdentifierKind;
  static const std::array kCues = {
      Cue{stem_hash("order"), K::order},           Cue{stem_hash("purchase"), K::order},
      Cue{stem_hash("account"), K::account},       Cue{stem_hash("acct"), K::account},
      Cue{stem_hash("member"), K::account},        Cue{stem_hash("membership"), K::account},
      Cue{stem_hash("customer"), K::account},      Cue{stem_hash("policy"), K::account},
      Cue{stem_hash("user"), K::account},          Cue{stem_hash("reference"), K::reference},
      Cue{stem_hash("ref"), K::reference},         Cue{stem_hash("booking"), K::reference},
      Cue{stem_hash("reservation"), K::reference}, Cue{stem_hash("confirmation"), K::reference},
      Cue{stem_hash("ticket"), K::reference},      Cue{stem_hash("case"), K::reference},
      Cue{stem_hash("tracking"), K::reference},    Cue{stem_hash("invoice"), K::reference},
      Cue{stem_hash("claim"), K::reference},       Cue{stem_hash("pnr"), K::reference},
      Cue{stem_hash("parcel"), K::reference},      Cue{stem_hash("shipment"), K::reference},
      Cue{stem_hash("transaction"), K::reference}, Cue{stem_hash("zip"), K::postcode},
      Cue{stem_hash("zipcode"), K::postcode},      Cue{stem_hash("postcode"), K::postcode},
      Cue{stem_hash("postal"), K::postcode},       Cue{stem_hash("phone"), K::phone},
      Cue{stem_hash("mobile"), K::phone}};
  return kCues;
}

bool among(std::uint32_t word, std::initializer_list<std::uint32_t> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool is_month(std::uint32_t word) {
  return among(
      word,
      {word_hash("january"),   word_hash("february"), word_hash("march"),    word_hash("april"),
       word_hash("may"),       word_hash("june"),     word_hash("july"),     word_hash("august"),
       word_hash("september"), word_hash("october"),  word_hash("november"), word_hash("december"),
       word_hash("jan"),       word_hash("feb"),      word_hash("mar"),      word_hash("apr"),
       word_hash("jun"),       word_hash("jul"),      word_hash("aug"),      word_hash("sep"),
       word_hash("sept"),      word_hash("oct"),      word_hash("nov"),      word_hash("dec")});
}

bool digit(char c) { return c >= '0' && c <= '9'; }
bool letter(char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; }

class Finder {
 public:
  Finder(const Tokens& tokens, const std::vector<Amount>& amounts, std::vector<Identifier>& out)
      : tokens_(tokens), amounts_(amounts), out_(out) {}

  void run() {
    static constexpr std::uint32_t kName = word_hash("name");
    for (std::size_t i = 0; i < tokens_.all.size() && out_.size() < kIdentifiersMax; ++i) {
      const Token& t = tokens_.all[i];
      if (t.is(kRedacted)) {
        redacted(t);
      } else if (t.is(kHasDigit) && t.begin >= done_) {
        number(i);
      } else if (t.facts.word == kName) {
        name(i);
      }
    }
  }

 private:
  std::string_view text() const { return tokens_.text; }

  void put(IdentifierKind kind, std::size_t begin, std::size_t end) {
    if (end - begin > kValueMax || end <= begin) return;
    Identifier id{kind,
                  std::string(text().substr(begin, end - begin)),
                  {static_cast<std::uint16_t>(begin), static_cast<std::uint16_t>(end)}};
    for (const Identifier& known : out_) {
      if (known.kind == kind && known.value == id.value) return;
    }
    out_.push_back(std::move(id));
  }

  void redacted(const Token& t) {
    const std::string_view raw = text().substr(t.begin, t.end - t.begin);
    IdentifierKind kind = IdentifierKind::other;
    if (raw.starts_with("[card")) kind = IdentifierKind::card;
    if (raw.starts_with("[email")) kind = IdentifierKind::email;
    if (raw.starts_with("[phone")) kind = IdentifierKind::phone;
    put(kind, t.begin, t.end);
  }

  /// The run of letters, digits and joining marks around a token: "A-1234", "12/03/2024".
  std::pair<std::size_t, std::size_t> run_around(const Token& t) const {
    const std::string_view s = text();
    const auto inner = [&](std::size_t i) {
      const char c = s[i];
      if (digit(c) || letter(c)) return true;
      const bool joins = c == '-' || c == '/' || c == '_' || c == '.';
      return joins && i > 0 && i + 1 < s.size() && (digit(s[i - 1]) || letter(s[i - 1])) &&
             (digit(s[i + 1]) || (c != '.' && letter(s[i + 1])));
    };
    std::size_t begin = t.begin, end = t.end;
    while (begin > 0 && inner(begin - 1)) --begin;
    while (end < s.size() && inner(end)) ++end;
    return {begin, end};
  }

  bool in_amount(std::size_t begin, std::size_t end) const {
    return std::any_of(amounts_.begin(), amounts_.end(),
                       [&](const Amount& a) { return a.span.begin < end && begin < a.span.end; });
  }

  /// 2024-03-12, 12/03/2024, 3.12.24
  static bool is_date(std::string_view run) {
    int parts = 0, digits = 0, lengths[3] = {};
    char separator = 0;
    for (char c : run) {
      if (digit(c)) {
        ++digits;
        continue;
      }
      if ((c != '-' && c != '/' && c != '.') || digits == 0 || parts == 2) return false;
      if (separator != 0 && c != separator) return false;
      separator = c;
      lengths[parts++] = digits;
      digits = 0;
    }
    lengths[2] = digits;
    if (parts != 2) return false;
    const bool year_first =
        lengths[0] == 4 && lengths[1] <= 2 && lengths[2] >= 1 && lengths[2] <= 2;
    const bool year_last =
        lengths[0] <= 2 && lengths[1] <= 2 && (lengths[2] == 2 || lengths[2] == 4);
    return year_first || year_last;
  }

  /// "3 March", "3rd of March", "March 3"
  bool month_beside(std::size_t i, std::size_t& begin, std::size_t& end) {
    const auto& all = tokens_.all;
    static constexpr std::uint32_t kOf = word_hash("of");
    std::size_t after = i + 1;
    if (after < all.size() && all[after].facts.word == kOf) ++after;
    if (after < all.size() && is_month(all[after].facts.word)) {
      end = all[after].end;
      return true;
    }
    if (i > 0 && is_month(all[i - 1].facts.word)) {
      begin = all[i - 1].begin;
      return true;
    }
    return false;
  }

  void number(std::size_t i) {
    const Token& t = tokens_.all[i];
    auto [begin, end] = run_around(t);
    if (begin > 0 && text()[begin - 1] == '@') return;
    done_ = end;
    if (in_amount(begin, end)) return;
    const std::string_view run = text().substr(begin, end - begin);
    std::size_t digits = 0, letters = 0;
    for (char c : run) {
      digits += digit(c);
      letters += letter(c);
    }
    if (is_date(run)) return put(IdentifierKind::date, begin, end);
    if (digits <= 4 && run.size() <= 4 && month_beside(i, begin, end)) {
      return put(IdentifierKind::date, begin, end);
    }
    if (end < text().size() && (text()[end] == ':' || text()[end] == '%')) return;
    if (begin > 0 && text()[begin - 1] == ':' && begin > 1 && digit(text()[begin - 2])) return;
    const bool marked = begin > 0 && text()[begin - 1] == '#';
    // The nearest cue word within five words before, in the same sentence.
    bool numbered = marked;
    std::size_t at = i;
    while (at > 0 && tokens_.all[at].begin >= begin) --at;
    if (tokens_.all[at].begin >= begin) at = i;
    for (int back = 0; back < 5; ++back) {
      const Token& before = tokens_.all[at];
      if (before.begin < begin) {
        if (among(before.facts.word, {word_hash("number"), word_hash("no"), word_hash("id"),
                                      word_hash("code"), word_hash("nr"), word_hash("num")})) {
          numbered = true;
        }
        for (const Cue& cue : cues()) {
          if (before.facts.stem != cue.stem) continue;
          if (digits >= (numbered ? 2u : 4u) || (letters > 0 && digits >= 2 && run.size() >= 5)) {
            const bool bare_year = !numbered && letters == 0 && run.size() == 4 &&
                                   (run.starts_with("19") || run.starts_with("20"));
            if (!bare_year) put(cue.kind, marked ? begin - 1 : begin, end);
          }
          return;
        }
      }
      if (at == 0 || before.is(kSentenceStart)) break;
      --at;
    }
    if (marked && digits >= 3) return put(IdentifierKind::reference, begin - 1, end);
    if ((letters > 0 && digits >= 2 && run.size() >= 6) ||
        (letters == 0 && digits >= 5 && run.size() <= 20)) {
      put(IdentifierKind::other, begin, end);
    }
  }

  /// "my name is Ann Smith", "the name's Ann"
  void name(std::size_t i) {
    const auto& all = tokens_.all;
    static constexpr std::uint32_t kMy = word_hash("my"), kThe = word_hash("the"),
                                   kIs = word_hash("is");
    if (i == 0 || !among(all[i - 1].facts.word, {kMy, kThe})) return;
    std::size_t from = i + 1;
    if (from < all.size() && all[from].facts.word == kIs) ++from;
    if (from == i + 1 || from >= all.size()) return;
    std::size_t to = from;
    while (to < all.size() && to < from + 3 && all[to].is(kCapital) && !all[to].is(kHasDigit) &&
           (to == from || !all[to].is(kClauseStart))) {
      ++to;
    }
    const bool lower_case = to == from && !all[from].is(kEmptyWord | kHasDigit | kRedacted);
    if (lower_case) ++to;
    if (to > from) put(IdentifierKind::name, all[from].begin, all[to - 1].end);
  }

  const Tokens& tokens_;
  const std::vector<Amount>& amounts_;
  std::vector<Identifier>& out_;
  std::size_t done_ = 0;
};

}  // namespace

void extract_identifiers(const Tokens& tokens, const std::vector<Amount>& amounts,
                         std::vector<Identifier>& out) {
  out.clear();
  Finder(tokens, amounts, out).run();
}

}  // namespace loopbreaker::text
