#include "quality/sections.h"

#include <algorithm>
#include <array>

namespace loopbreaker::quality {
namespace {

constexpr std::array<Section, 10> kSections = {{
    {"loop", "customers who ask the same in vain", loop_section},
    {"reask", "turns that ask the same unmet need again", reask_section},
    {"same_need", "the same need in other words", same_need_section},
    {"bot_repeat", "answers that say the same again", bot_repeat_section},
    {"annoyed", "sessions whose customer became annoyed", annoyed_section},
    {"dissatisfied", "turns that people rated low", dissatisfied_section},
    {"abuse", "abusive messages", abuse_section},
    {"human", "requests for a person", human_section},
    {"bot_failure", "answers in which the bot fails", bot_failure_section},
    {"policy", "what the policy decides", policy_section},
}};

}  // namespace

std::span<const Section> sections() { return kSections; }

std::vector<Sample> samples(const Labelled& data,
                            const std::function<bool(const SessionTruth&)>& wanted) {
  static const PlayedSession kNeverPlayed;
  std::vector<Sample> out;
  for (const SessionSet& set : data.sessions) {
    for (const SessionTruth& truth : set.truths) {
      if (!wanted(truth)) continue;
      const auto it = set.recording.find(truth.session_id);
      out.push_back({&set, &truth, it == set.recording.end() ? &kNeverPlayed : &it->second});
    }
  }
  return out;
}

std::vector<Sample> normal_samples(const Labelled& data) {
  return samples(data, [](const SessionTruth& t) { return t.normal; });
}

std::vector<EventNumber> ask_numbers(const Sample& sample) {
  std::vector<EventNumber> out;
  for (const std::string& id : sample.truth->ask_event_ids) {
    const EventNumber number = sample.session->number_of(id);
    if (number >= 0) out.push_back(number);
  }
  return out;
}

double value_of(const SignalValues& signals, Signal signal) {
  return signals[static_cast<int>(signal)].to_double();
}

std::string count_of(const Scored& examples) {
  return std::to_string(examples.positives()) + "/" + std::to_string(examples.size());
}

void add_auc(Report& report, const Evaluation& e, const std::string& name, const Scored& examples) {
  const Ranking ranking(examples);
  report.add(name, ranking.auc(),
             bootstrap(e.sampling, name, examples, [&](Weights w) { return ranking.auc(w); }),
             count_of(examples));
}

void add_average_precision(Report& report, const Evaluation& e, const std::string& name,
                           const Scored& examples) {
  const Ranking ranking(examples);
  report.add(name, ranking.average_precision(),
             bootstrap(e.sampling, name, examples,
                       [&](Weights w) { return ranking.average_precision(w); }),
             count_of(examples));
}

void add_yes_no(Report& report, const Evaluation& e, const std::string& name,
                const Scored& examples) {
  const auto part = [&](const char* suffix, double Agreement::*figure, std::string n) {
    report.add(name + suffix, agreement(examples, .5).*figure,
               bootstrap(e.sampling, name + suffix, examples,
                         [&](Weights w) -> std::optional<double> {
                           return agreement(examples, .5, w).*figure;
                         }),
               std::move(n));
  };
  part(" F1", &Agreement::f1, count_of(examples));
  part(" P", &Agreement::precision, "");
  part(" R", &Agreement::recall, "");
}

void add_share(Report& report, const Evaluation& e, const std::string& name,
               const std::vector<bool>& hits, double scale, int decimals, bool detail) {
  if (hits.empty()) return;
  const auto share = [&](Weights w) -> std::optional<double> {
    double yes = 0;
    for (std::size_t i = 0; i < hits.size(); ++i)
      if (hits[i]) yes += w.empty() ? 1 : w[i];
    return scale * yes / static_cast<double>(hits.size());
  };
  report.add(name, share({}), bootstrap(e.sampling, name, hits.size(), share),
             std::to_string(hits.size()), decimals, detail);
}

void add_precision_recall(Report& report, const std::string& title,
                          const std::vector<std::pair<std::string, const Scored*>>& lines) {
  Curve curve{title, "recall", "precision", 1, false, {}};
  for (const auto& [name, examples] : lines) {
    Curve::Line line{name, {}};
    for (const Ranking::Point& p : Ranking(*examples).curve())
      line.points.emplace_back(p.recall, p.precision);
    if (!line.points.empty()) curve.lines.push_back(std::move(line));
  }
  if (!curve.lines.empty()) report.curves.push_back(std::move(curve));
}

double Listener::hear(std::string_view text, Participant participant, Heard what) {
  if (text.empty()) return 0;
  heard_ = analyzer_.analyze(text, participant, {});
  return heard_[what].to_double();
}

double Listener::same_need(std::string_view a, std::string_view b) {
  return analyzer_.same_need(analyzer_.sketch(a), analyzer_.sketch(b)).to_double();
}

}  // namespace loopbreaker::quality
