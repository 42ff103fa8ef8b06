#include "plan/quantity.h"

#include <gtest/gtest.h>

#include "plan/arithmetic.h"
#include "plan/day.h"
#include "plan/term.h"

namespace loopbreaker::plan {
namespace {

double read(std::string_view text, Unit unit) {
  const auto value = parse_quantity(text, unit);
  EXPECT_TRUE(value) << text << ": " << value.error().message;
  return value ? *value : -1;
}

TEST(Quantity, is_read_as_planners_write_it) {
  EXPECT_DOUBLE_EQ(read("250k/s", Unit::per_second), 250'000);
  EXPECT_DOUBLE_EQ(read("600/min", Unit::per_second), 10);
  EXPECT_DOUBLE_EQ(read("90k/h", Unit::per_second), 25);
  EXPECT_DOUBLE_EQ(read("1.728M / d", Unit::per_second), 20);
  EXPECT_DOUBLE_EQ(read("3M", Unit::count), 3e6);
  EXPECT_DOUBLE_EQ(read("3,000,000", Unit::count), 3e6);
  EXPECT_DOUBLE_EQ(read("24h", Unit::seconds), 86'400);
  EXPECT_DOUBLE_EQ(read("0", Unit::seconds), 0);
  EXPECT_DOUBLE_EQ(read("9m", Unit::seconds), 540);
  EXPECT_DOUBLE_EQ(read("250ms", Unit::seconds), 0.25);
  EXPECT_DOUBLE_EQ(read("0.8%", Unit::share), 0.008);
  EXPECT_DOUBLE_EQ(read("0.008", Unit::share), 0.008);
  EXPECT_DOUBLE_EQ(read("1.5GiB", Unit::bytes), 1.5 * 1073741824);
  EXPECT_DOUBLE_EQ(read("100MB/s", Unit::bytes_per_second), 1e8);
}

TEST(Quantity, what_cannot_be_meant_is_refused_with_an_example) {
  const struct {
    std::string_view text;
    Unit unit;
    std::string_view hint;
  } rows[]{{"250k", Unit::per_second, "250k/s"},
           {"", Unit::count, "3M"},
           {"-3", Unit::count, "3M"},
           {"3M!", Unit::count, "3M"},
           {"9", Unit::seconds, "9m"},
           {"9 parsecs", Unit::seconds, "9m"},
           {"80 percent", Unit::share, "0.8%"},
           {"1e5", Unit::count, "3M"},
           {"nan", Unit::count, "3M"},
           {"1.2.3", Unit::count, "3M"},
           {"5/0s", Unit::per_second, "250k/s"},
           {",5", Unit::count, "3M"},
           {"5.", Unit::count, "3M"},
           {"16 apples", Unit::bytes, "16GB"}};
  for (const auto& row : rows) {
    const auto value = parse_quantity(row.text, row.unit);
    ASSERT_FALSE(value) << row.text;
    EXPECT_NE(value.error().message.find(row.hint), std::string::npos) << value.error().message;
  }
}

TEST(Quantity, service_levels) {
  for (const char* text : {"80/20", "80%/20s", "80 / 20s", "80/20000ms"}) {
    const auto level = parse_service_level(text);
    ASSERT_TRUE(level) << text;
    EXPECT_DOUBLE_EQ(level->share, 0.8);
    EXPECT_DOUBLE_EQ(level->seconds, 20);
  }
  EXPECT_DOUBLE_EQ(parse_service_level("90/2m")->seconds, 120);
  for (const char* text : {"", "80", "/", "80/", "/20", "100/20", "0/20", "80/20/5", "eighty/20"})
    EXPECT_FALSE(parse_service_level(text)) << text;
}

TEST(Quantity, is_shown_for_people) {
  EXPECT_EQ(format_number(0), "0");
  EXPECT_EQ(format_number(1234567), "1,234,567");
  EXPECT_EQ(format_number(17857.142857), "17,857.1");
  EXPECT_EQ(format_number(0.008), "0.008");
  EXPECT_EQ(format_number(999), "999");
  EXPECT_EQ(format_number(-1234.5), "-1,234.5");
  EXPECT_EQ(format_quantity(2.857e9, Unit::bytes), "2.86 GB");
  EXPECT_EQ(format_quantity(540, Unit::seconds), "9m");
  EXPECT_EQ(format_quantity(0.008, Unit::share), "0.8 %");
  EXPECT_EQ(format_quantity(1.0 / 0.0, Unit::seconds), "never");
}

TEST(Term, prints_what_it_computes) {
  const Term a(250'000, "peak"), b(12, "turns"), c(2, "others");
  const Term t = a / (b + c);
  EXPECT_EQ(t.text(), "250,000 / (12 + 2)");
  EXPECT_DOUBLE_EQ(t.value(), 250'000 / 14.0);
  EXPECT_EQ(t.uses(), (std::vector<std::string>{"peak", "turns", "others"}));
  EXPECT_EQ((a - (b - c)).text(), "250,000 - (12 - 2)");
  EXPECT_EQ((a / (b * c)).text(), "250,000 / (12 * 2)");
  EXPECT_EQ((a / b * c).text(), "250,000 / 12 * 2");
  EXPECT_EQ(ceil(min(a, b) * (c + 1)).text(), "ceil(min(250,000; 12) * (2 + 1))");
  EXPECT_DOUBLE_EQ(ceil(Term(0.7) / Term(0.1)).value(), 7);  // 6.999…: whole but for the last bits
  EXPECT_DOUBLE_EQ(ceil(Term(1e-12)).value(), 1);
  for (const Term& each : {t, a - (b - c), a / (b * c), a / b * c, ceil(max(a, b) * (c + 1))})
    EXPECT_NEAR(*calculate(each.text()), each.value(), 1e-9 * each.value()) << each.text();
}

TEST(Calculator, refuses_what_is_no_arithmetic) {
  for (const char* text : {"", "1 +", "(1", "1)", "two", "min(1)", "1 2 x"})
    EXPECT_FALSE(calculate(text)) << text;
  EXPECT_DOUBLE_EQ(*calculate("1 - 2 - 3 * -(4 + 1)"), 14);
}

TEST(Day, is_named_or_read_from_96_weights) {
  EXPECT_DOUBLE_EQ(named_day("flat")->mean(), 1);
  EXPECT_NEAR(named_day("office")->mean(), 0.451667, 1e-6);
  EXPECT_FALSE(named_day("weekend"));
  std::string text = "# a usual Monday\n";
  for (int i = 0; i < kQuarters; ++i) text += i % 2 ? quarter_name(i) + " 50\n" : "100\n";
  const auto day = parse_day(text);
  ASSERT_TRUE(day) << day.error().message;
  EXPECT_DOUBLE_EQ(day->share[0], 1);
  EXPECT_DOUBLE_EQ(day->share[95], 0.5);
  for (const auto& [wrong, says] : std::vector<std::pair<std::string, std::string>>{
           {"", "has 0 weights"},
           {text + "7\n", "line 98: more than 96"},
           {"100\nten\n", "line 2: \"ten\" is not a weight"},
           {"00:15 100\n", "line 1: expected the quarter 00:00"},
           {"-1\n", "line 1"},
           {[] {
              std::string zeros;
              for (int i = 0; i < kQuarters; ++i) zeros += "0\n";
              return zeros;
            }(),
            "all weights are 0"}}) {
    const auto bad = parse_day(wrong);
    ASSERT_FALSE(bad) << says;
    EXPECT_NE(bad.error().message.find(says), std::string::npos) << bad.error().message;
  }
}

}  // namespace
}  // namespace loopbreaker::plan
