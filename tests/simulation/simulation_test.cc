// Thousands of small worlds, each from one seed: whatever happens, what is published is what an
// undisturbed run publishes.
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "coverage.h"
#include "world.h"

namespace loopbreaker::simulation {
namespace {

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text ? std::strtoull(text, nullptr, 10) : otherwise;
}

std::uint64_t running_seed = 0;

/// A broken invariant aborts: the seed must be told all the same.
void tell_seed(int) {
  char line[128];
  const int n = std::snprintf(line, sizeof line, "seed %llu aborted; repeat: %s\n",
                              static_cast<unsigned long long>(running_seed),
                              how_to_repeat(running_seed).c_str());
  if (::write(2, line, static_cast<std::size_t>(n)) < 0) ::_exit(3);
  std::signal(SIGABRT, SIG_DFL);
  std::abort();
}

TEST(Simulation, every_seed_publishes_what_an_undisturbed_run_publishes) {
  const std::uint64_t from = from_environment("LOOPBREAKER_SEED", 1);
  const std::uint64_t seeds = from_environment("LOOPBREAKER_SEEDS", 2'000);
  const std::uint64_t failures_max = from_environment("LOOPBREAKER_SEED_FAILURES", 1);
  const bool tell = std::getenv("LOOPBREAKER_SEED_TELL") != nullptr;
  const bool counts = std::getenv("LOOPBREAKER_SEED_COUNTS") != nullptr;
  std::signal(SIGABRT, tell_seed);
  Coverage coverage;
  std::uint64_t failures = 0;
  for (std::uint64_t seed = from; seed < from + seeds && failures < failures_max; ++seed) {
    running_seed = seed;
    const RunResult result = run_seed(seed, tell);
    coverage.add(result.coverage);
    if (!result.failure) continue;
    ++failures;
    ADD_FAILURE() << "seed " << seed << ": " << *result.failure
                  << "\nrepeat: " << how_to_repeat(seed);
  }
  std::signal(SIGABRT, SIG_DFL);
  if (counts || seeds > 5'000)
    for (std::size_t i = 0; i < kSeen; ++i)
      std::printf("%12llu  %.*s\n", static_cast<unsigned long long>(coverage.times[i]),
                  static_cast<int>(name_of(static_cast<Seen>(i)).size()),
                  name_of(static_cast<Seen>(i)).data());
  if (failures > 0 || seeds < 2'000) return;
  for (std::size_t i = 0; i < kSeen; ++i)
    EXPECT_GT(coverage.times[i], 0u)
        << "never happened in " << seeds << " seeds: " << name_of(static_cast<Seen>(i));
}

TEST(Simulation, a_seed_is_one_run) {
  for (std::uint64_t seed : {1, 2, 3, 4, 5, 6, 7, 8}) {
    const RunResult once = run_seed(seed), again = run_seed(seed);
    EXPECT_EQ(once.steps, again.steps) << seed;
    EXPECT_EQ(once.coverage.times, again.coverage.times) << seed;
  }
}

}  // namespace
}  // namespace loopbreaker::simulation
