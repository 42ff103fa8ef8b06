// Particulars, Hand.
#include "workload/wording.h"

#include <cctype>
#include <cstdint>

namespace loopbreaker::workload {
namespace {

using Text = std::string_view;

constexpr Text kFirst[] = {"Maria", "James", "Aisha",  "Tom",   "Yuki", "Olga",
                           "Peter", "Chen",  "Fatima", "Lucas", "Emma", "Noah"};
constexpr Text kLast[] = {"Keller", "Moore", "Haddad", "Silva", "Novak",
                          "Tanaka", "Brown", "Okafor", "Rossi", "Lind"};
constexpr Text kMonths[] = {"January", "February", "March",     "April",   "May",      "June",
                            "July",    "August",   "September", "October", "November", "December"};
constexpr Text kCities[] = {"Lisbon", "Chicago", "Oslo",   "Denver",
                            "Prague", "Leeds",   "Boston", "Athens"};
constexpr Text kSigns[] = {"$", "$", "€", "£"};
// Numbers that payment systems publish for tests; they pass Luhn's check.
constexpr Text kTestCards[] = {"4242 4242 4242 4242", "4111 1111 1111 1111", "5555 5555 5555 4444",
                               "6011 1111 1111 1117", "4000056655665556"};

std::string digits(Random& random, int n) {
  std::string out(1, static_cast<char>('1' + random.below(9)));
  while (static_cast<int>(out.size()) < n) out += static_cast<char>('0' + random.below(10));
  return out;
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }
bool letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool space(char c) { return c == ' '; }

/// One slip of the finger in a word of letters: a letter doubled, dropped, or two swapped; never
/// the first.
std::string mistype(std::string word, Random& random) {
  const std::size_t at = 1 + random.below(static_cast<std::uint32_t>(word.size() - 2));
  switch (random.below(3)) {
    case 0:
      word.insert(at, 1, word[at]);
      break;
    case 1:
      word.erase(at, 1);
      break;
    default:
      std::swap(word[at], word[at + 1]);
  }
  return word;
}

}  // namespace

Particulars::Particulars(Random& random) {
  const std::string first(random.pick(kFirst));
  const std::string last(random.pick(kLast));
  std::string mailbox = first + "." + last;
  for (char& c : mailbox) c = lower(c);
  const Text sign = random.pick(kSigns);
  set("name", first + " " + last);
  set("email", mailbox + (random.percent(50) ? "@example.com" : "@example.org"));
  set("order", "A-" + digits(random, 8));
  set("account", "ACC-" + digits(random, 7));
  set("policy", "POL-" + digits(random, 6));
  set("flight", "LB" + digits(random, 3));
  set("postcode", digits(random, 5));
  set("phone", "202-555-01" + std::to_string(random.between(10, 99)));
  set("date", std::to_string(random.between(1, 28)) + " " + std::string(random.pick(kMonths)));
  set("city", std::string(random.pick(kCities)));
  // Mostly small sums, now and then one that matters.
  const std::int64_t whole =
      random.percent(85) ? random.between(9, 190) : random.between(250, 2400);
  set("amount",
      std::string(sign) + std::to_string(whole) + "." + (random.percent(50) ? "00" : "90"));
  set("card", std::string(random.pick(kTestCards)));
}

void Particulars::set(std::string_view name, std::string value) {
  for (auto& [key, old] : values_) {
    if (key == name) {
      old = std::move(value);
      return;
    }
  }
  values_.emplace_back(name, std::move(value));
}

const std::string& Particulars::get(std::string_view name) const {
  static const std::string kNone;
  for (const auto& [key, value] : values_) {
    if (key == name) return value;
  }
  return kNone;
}

std::string Particulars::fill(std::string_view text) const {
  std::string out;
  while (true) {
    const std::size_t open = text.find('{');
    out += text.substr(0, open);
    if (open == Text::npos) return out;
    const std::size_t close = text.find('}', open);
    out += get(text.substr(open + 1, close - open - 1));
    text.remove_prefix(close + 1);
  }
}

Hand Hand::of(Random& random) {
  Hand hand;
  hand.lower_case = random.percent(30);
  hand.typos = random.percent(25);
  hand.polite = random.percent(12);
  return hand;
}

std::string write(std::string_view text, const Hand& hand, Random& random) {
  std::string out;
  std::size_t i = 0;
  while (i < text.size()) {
    std::size_t j = i;
    while (j < text.size() && !space(text[j])) ++j;
    std::string word(text.substr(i, j - i));
    bool code = false;
    for (char c : word) code = code || (c >= '0' && c <= '9') || c == '@';
    if (!code) {
      std::size_t letters = 0;
      while (letters < word.size() && letter(word[letters])) ++letters;
      if (hand.typos && letters > 4 && random.percent(17)) {
        word = mistype(word.substr(0, letters), random) + word.substr(letters);
      }
      if (hand.lower_case) {
        for (char& c : word) c = lower(c);
      }
    }
    out += word;
    while (j < text.size() && space(text[j])) out += text[j++];
    i = j;
  }
  if (hand.lower_case && out.size() > 1 && out.back() == '.') out.pop_back();
  if (hand.polite && out.size() > 20 && out.back() == '?' &&
      out.find("lease") == std::string::npos) {
    out.insert(out.size() - 1, ", please");
  }
  return out;
}

std::string shout(std::string_view text, Random& random) {
  std::string out(text);
  for (char& c : out) c = upper(c);
  while (!out.empty() && (out.back() == '.' || out.back() == '?')) out.pop_back();
  out += random.percent(50) ? "!!!" : "?!";
  return out;
}

}  // namespace loopbreaker::workload
