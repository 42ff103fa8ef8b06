// Makes bot.linear.
#include <algorithm>
#include <cmath>
#include <map>
#include <regex>
#include <set>

#include "train/examples.h"
#include "train/figures.h"
#include "train/mood.h"
#include "train/phrasings.h"
#include "train/recipe.h"

namespace loopbreaker::train {
namespace {

constexpr int kBits = kBotBits;

/// Acts of the STAR wizards that end in a failure.
bool fails(const std::string& act) {
  static const std::regex form(
      "unavail|fail|nothing|cannot|unsucc|out_of_scope|not_|_no_|unable|reject|no_venue|_invalid|"
      "error");
  return std::regex_search(act, form);
}

std::string service_of(const std::string& act) { return act.substr(0, act.find('_')); }

}  // namespace

Status make_bot_model(const Job& job) {
  job.progress("reading answers", 0);
  const auto acts = job.corpus.utterances("star_bot_acts");
  if (!acts) return acts.error();
  ExampleMaker maker(models_so_far(job));
  std::vector<Example> star, others;
  std::map<std::string, int> services, act_numbers;
  std::vector<int> act_of;
  PhraseLabels phrases;
  std::set<std::string> seen;
  // Answers without a label are taken as the phrases hear them: what the phrases know is then known
  // in other words too.
  const auto add_unlabelled = [&](const std::string& text) {
    if (!seen.insert(text).second) return;
    const Score score = phrases.hear(Heard::bot_failure, text, Participant::bot);
    const bool failed = score >= Score::percent(75);
    const bool unclear = !failed && score >= Score::percent(20);
    if (!unclear) others.push_back(maker.make(text, failed, 0.3F, 0));
  };
  for (const Labelled& l : *acts) {
    if (l.label == "custom") {
      add_unlabelled(l.text);
      continue;
    }
    if (!seen.insert(l.text).second) continue;
    const int service =
        services.emplace(service_of(l.label), static_cast<int>(services.size())).first->second;
    act_of.push_back(
        act_numbers.emplace(l.label, static_cast<int>(act_numbers.size())).first->second);
    star.push_back(maker.make(l.text, fails(l.label), 1, service));
  }
  const Status read = job.corpus.events("multiwoz_val", [&](const Event& e) {
    if (e.type == EventType::message && e.participant == Participant::bot)
      add_unlabelled(std::string(e.text));
  });
  if (!read) return read.error();
  for (const std::string& t : failure_answers())
    others.push_back(maker.make(t, true, 0.5F, group_of(t)));
  for (const std::string& t : working_answers())
    others.push_back(maker.make(t, false, 0.5F, group_of(t)));

  LogisticSettings s;
  s.bits = kBits;
  s.epochs = 10;
  // Acts come in families of one template: a rare act counts as much as one with many fillings.
  std::map<int, int> sizes;
  for (int act : act_of) ++sizes[act];
  for (std::size_t i = 0; i < star.size(); ++i)
    star[i].weight = 1.0F / std::sqrt(static_cast<float>(sizes[act_of[i]]));

  const auto left_out = [&](const char* what, int folds) {
    std::vector<double> odds(star.size());
    for (int fold = 0; fold < folds; ++fold) {
      job.progress(what, static_cast<double>(fold) / folds);
      std::vector<const Example*> rest = pointers_to(others);
      for (const Example& e : star) {
        if (e.group % folds != fold) rest.push_back(&e);
      }
      const LogisticModel m = fit(rest, s);
      for (std::size_t i = 0; i < star.size(); ++i) {
        if (star[i].group % folds == fold) odds[i] = m.log_odds(star[i]);
      }
    }
    job.report(std::string("failure answers, STAR, ") + what + ": " +
               in_words(labels_of(star), odds, 0));
  };
  if (job.report) {
    left_out("services left out", 8);
    for (std::size_t i = 0; i < star.size(); ++i) star[i].group = act_of[i];
    left_out("acts left out", 10);
    const LogisticModel strangers = fit(pointers_to(others), s);
    job.report("failure answers, all of STAR left out: " +
               in_words(labels_of(star), judge(strangers, star), 0));
  }
  std::vector<const Example*> all = pointers_to(others);
  for (const Example& e : star) all.push_back(&e);
  job.progress("replies that annoy", 0.8);
  auto mood = mood_heads(job);
  if (!mood) return mood.error();
  const std::vector<LogisticModel> heads = {fit(all, s), std::move(mood->annoying)};
  return write_file(job.out + "/bot.linear", pack_heads(heads, kBits));
}

}  // namespace loopbreaker::train
