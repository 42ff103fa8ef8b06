#include "plan/quantity.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <utility>

namespace loopbreaker::plan {
namespace {

struct Suffix {
  std::string_view text;
  double factor;
};

constexpr std::array<Suffix, 6> kPieces{
    {{"", 1}, {"k", 1e3}, {"K", 1e3}, {"M", 1e6}, {"G", 1e9}, {"B", 1e9}}};
constexpr std::array<Suffix, 6> kTimes{
    {{"ms", 1e-3}, {"s", 1}, {"m", 60}, {"min", 60}, {"h", 3600}, {"d", 86400}}};
constexpr std::array<Suffix, 9> kSizes{{{"", 1},
                                        {"B", 1},
                                        {"kB", 1e3},
                                        {"MB", 1e6},
                                        {"GB", 1e9},
                                        {"TB", 1e12},
                                        {"KiB", 1024},
                                        {"MiB", 1048576},
                                        {"GiB", 1073741824}}};

template <std::size_t N>
std::optional<double> factor_of(const std::array<Suffix, N>& suffixes, std::string_view text) {
  for (const Suffix& s : suffixes)
    if (s.text == text) return s.factor;
  return std::nullopt;
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// The number that `text` begins with, and what comes after it. Separators only between digits; no
/// sign, no exponent: both are slips of the hand here.
std::optional<std::pair<double, std::string_view>> leading_number(std::string_view text) {
  std::string digits;
  std::size_t i = 0;
  for (; i < text.size(); ++i) {
    const char c = text[i];
    if (is_digit(c) || (c == '.' && digits.find('.') == std::string::npos)) {
      digits += c;
    } else if (!((c == ',' || c == '_') && i > 0 && is_digit(text[i - 1]) && i + 1 < text.size() &&
                 is_digit(text[i + 1]))) {
      break;
    }
  }
  double value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (digits.empty() || error != std::errc() || end != digits.data() + digits.size() ||
      !is_digit(digits.back()))
    return std::nullopt;
  return std::pair(value, trim(text.substr(i)));
}

std::string_view hint(Unit unit) {
  switch (unit) {
    case Unit::count:
      return "a number, alone or with k, M or G, e.g. 3M";
    case Unit::per_second:
      return "a number and a time, e.g. 250k/s, 600/min, 90k/h or 2M/d";
    case Unit::seconds:
      return "a number and a unit (ms, s, m, h or d), e.g. 9m or 24h";
    case Unit::share:
      return "a percentage or a number from 0 to 1, e.g. 0.8% or 0.008";
    case Unit::bytes:
      return "a number and a unit (B, kB, MB, GB, TB, KiB, MiB or GiB), e.g. 16GB";
    case Unit::bytes_per_second:
      return "a number, a size and a time, e.g. 100MB/s";
  }
  return {};
}

std::optional<double> scaled(double number, std::string_view suffix, Unit unit) {
  const std::size_t slash = suffix.find('/');
  switch (unit) {
    case Unit::count:
      if (const auto f = factor_of(kPieces, suffix)) return number * *f;
      return std::nullopt;
    case Unit::seconds:
      if (const auto f = factor_of(kTimes, suffix)) return number * *f;
      if (suffix.empty() && number == 0) return 0;
      return std::nullopt;
    case Unit::share:
      if (suffix == "%") return number / 100;
      if (suffix.empty()) return number;
      return std::nullopt;
    case Unit::bytes:
      if (const auto f = factor_of(kSizes, suffix)) return number * *f;
      return std::nullopt;
    case Unit::per_second:
    case Unit::bytes_per_second: {
      if (slash == std::string_view::npos) return std::nullopt;
      const auto amount = scaled(number, trim(suffix.substr(0, slash)),
                                 unit == Unit::per_second ? Unit::count : Unit::bytes);
      const auto time = factor_of(kTimes, trim(suffix.substr(slash + 1)));
      if (!amount || !time) return std::nullopt;
      return *amount / *time;
    }
  }
  return std::nullopt;
}

std::string with_decimals(double value, int decimals) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", decimals, value);
  return text;
}

/// Three significant digits, no zeros at the end.
std::string short_number(double value) {
  const double size = std::abs(value);
  std::string out = with_decimals(value, size >= 100 ? 0 : size >= 10 ? 1 : 2);
  if (out.find('.') != std::string::npos) {
    while (out.back() == '0') out.pop_back();
    if (out.back() == '.') out.pop_back();
  }
  return out;
}

std::string bytes_text(double value) {
  static constexpr std::array<Suffix, 6> kScale{
      {{"PB", 1e15}, {"TB", 1e12}, {"GB", 1e9}, {"MB", 1e6}, {"kB", 1e3}, {"B", 1}}};
  for (const Suffix& s : kScale)
    if (value >= s.factor * 0.9995)
      return short_number(value / s.factor) + " " + std::string(s.text);
  return short_number(value) + " B";
}

std::string seconds_text(double value) {
  if (!std::isfinite(value)) return "never";
  if (value == 0) return "0s";
  if (value < 0.9995) return short_number(value * 1000) + "ms";
  if (value < 120) return short_number(value) + "s";
  const auto whole = static_cast<long long>(std::llround(value));
  const long long d = whole / 86400, h = whole % 86400 / 3600, m = whole % 3600 / 60,
                  s = whole % 60;
  std::string out;
  if (d) out += std::to_string(d) + "d";
  if (h) out += std::to_string(h) + "h";
  if (m) out += std::to_string(m) + "m";
  if (s && !d) out += std::to_string(s) + "s";
  return out;
}

}  // namespace

Result<double> parse_quantity(std::string_view text, Unit unit) {
  const auto fail = [&] {
    return Error{"\"" + std::string(text) + "\": write " + std::string(hint(unit))};
  };
  const auto number = leading_number(trim(text));
  if (!number) return fail();
  const auto value = scaled(number->first, number->second, unit);
  if (!value || !std::isfinite(*value)) return fail();
  return *value;
}

Result<ServiceLevel> parse_service_level(std::string_view text) {
  const Error wrong{
      "\"" + std::string(text) +
      "\": write a percentage and a time, e.g. 80/20 for 80 % answered within 20 s, or 90/2m"};
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return wrong;
  std::string share(trim(text.substr(0, slash)));
  if (!share.ends_with('%')) share += '%';
  std::string time(trim(text.substr(slash + 1)));
  if (!time.empty() && is_digit(time.back())) time += 's';
  const auto s = parse_quantity(share, Unit::share);
  const auto t = parse_quantity(time, Unit::seconds);
  if (!s || !t || *s <= 0 || *s >= 1) return wrong;
  return ServiceLevel{*s, *t};
}

std::string format_number(double value) {
  if (!std::isfinite(value)) return "infinite";
  const double size = std::abs(value);
  int decimals = 0;
  if (value != std::floor(value) && size < 1e5) {
    const int digits = size > 0 ? static_cast<int>(std::floor(std::log10(size))) + 1 : 1;
    decimals = std::min(12, 6 - digits);
  }
  std::string out = with_decimals(value, decimals);
  std::size_t point = out.find('.');
  if (point != std::string::npos) {
    while (out.back() == '0') out.pop_back();
    if (out.back() == '.') out.pop_back();
    point = out.find('.');
  }
  const std::size_t start = out.front() == '-' ? 1 : 0;
  for (std::size_t i = point == std::string::npos ? out.size() : point; i > start + 3;)
    out.insert(i -= 3, ",");
  return out;
}

std::string format_quantity(double value, Unit unit) {
  switch (unit) {
    case Unit::count:
      return format_number(value >= 100 ? std::round(value) : std::round(value * 100) / 100);
    case Unit::per_second:
      return format_number(value >= 100 ? std::round(value) : std::round(value * 1000) / 1000) +
             "/s";
    case Unit::seconds:
      return seconds_text(value);
    case Unit::share:
      return short_number(value * 100) + " %";
    case Unit::bytes:
      return bytes_text(value);
    case Unit::bytes_per_second:
      return bytes_text(value) + "/s";
  }
  return {};
}

}  // namespace loopbreaker::plan
