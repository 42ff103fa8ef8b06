// Reads money: symbols, ISO codes and words, in the ways numbers are written on both sides of the
// Atlantic.
#include <algorithm>
#include <array>
#include <string_view>

#include "text/extract.h"
#include "text/stem.h"

namespace loopbreaker::text {
namespace {

constexpr std::size_t kAmountsMax = 8;
constexpr std::int64_t kMinorMax = 1'000'000'000'000'000;

struct Unit {
  std::string_view currency;
  int per_minor = 100;  ///< minor units in one of this unit
};

struct NamedUnit {
  std::uint32_t word;
  Unit unit;
};

constexpr std::array kUnits = {
    NamedUnit{word_hash("dollar"), {"USD"}}, NamedUnit{word_hash("dollars"), {"USD"}},
    NamedUnit{word_hash("bucks"), {"USD"}},  NamedUnit{word_hash("buck"), {"USD"}},
    NamedUnit{word_hash("usd"), {"USD"}},    NamedUnit{word_hash("cents"), {"USD", 1}},
    NamedUnit{word_hash("euro"), {"EUR"}},   NamedUnit{word_hash("euros"), {"EUR"}},
    NamedUnit{word_hash("eur"), {"EUR"}},    NamedUnit{word_hash("pounds"), {"GBP"}},
    NamedUnit{word_hash("pound"), {"GBP"}},  NamedUnit{word_hash("quid"), {"GBP"}},
    NamedUnit{word_hash("gbp"), {"GBP"}},    NamedUnit{word_hash("pence"), {"GBP", 1}},
    NamedUnit{word_hash("cad"), {"CAD"}},    NamedUnit{word_hash("aud"), {"AUD"}},
    NamedUnit{word_hash("nzd"), {"NZD"}},    NamedUnit{word_hash("sgd"), {"SGD"}},
    NamedUnit{word_hash("hkd"), {"HKD"}},    NamedUnit{word_hash("chf"), {"CHF"}},
    NamedUnit{word_hash("francs"), {"CHF"}}, NamedUnit{word_hash("sek"), {"SEK"}},
    NamedUnit{word_hash("nok"), {"NOK"}},    NamedUnit{word_hash("dkk"), {"DKK"}},
    NamedUnit{word_hash("pln"), {"PLN"}},    NamedUnit{word_hash("zloty"), {"PLN"}},
    NamedUnit{word_hash("czk"), {"CZK"}},    NamedUnit{word_hash("inr"), {"INR"}},
    NamedUnit{word_hash("rupees"), {"INR"}}, NamedUnit{word_hash("rs"), {"INR"}},
    NamedUnit{word_hash("jpy"), {"JPY", 1}}, NamedUnit{word_hash("yen"), {"JPY", 1}},
    NamedUnit{word_hash("krw"), {"KRW", 1}}, NamedUnit{word_hash("cny"), {"CNY"}},
    NamedUnit{word_hash("rmb"), {"CNY"}},    NamedUnit{word_hash("yuan"), {"CNY"}},
    NamedUnit{word_hash("brl"), {"BRL"}},    NamedUnit{word_hash("reais"), {"BRL"}},
    NamedUnit{word_hash("mxn"), {"MXN"}},    NamedUnit{word_hash("pesos"), {"MXN"}},
    NamedUnit{word_hash("zar"), {"ZAR"}},    NamedUnit{word_hash("aed"), {"AED"}}};

struct Symbol {
  std::string_view text;
  Unit unit;
};
// Longer ones first.
constexpr std::array kSymbols = {
    Symbol{"US$", {"USD"}},  Symbol{"NZ$", {"NZD"}}, Symbol{"HK$", {"HKD"}}, Symbol{"CA$", {"CAD"}},
    Symbol{"AU$", {"AUD"}},  Symbol{"A$", {"AUD"}},  Symbol{"C$", {"CAD"}},  Symbol{"S$", {"SGD"}},
    Symbol{"R$", {"BRL"}},   Symbol{"$", {"USD"}},   Symbol{"€", {"EUR"}},   Symbol{"£", {"GBP"}},
    Symbol{"¥", {"JPY", 1}}, Symbol{"₹", {"INR"}}};

bool digit(char c) { return c >= '0' && c <= '9'; }

const Unit* unit_of(std::uint32_t word) {
  for (const NamedUnit& n : kUnits) {
    if (n.word == word) return &n.unit;
  }
  return nullptr;
}

/// The unit glued to a number: "100USD".
const Unit* unit_glued(std::string_view tail) {
  std::uint64_t h = kWordHashStart;
  for (char c : tail) h = word_hash_step(h, c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c);
  return unit_of(word_hash_end(h));
}

/// A number as written: its value in hundredths and where it ends.
struct Written {
  std::int64_t hundredths = 0;
  std::size_t end = 0;
};

Written read_number(std::string_view text, std::size_t begin) {
  // Digits with separators between them.
  std::size_t end = begin;
  int groups = 0;
  char last_separator = 0;
  std::size_t last_at = 0;
  bool mixed = false;
  while (end < text.size()) {
    const char c = text[end];
    if (digit(c)) {
      ++end;
      continue;
    }
    const bool separates =
        (c == '.' || c == ',' || c == '\'') && end + 1 < text.size() && digit(text[end + 1]);
    if (!separates) break;
    mixed = mixed || (last_separator != 0 && c != last_separator);
    ++groups;
    last_separator = c;
    last_at = end;
    ++end;
  }
  // The last separator is the decimal one if others came before it, or if it does not head three
  // digits.
  std::size_t decimal = end;
  if (groups > 0) {
    const std::size_t after = end - last_at - 1;
    if (mixed || (groups == 1 && after != 3)) decimal = last_at;
    if (last_separator == '\'') decimal = end;
  }
  Written w;
  w.end = end;
  std::int64_t whole = 0;
  for (std::size_t i = begin; i < decimal; ++i) {
    if (digit(text[i]) && whole < kMinorMax) whole = whole * 10 + (text[i] - '0');
  }
  int cents = 0, places = 0;
  for (std::size_t i = decimal + 1; i < end && places < 2; ++i, ++places)
    cents = cents * 10 + (text[i] - '0');
  if (places == 1) cents *= 10;
  w.hundredths = std::min(whole, kMinorMax / 100) * 100 + cents;
  return w;
}

struct Before {
  const Unit* unit = nullptr;
  std::size_t begin = 0;
};

Before symbol_before(std::string_view text, std::size_t at) {
  std::size_t end = at;
  if (end > 0 && text[end - 1] == ' ') --end;
  const std::string_view head = text.substr(0, end);
  for (const Symbol& s : kSymbols) {
    if (!head.ends_with(s.text)) continue;
    const std::size_t begin = end - s.text.size();
    const bool in_word = s.text.size() > 1 && s.text.ends_with('$') && begin > 0 &&
                         ((text[begin - 1] | 0x20) >= 'a' && (text[begin - 1] | 0x20) <= 'z');
    if (!in_word) return {&s.unit, begin};
  }
  return {};
}

}  // namespace

void extract_amounts(const Tokens& tokens, std::vector<Amount>& out) {
  out.clear();
  if (!tokens.has_digit) return;
  const std::string_view text = tokens.text;
  std::size_t done = 0;
  for (std::size_t i = 0; i < tokens.all.size() && out.size() < kAmountsMax; ++i) {
    const Token& t = tokens.all[i];
    if (!t.is(kHasDigit) || t.is(kRedacted) || t.begin < done || !digit(text[t.begin])) continue;
    if (t.begin > 0 && (text[t.begin - 1] == '#' || text[t.begin - 1] == '-')) {
      if (!tokens.has_currency) continue;
    }
    Written number = read_number(text, t.begin);
    std::size_t next = i;
    while (next < tokens.all.size() && tokens.all[next].end <= number.end) ++next;
    // "5k" is one token; "5 grand" two.
    std::int64_t times = 1;
    std::size_t end = number.end;
    if (next < tokens.all.size() && tokens.all[next].begin < number.end) {
      const std::string_view tail = text.substr(end, tokens.all[next].end - end);
      if (tail == "k" || tail == "K") {
        times = 1'000;
        end = tokens.all[next].end;
        ++next;
      } else if (!unit_glued(tail)) {
        continue;  // "3rd", "12th", "4x4"
      }
    } else if (next < tokens.all.size()) {
      static constexpr std::uint32_t kGrand = word_hash("grand"), kThousand = word_hash("thousand"),
                                     kMillion = word_hash("million");
      const std::uint32_t w = tokens.all[next].facts.word;
      if (w == kGrand || w == kThousand || w == kMillion) {
        times = w == kMillion ? 1'000'000 : 1'000;
        end = tokens.all[next].end;
        ++next;
      }
    }
    const Unit* unit = nullptr;
    std::size_t begin = t.begin;
    if (const Before before = symbol_before(text, t.begin); before.unit) {
      unit = before.unit;
      begin = before.begin;
    }
    if (!unit && next < tokens.all.size() && tokens.all[next].begin <= end + 2) {
      const Token& n = tokens.all[next];
      unit = n.begin < end ? unit_glued(text.substr(end, n.end - end)) : unit_of(n.facts.word);
      if (unit) end = n.end;
    }
    if (!unit) {
      const std::size_t at = end < text.size() && text[end] == ' ' ? end + 1 : end;
      for (const Symbol& s : kSymbols) {
        if (text.substr(at).starts_with(s.text)) {
          // "5 $10 bills": the sign belongs to the number after it.
          const std::size_t after = at + s.text.size();
          if (after < text.size() && digit(text[after])) break;
          unit = &s.unit;
          end = after;
          break;
        }
      }
    }
    if (!unit && i > 0 && t.begin - tokens.all[i - 1].end <= 1) {
      unit = unit_of(tokens.all[i - 1].facts.word);
      if (unit && unit->currency.size() == 3 &&
          tokens.all[i - 1].end - tokens.all[i - 1].begin == 3) {
        begin = tokens.all[i - 1].begin;
      } else {
        unit = nullptr;  // only codes stand before the number
      }
    }
    done = end;
    if (!unit) continue;
    const std::int64_t hundredths = std::min(number.hundredths, kMinorMax / times) * times;
    out.push_back({unit->per_minor == 100 ? hundredths : hundredths / 100,
                   std::string(unit->currency),
                   {static_cast<std::uint16_t>(begin), static_cast<std::uint16_t>(end)}});
  }
}

}  // namespace loopbreaker::text
