// What is heard in one message, and the door through which the core asks for it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "loopbreaker/event.h"
#include "loopbreaker/exchange.h"
#include "loopbreaker/mood.h"
#include "loopbreaker/sketch.h"
#include "loopbreaker/types.h"

namespace loopbreaker {

/// Byte range [begin, end) in the text that was analysed.
struct Span {
  std::uint16_t begin = 0;
  std::uint16_t end = 0;
  bool operator==(const Span&) const = default;
};

/// Things a phrase can say. A score per thing; 0.5 is the threshold of each.
enum class Heard : std::uint8_t {
  frustration,    ///< annoyance, waiting, giving up
  abuse,          ///< insults; counts into frustration too
  human_request,  ///< wants a person
  bot_failure,    ///< an answer that says "I cannot / did not understand / found nothing"
  rejection,      ///< customer: "that did not work", "no, that's not what I meant"
  repeated,       ///< customer: "I already told you", "like I said"
  closing,        ///< thanks, goodbye
  solved,         ///< "that works", "problem solved", "never mind"
  handover,       ///< bot: "I'll connect you with an agent"
  refusal,        ///< bot denies a person: "no agents are available", "I can help you with that"
  aside,          ///< "hello?", "one moment": neither an ask nor an answer
  another,        ///< customer: "anything else?", "another one": goes on from an answer instead of asking again
};
inline constexpr int kHeard = 12;
std::string_view name_of(Heard);

/// Topics that policies send to a human whatever the bot does.
enum class Category : std::uint8_t { cancellation, billing_dispute, outage, legal, safety, fraud, privacy };
inline constexpr int kCategories = 7;
std::string_view name_of(Category);

enum class IdentifierKind : std::uint8_t { order, account, reference, phone, email, name, postcode, date, card, other };
std::string_view name_of(IdentifierKind);

/// A number of money read with its currency. Minor units: 1999 USD = 19.99 dollars.
struct Amount {
  std::int64_t minor = 0;
  std::string currency;  ///< ISO 4217
  Span span;
};

/// Something the customer gave that an agent needs, or a redacted token standing for it.
struct Identifier {
  IdentifierKind kind = IdentifierKind::other;
  std::string value;  ///< as written, <= 64 bytes; for redacted ones the keyed token
  Span span;
  bool operator==(const Identifier&) const = default;
};

struct HeardPhrase {
  Heard what = Heard::frustration;
  Score score;
  Span span;
};

struct HeardCategory {
  Category what = Category::cancellation;
  Score score;
  Span span;
};

/// What the linear models say, before phrases are asked: log-odds in 1/1000 nat, 0 = the threshold.
struct Judged {
  std::int32_t abuse = 0;          ///< customer
  std::int32_t dissatisfied = 0;   ///< customer: any displeasure, weaker than frustration
  std::int32_t human_request = 0;  ///< customer
  std::int32_t mood = 0;           ///< customer: what this turn adds to the log-odds that the session annoys them
  std::int32_t rude = 0;           ///< customer: what this turn adds to the log-odds of an impatient, rude one
  std::int32_t annoying = 0;       ///< bot, agent: what this reply adds to the log-odds that the session annoys the customer
  std::int32_t bot_failure = 0;    ///< bot, agent
};

/// All that is heard in one message.
struct MessageAnalysis {
  Score scores[kHeard];               ///< indexed by Heard
  Judged judged;
  std::vector<HeardPhrase> phrases;   ///< what is behind the scores: matched phrases, telling words; at most 16
  std::vector<HeardCategory> categories;
  std::vector<Amount> amounts;
  std::vector<Identifier> identifiers;
  std::vector<IdentifierKind> asks_for;  ///< bot or agent asks for these ("what is your order number?")
  bool question = false;                 ///< asks something
  bool shouting = false;                 ///< mostly capitals, more than one word
  bool one_word = false;
  bool addresses = false;                ///< customer: says "you" to the bot, other than in thanks
  Sketch sketch;

  Score operator[](Heard h) const { return scores[static_cast<int>(h)]; }
};

/// How alike two messages are, from three sides; 10000 is the same. Uncalibrated.
struct Likeness {
  std::int32_t vector = 0;   ///< cosine of the vectors; may be negative
  std::int32_t stems = 0;    ///< IDF cosine of the stems
  std::int32_t letters = 0;  ///< cosine of the 3-grams
};

/// The text half of the core. Pure: same text, same answer, on every machine. Not thread-safe: one per worker.
class Analyzer {
 public:
  virtual ~Analyzer() = default;
  /// Analyses `text` as said by `participant`; `language` is BCP 47 or empty (= English). What it returns is good
  /// until the next call of analyze.
  virtual const MessageAnalysis& analyze(std::string_view text, Participant participant,
                                         std::string_view language) = 0;
  /// The sketch alone, for turns read back from a record. Same as analyze(...).sketch.
  virtual Sketch sketch(std::string_view text) = 0;
  /// What the scores below are made of.
  virtual Likeness likeness(const Sketch&, const Sketch&) const { return {}; }
  /// The first of the three alone.
  virtual std::int32_t closeness(const Sketch& a, const Sketch& b) const { return likeness(a, b).vector; }
  /// Same need in other words, calibrated: 0.5 is the threshold. Symmetric; 0 if either has no words.
  virtual Score same_need(const Sketch& a, const Sketch& b) const = 0;
  /// Same answer of a bot, in nearly the same or in other words; 0.5 is the threshold; one() if exactly the same.
  virtual Score same_answer(const Sketch& a, const Sketch& b) const = 0;
  /// Share of the request's meaning that the reply takes up: IDF cosine of stems, uncalibrated.
  virtual Score cohesion(const Sketch& request, const Sketch& reply) const = 0;

  // An analyzer without a model for exchanges finds nothing in them.
  /// Log-odds that the customer is stuck in a loop, from one exchange alone; 1/1000 nat.
  virtual std::int32_t judge_exchange(const ExchangeFeatures&) const { return 0; }
  /// What each feature contributed to it; 1/1000 nat.
  virtual ExchangeFeatures explain_exchange(const ExchangeFeatures&) const { return {}; }
  /// How judgements of exchanges add up.
  virtual LoopScale loop_scale() const { return {}; }

  // An analyzer without a model for moods finds everybody content.
  /// Log-odds that the customer is annoyed by now, from the course of the session; 1/1000 nat, 0 = the threshold.
  virtual std::int32_t judge_mood(const MoodFeatures&) const { return -10'000; }
  /// What each feature contributed to it; 1/1000 nat.
  virtual MoodFeatures explain_mood(const MoodFeatures&) const { return {}; }
};

}  // namespace loopbreaker
