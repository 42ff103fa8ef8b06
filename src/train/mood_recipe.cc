// Makes mood.slopes, and the heads of the linear tables that it rests on.
#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <optional>
#include <unordered_map>

#include "codec/labels.h"
#include "loopbreaker/core.h"
#include "text/analyzer.h"
#include "text/mood_model.h"
#include "text/passing_analyzer.h"
#include "text/redact.h"
#include "train/course.h"
#include "train/figures.h"
#include "train/mood.h"
#include "train/recipe.h"

namespace loopbreaker::train {
namespace {

constexpr int kFolds = 5;
constexpr int kBlocks = 50;   // periods that are dealt to the folds within a training part
constexpr double kReach = 4;  // standard deviations beyond which a feature tells no more

struct Message {
  EventType type;
  Participant participant;
  TimeMs time;
  std::string id, text, channel;
  bool fallback = false;
};

/// A labelled session with the course of its customer's turns.
struct Recorded {
  std::string id;
  bool annoyed = false, rude = false, happy = false;
  int period = 0, dealt = 0, block = 0;
  std::vector<Message> messages;
  Course course;   ///< the customer's turns
  Course replies;  ///< the bot's
};

Result<std::vector<Recorded>> read_recorded(const Job& job) {
  const Corpus& corpus = job.corpus;
  std::string text;
  Status read = corpus.lines("labels/star.ndjson",
                             [&](std::string_view line) { text.append(line).push_back('\n'); });
  if (!read) return read.error();
  auto labels = codec::decode_labels(text);
  if (!labels) return labels.error();
  std::unordered_map<std::string, const codec::SessionLabel*> known;
  for (const codec::SessionLabel& l : *labels)
    if (l.annoyed) known.emplace(l.session_id, &l);

  text::RedactionSettings redaction;
  redaction.secret = "train";
  auto redactor = text::make_redactor(redaction);
  if (!redactor) return redactor.error();
  std::vector<Recorded> all;
  std::unordered_map<std::string, std::size_t> places;
  std::string scratch;
  ExampleMaker maker(models_so_far(job));
  read = corpus.events("star", [&](const Event& e) {
    const std::string id(e.session_id);
    const auto label = known.find(id);
    if (label == known.end()) return;
    const auto [place, fresh] = places.try_emplace(id, all.size());
    if (fresh) {
      Recorded& r = all.emplace_back();
      r.id = id;
      r.annoyed = *label->second->annoyed;
      r.rude = label->second->scripted_annoying.value_or(false);
      r.happy = label->second->happy_path.value_or(false);
    }
    Recorded& r = all[place->second];
    r.messages.push_back({e.type, e.participant, e.time, std::string(e.id),
                          std::string((*redactor)->redact(e.text, scratch)), std::string(e.channel),
                          e.fallback});
    if (e.type != EventType::message) return;
    Course& course = e.participant == Participant::customer ? r.course : r.replies;
    course.turns.push_back(maker.make(r.messages.back().text, false, 1, 0));
  });
  if (!read) return read.error();
  // Sessions come in the order of their first events. The people who talk change over the months,
  // so periods held out are nearly people held out.
  for (std::size_t i = 0; i < all.size(); ++i) {
    Recorded& r = all[i];
    r.period = static_cast<int>(i * kFolds / all.size());
    r.block = static_cast<int>(i * kBlocks / all.size());
    r.dealt = static_cast<int>(i % kFolds);
    add_up(r.course, kCustomerBits);
    add_up(r.replies, kBotBits);
  }
  return all;
}

using Heads = MoodHeads;

LogisticModel fit_head(std::vector<Recorded>& all, Course Recorded::*of, bool Recorded::*label,
                       const CourseSettings& s, auto&& of_part) {
  std::vector<const Course*> part;
  for (Recorded& r : all) {
    (r.*of).positive = r.*label;
    if (of_part(r)) part.push_back(&(r.*of));
  }
  return fit_courses(part, s);
}

Heads fit_heads(std::vector<Recorded>& all, const CourseSettings& s, auto&& of_part) {
  CourseSettings replies = s;
  replies.bits = kBotBits;
  replies.ridge = replies.vector_ridge = 2;
  Heads heads;
  heads.mood = fit_head(all, &Recorded::course, &Recorded::annoyed, s, of_part);
  heads.rude = fit_head(all, &Recorded::course, &Recorded::rude, s, of_part);
  heads.annoying = fit_head(all, &Recorded::replies, &Recorded::annoyed, replies, of_part);
  return heads;
}

void add_share(LogisticModel& sum, const LogisticModel& m, float share) {
  sum.weights.resize(m.weights.size());
  for (std::size_t i = 0; i < m.weights.size(); ++i) sum.weights[i] += share * m.weights[i];
  for (std::size_t i = 0; i < m.vector.size(); ++i) sum.vector[i] += share * m.vector[i];
}

void add_share(Heads& sum, const Heads& heads, float share) {
  add_share(sum.mood, heads.mood, share);
  add_share(sum.rude, heads.rude, share);
  add_share(sum.annoying, heads.annoying, share);
}

CourseSettings head_settings() {
  CourseSettings s;
  s.bits = kCustomerBits;
  return s;
}

/// What heads that have not seen a session say of its turns: log-odds.
struct SaidTurn {
  std::int32_t mood = 0, rude = 0;
};
struct SaidSession {
  std::vector<SaidTurn> turns;
  std::vector<std::int32_t> replies;
};
using Said = std::vector<SaidSession>;

void say(const Recorded& r, const Heads& heads, SaidSession& out) {
  const auto milli = [](double x) { return static_cast<std::int32_t>(std::lround(1'000 * x)); };
  out = {};
  for (const Example& turn : r.course.turns)
    out.turns.push_back({milli(heads.mood.log_odds(turn)), milli(heads.rude.log_odds(turn))});
  for (const Example& turn : r.replies.turns)
    out.replies.push_back(milli(heads.annoying.log_odds(turn)));
}

/// A part's heads, and what is said of its sessions by heads that have not seen them.
struct CrossFit {
  Heads heads;
  Said said;
};

/// The heads of a part are the mean of those that are fitted on all but a fold of it: what new
/// sessions are told is then of the size that the slopes are fitted to, and steadier than what a
/// single fit on the whole part says.
CrossFit cross_fit(std::vector<Recorded>& all, auto&& of_part) {
  const CourseSettings settings = head_settings();
  CrossFit out;
  out.said.resize(all.size());
  for (int fold = 0; fold < kFolds; ++fold) {
    const Heads heads = fit_heads(
        all, settings, [&](const Recorded& r) { return of_part(r) && r.block % kFolds != fold; });
    add_share(out.heads, heads, 1.0F / kFolds);
    for (std::size_t i = 0; i < all.size(); ++i)
      if (of_part(all[i]) && all[i].block % kFolds == fold) say(all[i], heads, out.said[i]);
  }
  return out;
}

/// Puts the held-out heads in the place of the built-in ones, and the model in the making in that
/// of the built-in model; keeps what is asked of it.
class Listener final : public text::PassingAnalyzer {
 public:
  using PassingAnalyzer::PassingAnalyzer;

  SaidTurn said;
  std::int32_t annoying = 0;
  const text::MoodModel* model = nullptr;
  mutable std::optional<MoodFeatures> asked;

  const MessageAnalysis& analyze(std::string_view text, Participant participant,
                                 std::string_view language) override {
    heard_ = PassingAnalyzer::analyze(text, participant, language);
    heard_.judged.annoying = participant == Participant::customer ? 0 : annoying;
    if (participant == Participant::customer) {
      heard_.judged.mood = said.mood;
      heard_.judged.rude = said.rude;
    }
    return heard_;
  }
  std::int32_t judge_mood(const MoodFeatures& features) const override {
    asked = features;
    return model ? model->log_odds(features) : 0;
  }
  // The model that is asked is not that of the one behind.
  MoodFeatures explain_mood(const MoodFeatures&) const override { return {}; }

 private:
  MessageAnalysis heard_;
};

/// Folds a session; calls `turn` after each message that was judged.
void replay(const Recorded& r, const SaidSession& said, Listener& listener, auto&& turn) {
  std::optional<Session> session;
  std::size_t next = 0, next_reply = 0;
  std::int64_t offset = 0;
  for (const Message& m : r.messages) {
    Event e;
    e.type = m.type;
    e.participant = m.participant;
    e.time = m.time;
    e.id = m.id;
    e.session_id = r.id;
    e.text = m.text;
    e.channel = m.channel;
    e.fallback = m.fallback;
    e.position = {0, offset++};
    if (!session) session = open_session(e);
    if (m.type == EventType::message) {
      if (m.participant == Participant::customer) {
        listener.said = said.turns[next++];
      } else {
        listener.annoying = said.replies[next_reply++];
      }
    }
    listener.asked.reset();
    fold(*session, e, listener);
    if (listener.asked) turn(*listener.asked, *session);
  }
}

/// The features of many courses, each with its label and weight.
struct Rows {
  std::vector<MoodFeatures> features;
  std::vector<bool> labels;
  std::vector<double> weights;

  void add(const Recorded& r, const std::vector<MoodFeatures>& turns) {
    // The whole course counts most: it is what the label is about.
    for (std::size_t i = 0; i < turns.size(); ++i) {
      features.push_back(turns[i]);
      labels.push_back(r.annoyed);
      weights.push_back(i + 1 == turns.size() ? 1.0
                                              : kBeginnings / static_cast<double>(turns.size()));
    }
  }
  static constexpr double kBeginnings = 0.05;
};

/// Where a feature lies, and how far from there it still tells something.
text::MoodSlope spread_of(const Rows& rows, std::size_t feature) {
  double all = 0, sum = 0, square = 0;
  for (std::size_t i = 0; i < rows.features.size(); ++i) {
    const double x = rows.features[i].values[feature];
    all += rows.weights[i];
    sum += rows.weights[i] * x;
    square += rows.weights[i] * x * x;
  }
  const double mean = sum / all;
  const double spread = std::sqrt(std::max(0.0, square / all - mean * mean));
  text::MoodSlope s;
  s.centre = static_cast<std::int32_t>(std::lround(mean));
  s.reach = static_cast<std::int32_t>(std::lround(std::max(1.0, kReach * spread)));
  return s;
}

/// A ridge logistic regression over the features in units of their spread, clipped.
text::MoodModel fit_mood(const Rows& rows) {
  static_assert(kMood <= 64);
  text::MoodModel model;
  for (std::size_t k = 0; k < kMood; ++k) model.slopes[k] = spread_of(rows, k);
  std::vector<Course> courses(rows.features.size());
  std::vector<const Course*> pointers;
  for (std::size_t i = 0; i < courses.size(); ++i) {
    Course& c = courses[i];
    c.positive = rows.labels[i];
    c.weight = static_cast<float>(rows.weights[i]);
    for (std::uint32_t k = 0; k < kMood; ++k) {
      const text::MoodSlope& s = model.slopes[k];
      const int x = std::clamp(rows.features[i].values[k] - s.centre, -s.reach, s.reach);
      if (x != 0) c.features.emplace_back(k, kReach * x / s.reach);
    }
    pointers.push_back(&c);
  }
  CourseSettings s;
  s.bits = 6;
  s.ridge = 60;
  const LogisticModel fitted = fit_courses(pointers, s);
  for (std::size_t k = 0; k < kMood; ++k)
    model.slopes[k].gain =
        static_cast<std::int32_t>(std::lround(1'000 * kReach * fitted.weights[k]));
  model.prepare();
  return model;
}

class Maker {
 public:
  explicit Maker(const Job& job)
      : job_(job),
        inner_(text::make_analyzer(text::builtin_packs(), models_so_far(job))),
        listener_(*inner_) {}

  Status make() {
    job_.progress("reading sessions", 0);
    auto read = read_recorded(job_);
    if (!read) return read.error();
    all_ = std::move(read).value();
    if (job_.report) held_out_figures(&Recorded::dealt, "sessions held out");
    const std::int32_t threshold = held_out_figures(&Recorded::period, "periods held out");
    job_.progress("all sessions", 0.9);
    const auto every = [](const Recorded&) { return true; };
    text::MoodModel model = grow(cross_fit(all_, every).said, every);
    model.base -= threshold;
    return write_file(job_.out + "/mood.slopes", text::to_text(model));
  }

 private:
  text::MoodModel grow(const Said& said, auto&& of_part) {
    listener_.model = nullptr;
    Rows rows;
    std::vector<MoodFeatures> turns;
    for (std::size_t i = 0; i < all_.size(); ++i) {
      if (!of_part(all_[i])) continue;
      turns.clear();
      replay(all_[i], said[i], listener_,
             [&](const MoodFeatures& f, const Session&) { turns.push_back(f); });
      rows.add(all_[i], turns);
    }
    return fit_mood(rows);
  }

  /// Reports figures on periods that neither heads nor slopes have seen; returns the log-odds with
  /// the best F1 there.
  std::int32_t held_out_figures(int Recorded::*part, const std::string& how) {
    std::vector<text::MoodModel> models(kFolds);
    Said said(all_.size());
    std::vector<double> final_odds(all_.size());
    std::vector<bool> labels;
    for (const Recorded& r : all_) labels.push_back(r.annoyed);
    for (int fold = 0; fold < kFolds; ++fold) {
      job_.progress(how, 0.1 + 0.15 * fold);
      const auto of_part = [&](const Recorded& r) { return r.*part != fold; };
      const CrossFit fitted = cross_fit(all_, of_part);
      models[fold] = grow(fitted.said, of_part);
      listener_.model = &models[fold];
      for (std::size_t i = 0; i < all_.size(); ++i) {
        if (all_[i].*part != fold) continue;
        say(all_[i], fitted.heads, said[i]);
        replay(all_[i], said[i], listener_, [&](const MoodFeatures& f, const Session&) {
          final_odds[i] = models[fold].log_odds(f);
        });
      }
    }
    std::vector<double> sums(all_.size());
    for (std::size_t i = 0; i < all_.size(); ++i)
      for (const SaidTurn& t : said[i].turns) sums[i] += t.mood;
    figures("turns' sum, " + how, labels, sums);
    std::vector<bool> rude;
    for (const Recorded& r : all_) rude.push_back(r.rude);
    std::vector<double> rude_sums(all_.size());
    for (std::size_t i = 0; i < all_.size(); ++i)
      for (const SaidTurn& t : said[i].turns) rude_sums[i] += t.rude;
    figures("turns' sum of rudeness, " + how, rude, rude_sums);
    std::int32_t threshold = figures("model, " + how, labels, final_odds);
    // The signal has its own threshold: what was said in so many words comes on top of the model.
    std::vector<double> last(all_.size()), peak(all_.size());
    const auto judge = [&](std::int32_t threshold) {
      for (int fold = 0; fold < kFolds; ++fold) {
        text::MoodModel model = models[fold];
        model.base -= threshold;
        model.prepare();
        listener_.model = &model;
        for (std::size_t i = 0; i < all_.size(); ++i) {
          if (all_[i].*part != fold) continue;
          replay(all_[i], said[i], listener_, [&](const MoodFeatures&, const Session& session) {
            last[i] = session[Signal::frustration].now.raw;
            peak[i] = session[Signal::frustration].peak.raw;
          });
        }
      }
    };
    judge(threshold);
    threshold += middle_of_the_best(labels, last);
    judge(threshold);
    figures("signal at the end, " + how, labels, last, 5'000);
    figures("signal at its peak, " + how, labels, peak, 5'000);
    for (const int at : {4'500, 5'000, 5'500, 6'000, 6'500, 7'000, 7'500, 8'000}) {
      double happy = 0, alarmed = 0, hit = 0, there = 0;
      for (std::size_t i = 0; i < all_.size(); ++i) {
        if (all_[i].annoyed) ++there, hit += peak[i] >= at;
        if (all_[i].happy && !all_[i].annoyed) ++happy, alarmed += peak[i] >= at;
      }
      job_.tell("signal at " + std::to_string(at) + ": recall " + three_places(hit / there) +
                ", false on happy paths " + three_places(1'000 * alarmed / happy) + " per 1,000");
    }
    return threshold;
  }

  /// Log-odds around which F1 is best: its highest point alone would be chance.
  static std::int32_t middle_of_the_best(const std::vector<bool>& labels,
                                         std::span<const double> signal) {
    const auto f1_at = [&](double log_odds) {
      return yes_no(labels, signal, Score::kOne / (1 + std::exp(-log_odds))).f1;
    };
    double best = -1, at = 0;
    for (double t = -2; t <= 2; t += 0.05) {
      double sum = 0;
      for (double d = -0.8; d <= 0.81; d += 0.2) sum += f1_at(t + d);
      if (sum > best) best = sum, at = t;
    }
    return static_cast<std::int32_t>(std::lround(1'000 * at));
  }

  std::int32_t figures(const std::string& what, const std::vector<bool>& labels,
                       std::span<const double> scores, std::optional<double> at = std::nullopt) {
    const double best = best_threshold(labels, scores);
    const YesNo f = yes_no(labels, scores, best);
    std::string line = what + ": average precision " +
                       three_places(average_precision(labels, scores)) + ", best F1 " +
                       three_places(f.f1);
    if (at) line += ", at the threshold " + in_words(labels, scores, *at);
    job_.tell(line);
    return static_cast<std::int32_t>(std::lround(best));
  }

  const Job& job_;
  std::unique_ptr<Analyzer> inner_;
  Listener listener_;
  std::vector<Recorded> all_;
};

}  // namespace

Result<MoodHeads> mood_heads(const Job& job) {
  auto all = read_recorded(job);
  if (!all) return all.error();
  return cross_fit(*all, [](const Recorded&) { return true; }).heads;
}

Status make_mood_model(const Job& job) { return Maker(job).make(); }

}  // namespace loopbreaker::train
