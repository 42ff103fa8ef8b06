// Reading and writing of small literals; no locale.
#include "codec/literal.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <vector>

namespace loopbreaker::codec {
namespace {

constexpr std::int64_t kDurationMax = 3'650ll * 86'400'000;

struct Unit {
  std::string_view name;
  std::int64_t factor;
};
constexpr std::array<Unit, 5> kDurations{
    {{"ms", 1}, {"s", 1'000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}}};
constexpr std::array<Unit, 4> kSizes{
    {{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}, {"B", 1}}};

struct Quantity {
  std::int64_t number = 0;
  std::string_view unit;
};

std::optional<Quantity> parse_quantity(std::string_view text) {
  Quantity q;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), q.number);
  if (error != std::errc() || q.number < 0) return std::nullopt;
  q.unit = text.substr(static_cast<std::size_t>(end - text.data()));
  if (q.unit.starts_with(' ')) q.unit.remove_prefix(1);
  return q;
}

std::optional<std::int64_t> scaled(const Quantity& q, std::span<const Unit> units,
                                   std::int64_t max) {
  const auto unit = std::ranges::find(units, q.unit, &Unit::name);
  if (unit == units.end() || q.number > max / unit->factor) return std::nullopt;
  return q.number * unit->factor;
}

/// Edit distance with swaps of neighbours.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) d[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) d[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i)
    for (std::size_t j = 1; j <= b.size(); ++j) {
      d[i][j] =
          std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
    }
  return d[a.size()][b.size()];
}

}  // namespace

std::optional<DurationMs> parse_duration(std::string_view text) {
  const auto q = parse_quantity(text);
  const auto ms = q ? scaled(*q, kDurations, kDurationMax) : std::nullopt;
  return ms ? std::optional<DurationMs>(DurationMs{*ms}) : std::nullopt;
}

std::optional<std::uint64_t> parse_size(std::string_view text) {
  auto q = parse_quantity(text);
  if (!q) return std::nullopt;
  if (q->unit.empty()) q->unit = "B";
  const auto bytes = scaled(*q, kSizes, std::numeric_limits<std::int64_t>::max());
  return bytes ? std::optional<std::uint64_t>(static_cast<std::uint64_t>(*bytes)) : std::nullopt;
}

std::string size_literal(std::uint64_t bytes) {
  for (const Unit& unit : kSizes)
    if (bytes % static_cast<std::uint64_t>(unit.factor) == 0 && bytes > 0)
      return fmt::format("{}{}", bytes / static_cast<std::uint64_t>(unit.factor), unit.name);
  return "0B";
}

std::optional<std::int64_t> parse_decimal(std::string_view text, int digits) {
  const std::size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  std::string_view fraction = point == std::string_view::npos ? "" : text.substr(point + 1);
  if (point != std::string_view::npos && fraction.empty()) return std::nullopt;
  while (fraction.ends_with('0')) fraction.remove_suffix(1);
  std::string all(whole);
  if (fraction.size() > static_cast<std::size_t>(digits) || whole.empty()) return std::nullopt;
  all += fraction;
  all.append(static_cast<std::size_t>(digits) - fraction.size(), '0');
  if (!std::ranges::all_of(all, [](char c) { return c >= '0' && c <= '9'; })) return std::nullopt;
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(all.data(), all.data() + all.size(), value);
  if (error != std::errc() || end != all.data() + all.size()) return std::nullopt;
  return value;
}

std::string did_you_mean(std::string_view written, std::span<const std::string_view> candidates) {
  std::string_view best;
  std::size_t least = std::max<std::size_t>(1, written.size() / 3) + 1;
  for (std::string_view candidate : candidates) {
    const std::size_t d = distance(written, candidate);
    if (d < least) {
      least = d;
      best = candidate;
    }
  }
  return best.empty() ? "" : fmt::format("; did you mean \"{}\"?", best);
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (char c : text) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\t':
        out += "\\t";
        break;
      case '\r':
        out += "\\r";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
          out += fmt::format("\\u{:04x}", static_cast<unsigned>(static_cast<unsigned char>(c)));
        else
          out += c;
    }
  }
  return out + "\"";
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

}  // namespace loopbreaker::codec
