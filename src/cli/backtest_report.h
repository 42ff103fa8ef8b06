// What a backtest found, for people: sessions, escalations by rule, how early, the most striking
// evidence.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "loopbreaker/policy.h"
#include "loopbreaker/ports.h"

namespace loopbreaker::cli {

/// Appends `text` as a JSON string, quotes included.
void append_json_string(std::string& out, std::string_view text);

class BacktestReport {
 public:
  explicit BacktestReport(const Policy& policy);
  ~BacktestReport();
  void count_event() { ++events_; }
  /// Reads along what is published.
  void add(Topic topic, std::string_view json);
  /// `open`: sessions that the input left open.
  std::string text(std::size_t open, std::string_view out_dir) const;

 private:
  struct Case {
    std::uint32_t turn = 0;
    std::string decision;
  };
  struct RuleFigures {
    std::uint64_t escalate = 0, offer = 0, watch = 0, upgraded = 0;
    std::vector<std::uint32_t> turns;  ///< turn of the decision
    std::vector<std::uint32_t> waits;  ///< turns since the signal first showed
  };
  struct Striking {
    double value = 0;
    std::string session, rule, headline, quote;
  };

  struct Parser;
  std::unique_ptr<Parser> parser_;
  const Policy& policy_;
  std::uint64_t events_ = 0, handoffs_ = 0, dead_letters_ = 0, summaries_ = 0;
  std::map<std::string, std::uint64_t> paths_, outcomes_, dead_reasons_, statuses_;
  std::map<std::string, RuleFigures> rules_;
  std::map<std::string, Case> first_;  ///< first escalate or offer per session
  std::vector<std::uint32_t>
      turns_left_;  ///< turns after the first escalation or offer, per session
  std::vector<Striking> striking_;
};

}  // namespace loopbreaker::cli
