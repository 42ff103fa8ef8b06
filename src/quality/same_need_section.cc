// The same need in other words: pairs of one intent against pairs of two.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "quality/sections.h"

namespace loopbreaker::quality {
namespace {

constexpr int kPairs = 6'000;  ///< of each kind, per set
bool equal_without_case(const std::string& a, const std::string& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](unsigned char x, unsigned char y) {
    return std::tolower(x) == std::tolower(y);
  });
}

bool is_intent(const std::string& label) { return label != "oos" && label != "NO_NODES_DETECTED"; }

/// Half of the pairs are two texts of one intent, taken in proportion to its texts; half are one
/// text each of two intents, taken evenly.
std::vector<LabelledPair> draw_pairs(const Named<LabelledText>& set, std::uint64_t seed) {
  std::map<std::string, std::vector<const std::string*>> texts;
  for (const LabelledText& row : set.rows)
    if (is_intent(row.label)) texts[row.label].push_back(&row.text);
  std::vector<const std::vector<const std::string*>*> intents;
  std::vector<std::uint32_t> by_size;  // an intent as often as it has texts
  for (const auto& [label, list] : texts) {
    if (list.size() >= 2) by_size.insert(by_size.end(), list.size(), intents.size());
    intents.push_back(&list);
  }
  std::vector<LabelledPair> out;
  if (intents.size() < 2 || by_size.empty()) return out;
  Random random(stable_hash(set.name, seed));
  const auto below = [&](std::size_t n) { return random.below(static_cast<std::uint32_t>(n)); };
  for (int tries = 0; tries < 4 * kPairs && out.size() < kPairs; ++tries) {
    const auto& list = *intents[by_size[below(by_size.size())]];
    const std::size_t a = below(list.size());
    std::size_t b = below(list.size() - 1);
    if (b >= a) ++b;
    if (!equal_without_case(*list[a], *list[b])) out.push_back({"1", *list[a], *list[b]});
  }
  for (int i = 0; i < kPairs; ++i) {
    const std::size_t a = below(intents.size());
    std::size_t b = below(intents.size() - 1);
    if (b >= a) ++b;
    out.push_back({"0", *(*intents[a])[below(intents[a]->size())],
                   *(*intents[b])[below(intents[b]->size())]});
  }
  return out;
}

Scored score(const Evaluation& e, const std::string& set, const std::vector<LabelledPair>& pairs) {
  Listener listener(e.analyzer(set));
  Scored out;
  for (const LabelledPair& pair : pairs)
    out.add(pair.label == "1", listener.same_need(tidy(pair.first), tidy(pair.second)),
            static_cast<std::uint32_t>(out.size()));
  return out;
}

/// Share of the positives above the score that one negative in a hundred exceeds.
double recall_at_one_percent(const Scored& examples) {
  std::vector<double> negative;
  for (std::size_t i = 0; i < examples.size(); ++i)
    if (!examples.positive[i]) negative.push_back(examples.score[i]);
  if (negative.empty()) return 0;
  std::sort(negative.begin(), negative.end(), std::greater<>());
  const double threshold = negative[negative.size() / 100];
  double found = 0;
  for (std::size_t i = 0; i < examples.size(); ++i)
    found += examples.positive[i] && examples.score[i] > threshold;
  return found / std::max(1.0, static_cast<double>(examples.positives()));
}

std::string shown(const std::string& set) {
  if (set == "banking77") return "Banking77";
  if (set.starts_with("hint3_")) return "HINT3 " + set.substr(6);
  return set;
}

}  // namespace

void same_need_section(const Evaluation& e, Report& report) {
  std::vector<std::pair<std::string, Scored>> all;
  for (const auto& set : e.data.intents) {
    const auto pairs = draw_pairs(set, e.sampling.seed);
    if (!pairs.empty()) all.emplace_back(shown(set.name), score(e, set.name, pairs));
  }
  for (const auto& set : e.data.pairs)
    all.emplace_back(shown(set.name), score(e, set.name, set.rows));
  if (all.empty()) return;
  double foreign = 0;
  int domains = 0;
  std::vector<std::pair<std::string, const Scored*>> lines;
  for (const auto& [name, examples] : all) {
    add_auc(report, e, "same need AUC " + name, examples);
    report.add("same need recall@1%FPR " + name, recall_at_one_percent(examples));
    if (name.starts_with("HINT3")) {
      foreign += Ranking(examples).auc().value_or(0);
      ++domains;
    }
    lines.emplace_back(name, &examples);
  }
  if (domains > 0) report.add("same need AUC HINT3 mean", foreign / domains);
  add_precision_recall(report, "The same need in other words (half of the pairs are)", lines);
}

}  // namespace loopbreaker::quality
