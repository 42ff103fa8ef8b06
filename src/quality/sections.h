// The sections of an evaluation: each computes its figures from what was recorded and labelled.
#pragma once

#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "loopbreaker/analysis.h"
#include "quality/report.h"
#include "quality/truth.h"

namespace loopbreaker::quality {

/// Sessions of one source, labelled, and what became of them in the core.
struct SessionSet {
  std::string name;
  std::vector<SessionTruth> truths;
  Recording recording;

  bool hard() const { return name.find("hard") != std::string::npos; }
};

template <class Row>
struct Named {
  std::string name;
  std::vector<Row> rows;
};

/// Everything that is labelled; any part may be missing.
struct Labelled {
  std::vector<SessionSet> sessions;
  std::vector<RepeatTruth> bot_repeats;
  std::vector<Named<ReaskTruth>> reasks;      ///< named after their session set
  std::vector<Named<LabelledText>> intents;   ///< same label = same need
  std::vector<Named<LabelledPair>> pairs;     ///< label 1 = same need
  std::vector<Named<LabelledText>> requests;  ///< label 1 = asks for a person
  std::vector<Named<LabelledText>> bot_acts;  ///< label = the bot's act
  std::vector<Named<AbuseTruth>> abuse;
};

struct Evaluation {
  const Labelled& data;
  /// Who hears the texts of the set of this name.
  std::function<Analyzer&(const std::string& set)> analyzer;
  Sampling sampling;
};

struct Section {
  std::string_view name;
  std::string_view about;
  void (*measure)(const Evaluation&, Report&);
};
std::span<const Section> sections();

void loop_section(const Evaluation&, Report&);
void reask_section(const Evaluation&, Report&);
void same_need_section(const Evaluation&, Report&);
void bot_repeat_section(const Evaluation&, Report&);
void annoyed_section(const Evaluation&, Report&);
void dissatisfied_section(const Evaluation&, Report&);
void abuse_section(const Evaluation&, Report&);
void human_section(const Evaluation&, Report&);
void bot_failure_section(const Evaluation&, Report&);
void policy_section(const Evaluation&, Report&);

// What several sections need.

/// A labelled session as it was played. `session` is never null: one that was never played is
/// empty.
struct Sample {
  const SessionSet* set = nullptr;
  const SessionTruth* truth = nullptr;
  const PlayedSession* session = nullptr;
};
std::vector<Sample> samples(const Labelled&,
                            const std::function<bool(const SessionTruth&)>& wanted);
std::vector<Sample> normal_samples(const Labelled&);

/// Numbers of a loop's asks, as far as the session has them.
std::vector<EventNumber> ask_numbers(const Sample&);

double value_of(const SignalValues&, Signal);

void add_auc(Report&, const Evaluation&, const std::string& name, const Scored&);
void add_average_precision(Report&, const Evaluation&, const std::string& name, const Scored&);
/// "NAME F1", "NAME P", "NAME R" at 0.5.
void add_yes_no(Report&, const Evaluation&, const std::string& name, const Scored&);
/// Share of the yes in `hits`, times `scale`, with an interval.
void add_share(Report&, const Evaluation&, const std::string& name, const std::vector<bool>& hits,
               double scale = 1, int decimals = 3, bool detail = false);
void add_precision_recall(Report&, const std::string& title,
                          const std::vector<std::pair<std::string, const Scored*>>& lines);
/// "12/340"
std::string count_of(const Scored&);

/// What is heard in texts on their own, as `explain` hears them.
class Listener {
 public:
  explicit Listener(Analyzer& analyzer) : analyzer_(analyzer) {}
  double hear(std::string_view text, Participant, Heard);
  double same_need(std::string_view a, std::string_view b);

 private:
  Analyzer& analyzer_;
  MessageAnalysis heard_;
};

}  // namespace loopbreaker::quality
