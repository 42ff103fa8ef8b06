// How many instructions an event takes, stage by stage, compared with a recorded budget: the same
// on every run, whatever else the machine does. See ./dev instructions.
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

namespace {

namespace fs = std::filesystem;

constexpr double kTolerance = 0.03;
constexpr std::array kStages = {"decode", "fold", "decide", "encode"};

const fs::path kFolder = fs::path(SOURCE_DIR) / "tests" / "instructions";
const fs::path kBudget = kFolder / "budget.txt";

struct Output {
  std::string text;
  bool ok = false;
};

Output output_of(const std::string& command) {
  Output out;
  FILE* pipe = popen((command + " 2>/dev/null").c_str(), "r");
  if (!pipe) return out;
  std::array<char, 4096> buffer;
  for (std::size_t n; (n = fread(buffer.data(), 1, buffer.size(), pipe)) > 0;)
    out.text.append(buffer.data(), n);
  out.ok = pclose(pipe) == 0;
  return out;
}

/// Instructions per event, of encode per output; empty when they cannot be counted.
std::map<std::string, double> count() {
  const fs::path profile =
      fs::path(::testing::TempDir()) / ("instructions." + std::to_string(getpid()));
  const Output ran =
      output_of("valgrind --tool=callgrind --callgrind-out-file='" + profile.string() + "' '" +
                INSTRUCTION_PROBE + "' '" + (kFolder / "conversations.ndjson.gz").string() + "'");
  const Output told =
      output_of("callgrind_annotate --inclusive=yes --threshold=100 '" + profile.string() + "'");
  fs::remove(profile);
  std::map<std::string, double> counts;
  double events = 0, outputs = 0;
  std::istringstream(ran.text) >> events >> outputs;
  if (!ran.ok || !told.ok || events == 0 || outputs == 0) return counts;
  std::istringstream lines(told.text);
  for (std::string line; std::getline(lines, line);) {
    for (const std::string stage : kStages) {
      if (line.find(":measured_" + stage + " ") == std::string::npos) continue;
      std::string digits;
      for (char c : line.substr(0, line.find('('))) {
        if (c >= '0' && c <= '9') digits += c;
      }
      counts[stage] = std::stod(digits) / (stage == "encode" ? outputs : events);
    }
  }
  return counts;
}

struct Budget {
  std::string compiler;
  std::map<std::string, double> instructions;
};

Budget read_budget() {
  Budget budget;
  std::ifstream file(kBudget);
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#') continue;
    std::istringstream in(line);
    std::string name;
    in >> name;
    if (name == "compiler") {
      std::getline(in >> std::ws, budget.compiler);
    } else {
      in >> budget.instructions[name];
    }
  }
  return budget;
}

void record(const std::map<std::string, double>& counts) {
  std::ofstream file(kBudget);
  file << "# Instructions per event, of encode per output, on conversations.ndjson.gz: valgrind's\n"
          "# callgrind, release preset, a machine with AVX2. Written by ./dev instructions "
          "--record.\n"
       << "compiler " << __VERSION__ << "\n";
  for (const char* stage : kStages)
    file << stage << " " << static_cast<long>(counts.at(stage) + 0.5) << "\n";
}

TEST(Instructions, per_event_are_those_of_the_budget) {
#ifndef NDEBUG
  GTEST_SKIP() << "only the release preset has a budget";
#endif
#if !defined(__x86_64__) || defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "only x86-64 without sanitizers has a budget";
#else
  if (!__builtin_cpu_supports("avx2")) GTEST_SKIP() << "the budget is for machines with AVX2";
#endif
  if (!output_of("valgrind --version").ok)
    GTEST_SKIP() << "valgrind is not installed: ./dev test installs it";
  const bool recording = std::getenv("LOOPBREAKER_RECORD_INSTRUCTIONS") != nullptr;
  const Budget budget = read_budget();
  if (!recording && budget.compiler != __VERSION__)
    GTEST_SKIP() << "the budget is for g++ " << budget.compiler << ", this is " << __VERSION__;
  const auto counts = count();
  ASSERT_EQ(counts.size(), kStages.size()) << "valgrind or callgrind_annotate failed";
  if (recording) return record(counts);
  for (const auto& [stage, instructions] : counts) {
    ASSERT_TRUE(budget.instructions.contains(stage)) << stage << " has no budget";
    const double allowed = budget.instructions.at(stage);
    EXPECT_NEAR(instructions, allowed, allowed * kTolerance)
        << stage << ": more is a regression, less wants to be kept; if it is on purpose, "
        << "./dev instructions --record";
  }
}

}  // namespace
