// A conversation for tests of the core: events in a line each, and an analyzer that hears marks
// instead of English.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "loopbreaker/core.h"

namespace loopbreaker::testing {

/// Hears what is written in marks, so that a test says what is heard and not how:
///   {frustration} {abuse} {human_request} … any name of Heard; {shouting}; {cancellation} … any
///   Category #tag      what the message is about: same tag = same need, same answer, taken up by
///   the reply =5        a value      order:77  an identifier      asks:order  asks for one
///   120.00EUR  an amount ?         a question   any other word is a content word
class MarkAnalyzer : public Analyzer {
 public:
  const MessageAnalysis& analyze(std::string_view text, Participant, std::string_view) override;
  Sketch sketch(std::string_view text) override;
  Score same_need(const Sketch& a, const Sketch& b) const override;
  Score same_answer(const Sketch& a, const Sketch& b) const override;
  Score cohesion(const Sketch& request, const Sketch& reply) const override;
  /// Speaks for a loop where both sides say it again, else against it.
  std::int32_t judge_exchange(const ExchangeFeatures&) const override;
  ExchangeFeatures explain_exchange(const ExchangeFeatures&) const override;
  LoopScale loop_scale() const override;

 private:
  MessageAnalysis heard_;
};

/// Makes events for one session, five seconds and one offset apart, and folds them.
class Talk {
 public:
  explicit Talk(std::string id = "s-1") : id_(std::move(id)) {}

  Talk& customer(std::string_view text) { return say(Participant::customer, text); }
  Talk& bot(std::string_view text) { return say(Participant::bot, text); }
  Talk& agent(std::string_view text) { return say(Participant::agent, text); }
  Talk& say(Participant, std::string_view text);
  /// The bot says that it did not understand.
  Talk& fallback(std::string_view text);
  Talk& unsure(std::string_view text, Score confidence);
  Talk& transfer(TransferStatus);
  Talk& happens(EventType);
  Talk& action(std::string_view name, ActionOutcome);
  Talk& wait(DurationMs d) {
    now_ = now_ + d;
    return *this;
  }

  /// Judges by this analyzer from here on; it must outlive the talk.
  Talk& judged_by(Analyzer& analyzer) {
    analyzer_ = &analyzer;
    return *this;
  }

  /// The event with the next id, time and offset; fold or change it as the test likes.
  Event next();
  Folded put(const Event&);

  Session& session() { return session_; }
  const SignalState& operator[](Signal s) const { return session_[s]; }
  TimeMs now() const { return now_; }

 private:
  std::string id_;
  Session session_;
  bool open_ = false;
  TimeMs now_{1'700'000'000'000};
  std::int64_t offset_ = -1;
  std::deque<std::string> texts_;
  MarkAnalyzer marks_;
  Analyzer* analyzer_ = nullptr;  ///< in place of `marks_`
};

/// A text with everything in it that must be equal when two sessions went through the same.
std::string dump(const Session&);

}  // namespace loopbreaker::testing
