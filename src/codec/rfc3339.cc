// See rfc3339.h. Integers only: no locale, no time zone database.
#include "codec/rfc3339.h"

#include <algorithm>
#include <chrono>

namespace loopbreaker::codec {
namespace {

constexpr std::int64_t kSecond = 1'000, kMinute = 60 * kSecond, kHour = 60 * kMinute,
                       kDay = 24 * kHour;

/// Takes fixed parts off the front of a text; once one does not fit, `ok` stays false.
struct Reader {
  std::string_view rest;
  bool ok = true;

  int digits(std::size_t count) {
    if (rest.size() < count) ok = false;
    if (!ok) return 0;
    int value = 0;
    for (char c : rest.substr(0, count)) {
      if (c < '0' || c > '9') ok = false;
      value = value * 10 + (c - '0');
    }
    rest.remove_prefix(count);
    return value;
  }
  bool take(char c) {
    if (!ok || rest.empty() || rest.front() != c) return false;
    rest.remove_prefix(1);
    return true;
  }
  void expect(std::string_view one_of) {
    if (ok && !rest.empty() && one_of.find(rest.front()) != std::string_view::npos) {
      rest.remove_prefix(1);
    } else {
      ok = false;
    }
  }
};

void put(TimeText& out, std::int64_t value, int width) {
  for (int i = width - 1; i >= 0; --i) {
    out.chars[out.size + static_cast<std::size_t>(i)] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
  out.size += static_cast<std::size_t>(width);
}

void put(TimeText& out, char c) { out.chars[out.size++] = c; }

/// Milliseconds since 1970 of a moment in UTC; nullopt if there is no such day or time of day.
std::optional<std::int64_t> moment(int y, int m, int d, int hours, int minutes, int seconds) {
  using namespace std::chrono;
  const year_month_day date{year{y}, month{static_cast<unsigned>(m)},
                            day{static_cast<unsigned>(d)}};
  if (!date.ok() || hours > 23 || minutes > 59 || seconds > 60) return std::nullopt;
  const std::int64_t days = sys_days{date}.time_since_epoch().count();
  return days * kDay + hours * kHour + minutes * kMinute + seconds * kSecond;
}

/// "2026-01-01T00:00:00Z", or with three digits after a point: as nearly all producers write it.
/// nullopt: it is written in another way, or wrong.
std::optional<TimeMs> parse_plainest(std::string_view text) {
  constexpr std::string_view kForm = "dddd-dd-ddTdd:dd:dd";
  constexpr std::size_t kShort = kForm.size() + 1, kLong = kShort + 4;
  if ((text.size() != kShort && text.size() != kLong) || text.back() != 'Z') return std::nullopt;
  unsigned wrong = 0;
  const auto digit = [&](std::size_t i) {
    const unsigned value = static_cast<unsigned char>(text[i]) - unsigned{'0'};
    wrong |= value > 9;
    return static_cast<int>(value);
  };
  const auto two = [&](std::size_t i) { return 10 * digit(i) + digit(i + 1); };
  for (std::size_t i : {4, 7, 10, 13, 16}) wrong |= text[i] != kForm[i];
  const auto at = moment(100 * two(0) + two(2), two(5), two(8), two(11), two(14), two(17));
  int fraction = 0;
  if (text.size() == kLong) {
    wrong |= text[19] != '.';
    fraction = 10 * two(20) + digit(22);
  }
  if (wrong != 0 || !at) return std::nullopt;
  return TimeMs{*at + fraction};
}

}  // namespace

std::optional<TimeMs> parse_rfc3339(std::string_view text) {
  if (const auto plainest = parse_plainest(text)) return plainest;
  Reader in{text};
  const int y = in.digits(4);
  in.expect("-");
  const int m = in.digits(2);
  in.expect("-");
  const int d = in.digits(2);
  in.expect("Tt ");
  const int hours = in.digits(2);
  in.expect(":");
  const int minutes = in.digits(2);
  in.expect(":");
  const int seconds = in.digits(2);
  if (!in.ok) return std::nullopt;

  std::int64_t milliseconds = 0;
  if (in.take('.')) {
    std::size_t count = 0;
    for (; count < in.rest.size() && in.rest[count] >= '0' && in.rest[count] <= '9'; ++count) {
      if (count < 3) milliseconds = milliseconds * 10 + (in.rest[count] - '0');
    }
    if (count == 0) return std::nullopt;
    for (std::size_t i = count; i < 3; ++i) milliseconds *= 10;
    in.rest.remove_prefix(count);
  }

  std::int64_t offset = 0;
  if (!in.take('Z') && !in.take('z')) {
    const bool west = in.take('-');
    if (!west) in.expect("+");
    const int offset_hours = in.digits(2);
    in.expect(":");
    const int offset_minutes = in.digits(2);
    if (!in.ok || offset_hours > 23 || offset_minutes > 59) return std::nullopt;
    offset = (offset_hours * kHour + offset_minutes * kMinute) * (west ? -1 : 1);
  }
  const auto at = moment(y, m, d, hours, minutes, seconds);
  if (!in.ok || !in.rest.empty() || !at) return std::nullopt;
  return TimeMs{*at + milliseconds - offset};
}

TimeText format_rfc3339(TimeMs time) {
  using namespace std::chrono;
  TimeText out;
  if (time == kNoTime) return out;
  static constexpr std::int64_t kFirst = -62'167'219'200'000;  // 0000-01-01T00:00:00Z
  static constexpr std::int64_t kLast = 253'402'300'799'999;   // 9999-12-31T23:59:59.999Z
  const std::int64_t ms = std::clamp(time.ms, kFirst, kLast);
  const auto day_point = floor<days>(sys_time<milliseconds>(milliseconds(ms)));
  const year_month_day date{day_point};
  const std::int64_t of_day = ms - day_point.time_since_epoch().count() * kDay;
  put(out, static_cast<int>(date.year()), 4);
  put(out, '-');
  put(out, static_cast<unsigned>(date.month()), 2);
  put(out, '-');
  put(out, static_cast<unsigned>(date.day()), 2);
  put(out, 'T');
  put(out, of_day / kHour, 2);
  put(out, ':');
  put(out, of_day / kMinute % 60, 2);
  put(out, ':');
  put(out, of_day / kSecond % 60, 2);
  put(out, '.');
  put(out, of_day % kSecond, 3);
  put(out, 'Z');
  return out;
}

}  // namespace loopbreaker::codec
