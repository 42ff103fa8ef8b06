// Erlang B, C and A against published values, against each other where they meet, and where they
// are hard to compute.
#include "plan/queues.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

namespace loopbreaker::plan {
namespace {

/// Equal when rounded to `digits` significant digits, half a unit in the last place allowed.
void expect_digits(double got, double published, int digits, const char* what) {
  const double unit = std::pow(10, std::floor(std::log10(published)) + 1 - digits);
  EXPECT_NEAR(got, published, 0.5 * unit * 1.0001) << what;
}

// Erlang B capacity table for 2 % blocking, as used for cellular trunks (Lucent course "Read an
// Erlang table", garywagoner.tripod.com/traffic/ERLANG.HTML): voice channels and the load they
// carry.
TEST(ErlangB, gives_two_percent_at_the_loads_of_the_capacity_table) {
  const struct {
    int channels;
    double load;
  } rows[]{{5, 1.657},   {7, 2.935},   {11, 5.842},  {21, 14.036},
           {31, 22.827}, {51, 41.189}, {55, 44.938}, {89, 77.342}};
  for (const auto& row : rows)
    expect_digits(erlang_b(row.load, row.channels), 0.0200, 3, "blocking");
}

TEST(ErlangB, equals_the_example_of_the_queueing_package) {
  // CRAN package queueing, help page of B_erlang: B_erlang(2, 0.5/0.7) is 0.1295337.
  expect_digits(erlang_b(0.5 / 0.7, 2), 0.1295337, 7, "B");
}

TEST(ErlangB, by_hand_for_two_erlangs) {
  EXPECT_DOUBLE_EQ(erlang_b(2, 0), 1);
  EXPECT_NEAR(erlang_b(2, 3), 4.0 / 19, 1e-15);  // (8/6) / (1 + 2 + 2 + 8/6)
}

// CRAN package ErlangC, example on rdocumentation.org: 100 calls in 30 minutes, 180 s each, answer
// in 20 s, 14 agents; the Python package pyworkforce prints the same.
TEST(ErlangC, equals_the_example_of_the_ErlangC_package) {
  const Service s = erlang_c({100 / 1800.0, 180, 14}, 20);
  expect_digits(s.wait_share, 0.1741319, 7, "wait probability");
  expect_digits(s.answered_share, 0.88835, 5, "service level");
  expect_digits(s.mean_wait, 7.83593701177724, 12, "average speed of answer");
  expect_digits(s.occupancy, 0.7142857, 7, "occupancy");
  EXPECT_EQ(agents_by_erlang_c({100 / 1800.0, 180, 0}, {0.8, 20, 0.85}), 14);
}

// Dunlop, Girma, Irvine: Digital Mobile Communications and the TETRA System, appendix A.3, Erlang C
// table and its example: 8 channels carry 3.87 E with 5 % delayed, of all calls 0.08 % wait longer
// than a call lasts; 10 channels 4.08 E with 1 %.
TEST(ErlangC, equals_the_table_of_a_textbook) {
  const Service eight = erlang_c({3.87, 1, 8}, 1);
  expect_digits(eight.wait_share, 0.0500, 2, "8 channels");
  expect_digits((1 - eight.answered_share) / eight.wait_share, 0.016, 2,
                "delayed calls that wait longer than a call lasts");
  const Service ten = erlang_c({4.08, 1, 10}, 1);
  expect_digits(ten.wait_share, 0.0100, 2, "10 channels");
  expect_digits(
      (1 - erlang_c({3.87, 1, 10}, 1).answered_share) / erlang_c({3.87, 1, 10}, 1).wait_share,
      0.0022, 2, "10 channels, one call");
}

// Garnett, Mandelbaum, Reiman: Designing a Call Center with Impatient Customers, M&SOM 4(3), 2002,
// table 1 (also Mandelbaum and Zeltyn, The Palm/Erlang-A Queue, section 1): 50 agents, 48 calls a
// minute, 1 minute each, patience of 2 minutes. Without abandonment: wait 20.8 s, 90th
// percentile 58.1 s, queue 17, agents 96 % busy. With: 3.1 % abandon, wait 3.7 s, 90th
// percentile 12.5 s, queue 3, agents 93 % busy.
TEST(ErlangAandC, equal_the_table_of_garnett_mandelbaum_reiman) {
  const Queue q{48 / 60.0, 60, 50, 120};
  const Service c = erlang_c(q, 58.1);
  expect_digits(c.mean_wait, 20.8, 3, "Erlang C, mean wait");
  expect_digits(c.answered_share, 0.900, 3, "Erlang C, 90th percentile of the wait");
  expect_digits(c.queue_length, 17, 2, "Erlang C, queue");
  expect_digits(c.occupancy, 0.96, 2, "Erlang C, occupancy");
  const Service a = erlang_a(q, 20);
  expect_digits(a.abandoned_share, 0.031, 2, "Erlang A, abandonment");
  expect_digits(a.mean_wait, 3.7, 2, "Erlang A, mean wait");
  expect_digits(a.queue_length, 3, 1, "Erlang A, queue");
  expect_digits(a.occupancy, 0.93, 2, "Erlang A, occupancy");
}

// With a patience as long as the handling time every contact leaves at the same rate, waiting or
// served: the number in the system is Poisson with the load as its mean, and the published tables
// of the Poisson distribution are tables of Erlang A. Values: P(X <= x) for mean 10 and mean 2
// (e.g. NIST/SEMATECH handbook; any statistics textbook's appendix).
TEST(ErlangA, equals_the_tables_of_the_poisson_distribution) {
  const struct {
    double mean;
    int below;  // P(X <= below)
    double published;
  } rows[]{{10, 9, 0.4579}, {10, 12, 0.7916}, {10, 14, 0.9165}, {10, 17, 0.9857}, {2, 2, 0.6767},
           {2, 3, 0.8571},  {5, 4, 0.4405},   {5, 7, 0.8666},   {20, 19, 0.4703}, {20, 24, 0.8432}};
  for (const auto& row : rows) {
    const Service s = erlang_a({row.mean / 300, 300, row.below + 1, 300}, 20);
    expect_digits(1 - s.wait_share, row.published, 4, "answered at once");
  }
}

TEST(ErlangA, by_hand_for_two_erlangs_and_three_agents) {
  // Poisson with mean 2: p0 = e^-2, p1 = p2 = 2 e^-2. The line: E(N - 3)+ = 2 - 3 + 3 p0 + 2 p1 +
  // p2 = 9 e^-2 - 1.
  const Service s = erlang_a({0.01, 200, 3, 200}, 20);
  const double line = 9 * std::exp(-2.0) - 1;
  EXPECT_NEAR(s.wait_share, 1 - 5 * std::exp(-2.0), 1e-12);
  EXPECT_NEAR(s.queue_length, line, 1e-12);
  EXPECT_NEAR(s.mean_wait, line / 0.01, 1e-9);
  EXPECT_NEAR(s.abandoned_share, line / 2, 1e-12);
  EXPECT_NEAR(s.occupancy, (2 - line) / 3, 1e-12);
  // Answered after waiting at most 20 s: 4 * integral of e^(-2u) u^3 from e^-0.1 to 1, by parts.
  const auto antiderivative = [](double u) {
    return -std::exp(-2 * u) * (u * u * u / 2 + 3 * u * u / 4 + 3 * u / 4 + 3.0 / 8);
  };
  const double waited = 4 * (antiderivative(1) - antiderivative(std::exp(-0.1)));
  EXPECT_NEAR(s.answered_share, 5 * std::exp(-2.0) + waited, 1e-9);
}

TEST(ErlangA, becomes_erlang_c_when_nobody_gives_up) {
  const Queue q{0.3, 60, 21, 1e12};
  const Service a = erlang_a(q, 20), c = erlang_c(q, 20);
  EXPECT_NEAR(a.wait_share, c.wait_share, 1e-8);
  EXPECT_NEAR(a.answered_share, c.answered_share, 1e-8);
  EXPECT_NEAR(a.mean_wait, c.mean_wait, 1e-5);
  EXPECT_NEAR(a.answer_speed, c.answer_speed, 1e-5);
  EXPECT_NEAR(a.abandoned_share, 0, 1e-8);
}

TEST(ErlangA, becomes_erlang_b_when_nobody_waits) {
  const Queue q{0.3, 60, 15, 1e-9};
  EXPECT_NEAR(erlang_a(q, 20).abandoned_share, erlang_b(q.load(), 15), 1e-8);
}

TEST(ErlangA, everybody_answered_is_nobody_given_up) {
  for (const int agents : {1, 5, 18, 40}) {
    const Queue q{0.3, 60, agents, 90};
    const Service s = erlang_a(q, 1e6);
    EXPECT_NEAR(s.answered_share, 1 - s.abandoned_share, 1e-9) << agents;
    // Work that is done is the work of those who stayed.
    EXPECT_NEAR(s.occupancy * agents, q.load() * (1 - s.abandoned_share), 1e-9) << agents;
  }
}

/// Contacts one after another, with the agents' next free times: nothing of the formulas is in it.
Service simulate(const Queue& q, double within, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  const auto exponential = [&](double mean) {
    return -mean * std::log1p(-std::generate_canonical<double, 53>(random));
  };
  std::vector<double> free_at(static_cast<std::size_t>(q.agents), 0);
  double now = 0, waits = 0, answered = 0, in_time = 0, speed = 0;
  constexpr int kContacts = 300'000;
  for (int i = 0; i < kContacts; ++i) {
    now += exponential(1 / q.arrivals);
    const auto first = std::min_element(free_at.begin(), free_at.end());
    const double offered = std::max(0.0, *first - now), patience = exponential(q.patience_seconds);
    const double handling = exponential(q.handle_seconds);
    waits += std::min(offered, patience);
    if (patience < offered) continue;
    ++answered;
    speed += offered;
    in_time += offered <= within;
    *first = now + offered + handling;
  }
  Service s;
  s.answered_share = in_time / kContacts;
  s.abandoned_share = 1 - answered / kContacts;
  s.mean_wait = waits / kContacts;
  s.answer_speed = speed / answered;
  return s;
}

TEST(ErlangA, agrees_with_a_simulation) {
  // Seed 20261121; 300,000 contacts: the second digit of the shares is certain within the
  // tolerance.
  for (const int agents : {6, 9, 12}) {
    const Queue q{0.05, 180, agents, 120};
    const Service a = erlang_a(q, 20), s = simulate(q, 20, 20261121);
    EXPECT_NEAR(a.answered_share, s.answered_share, 0.008) << agents;
    EXPECT_NEAR(a.abandoned_share, s.abandoned_share, 0.005) << agents;
    EXPECT_NEAR(a.mean_wait, s.mean_wait, 0.03 * a.mean_wait + 0.1) << agents;
    EXPECT_NEAR(a.answer_speed, s.answer_speed, 0.03 * a.answer_speed + 0.1) << agents;
  }
}

TEST(Queues, stay_finite_and_ordered_at_any_size) {
  const std::vector<double> loads{1e-6, 0.5, 3, 170, 5'000, 90'000};
  for (const double load : loads) {
    for (const double ratio : {0.01, 0.5, 0.99, 1.0, 1.01, 2.0}) {
      for (const double patience : {0.1, 30.0, 300.0, 1e6}) {
        const int agents = std::max(1, static_cast<int>(load * ratio));
        const Service a = erlang_a({load / 300, 300, agents, patience}, 20);
        for (const double share :
             {a.wait_share, a.answered_share, a.abandoned_share, a.occupancy}) {
          EXPECT_TRUE(std::isfinite(share)) << load << " " << ratio << " " << patience;
          EXPECT_GE(share, 0) << load << " " << ratio << " " << patience;
          EXPECT_LE(share, 1 + 1e-9) << load << " " << ratio << " " << patience;
        }
        EXPECT_LE(a.answered_share, 1 - a.abandoned_share + 1e-9);
        EXPECT_GE(a.answered_share, 1 - a.wait_share - 1e-12);
        EXPECT_TRUE(std::isfinite(a.answer_speed)) << load << " " << ratio << " " << patience;
      }
    }
  }
}

TEST(Queues, a_load_that_reaches_the_agents_is_never_answered_by_erlang_c) {
  const Service s = erlang_c({1, 10, 10}, 20);
  EXPECT_FALSE(s.stable);
  EXPECT_EQ(s.answered_share, 0);
  EXPECT_TRUE(std::isinf(s.mean_wait));
}

TEST(Queues, the_number_of_agents_is_the_least_that_does) {
  for (const double load : {0.01, 0.7, 4.0, 33.0, 512.0, 7'000.0}) {
    for (const Target target :
         {Target{0.8, 20, 1}, Target{0.95, 5, 1}, Target{0.8, 20, 0.85}, Target{0.5, 0, 1}}) {
      Queue q{load / 240, 240, 0, 120};
      for (const bool with_patience : {false, true}) {
        const auto does = [&](int n) {
          q.agents = n;
          const Service s = with_patience ? erlang_a(q, target.within_seconds)
                                          : erlang_c(q, target.within_seconds);
          return s.stable && s.answered_share >= target.answered_share &&
                 s.occupancy <= target.occupancy_max;
        };
        const int n = with_patience ? agents_by_erlang_a(q, target) : agents_by_erlang_c(q, target);
        EXPECT_TRUE(does(n)) << load << " " << n;
        if (n > 1) {
          EXPECT_FALSE(does(n - 1)) << load << " " << n;
        }
      }
    }
  }
}

}  // namespace
}  // namespace loopbreaker::plan
