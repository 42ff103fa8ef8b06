// Recipe of loops.trees: what an exchange says for a loop, how exchanges add up, and which sum is
// an alarm.
//
// Weights come from built loops and from real sessions in which nobody is stuck (STAR's happy
// paths, MultiWOZ). SGD takes part in choosing the operating points only. Sessions that were built
// from Banking77 are folded with vectors that have not seen it.
#include "text/loop_model.h"

#include <algorithm>
#include <array>
#include <map>
#include <numeric>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "text/analyzer.h"
#include "train/exchanges.h"
#include "train/figures.h"
#include "train/recipe.h"
#include "train/trees.h"

namespace loopbreaker::train {
namespace {

enum class Part { loops, hard_loops, real, for_thresholds };

struct Sample {
  Part part = Part::real;
  JudgedSession session;
  bool stuck() const { return session.label.kind == "loop"; }
  bool half() const { return stable_hash(session.label.session_id) & 1; }
};

// Which way the evidence may go with each feature. It keeps a model of few bots from learning their
// answers by heart: what makes a loop likelier may not make it less likely somewhere.
std::vector<int> directions() {
  std::vector<int> out(kExchange, 0);
  using enum Exchange;
  for (Exchange e : {reply_best, reply_wording, reply_before, reply_sum, reply_same, reply_exact,
                     reply_failed, failures, ask_best, ask_second, ask_sum, ask_same, ask_rephrases,
                     ask_content, ask_rejects, unheard, unheard_before, circle, circle_before})
    out[static_cast<std::size_t>(e)] = 1;
  for (Exchange e : {reply_novelty, reply_values, reply_words, cohesion, ask_values, ask_closes})
    out[static_cast<std::size_t>(e)] = -1;
  return out;
}

Status add(const Job& job, const std::string& name, Part part, Analyzer& analyzer,
           std::vector<Sample>& out) {
  job.progress("folds " + name, 0.1);
  auto judged = judge_sessions(job.corpus, name, analyzer);
  if (!judged) return judged.error();
  for (JudgedSession& session : *judged) {
    const codec::SessionLabel& label = session.label;
    const bool happy = label.happy_path.value_or(true) && !label.annoyed.value_or(name == "star");
    if (happy) out.push_back({part, std::move(session)});
  }
  return Ok{};
}

Result<std::vector<Sample>> read(const Job& job) {
  auto blind = blind_models(job.corpus);
  if (!blind) return blind.error();
  const auto seen = text::make_analyzer(text::builtin_packs(), models_so_far(job));
  text::Models unseen_models = models_so_far(job);
  unseen_models.vectors = blind->vectors;
  const auto unseen = text::make_analyzer(text::builtin_packs(), unseen_models);
  std::vector<Sample> out;
  for (const auto& [name, part, analyzer] :
       {std::tuple{"loops_dev", Part::loops, unseen.get()},
        std::tuple{"loops_hard_dev", Part::hard_loops, unseen.get()},
        std::tuple{"star", Part::real, seen.get()},
        std::tuple{"multiwoz_val", Part::real, seen.get()},
        std::tuple{"sgd_train", Part::for_thresholds, seen.get()},
        std::tuple{"sgd_dev", Part::for_thresholds, seen.get()}}) {
    if (Status added = add(job, name, part, *analyzer, out); !added) return added.error();
  }
  return out;
}

/// Every judged exchange of a session that trains. From the second ask on it is one of a loop; what
/// comes between the asks says neither.
template <class Wanted>
TreeData rows_of(const std::vector<Sample>& samples, Wanted wanted) {
  TreeData data;
  data.features = kExchange;
  for (const Sample& sample : samples) {
    if (sample.part == Part::for_thresholds || !wanted(sample)) continue;
    bool begun = false;
    for (const JudgedExchange& exchange : sample.session.exchanges) {
      begun |= exchange.ask >= 0;
      if (!exchange.measured || (begun && exchange.ask < 0)) continue;
      const auto& values = exchange.features.values;
      data.values.insert(data.values.end(), values.begin(), values.end());
      data.labels.push_back(exchange.ask >= 1);
      data.weights.push_back(1);
    }
  }
  return data;
}

template <class Wanted>
text::Trees grow(const std::vector<Sample>& samples, Wanted wanted) {
  TreeSettings settings;
  settings.rate = 0.08;
  settings.leaf_curvature = 2;
  settings.direction = directions();
  return grow_trees(rows_of(samples, wanted), settings);
}

/// Log-odds of sessions' exchanges under a model that did not see them.
struct Unseen {
  std::vector<std::size_t> sessions;            ///< places among the samples
  std::vector<std::vector<std::int32_t>> odds;  ///< of each of them, exchange by exchange
};

void judge(const text::Trees& trees, const std::vector<Sample>& samples, std::size_t i,
           Unseen& out) {
  std::vector<std::int32_t> odds;
  for (const JudgedExchange& e : samples[i].session.exchanges)
    odds.push_back(e.measured ? trees.log_odds(e.features.values) : 0);
  out.sessions.push_back(i);
  out.odds.push_back(std::move(odds));
}

/// The highest sums before the first ask of a loop and from it on; of others, all is "from it on".
struct Peaks {
  std::int32_t before = 0, after = 0;
};

// The same steps as the signal takes.
Peaks peaks_of(const Sample& sample, const std::vector<std::int32_t>& odds,
               const LoopScale& scale) {
  Peaks peaks;
  std::int64_t sum = 0;
  bool begun = !sample.stuck();
  for (std::size_t i = 0; i < odds.size(); ++i) {
    const JudgedExchange& e = sample.session.exchanges[i];
    if (e.settled) sum = 0;
    const std::int32_t says =
        e.measured ? std::max(odds[i] + scale.offset, scale.least) : scale.least;
    sum = std::max<std::int64_t>(0, sum * scale.decay_percent / 100 + says);
    begun |= e.ask >= 0;
    std::int32_t& peak = begun ? peaks.after : peaks.before;
    peak = std::max(peak, static_cast<std::int32_t>(sum));
  }
  return peaks;
}

constexpr std::array<int, 3> kBudgets = {10, 5, 2};  // false alarms per 1,000

struct Outcome {
  std::array<std::int32_t, 3> threshold{};
  std::array<double, 3> loops{}, hard{};  ///< recall
  double n_loops = 0, n_hard = 0;
  double merit() const {
    return std::accumulate(loops.begin(), loops.end(), 0.0) +
           std::accumulate(hard.begin(), hard.end(), 0.0);
  }
};

bool is_normal(const Sample& s) { return s.part == Part::real || s.part == Part::for_thresholds; }

Outcome outcome_of(const std::vector<Sample>& samples, const Unseen& unseen,
                   const LoopScale& scale) {
  std::vector<std::int32_t> normal;
  std::vector<std::pair<Part, Peaks>> stuck;
  for (std::size_t i = 0; i < unseen.sessions.size(); ++i) {
    const Sample& sample = samples[unseen.sessions[i]];
    const Peaks peaks = peaks_of(sample, unseen.odds[i], scale);
    if (is_normal(sample)) normal.push_back(peaks.after);
    if (sample.stuck()) stuck.emplace_back(sample.part, peaks);
  }
  std::ranges::sort(normal, std::greater{});
  Outcome out;
  for (const auto& [part, ignored] : stuck) ++(part == Part::hard_loops ? out.n_hard : out.n_loops);
  for (std::size_t b = 0; b < kBudgets.size(); ++b) {
    const std::size_t k = normal.size() * static_cast<std::size_t>(kBudgets[b]) / 1000;
    const std::int32_t limit = normal.empty() ? 0 : normal[std::min(k, normal.size() - 1)];
    out.threshold[b] = limit + 1;
    for (const auto& [part, peaks] : stuck) {
      const bool caught =
          peaks.after > limit && peaks.before <= limit && peaks.after > peaks.before;
      (part == Part::hard_loops ? out.hard : out.loops)[b] += caught;
    }
    out.loops[b] /= std::max(1.0, out.n_loops);
    out.hard[b] /= std::max(1.0, out.n_hard);
  }
  return out;
}

/// Over several models, each counted by its sessions.
Outcome mean_outcome(const std::vector<Sample>& samples, const std::vector<Unseen>& all,
                     const LoopScale& scale) {
  Outcome mean;
  for (const Unseen& unseen : all) {
    const Outcome out = outcome_of(samples, unseen, scale);
    mean.n_loops += out.n_loops;
    mean.n_hard += out.n_hard;
    for (std::size_t b = 0; b < kBudgets.size(); ++b) {
      mean.loops[b] += out.loops[b] * out.n_loops;
      mean.hard[b] += out.hard[b] * out.n_hard;
    }
  }
  for (std::size_t b = 0; b < kBudgets.size(); ++b) {
    mean.loops[b] /= std::max(1.0, mean.n_loops);
    mean.hard[b] /= std::max(1.0, mean.n_hard);
  }
  return mean;
}

// How evidence adds up is chosen for sessions of bots that were seen and for bots that were not;
// what an alarm is, by all sessions in which nobody is stuck.
LoopScale best_scale(const std::vector<Sample>& samples, const Unseen& halves,
                     const std::vector<Unseen>& bots) {
  LoopScale best;
  double merit = -1;
  for (std::int32_t offset : {1000, 2000, 3000, 4000}) {
    for (std::int32_t least : {-500, -1000, -1500}) {
      for (std::int32_t decay : {75, 80, 85, 90}) {
        LoopScale scale;
        scale.offset = offset;
        scale.least = least;
        scale.decay_percent = decay;
        const Outcome out = outcome_of(samples, halves, scale);
        const double here = out.merit() + mean_outcome(samples, bots, scale).merit();
        if (here <= merit) continue;
        merit = here;
        best = scale;
        best.sensitive = out.threshold[0];
        best.balanced = std::max(out.threshold[1], best.sensitive + 1);
        best.strict = std::max(out.threshold[2], best.balanced + 1);
      }
    }
  }
  return best;
}

std::string in_words(const Outcome& out) {
  std::string text;
  for (const auto& [name, recall] : {std::pair{"loops", &out.loops}, {"hard loops", &out.hard}}) {
    text += std::string(text.empty() ? "" : "; ") + name;
    for (std::size_t b = 0; b < kBudgets.size(); ++b)
      text += (b ? " / " : " ") + three_places((*recall)[b]);
  }
  return text;
}

/// Bots of the built sessions: answers that were often given to asks of one session belong to one.
class Bots {
 public:
  explicit Bots(const std::vector<Sample>& samples) {
    std::map<std::uint64_t, int> given;
    std::map<std::pair<std::uint64_t, std::uint64_t>, int> together;
    for (const Sample& s : samples) {
      if (!s.stuck() || s.part != Part::loops) continue;
      std::set<std::uint64_t> answers;
      for (const JudgedExchange& e : s.session.exchanges)
        if (e.ask >= 0) answers.insert(e.reply);
      for (std::uint64_t a : answers) {
        ++given[a];
        for (std::uint64_t b : answers) ++together[{a, b}];
      }
    }
    for (const auto& [answer, ignored] : given) bot_of_[answer] = answer;
    for (const auto& [pair, times] : together)
      if (times * 4 >= given[pair.first]) join(pair.first, pair.second);
    for (const auto& [ignored, bot] : bot_of_) all_.insert(bot);
  }

  const std::set<std::uint64_t>& all() const { return all_; }
  bool speaks(std::uint64_t bot, const Sample& s) const {
    return std::ranges::any_of(s.session.exchanges, [&](const JudgedExchange& e) {
      const auto known = bot_of_.find(e.reply);
      return known != bot_of_.end() && known->second == bot;
    });
  }

 private:
  void join(std::uint64_t a, std::uint64_t b) {
    const std::uint64_t from = bot_of_[b], to = bot_of_[a];
    for (auto& [ignored, bot] : bot_of_)
      if (bot == from) bot = to;
  }
  std::map<std::uint64_t, std::uint64_t> bot_of_;
  std::set<std::uint64_t> all_;
};

/// Every session under the trees that were grown on the other half.
Unseen by_halves(const Job& job, const std::vector<Sample>& samples) {
  Unseen out;
  for (const bool half : {false, true}) {
    job.progress("grows trees on a half", half ? 0.4 : 0.2);
    const text::Trees trees = grow(samples, [&](const Sample& s) { return s.half() != half; });
    for (std::size_t i = 0; i < samples.size(); ++i)
      if (samples[i].half() == half) judge(trees, samples, i, out);
  }
  return out;
}

/// What to expect of a bot that no model has seen: each bot's sessions under trees without them,
/// and normal sessions that these trees have not seen either.
std::vector<Unseen> by_bots(const Job& job, const std::vector<Sample>& samples) {
  const Bots bots(samples);
  std::vector<Unseen> all;
  for (const std::uint64_t bot : bots.all()) {
    job.progress("leaves a bot out", 0.5 + 0.3 * static_cast<double>(all.size()) /
                                               static_cast<double>(bots.all().size()));
    const auto left_out = [&](const Sample& s) {
      return s.part == Part::real ? s.half() : bots.speaks(bot, s);
    };
    const text::Trees trees = grow(samples, [&](const Sample& s) { return !left_out(s); });
    Unseen& out = all.emplace_back();
    for (std::size_t i = 0; i < samples.size(); ++i)
      if (samples[i].part == Part::for_thresholds || left_out(samples[i]))
        judge(trees, samples, i, out);
  }
  return all;
}

}  // namespace

Status make_loop_model(const Job& job) {
  auto samples = read(job);
  if (!samples) return samples.error();
  const Unseen halves = by_halves(job, *samples);
  const std::vector<Unseen> bots = by_bots(job, *samples);
  job.progress("chooses operating points", 0.8);
  text::LoopModel model;
  model.scale = best_scale(*samples, halves, bots);
  job.tell("recall at 10 / 5 / 2 false alarms per 1,000, trees of the other half: " +
           in_words(outcome_of(*samples, halves, model.scale)));
  job.tell("each of " + std::to_string(bots.size()) +
           " bots left out: " + in_words(mean_outcome(*samples, bots, model.scale)));

  job.progress("grows trees on everything", 0.9);
  model.trees = grow(*samples, [](const Sample&) { return true; });
  return write_file(job.out + "/loops.trees", text::to_text(model));
}

}  // namespace loopbreaker::train
