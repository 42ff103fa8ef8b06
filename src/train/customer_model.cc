// Makes customer.linear.
#include <algorithm>
#include <set>

#include "train/examples.h"
#include "train/figures.h"
#include "train/mood.h"
#include "train/phrasings.h"
#include "train/recipe.h"

namespace loopbreaker::train {
namespace {

constexpr int kBits = kCustomerBits;
constexpr int kFolds = 5;

const std::set<std::string, std::less<>> kUnhappy = {"anger", "annoyance", "disappointment",
                                                     "disapproval", "disgust"};

bool is_unhappy(std::string_view emotions) {
  while (!emotions.empty()) {
    const std::size_t comma = std::min(emotions.find(','), emotions.size());
    if (kUnhappy.contains(emotions.substr(0, comma))) return true;
    emotions.remove_prefix(std::min(comma + 1, emotions.size()));
  }
  return false;
}

class Maker {
 public:
  explicit Maker(const Job& job) : job_(job), maker_(models_so_far(job)) {}

  Status make() {
    if (Status s = read_ordinary(); !s) return s;
    std::vector<LogisticModel> heads(text::kCustomerHeads);
    if (Status s = abuse(heads[text::kAbuse]); !s) return s;
    if (Status s = dissatisfied(heads[text::kDissatisfied]); !s) return s;
    if (Status s = human_request(heads[text::kHumanRequest]); !s) return s;
    job_.progress("mood", 0.8);
    auto mood = mood_heads(job_);
    if (!mood) return mood.error();
    heads[text::kMoodHead] = std::move(mood->mood);
    heads[text::kRude] = std::move(mood->rude);
    return write_file(job_.out + "/customer.linear", pack_heads(heads, kBits));
  }

 private:
  /// What customers say to bots when all is well; every text once.
  Status read_ordinary() {
    job_.progress("reading ordinary messages", 0);
    const auto add = [&](const std::string& text, const std::string& label, std::string_view set) {
      if (seen_.insert(text).second) ordinary_.push_back({text, label, std::string(set)});
    };
    for (const char* name : {"banking77", "clinc150", "hwu64", "bitext"}) {
      const auto read = job_.corpus.utterances(name);
      if (!read) return read.error();
      for (const Labelled& l : *read) add(l.text, l.label, name);
    }
    return job_.corpus.events("multiwoz_val", [&](const Event& e) {
      if (e.type == EventType::message && e.participant == Participant::customer)
        add(std::string(e.text), "", "multiwoz");
    });
  }

  struct Ordinary {
    std::string text, label, set;
  };

  Status abuse(LogisticModel& head) {
    job_.progress("abuse", 0.1);
    const auto train = job_.corpus.abuse("train");
    if (!train) return train.error();
    const auto valid = job_.corpus.abuse("valid");
    if (!valid) return valid.error();
    std::vector<Example> examples, unseen;
    for (const Annotated& a : *train)
      examples.push_back(maker_.make(a.text, a.abuse, 1, group_of(a.text)));
    for (std::size_t i = 0; i < ordinary_.size(); i += 4) {
      const std::string& t = ordinary_[i].text;
      examples.push_back(maker_.make(t, false, 0.3F, group_of(t)));
    }
    for (const Annotated& a : *valid) unseen.push_back(maker_.make(a.text, a.abuse, 1, 0));
    LogisticSettings s;
    s.bits = kBits;
    s.epochs = 15;
    const std::vector<double> held = held_out(examples, s, kFolds, [] {});
    // The threshold is found on annotated turns alone: ordinary messages are easy.
    const auto annotated = std::span(examples).first(train->size());
    const std::vector<bool> labels = labels_of(annotated);
    const double t = best_threshold(labels, std::span(held).first(train->size()));
    job_.tell("abuse, ConvAbuse train held out by text: " +
              in_words(labels, std::span(held).first(train->size()), t));
    head = fit(pointers_to(examples), s);
    job_.tell("abuse, ConvAbuse valid: " + in_words(labels_of(unseen), judge(head, unseen), t));
    std::size_t wrong = 0;
    for (std::size_t i = train->size(); i < held.size(); ++i) wrong += held[i] >= t;
    job_.tell("abuse, ordinary messages held out: " +
              three_places(1'000.0 * wrong / (held.size() - train->size())) + " per 1,000");
    head.bias -= static_cast<float>(t);
    return Ok{};
  }

  Status dissatisfied(LogisticModel& head) {
    job_.progress("dissatisfaction", 0.3);
    const auto train = job_.corpus.utterances("goemotions_train");
    if (!train) return train.error();
    const auto dev = job_.corpus.utterances("goemotions_dev");
    if (!dev) return dev.error();
    const auto turns = job_.corpus.abuse("train");
    if (!turns) return turns.error();
    std::vector<Example> examples, unseen;
    for (const Labelled& l : *train)
      examples.push_back(maker_.make(l.text, is_unhappy(l.label), 1, 0));
    for (const Annotated& a : *turns) examples.push_back(maker_.make(a.text, a.abuse, 1, 0));
    for (std::size_t i = 0; i < ordinary_.size(); i += 2)
      examples.push_back(
          maker_.make(ordinary_[i].text, ordinary_[i].label == "complaint", 0.5F, 0));
    for (const Labelled& l : *dev) unseen.push_back(maker_.make(l.text, is_unhappy(l.label), 1, 0));
    LogisticSettings s;
    s.bits = kBits;
    s.epochs = 6;
    head = fit(pointers_to(examples), s);
    const std::vector<double> odds = judge(head, unseen);
    const double t = best_threshold(labels_of(unseen), odds);
    job_.tell("dissatisfied, GoEmotions dev: " + in_words(labels_of(unseen), odds, t));
    head.bias -= static_cast<float>(t);
    return Ok{};
  }

  Status human_request(LogisticModel& head) {
    job_.progress("requests for a person", 0.6);
    std::vector<Example> written, bitext, others;
    for (const std::string& t : requests_for_a_person())
      written.push_back(maker_.make(t, true, 0.5F, group_of(t)));
    for (const std::string& t : false_friends_of_a_person())
      written.push_back(maker_.make(t, false, 0.5F, group_of(t)));
    // Some of the ordinary messages do ask for a person, whatever they are labelled as.
    constexpr Score kUnclear = Score::percent(25);
    const auto asks_perhaps = [&](const std::string& text) {
      return phrases_.hear(Heard::human_request, text, Participant::customer) >= kUnclear;
    };
    for (const Ordinary& o : ordinary_) {
      const bool asks = o.label == "contact_human_agent";
      if (!asks && (o.label == "contact_customer_service" || asks_perhaps(o.text))) continue;
      auto& to = o.set == "bitext" ? bitext : others;
      to.push_back(maker_.make(o.text, asks, 1, 0));
    }
    std::set<std::string> turns;
    const Status read = job_.corpus.events("star", [&](const Event& e) {
      if (e.type != EventType::message || e.participant != Participant::customer) return;
      std::string text(e.text);
      if (turns.insert(text).second && !asks_perhaps(text))
        others.push_back(maker_.make(text, false, 1, 0));
    });
    if (!read) return read.error();
    LogisticSettings s;
    s.bits = kBits;
    s.epochs = 8;
    const auto all_but = [&](const std::vector<Example>* left_out) {
      std::vector<const Example*> rest;
      for (const auto* part : {&written, &bitext, &others}) {
        if (part == left_out) continue;
        for (const Example& e : *part) rest.push_back(&e);
      }
      return rest;
    };
    if (job_.report) {
      const LogisticModel without_bitext = fit(all_but(&bitext), s);
      job_.report("requests for a person, Bitext left out: " +
                  in_words(labels_of(bitext), judge(without_bitext, bitext), 0));
      const LogisticModel without_grammar = fit(all_but(&written), s);
      job_.report("requests for a person, grammar left out: " +
                  in_words(labels_of(written), judge(without_grammar, written), 0));
    }
    head = fit(all_but(nullptr), s);
    return Ok{};
  }

  const Job& job_;
  ExampleMaker maker_;
  PhraseLabels phrases_;
  std::set<std::string> seen_;
  std::vector<Ordinary> ordinary_;
};

}  // namespace

Status make_customer_model(const Job& job) { return Maker(job).make(); }

}  // namespace loopbreaker::train
