#include "cli/backtest_report.h"

#include <fmt/format.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>
#include <simdjson.h>

#include <algorithm>

namespace loopbreaker::cli {
namespace {

constexpr std::size_t kStrikingMax = 5;

double share(std::uint64_t part, std::uint64_t whole) {
  return whole ? 1000.0 * static_cast<double>(part) / static_cast<double>(whole) : 0;
}

std::string middle(std::vector<std::uint32_t> values) {
  if (values.empty()) return "-";
  std::sort(values.begin(), values.end());
  return fmt::format("{} (90 %: {})", values[values.size() / 2], values[values.size() * 9 / 10]);
}

std::string text_at(simdjson::dom::element doc, std::string_view pointer) {
  std::string_view value;
  return doc.at_pointer(pointer).get(value) ? std::string() : std::string(value);
}

std::uint32_t number_at(simdjson::dom::element doc, std::string_view pointer) {
  std::uint64_t value = 0;
  return doc.at_pointer(pointer).get(value) ? 0 : static_cast<std::uint32_t>(value);
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  writer.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
  out.append(buffer.GetString(), buffer.GetSize());
}

struct BacktestReport::Parser {
  simdjson::dom::parser parser;
};

BacktestReport::BacktestReport(const Policy& policy)
    : parser_(std::make_unique<Parser>()), policy_(policy) {}
BacktestReport::~BacktestReport() = default;

void BacktestReport::add(Topic topic, std::string_view json) {
  simdjson::dom::element doc;
  if (parser_->parser.parse(json.data(), json.size()).get(doc)) return;
  switch (topic) {
    case Topic::handoffs:
      ++handoffs_;
      return;
    case Topic::dead_letters:
      ++dead_letters_;
      ++dead_reasons_[text_at(doc, "/data/reason")];
      return;
    case Topic::summaries: {
      ++summaries_;
      ++paths_[text_at(doc, "/data/path")];
      ++outcomes_[text_at(doc, "/data/outcome")];
      auto it = first_.find(text_at(doc, "/data/session_id"));
      if (it != first_.end()) {
        const std::uint32_t turns = number_at(doc, "/data/turns");
        turns_left_.push_back(turns > it->second.turn + 1 ? turns - it->second.turn - 1 : 0);
        first_.erase(it);
      }
      return;
    }
    case Topic::escalations:
      break;
    default:
      return;
  }
  const std::string status = text_at(doc, "/data/status");
  ++statuses_[status];
  const std::string decision = text_at(doc, "/data/decision");
  if (decision.empty()) return;
  const std::string rule = text_at(doc, "/data/reasons/0/rule");
  RuleFigures& figures = rules_[rule];
  const std::uint32_t turn = number_at(doc, "/data/trigger/turn");
  if (status == "upgraded") ++figures.upgraded;
  (decision == "escalate" ? figures.escalate
   : decision == "offer"  ? figures.offer
                          : figures.watch) += 1;
  figures.turns.push_back(turn);
  std::uint64_t first = 0;
  if (!doc.at_pointer("/data/first_signal_turn").get(first) && first <= turn)
    figures.waits.push_back(turn - static_cast<std::uint32_t>(first));
  const std::string session = text_at(doc, "/data/session_id");
  if (decision != "watch") first_.try_emplace(session, Case{turn, decision});
  if (decision == "escalate") {
    double strength = static_cast<double>(number_at(doc, "/data/priority"));
    simdjson::dom::array reasons;
    if (!doc.at_pointer("/data/reasons").get(reasons))
      strength += 100.0 * static_cast<double>(reasons.size());
    striking_.push_back({strength, session, rule, text_at(doc, "/data/headline"),
                         text_at(doc, "/data/reasons/0/evidence/0/excerpt")});
    std::stable_sort(striking_.begin(), striking_.end(),
                     [](const auto& a, const auto& b) { return a.value > b.value; });
    if (striking_.size() > kStrikingMax) striking_.resize(kStrikingMax);
  }
}

std::string BacktestReport::text(std::size_t open, std::string_view out_dir) const {
  std::string out;
  auto line = [&]<class... Args>(fmt::string_view format, const Args&... args) {
    out += fmt::vformat(format, fmt::make_format_args(args...)) + "\n";
  };
  const std::uint64_t sessions = summaries_ + open;
  line("{} events, {} sessions ({} ended, {} still open), {} dead letters", events_, sessions,
       summaries_, open, dead_letters_);
  for (const auto& [reason, n] : dead_reasons_) line("  dead letter: {} {}", reason, n);
  for (const auto& [path, n] : paths_) line("  path {:<16}{:>8}", path, n);
  for (const auto& [outcome, n] : outcomes_) line("  outcome {:<13}{:>8}", outcome, n);
  line("policy {} version {} ({})", policy_.name, policy_.version, policy_.hash);
  line("");
  line("{:<26}{:>9}{:>8}{:>8}{:>10}   {:<20}{}", "rule", "escalate", "offer", "watch", "upgrades",
       "at turn, median", "turns after its signal first showed");
  std::uint64_t escalate = 0, offer = 0;
  for (const Rule& rule : policy_.rules) {
    auto it = rules_.find(rule.id);
    if (it == rules_.end()) continue;
    const RuleFigures& f = it->second;
    escalate += f.escalate;
    offer += f.offer;
    line("{:<26}{:>9}{:>8}{:>8}{:>10}   {:<20}{}", rule.id, f.escalate, f.offer, f.watch,
         f.upgraded, middle(f.turns), middle(f.waits));
  }
  line("");
  line("{} escalations ({:.1f} per 1,000 sessions), {} offers ({:.1f}), {} handoffs", escalate,
       share(escalate, sessions), offer, share(offer, sessions), handoffs_);
  for (const auto& [status, n] : statuses_) line("  {:<14}{:>8}", status, n);
  if (!turns_left_.empty())
    line("turns that the conversation still went on after the first escalation or offer: median {}",
         middle(turns_left_));
  if (!striking_.empty()) {
    line("");
    line("strongest cases");
    for (const Striking& s : striking_) {
      line("  {} ({}): {}", s.session, s.rule, s.headline);
      if (!s.quote.empty()) line("      \"{}\"", s.quote);
    }
  }
  line("");
  line("written to {}", out_dir);
  return out;
}

}  // namespace loopbreaker::cli
