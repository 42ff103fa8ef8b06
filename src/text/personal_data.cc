// The grammars of cards, IBANs, e-mail addresses and phone numbers.
#include "text/personal_data.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

namespace loopbreaker::text {
namespace {

bool digit(char c) { return c >= '0' && c <= '9'; }
bool letter(char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; }
bool capital(char c) { return c >= 'A' && c <= 'Z'; }

/// Digits from `at` on, and where the text stands after each of them.
struct DigitRun {
  std::string digits;
  std::array<std::size_t, 24> ends{};
};

bool joins(char c) { return c == ' ' || c == '-' || c == '.'; }

/// Bytes that may stand between two digits of a card: up to three of space, tab, dash, dot, slash,
/// underscore and no-break space.
std::size_t card_gap(std::string_view text, std::size_t at) {
  std::size_t i = at;
  while (i < text.size() && i - at < 3) {
    const char c = text[i];
    if (joins(c) || c == '\t' || c == '/' || c == '_') {
      ++i;
    } else if (text.substr(i).starts_with("\xC2\xA0")) {
      i += 2;
    } else {
      break;
    }
  }
  return i - at;
}

DigitRun digits_from(std::string_view text, std::size_t at) {
  DigitRun run;
  for (std::size_t i = at; i < text.size() && run.digits.size() < run.ends.size();) {
    if (digit(text[i])) {
      run.ends[run.digits.size()] = i + 1;
      run.digits.push_back(text[i]);
      ++i;
      continue;
    }
    const std::size_t gap = card_gap(text, i);
    if (gap == 0 || i + gap >= text.size() || !digit(text[i + gap])) break;
    i += gap;
  }
  return run;
}

bool digit_follows(std::string_view text, std::size_t at) {
  return at < text.size() &&
         (digit(text[at]) || (joins(text[at]) && at + 1 < text.size() && digit(text[at + 1])));
}

/// 13 to 19 digits that pass Luhn. The longest such run wins; it may end at any group, so that a
/// number after the card does not hide it.
std::optional<PersonalData> card_at(std::string_view text, std::size_t at) {
  const DigitRun run = digits_from(text, at);
  for (std::size_t n = std::min<std::size_t>(19, run.digits.size()); n >= 13; --n) {
    const std::size_t end = run.ends[n - 1];
    if (end < text.size() && digit(text[end])) continue;
    const std::string_view digits = std::string_view(run.digits).substr(0, n);
    if (digits.find_first_not_of(digits[0]) == std::string_view::npos) continue;
    if (luhn(digits)) return PersonalData{PersonalData::Kind::card, at, end, std::string(digits)};
  }
  return std::nullopt;
}

std::optional<PersonalData> iban_at(std::string_view text, std::size_t at) {
  if (at + 4 > text.size() || !letter(text[at]) || !letter(text[at + 1]) || !digit(text[at + 2]) ||
      !digit(text[at + 3])) {
    return std::nullopt;
  }
  std::string iban;
  std::size_t i = at;
  std::optional<PersonalData> best;
  while (i < text.size() && iban.size() < 34) {
    if (digit(text[i]) || letter(text[i])) {
      iban.push_back(capital(text[i]) || digit(text[i]) ? text[i]
                                                        : static_cast<char>(text[i] - 32));
      ++i;
    } else if ((text[i] == ' ' || text[i] == '-') && i + 1 < text.size() &&
               is_word_byte(text[i + 1])) {
      ++i;
      continue;
    } else {
      break;
    }
    if (iban.size() < 15 || (i < text.size() && is_word_byte(text[i]))) continue;
    int rest = 0;
    for (std::size_t k = 0; k < iban.size(); ++k) {
      const char c = iban[(k + 4) % iban.size()];
      rest = digit(c) ? (rest * 10 + (c - '0')) % 97 : (rest * 100 + (c - 'A' + 10)) % 97;
    }
    if (rest == 1) best = PersonalData{PersonalData::Kind::iban, at, i, iban};
  }
  return best;
}

bool local_byte(char c) {
  return digit(c) || letter(c) || c == '.' || c == '_' || c == '%' || c == '+' || c == '-' ||
         (c & 0x80) != 0;
}

std::optional<PersonalData> email_at(std::string_view text, std::size_t at) {
  std::size_t i = at;
  while (i < text.size() && i - at < 65 && local_byte(text[i])) ++i;
  if (i == at || i - at > 64 || i >= text.size() || text[i] != '@') return std::nullopt;
  const std::size_t domain = ++i;
  std::size_t dot = 0, end = 0;
  while (i < text.size() &&
         (digit(text[i]) || letter(text[i]) || text[i] == '-' || (text[i] & 0x80) != 0 ||
          (text[i] == '.' && i > domain && i + 1 < text.size() && is_word_byte(text[i + 1])))) {
    if (text[i] == '.') dot = i;
    end = ++i;
  }
  if (dot == 0 || end - dot < 3) return std::nullopt;
  std::string value(text.substr(at, end - at));
  std::transform(value.begin(), value.end(), value.begin(),
                 [](char c) { return capital(c) ? static_cast<char>(c | 0x20) : c; });
  return PersonalData{PersonalData::Kind::email, at, end, std::move(value)};
}

/// Lengths of the digit groups of a number as written, with what stands between them.
struct Groups {
  std::array<int, 8> sizes{};
  std::array<char, 8> between{};  ///< before group i
  int count = 0;
  std::size_t end = 0;
  std::string digits;
  bool bracket = false;
};

/// Reads "(555) 123-4567" as groups 3 3 4. Between groups: a space, dash, dot or slash, or ") ".
Groups groups_from(std::string_view text, std::size_t at) {
  Groups g;
  std::size_t i = at;
  if (i < text.size() && text[i] == '(') {
    g.bracket = true;
    ++i;
  }
  char between = 0;
  while (i < text.size() && g.count < 8) {
    int n = 0;
    while (i < text.size() && digit(text[i])) {
      g.digits.push_back(text[i]);
      ++i;
      ++n;
    }
    if (n == 0) break;
    g.sizes[static_cast<std::size_t>(g.count)] = n;
    g.between[static_cast<std::size_t>(g.count)] = between;
    ++g.count;
    g.end = i;
    // What may stand between this group and the next.
    std::size_t j = i;
    between = 0;
    if (j < text.size() && text[j] == ')') {
      if (!g.bracket && g.digits.size() != 1) {
        // A bracket that was not opened here closes something else.
        break;
      }
      between = ')';
      ++j;
    }
    if (j < text.size() && (joins(text[j]) || text[j] == '/')) {
      if (between == 0) between = text[j];
      ++j;
    }
    if (j < text.size() && text[j] == '(') ++j;
    if (j == i || j >= text.size() || !digit(text[j])) break;
    i = j;
  }
  return g;
}

bool shaped(const Groups& g, std::initializer_list<int> sizes) {
  return g.count == static_cast<int>(sizes.size()) &&
         std::equal(sizes.begin(), sizes.end(), g.sizes.begin());
}

bool same_separators(const Groups& g) {
  for (int i = 2; i < g.count; ++i) {
    if (g.between[static_cast<std::size_t>(i)] != g.between[1]) return false;
  }
  return true;
}

/// Whether one of `words` stands in the text shortly before `at`.
bool said_before(std::string_view text, std::size_t at, std::size_t from,
                 std::initializer_list<std::string_view> words) {
  std::size_t start = at > from + 32 ? at - 32 : from;
  // A redaction token names its kind; that is no cue.
  if (const std::size_t token = text.substr(0, at).rfind(']'); token != std::string_view::npos) {
    start = std::max(start, token + 1);
  }
  std::string before(text.substr(start, at - start));
  std::transform(before.begin(), before.end(), before.begin(),
                 [](char c) { return capital(c) ? static_cast<char>(c | 0x20) : c; });
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view w) { return before.find(w) != std::string::npos; });
}

/// A phone number: international with + or 00; or a national form that is written like one. Bare
/// runs of digits are phones only where a word before them says so: they may as well be order
/// numbers.
std::optional<PersonalData> phone_at(std::string_view text, std::size_t at, std::size_t from) {
  std::size_t i = at;
  bool international = false;
  if (text[i] == '+') {
    international = true;
    ++i;
  }
  const Groups g = groups_from(text, i);
  const std::size_t n = g.digits.size();
  if (n < 7 || n > 15) return std::nullopt;
  if (g.end < text.size() &&
      (is_word_byte(text[g.end]) || text[g.end] == '%' || text[g.end] == ':'))
    return std::nullopt;
  if (digit_follows(text, g.end)) return std::nullopt;
  std::string value = g.digits;
  if (!international && g.digits.starts_with("00") && n >= 10) {
    international = true;
    value.erase(0, 2);
  }
  bool phone = international && n >= 8;
  if (!phone) {
    // Dates (2024-03-12, 12/03/2024, 3.12.2024) and amounts have other shapes.
    const bool dashed = same_separators(g) && g.count > 1 && g.between[1] != '/';
    phone =
        (g.bracket && g.count >= 2 && g.sizes[0] >= 2 && g.sizes[0] <= 5 && n >= 9 && n <= 11) ||
        ((shaped(g, {3, 3, 4})) && dashed) || (shaped(g, {1, 3, 3, 4}) && g.digits[0] == '1') ||
        (g.digits[0] == '0' && g.digits[1] != '0' && n >= 10 && n <= 11 &&
         (g.count == 1 || dashed || g.between[1] == '/'));
  }
  const bool date =
      shaped(g, {4, 2, 2}) || shaped(g, {2, 2, 4}) || shaped(g, {1, 2, 4}) || shaped(g, {2, 1, 4});
  if (date && text[at] != '+') return std::nullopt;
  if (!international || text[at] != '+') {
    if (phone && !g.bracket &&
        said_before(text, at, from,
                    {"order", "account", "reference", "booking", "invoice", "ticket", "tracking",
                     "case", "confirmation", "ref", "parcel", "purchase"})) {
      return std::nullopt;
    }
    phone =
        phone || said_before(text, at, from,
                             {"phone", "mobile", "cell", "whatsapp", "call me on", "call me at",
                              "reach me at", "reach me on", "text me at", "tel:", "tel.", "tel "});
  }
  if (!phone) return std::nullopt;
  return PersonalData{PersonalData::Kind::phone, at, g.end, std::move(value)};
}

}  // namespace

std::string_view name_of(PersonalData::Kind kind) {
  static constexpr std::array<std::string_view, 5> kNames = {"card", "iban", "email", "phone",
                                                             "id"};
  return kNames[static_cast<std::size_t>(kind)];
}

bool is_word_byte(char c) { return digit(c) || letter(c) || (c & 0x80) != 0; }

bool worth_a_look(std::string_view text) {
  // Eight bytes at once; the top bit of a byte is set where it is something else.
  constexpr std::uint64_t kOnes = 0x0101010101010101, kTop = kOnes * 0x80, kRest = kOnes * 0x7f;
  std::uint64_t digits = 0;
  std::size_t i = 0;
  for (; i + 8 <= text.size(); i += 8) {
    std::uint64_t bytes;
    std::memcpy(&bytes, text.data() + i, sizeof bytes);
    const std::uint64_t value = bytes ^ kOnes * '0', at = bytes ^ kOnes * '@';
    const std::uint64_t no_digit = (((value & kRest) + kOnes * (0x80 - 10)) | value) & kTop;
    const std::uint64_t no_at = (((at & kRest) + kRest) | at) & kTop;
    if (no_at != kTop) return true;
    digits += ((no_digit ^ kTop) >> 7) * kOnes >> 56;  // how many
    if (digits >= 5) return true;
  }
  for (; i < text.size(); ++i) {
    if (text[i] == '@') return true;
    digits += digit(text[i]);
  }
  return digits >= 5;
}

std::size_t redaction_token_length(std::string_view text, std::size_t at) {
  std::size_t i = at + 1;
  while (i < text.size() && i - at < 20 && ((text[i] >= 'a' && text[i] <= 'z') || text[i] == '_'))
    ++i;
  if (i == at + 1 || i >= text.size()) return 0;
  if (text[i] == ']') return i + 1 - at;
  const auto hex = [&](std::size_t k) {
    return k < text.size() && (digit(text[k]) || (text[k] >= 'a' && text[k] <= 'f'));
  };
  return text[i] == '#' && hex(i + 1) && hex(i + 2) && i + 3 < text.size() && text[i + 3] == ']'
             ? i + 4 - at
             : 0;
}

bool may_begin_personal_data(std::string_view text, std::size_t at, std::size_t from) {
  const char c = text[at];
  const bool inside = at > from && is_word_byte(text[at - 1]);
  if (c == '+' || c == '(') return at + 1 < text.size() && digit(text[at + 1]) && !inside;
  if (!is_word_byte(c)) return false;
  // Digits may begin after letters ("no4111…"), words only at their beginning.
  return !inside || (digit(c) && !digit(text[at - 1]));
}

std::optional<PersonalData> personal_data_at(std::string_view text, std::size_t at,
                                             std::size_t from) {
  const char c = text[at];
  const bool inside = at > from && is_word_byte(text[at - 1]);
  if (!inside && is_word_byte(c)) {
    if (auto email = email_at(text, at)) return email;
    if (letter(c)) return iban_at(text, at);
  }
  if (digit(c)) {
    if (auto card = card_at(text, at)) return card;
  }
  if (inside || (c & 0x80) != 0) return std::nullopt;
  const bool marked =
      at > from && (text[at - 1] == '#' || text[at - 1] == '$' || text[at - 1] == '-' ||
                    text[at - 1] == '/' || text[at - 1] == '.' || text[at - 1] == '_');
  if (marked && c != '+') return std::nullopt;
  return phone_at(text, at, from);
}

bool luhn(std::string_view digits) {
  int sum = 0;
  bool twice = false;
  for (std::size_t i = digits.size(); i-- > 0; twice = !twice) {
    int d = digits[i] - '0';
    if (twice) d = d * 2 > 9 ? d * 2 - 9 : d * 2;
    sum += d;
  }
  return sum % 10 == 0;
}

}  // namespace loopbreaker::text
