// What is heard in single messages: abuse, requests for a person, failures of the bot.
#include <algorithm>
#include <array>
#include <set>
#include <unordered_set>

#include "quality/sections.h"

namespace loopbreaker::quality {
namespace {

// Intents whose texts ask for a person, and those that ask for something near it: left out.
const std::set<std::string> kAsks = {"contact_human_agent", "CHAT_WITH_AGENT",
                                     "CHAT_WITH_AN_AGENT"};
const std::set<std::string> kNear = {"contact_customer_service", "CALL_CENTER", "CONTACT_NUMBER"};

/// Acts of a bot that end in a failure.
bool failed(const std::string& act) {
  static constexpr std::array<std::string_view, 13> kParts = {
      "unavail", "fail",   "nothing", "cannot",   "unsucc",   "out_of_scope", "not_",
      "_no_",    "unable", "reject",  "no_venue", "_invalid", "error"};
  return std::any_of(kParts.begin(), kParts.end(),
                     [&](std::string_view part) { return act.find(part) != std::string::npos; });
}

std::string shown(const std::string& set) {
  if (set == "bitext") return "Bitext";
  if (set == "nlupp") return "NLU++";
  return set;
}

}  // namespace

void abuse_section(const Evaluation& e, Report& report) {
  Scored examples;
  for (const auto& set : e.data.abuse) {
    Listener listener(e.analyzer(set.name));
    for (const AbuseTruth& row : set.rows)
      examples.add(row.abuse, listener.hear(tidy(row.text), Participant::customer, Heard::abuse),
                   static_cast<std::uint32_t>(examples.size()));
  }
  if (examples.size() == 0) return;
  add_yes_no(report, e, "ConvAbuse", examples);
  add_auc(report, e, "ConvAbuse AUC", examples);
  add_precision_recall(report, "Abuse", {{"abuse", &examples}});
}

void human_section(const Evaluation& e, Report& report) {
  std::map<std::string, Scored> sets;
  const auto hear = [&](const std::string& set, const std::vector<LabelledText>& rows,
                        const std::function<bool(const std::string&)>& asks) {
    Scored& examples = sets[set.starts_with("hint3_") ? "HINT3" : shown(set)];
    Listener listener(e.analyzer(set));
    for (const LabelledText& row : rows) {
      if (kNear.contains(row.label)) continue;
      examples.add(asks(row.label),
                   listener.hear(tidy(row.text), Participant::customer, Heard::human_request),
                   static_cast<std::uint32_t>(examples.size()));
    }
  };
  for (const auto& set : e.data.requests)
    hear(set.name, set.rows, [](const std::string& label) { return label == "1"; });
  for (const auto& set : e.data.intents) {
    const bool has = std::any_of(set.rows.begin(), set.rows.end(),
                                 [](const auto& row) { return kAsks.contains(row.label); });
    if (has) hear(set.name, set.rows, [](const std::string& l) { return kAsks.contains(l); });
  }
  std::vector<std::pair<std::string, const Scored*>> lines;
  for (const auto& [name, examples] : sets) {
    add_yes_no(report, e, "human request " + name, examples);
    lines.emplace_back(name, &examples);
  }

  // Messages of people who want something else: intents without such a request, and sessions in
  // which nobody was stuck.
  std::unordered_set<std::string> seen;
  std::vector<bool> alarms;
  const auto none = [&](Listener& listener, std::string_view raw) {
    std::string text = tidy(raw);
    if (!seen.insert(text).second) return;
    alarms.push_back(listener.hear(text, Participant::customer, Heard::human_request) >= .5);
  };
  for (const auto& set : e.data.intents) {
    if (std::any_of(set.rows.begin(), set.rows.end(), [](const auto& row) {
          return kAsks.contains(row.label) || kNear.contains(row.label);
        }))
      continue;
    Listener listener(e.analyzer(set.name));
    for (const LabelledText& row : set.rows) none(listener, row.text);
  }
  for (const SessionSet& set : e.data.sessions) {
    if (!std::all_of(set.truths.begin(), set.truths.end(),
                     [](const SessionTruth& t) { return t.normal; }))
      continue;
    Listener listener(e.analyzer(set.name));
    for (const SessionTruth& truth : set.truths) {
      const auto it = set.recording.find(truth.session_id);
      if (it == set.recording.end()) continue;
      for (const PlayedTurn& turn : it->second.turns)
        if (turn.participant == Participant::customer) none(listener, turn.text);
    }
  }
  add_share(report, e, "human request false positives /1000 messages", alarms, 1000, 2);
  add_precision_recall(report, "Requests for a person", lines);
}

void bot_failure_section(const Evaluation& e, Report& report) {
  Scored examples;
  for (const auto& set : e.data.bot_acts) {
    Listener listener(e.analyzer(set.name));
    for (const LabelledText& row : set.rows) {
      if (row.label == "custom") continue;
      examples.add(failed(row.label),
                   listener.hear(tidy(row.text), Participant::bot, Heard::bot_failure),
                   static_cast<std::uint32_t>(examples.size()));
    }
  }
  if (examples.size() == 0) return;
  add_yes_no(report, e, "bot failure", examples);
  add_precision_recall(report, "Answers in which the bot fails", {{"bot failure", &examples}});
}

}  // namespace loopbreaker::quality
