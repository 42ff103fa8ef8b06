#include "train/adapt.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <unordered_map>

#include "text/analyzer.h"
#include "text/builtin_data.h"
#include "text/stem.h"
#include "train/answers_apart.h"
#include "train/chance.h"
#include "train/figures.h"
#include "train/mapped_rows.h"
#include "train/symmetric.h"

namespace loopbreaker::train {
namespace {

constexpr std::size_t kDim = text::VectorTable::kDim;
constexpr double kFalseMatches = .05;  ///< the share of other needs at which tables are made alike
constexpr double kLossMax = .005;      ///< of AUC that counts as none
constexpr int kResamplings = 200;
constexpr std::size_t kPairsMin = 200;
constexpr std::size_t kApartMin = 20;  ///< replies told apart, to judge by

/// A text as similarity sees it.
struct Seen {
  Sketch sketch;
  std::vector<double> vector;  ///< of length 1, or empty
};

std::vector<Seen> see(const WeakPairs& pairs, Analyzer& analyzer) {
  std::vector<Seen> out;
  for (const std::string& text : pairs.texts) {
    Seen& seen = out.emplace_back(Seen{analyzer.sketch(text), {}});
    if (seen.sketch.length() == 0) continue;
    double square = 0;
    for (std::size_t i = 0; i < kDim; ++i)
      square += seen.sketch.vector()[i] * seen.sketch.vector()[i];
    for (std::size_t i = 0; i < kDim; ++i)
      seen.vector.push_back(seen.sketch.vector()[i] / std::sqrt(square));
  }
  return out;
}

/// How operators' customers weigh their words: 1/1000 nat by hash of the stem.
using StemWeights = std::unordered_map<std::uint32_t, double>;

StemWeights count_stems(std::span<const LogSession* const> sessions, Analyzer& analyzer) {
  StemWeights count;
  double messages = 0;
  for (const LogSession* session : sessions) {
    for (const LogTurn& turn : session->turns) {
      if (turn.participant != Participant::customer) continue;
      ++messages;
      for (const std::uint32_t stem : analyzer.sketch(turn.text).stems()) ++count[stem];
    }
  }
  for (auto& [stem, n] : count) n = 1'000 * std::log((messages + 1) / (n + 1));
  return count;
}

double blended(std::uint16_t built_in, std::uint32_t stem, const StemWeights& own, double share) {
  const auto it = own.find(stem);
  return it == own.end() ? built_in : std::round((1 - share) * built_in + share * it->second);
}

double stem_cosine(const Sketch& a, const Sketch& b, const StemWeights& own, double share) {
  double dot = 0, square_a = 0, square_b = 0;
  for (std::size_t i = 0; i < a.stems().size(); ++i)
    square_a += std::pow(blended(a.weights()[i], a.stems()[i], own, share), 2);
  for (std::size_t i = 0; i < b.stems().size(); ++i)
    square_b += std::pow(blended(b.weights()[i], b.stems()[i], own, share), 2);
  for (std::size_t i = 0, j = 0; i < a.stems().size() && j < b.stems().size();) {
    if (a.stems()[i] == b.stems()[j])
      dot += std::pow(blended(a.weights()[i], a.stems()[i], own, share), 2);
    const std::uint32_t x = a.stems()[i], y = b.stems()[j];
    i += x <= y;
    j += y <= x;
  }
  return square_a > 0 && square_b > 0 ? dot / std::sqrt(square_a * square_b) : 0;
}

std::vector<double> normal(std::vector<double> v) {
  double square = 0;
  for (double x : v) square += x * x;
  if (square > 0)
    for (double& x : v) x /= std::sqrt(square);
  return v;
}

/// Parts of similarity of every pair.
struct Parts {
  std::vector<double> vector, rest;  ///< cosine; the lexical half of the mix

  std::vector<double> mix(double slope) const {
    std::vector<double> out(vector.size());
    for (std::size_t i = 0; i < out.size(); ++i)
      out[i] = .5 * std::min(1.0, slope * vector[i]) + rest[i];
    return out;
  }
};

Parts parts_of(const WeakPairs& pairs, const std::vector<Seen>& seen, Analyzer& analyzer,
               const Matrix* map, const StemWeights& own, double share) {
  std::vector<std::vector<double>> vectors;
  for (const Seen& s : seen)
    vectors.push_back(!map || s.vector.empty() ? s.vector : normal(product(s.vector, *map)));
  Parts out;
  for (const WeakPair& pair : pairs.pairs) {
    const Sketch &a = seen[pair.first].sketch, &b = seen[pair.second].sketch;
    double dot = 0;
    if (!vectors[pair.first].empty() && !vectors[pair.second].empty())
      for (std::size_t i = 0; i < kDim; ++i)
        dot += vectors[pair.first][i] * vectors[pair.second][i];
    out.vector.push_back(dot);
    out.rest.push_back(.25 * stem_cosine(a, b, own, share) +
                       .25 * analyzer.likeness(a, b).letters / Score::kOne);
  }
  return out;
}

/// The score that only kFalseMatches of the pairs of other needs exceed.
double threshold_of(const WeakPairs& pairs, const std::vector<double>& scores) {
  std::vector<double> other;
  for (std::size_t i = 0; i < scores.size(); ++i)
    if (!same(pairs.pairs[i].kind)) other.push_back(scores[i]);
  std::sort(other.begin(), other.end());
  return other.empty() ? 0 : other[static_cast<std::size_t>((1 - kFalseMatches) * other.size())];
}

/// What cosines are to be multiplied with, so that thresholds mean the same as before.
double slope_for(const WeakPairs& pairs, const Parts& parts, double wanted) {
  double low = .3, high = 3;
  for (int i = 0; i < 30; ++i) {
    const double middle = (low + high) / 2;
    (threshold_of(pairs, parts.mix(middle)) < wanted ? low : high) = middle;
  }
  return (low + high) / 2;
}

/// AUC of the pairs that count: the same need above other ones.
double auc_of(const WeakPairs& pairs, std::span<const double> scores,
              const std::function<bool(WeakKind)>& counts) {
  std::vector<bool> labels;
  std::vector<double> kept;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    if (!counts(pairs.pairs[i].kind)) continue;
    labels.push_back(same(pairs.pairs[i].kind));
    kept.push_back(scores[i]);
  }
  return kept.empty() ? 0 : roc_auc(labels, kept);
}

/// A kind is compared with pairs of the other sort that are as near: both in one session, or both
/// in two.
bool is_compared(WeakKind kind, WeakKind other) {
  return other == kind ||
         (same(other) != same(kind) && !labelled(other) && in_session(other) == in_session(kind));
}

/// How well pairs are told apart: those of one session, those of two, and by kind.
struct Worth {
  double inside = 0, across = 0;
  std::array<double, kWeakKinds> kinds{};

  /// Sessions are judged by comparing their own turns: those pairs count twice.
  double whole() const { return (2 * inside + across) / 3; }
  /// What helps one kind and harms another is no gain.
  bool harms(const Worth& before) const {
    for (std::size_t k = 0; k < kinds.size(); ++k)
      if (kinds[k] < before.kinds[k]) return true;
    return inside < before.inside || across < before.across;
  }
};

Worth worth(const WeakPairs& pairs, std::span<const double> scores) {
  Worth out;
  out.inside = auc_of(pairs, scores, [](WeakKind k) { return in_session(k); });
  out.across = auc_of(pairs, scores, [](WeakKind k) { return !in_session(k) && !labelled(k); });
  for (int k = 0; k < kWeakKinds; ++k) {
    const auto kind = static_cast<WeakKind>(k);
    if (labelled(kind)) continue;
    out.kinds[k] = auc_of(pairs, scores, [&](WeakKind other) { return is_compared(kind, other); });
  }
  return out;
}

/// Mean product of the differences within pairs.
Matrix spread(const WeakPairs& pairs, const std::vector<Seen>& seen, bool of_same,
              bool in_sessions_only) {
  Matrix out(kDim);
  double n = 0;
  for (const WeakPair& pair : pairs.pairs) {
    const auto &a = seen[pair.first].vector, &b = seen[pair.second].vector;
    if (same(pair.kind) != of_same || a.empty() || b.empty()) continue;
    if (in_sessions_only && !in_session(pair.kind) && !labelled(pair.kind)) continue;
    std::array<double, kDim> d;
    for (std::size_t i = 0; i < kDim; ++i) d[i] = a[i] - b[i];
    for (std::size_t i = 0; i < kDim; ++i)
      for (std::size_t j = 0; j < kDim; ++j) out(i, j) += d[i] * d[j];
    ++n;
  }
  for (double& x : out.at) x /= std::max(1.0, n);
  return out;
}

/// Shrinks the directions in which messages of one need differ, and stretches those in which other
/// needs do.
Matrix map_of(const Matrix& within, const Matrix& between, double ridge, double stretch) {
  const Matrix whiten = power(shrunk(within, ridge), -.5);
  const Matrix rest = product(product(whiten, shrunk(between, ridge)), whiten);
  return product(whiten, power(shrunk(rest, 0), stretch));
}

struct Choice {
  bool mapped = false;
  Matrix map{0};
  double stem_share = 0, slope = 1;
  Worth worth;
  std::string words = "nothing: the built-in models are as good";
};

Choice choose(const WeakPairs& fit, const WeakPairs& probe, Analyzer& analyzer,
              const StemWeights& own, const AdaptSettings& settings) {
  const std::vector<Seen> fitted = see(fit, analyzer), seen = see(probe, analyzer);
  const Parts plain = parts_of(probe, seen, analyzer, nullptr, own, 0);
  const double wanted = threshold_of(probe, plain.mix(1));
  Choice best;
  const Worth built_in = worth(probe, plain.mix(1));
  best.worth = built_in;
  constexpr std::array<double, 3> kRidges = {.3, .6, .8};
  constexpr std::array<double, 3> kStretches = {.25, .5, 1};
  int tried = 0;
  const auto consider = [&](const Matrix* map, double share, const std::string& words) {
    const Parts parts = parts_of(probe, seen, analyzer, map, own, share);
    const double slope = map ? slope_for(probe, parts, wanted) : 1;
    const Worth value = worth(probe, parts.mix(slope));
    settings.progress("tries maps", ++tried / 40.0);
    if (value.harms(built_in)) return;
    if (value.whole() > best.worth.whole())
      best = {map != nullptr, map ? *map : Matrix(0), share, slope, value, words};
  };
  for (const bool same_in_session : {true, false}) {
    const Matrix within = spread(fit, fitted, true, same_in_session);
    for (const bool other_in_session : {true, false}) {
      const Matrix between = spread(fit, fitted, false, other_in_session);
      for (const double ridge : kRidges) {
        for (const double stretch : kStretches) {
          const Matrix map = map_of(within, between, ridge, stretch);
          consider(&map, 0,
                   "vectors mapped (ridge " + three_places(ridge) + ", stretch " +
                       three_places(stretch) + ", same by " +
                       (same_in_session ? "sessions" : "sessions and answers") + ", other by " +
                       (other_in_session ? "sessions" : "sessions, answers and openings") + ")");
        }
      }
    }
  }
  const Choice mapped = best;
  consider(mapped.mapped ? &mapped.map : nullptr, .5,
           (mapped.mapped ? mapped.words : std::string("vectors as built in")) +
               ", half of the word weights from the logs");
  return best;
}

std::string stem_file(std::span<const LogSession* const> sessions, Analyzer& analyzer,
                      const StemWeights& own, double share) {
  std::unordered_map<std::uint32_t, std::uint16_t> built_in;
  for (const LogSession* session : sessions) {
    for (const LogTurn& turn : session->turns) {
      const Sketch sketch = analyzer.sketch(turn.text);
      for (std::size_t i = 0; i < sketch.stems().size(); ++i)
        built_in.emplace(sketch.stems()[i], sketch.weights()[i]);
    }
  }
  std::vector<std::pair<std::uint32_t, int>> rows;
  for (const auto& [stem, weight] : own)
    rows.emplace_back(stem, static_cast<int>(blended(built_in.at(stem), stem, own, share)));
  std::sort(rows.begin(), rows.end());
  std::string out;
  for (const auto& [stem, weight] : rows)
    out += std::to_string(stem) + "\t" + std::to_string(weight) + "\n";
  return out;
}

std::vector<double> similarities(const WeakPairs& pairs, Analyzer& analyzer) {
  std::vector<Sketch> sketches;
  for (const std::string& text : pairs.texts) sketches.push_back(analyzer.sketch(text));
  std::vector<double> out;
  for (const WeakPair& p : pairs.pairs) {
    const Likeness like = analyzer.likeness(sketches[p.first], sketches[p.second]);
    out.push_back((2.0 * like.vector + like.stems + like.letters) / 4 / Score::kOne);
  }
  return out;
}

/// The same pairs under two models. `counts`: which kinds.
AdaptFigure compare(const WeakPairs& pairs, std::span<const double> old,
                    std::span<const double> now, std::string name,
                    const std::function<bool(WeakKind)>& counts, std::uint64_t seed) {
  std::vector<std::size_t> used;
  for (std::size_t i = 0; i < pairs.pairs.size(); ++i)
    if (counts(pairs.pairs[i].kind)) used.push_back(i);
  const auto auc = [&](std::span<const double> scores, const std::vector<std::size_t>& rows) {
    std::vector<bool> labels;
    std::vector<double> kept;
    for (const std::size_t i : rows) {
      labels.push_back(same(pairs.pairs[i].kind));
      kept.push_back(scores[i]);
    }
    return kept.empty() ? 0 : roc_auc(labels, kept);
  };
  AdaptFigure out{std::move(name), used.size(), auc(old, used), auc(now, used), 0, 0};
  // Both models on the same resampled pairs: what they have in common falls out of the change.
  Chance chance(seed);
  std::vector<double> changes;
  std::vector<std::size_t> drawn(used.size());
  for (int r = 0; r < kResamplings && !used.empty(); ++r) {
    for (std::size_t& row : drawn) row = used[chance.below(used.size())];
    changes.push_back(auc(now, drawn) - auc(old, drawn));
  }
  std::sort(changes.begin(), changes.end());
  if (!changes.empty()) {
    out.low = changes[kResamplings / 40];
    out.high = changes[kResamplings - 1 - kResamplings / 40];
  }
  return out;
}

AdaptFigure taken_for_same(const WeakPairs& pairs, Analyzer& before, Analyzer& after,
                           bool of_same) {
  AdaptFigure f{of_same ? "share of same needs above the threshold"
                        : "share of other needs above the threshold",
                0,
                0,
                0,
                0,
                0};
  const auto yes = [&](Analyzer& a, const WeakPair& p) {
    return a.same_need(a.sketch(pairs.texts[p.first]), a.sketch(pairs.texts[p.second])) >=
           Score::percent(50);
  };
  for (const WeakPair& p : pairs.pairs) {
    if (same(p.kind) != of_same) continue;
    ++f.pairs;
    f.before += yes(before, p);
    f.after += yes(after, p);
  }
  f.before /= static_cast<double>(std::max<std::size_t>(1, f.pairs));
  f.after /= static_cast<double>(std::max<std::size_t>(1, f.pairs));
  return f;
}

/// Fills figures, and says why the new models must not be used where that is so.
void judge(const WeakPairs& pairs, Analyzer& before, Analyzer& after, std::uint64_t seed,
           Adapted& out) {
  const std::vector<double> old = similarities(pairs, before), now = similarities(pairs, after);
  const auto figure = [&](std::string name, const std::function<bool(WeakKind)>& counts) {
    return compare(pairs, old, now, std::move(name), counts, seed);
  };
  out.figures = {figure("AUC, turns of one session", in_session),
                 figure("AUC, turns of two sessions",
                        [](WeakKind k) { return !in_session(k) && !labelled(k); })};
  if (out.figures[0].low <= 0 && out.figures[1].low <= 0)
    out.refused = "no gain that could not be chance on conversations that nothing was fitted on";
  std::array<std::size_t, kWeakKinds> count{};
  for (const WeakPair& p : pairs.pairs) ++count[static_cast<std::size_t>(p.kind)];
  for (int k = 0; k < kWeakKinds; ++k) {
    const auto kind = static_cast<WeakKind>(k);
    if (count[static_cast<std::size_t>(k)] < 20 || labelled(kind)) continue;
    out.figures.push_back(figure("AUC, " + std::string(in_words(kind)),
                                 [&](WeakKind other) { return is_compared(kind, other); }));
  }
  // Also what may be chance, where it may be much: guesses that rise together can still harm what
  // people would say.
  for (const AdaptFigure& f : out.figures) {
    if (out.refused) break;
    if (f.after < f.before)
      out.refused = f.name + " got worse";
    else if (f.low < -kLossMax)
      out.refused = f.name + " may have got worse";
  }
  if (count[static_cast<std::size_t>(WeakKind::labelled_same)] >= 10 &&
      count[static_cast<std::size_t>(WeakKind::labelled_other)] >= 10) {
    out.figures.push_back(figure("AUC, labelled pairs", [](WeakKind k) { return labelled(k); }));
    // What people say outranks what is guessed, also where it is too little to be sure.
    const AdaptFigure& f = out.figures.back();
    if (f.after < f.before - kLossMax && !out.refused) out.refused = f.name + " got worse";
  }
  out.figures.push_back(taken_for_same(pairs, before, after, true));
  out.figures.push_back(taken_for_same(pairs, before, after, false));
}

std::string on_one_line(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c == '\t' || c == '\n' || c == '\r'; }, ' ');
  return text;
}

/// Adds the answers to tell apart, if that proves right on the sessions to judge on: requests
/// before answers that are told apart must be less alike than those before answers still taken for
/// one.
void tell_apart(std::span<const LogSession* const> fit, std::span<const LogSession* const> held,
                Analyzer& analyzer, std::uint64_t seed, Adapted& out) {
  const std::vector<ApartAnswers> pairs = answers_apart(fit, analyzer, seed);
  const ApartFigures f = judge_apart(held, analyzer, pairs);
  if (f.apart < kApartMin || f.apart_likeness >= f.taken_likeness) return;
  ModelFile file{"answers_apart.tsv", {}};
  for (const ApartAnswers& p : pairs)
    file.bytes += std::to_string(p.first) + "\t" + std::to_string(p.second) + "\t" +
                  on_one_line(p.first_text) + "\t" + on_one_line(p.second_text) + "\n";
  out.chosen += "; " + std::to_string(pairs.size()) + " pairs of answers told apart";
  const auto taken = static_cast<double>(f.taken);
  out.figures.push_back({"replies worded like a recent one: share taken for it", f.taken, 1,
                         1 - static_cast<double>(f.apart) / taken, 0, 0});
  out.figures.push_back({"likeness of their requests: taken for one, told apart", f.apart,
                         f.taken_likeness, f.apart_likeness, 0, 0});
  out.files.push_back(std::move(file));
}

}  // namespace

Result<Adapted> adapt(const std::vector<LogSession>& sessions, const std::vector<LogSession>& later,
                      const std::vector<PairLabel>& labels, const text::PhrasePacks& packs,
                      const AdaptSettings& settings) {
  std::vector<const LogSession*> fit, probe, held;
  for (const LogSession& s : sessions) {
    const std::uint64_t part = stable_hash(s.id) % 4;
    (part == 2 ? probe : part == 3 && later.empty() ? held : fit).push_back(&s);
  }
  for (const LogSession& s : later) held.push_back(&s);
  const auto analyzer = text::make_analyzer(packs);
  settings.progress("finds pairs", 0);
  const WeakPairs fit_pairs =
      draw_weak_pairs(fit, labels, *analyzer, settings.pairs, settings.seed);
  const WeakPairs probe_pairs =
      draw_weak_pairs(probe, {}, *analyzer, settings.pairs / 2, settings.seed + 1);
  const WeakPairs held_pairs =
      draw_weak_pairs(held, labels, *analyzer, settings.pairs / 2, settings.seed + 2);
  for (const WeakPairs* pairs : {&fit_pairs, &probe_pairs, &held_pairs}) {
    const auto of_same = static_cast<std::size_t>(std::count_if(
        pairs->pairs.begin(), pairs->pairs.end(), [](const WeakPair& p) { return same(p.kind); }));
    if (of_same < kPairsMin || pairs->pairs.size() - of_same < kPairsMin)
      return Error{std::to_string(sessions.size()) +
                       " sessions hold too few answers that recur; a thousand with a bot of its "
                       "own answers will do",
                   Action::stop};
  }
  const StemWeights own = count_stems(fit, *analyzer);
  const Choice best = choose(fit_pairs, probe_pairs, *analyzer, own, settings);

  Adapted out;
  out.sessions_fit = fit.size();
  out.sessions_choose = probe.size();
  out.sessions_held = held.size();
  out.chosen = best.words;
  out.answers = frequent_answers(fit, *analyzer);
  text::Models models = text::builtin_models();
  const int scale = static_cast<int>(std::lround(1'000 * best.slope));
  if (best.mapped) {
    settings.progress("maps the table", .9);
    std::string rows = mapped_rows(text::builtin_vectors(), best.map);
    auto table = text::VectorTable::own(rows, text::builtin_vector_features(), "vectors.i8");
    if (!table) return table.error();
    table->set_scale(scale);
    models.vectors = std::make_shared<const text::VectorTable>(std::move(*table));
    out.files.push_back({"vectors.i8", std::move(rows)});
    out.files.push_back({"vectors_features.txt", std::string(text::builtin_vector_features())});
    out.files.push_back({"vectors_scale.txt", std::to_string(scale) + "\n"});
  }
  if (best.stem_share > 0) {
    std::string file = stem_file(fit, *analyzer, own, best.stem_share);
    auto weights = text::parse_stem_weights(file, "stem_weights.tsv");
    if (!weights) return weights.error();
    models.stems = std::make_shared<const text::StemWeights>(std::move(*weights));
    out.files.push_back({"stem_weights.tsv", std::move(file)});
  }
  settings.progress("judges", .95);
  judge(held_pairs, *analyzer, *text::make_analyzer(packs, models), settings.seed, out);
  if (out.files.empty()) out.refused = "no change was better than the built-in models";
  if (out.refused) {
    out.chosen = "vectors and weights as built in (" + *out.refused + ")";
    out.files.clear();
  }
  settings.progress("tells answers apart", .97);
  tell_apart(fit, held, *analyzer, settings.seed + 3, out);
  if (!out.files.empty()) out.refused.reset();
  return out;
}

}  // namespace loopbreaker::train
