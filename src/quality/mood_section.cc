// Frustration: of sessions whose customer became annoyed, and of turns that people rated.
#include <fmt/format.h>

#include <algorithm>

#include "quality/sections.h"

namespace loopbreaker::quality {
namespace {

constexpr int kLowRating = 3;  ///< below it a turn counts as dissatisfied

/// The most frequent rating is low; of equally frequent ones the lower counts.
bool mostly_low(const std::vector<int>& ratings) {
  std::map<int, int> votes;
  for (int rating : ratings) ++votes[rating];
  const auto best = std::max_element(
      votes.begin(), votes.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  return best != votes.end() && best->first < kLowRating;
}

}  // namespace

void annoyed_section(const Evaluation& e, Report& report) {
  const auto known = samples(e.data, [](const SessionTruth& t) { return t.annoyed.has_value(); });
  if (known.empty()) return;
  Scored highest, last, unscripted;
  for (std::uint32_t i = 0; i < known.size(); ++i) {
    const bool yes = *known[i].truth->annoyed;
    highest.add(yes, known[i].session->peak(Signal::frustration), i);
    last.add(yes, known[i].session->last(Signal::frustration), i);
  }
  add_average_precision(report, e, "annoyed AP (max frustration)", highest);
  add_average_precision(report, e, "annoyed AP (last frustration)", last);
  const bool by_last = Ranking(last).average_precision() > Ranking(highest).average_precision();
  const Scored& better = by_last ? last : highest;
  for (std::uint32_t i = 0; i < known.size(); ++i)
    if (!known[i].truth->scripted_annoying)
      unscripted.add(*known[i].truth->annoyed, better.score[i], i);
  add_average_precision(report, e, "annoyed AP", better);
  add_auc(report, e, "annoyed AUC", better);
  add_yes_no(report, e, "annoyed at 0.5", better);
  const Ranking::Best best = Ranking(better).best_f1();
  report.add("annoyed best F1", best.f1, {}, fmt::format("threshold {:.2f}", best.threshold));
  add_average_precision(report, e, "annoyed AP, unscripted sessions", unscripted);
  add_precision_recall(report, "Sessions whose customer became annoyed",
                       {{"all", &better}, {"unscripted", &unscripted}});
}

void dissatisfied_section(const Evaluation& e, Report& report) {
  Scored examples, people;
  std::uint32_t unit = 0;
  for (const Sample& s :
       samples(e.data, [](const SessionTruth& t) { return !t.ratings.empty(); })) {
    for (const auto& [event, ratings] : s.truth->ratings) {
      const EventNumber number = s.session->number_of(event);
      for (const PlayedTurn& turn : s.session->turns) {
        if (turn.event != number) continue;
        examples.add(mostly_low(ratings), value_of(turn.signals, Signal::frustration), unit);
        // One rater against all others: what can be expected at best.
        for (std::size_t i = 0; i < ratings.size(); ++i) {
          std::vector<int> others = ratings;
          others.erase(others.begin() + static_cast<std::ptrdiff_t>(i));
          people.add(mostly_low(others), ratings[i] < kLowRating ? 1 : 0, unit);
        }
      }
    }
    ++unit;
  }
  if (examples.size() == 0) return;
  const double human = agreement(people, .5).f1;
  report.add("dissatisfied turn: one human's F1", human, {}, std::to_string(examples.size()));
  add_auc(report, e, "dissatisfied turn AUC", examples);
  if (human <= 0) return;
  const Ranking::Best best = Ranking(examples).best_f1();
  report.add("dissatisfied turn: best F1 / human", best.f1 / human, {},
             fmt::format("F1 {:.3f} at {:.2f}", best.f1, best.threshold));
  report.add("dissatisfied turn: F1 at 0.5 / human", agreement(examples, .5).f1 / human);
  add_precision_recall(report, "Turns that people rated low", {{"dissatisfied", &examples}});
}

}  // namespace loopbreaker::quality
