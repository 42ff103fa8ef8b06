// An analyzer that passes every question on to another: for whoever listens in or changes one
// answer. New questions of the interface are added here, so that nobody who listens in loses an
// answer.
#pragma once

#include "loopbreaker/analysis.h"

namespace loopbreaker::text {

class PassingAnalyzer : public Analyzer {
 public:
  /// `inner` must outlive it.
  explicit PassingAnalyzer(Analyzer& inner) : inner_(inner) {}

  const MessageAnalysis& analyze(std::string_view text, Participant participant,
                                 std::string_view language) override {
    return inner_.analyze(text, participant, language);
  }
  Sketch sketch(std::string_view text) override { return inner_.sketch(text); }
  Likeness likeness(const Sketch& a, const Sketch& b) const override {
    return inner_.likeness(a, b);
  }
  std::int32_t closeness(const Sketch& a, const Sketch& b) const override {
    return inner_.closeness(a, b);
  }
  Score same_need(const Sketch& a, const Sketch& b) const override {
    return inner_.same_need(a, b);
  }
  Score same_answer(const Sketch& a, const Sketch& b) const override {
    return inner_.same_answer(a, b);
  }
  Score cohesion(const Sketch& request, const Sketch& reply) const override {
    return inner_.cohesion(request, reply);
  }
  std::int32_t judge_exchange(const ExchangeFeatures& features) const override {
    return inner_.judge_exchange(features);
  }
  ExchangeFeatures explain_exchange(const ExchangeFeatures& features) const override {
    return inner_.explain_exchange(features);
  }
  LoopScale loop_scale() const override { return inner_.loop_scale(); }
  std::int32_t judge_mood(const MoodFeatures& features) const override {
    return inner_.judge_mood(features);
  }
  MoodFeatures explain_mood(const MoodFeatures& features) const override {
    return inner_.explain_mood(features);
  }

 private:
  Analyzer& inner_;
};

}  // namespace loopbreaker::text
