// The unit of state: one conversation. Everything in it is bounded; its record stays below 256 KiB by construction.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "loopbreaker/analysis.h"
#include "loopbreaker/event.h"
#include "loopbreaker/mood.h"
#include "loopbreaker/signal.h"
#include "loopbreaker/thin_optional.h"
#include "loopbreaker/thin_string.h"
#include "loopbreaker/thin_vector.h"
#include "loopbreaker/types.h"

namespace loopbreaker {

/// One message, as kept for later comparison and for the packet.
struct Turn {
  static constexpr std::size_t kTextMax = 480;
  std::uint32_t number = 0;    ///< from 0, counts all messages of the session
  std::uint32_t full_bytes = 0;  ///< length of the text before the cut
  TimeMs time;
  Position position;
  ThinString event_id;         ///< <= 128 bytes
  ThinString text;             ///< redacted (keyed tokens), cut to kTextMax on a UTF-8 boundary
  ThinString answer_id;        ///< bot; <= 64 bytes
  Sketch sketch;               ///< of `text`; not in the record, made again by Analyzer::sketch when read back
  std::optional<Score> confidence;  ///< bot
  Participant participant = Participant::customer;
  bool failed = false;         ///< bot: this answer was a failed attempt
  bool question = false;       ///< asks(text); not in the record either
  /// Of all signals after this turn, indexed by Signal; Score::raw.
  std::array<std::int16_t, kSignals> signals{};

  Score operator[](Signal s) const { return {signals[static_cast<std::size_t>(s)]}; }
  /// Whether a question mark is in it: of earlier turns nothing else is known any more.
  static bool asks(std::string_view text) { return text.find('?') != std::string_view::npos; }
};

/// What the bot tried, grouped by what it answered.
struct Attempt {
  std::uint64_t answer = 0;    ///< Sketch::exact of the first such answer, or hash of the answer id
  ThinString excerpt;          ///< <= 200 bytes
  std::uint32_t times = 0;
  std::uint32_t first_turn = 0;
  std::uint32_t last_turn = 0;
  bool failed = false;         ///< the bot itself said or flagged that it failed
  bool rejected = false;       ///< the customer said that it did not help
  bool action = false;         ///< a bot action; `excerpt` is its name
  bool operator==(const Attempt&) const = default;
};

struct GivenIdentifier {
  Identifier identifier;
  std::uint32_t first_turn = 0;
  std::uint32_t times = 1;     ///< how often the customer gave it
  bool operator==(const GivenIdentifier&) const = default;
};

struct CategoryHit {
  Category what = Category::cancellation;
  Score score;
  std::optional<Amount> amount;  ///< largest amount said together with it
  std::uint32_t turn = 0;
};

/// A request for a person and what became of it.
struct HumanRequest {
  enum class Outcome : std::uint8_t { pending, ignored, denied, transferred };
  std::uint32_t turn = 0;
  ThinString event_id;
  Outcome outcome = Outcome::pending;
  bool operator==(const HumanRequest&) const = default;
};

struct MoodPoint {
  std::uint32_t turn = 0;
  Score frustration;
  bool operator==(const MoodPoint&) const = default;
};

/// Facts for deadlines: since when something is awaited. kNoTime = nothing awaited. Durations belong to the policy.
struct Waiting {
  TransferStatus transfer = TransferStatus::none;
  ThinString queue;                     ///< of the transfer, <= 64 bytes
  TimeMs transfer_since = kNoTime;      ///< transfer requested, queued or promised by the bot, no agent yet
  bool transfer_promised = false;       ///< by the bot's words alone, without a transfer event
  TimeMs bot_silent_since = kNoTime;    ///< customer spoke, no answer yet
  TimeMs customer_silent_since = kNoTime;  ///< bot or agent spoke, no reaction yet
  bool operator==(const Waiting&) const = default;
};

enum class Outcome : std::uint8_t { nothing, watch, offer, escalate };  ///< ordered by strength
std::string_view name_of(Outcome);

enum class Severity : std::uint8_t { low, normal, high, urgent };
std::string_view name_of(Severity);

/// The life of the one escalated case of a session.
struct Escalation {
  enum class Phase : std::uint8_t { none, open, acknowledged };
  Phase phase = Phase::none;
  Outcome outcome = Outcome::nothing;   ///< strongest said so far while open; once closed, of the closed case
  Severity severity = Severity::low;    ///< highest said so far, likewise
  ThinString id;                        ///< stable from raised to resolved
  TimeMs raised_at = kNoTime;
  TimeMs escalated_at = kNoTime;        ///< when its outcome became escalate: raised so, or upgraded to it
  TimeMs acknowledged_at = kNoTime;
  TimeMs closed_at = kNoTime;           ///< when the last case was resolved or withdrawn; starts Policy::cooldown
  std::uint32_t raised_turn = 0;
  ThinString rule;                      ///< primary rule
  std::uint32_t times = 0;              ///< escalations raised in this session so far
  Outcome strongest = Outcome::nothing; ///< over the whole session
};

/// A rule that fired and must be quiet until its cool-down is over.
struct Cooldown {
  std::uint64_t rule = 0;  ///< stable_hash of the rule id
  TimeMs fired_at;
  bool operator==(const Cooldown&) const = default;
};

/// Running figures of the loop signal.
struct LoopState {
  std::int32_t evidence = 0;        ///< accumulated log-odds, 1/1000 nat, >= 0
  std::uint32_t cycles = 0;         ///< exchanges in which the customer re-asked and the bot repeated or failed
  std::int32_t open_rephrase = -1;  ///< number of the customer turn not yet paired with a bot turn, -1 if none
  bool ask_closes = false;          ///< that turn is short and says thanks or goodbye
  bool ask_goes_on = false;         ///< it wants another answer: "anything else?"
  bool ask_rejects = false;         ///< it says "that is not what I meant" or "like I said"
  static constexpr std::uint8_t kNoReason = 255;
  /// What spoke for a loop most in the strongest exchange that still counts: numbers of Exchange, strongest first.
  std::array<std::uint8_t, 3> why{kNoReason, kNoReason, kNoReason};
  std::int32_t why_evidence = 0;    ///< log-odds of that exchange
};

/// How the latest ask compares with those before it, found when it came and needed again for the reply to it.
/// Not in the record: found anew where it is missing or what it was compared with is no longer the same.
struct AskMemo {
  std::int32_t ask = -1;            ///< number of the ask's turn; -1: nothing is kept
  std::int32_t settled_turn = -1;   ///< of the session then
  std::int32_t first_kept = -1;     ///< number of its first kept turn then
  std::int32_t best_turn = -1;
  Score best, second;
  std::int32_t sum = 0;             ///< of the best four
  std::uint16_t same = 0;           ///< how many of them are at the threshold
};

struct Session {
  static constexpr std::size_t kTurnsMax = 24;   ///< latest turns kept, besides the first customer turn
  static constexpr std::size_t kEventIdsMax = 64;

  // Identity
  ThinString id;                         ///< <= 256 bytes
  std::uint64_t incarnation = 0;         ///< Event::identity of the first event of this incarnation
  std::uint32_t outputs = 0;             ///< outputs made so far; part of every output id
  Position first_position;
  std::int64_t as_of = -1;               ///< events folded through this offset

  // Who and where; each <= 128 bytes, empty when unknown
  ThinString customer_id, channel, language, tier, tenant, intent;
  ThinVector<std::pair<ThinString, ThinString>> attributes;   ///< at most 16

  // Time (event time)
  TimeMs started_at = kNoTime;
  TimeMs last_event_at = kNoTime;
  TimeMs last_customer_at = kNoTime;
  TimeMs judged_until = kNoTime;         ///< deadlines up to here have been judged
  ThinString last_event_id;              ///< of the last folded event of any type, <= 128 bytes
  Position last_position;                ///< of the last folded event of any type

  // Turns
  std::uint32_t turn_count = 0, customer_turns = 0, bot_turns = 0, agent_turns = 0;
  ThinOptional<Turn> opening;            ///< first customer turn that asks something, once it has left `turns`
  ThinVector<Turn> turns;                ///< the latest, oldest first
  ThinVector<std::uint64_t> recent_ids;  ///< ring of event identities, kEventIdsMax places once it is full
  std::uint32_t recent_next = 0;         ///< events folded; recent_ids[recent_next % kEventIdsMax] is set next
  std::uint32_t late_events = 0;         ///< out of order in time, folded with time clamped

  // What was noticed
  Signals signals{};
  LoopState loop;
  AskMemo ask_memo;
  std::uint32_t bot_failures = 0, rejections = 0, action_failures = 0, low_confidence = 0;
  Score abuse;                           ///< peak
  ThinVector<Attempt> attempts;          ///< at most 12
  ThinVector<GivenIdentifier> identifiers;   ///< at most 16
  ThinVector<CategoryHit> categories;    ///< at most one per category
  ThinVector<HumanRequest> human_requests;   ///< at most 8, the first and the latest
  ThinVector<MoodPoint> mood;            ///< at most 32 (thinned)
  MoodTally mood_tally;
  std::int32_t unanswered_turn = -1;     ///< latest customer ask without progress since; -1 if none
  std::int32_t solved_turn = -1;         ///< customer said that it is solved; -1 if not since the last ask
  std::int32_t settled_turn = -1;        ///< asks up to this turn are settled: later ones are not compared with them; -1 if none
  Waiting waiting;
  bool bot_seen = false, agent_seen = false, agent_present = false;
  std::int32_t rating_score = -1, rating_scale = 0;  ///< hundredths; -1 = none

  // What was decided
  Escalation escalation;
  ThinVector<Cooldown> cooldowns;        ///< at most 32

  const SignalState& operator[](Signal s) const { return signals[static_cast<int>(s)]; }
  SignalState& operator[](Signal s) { return signals[static_cast<int>(s)]; }
};

/// What stays of a closed session until the grace for late events is over.
struct ClosedSession {
  std::string id;
  std::uint64_t incarnation = 0;
  std::uint32_t outputs = 0;
  std::int64_t as_of = -1;
  TimeMs closed_at = kNoTime;            ///< event time
  TimeMs closed_log_time = kNoTime;      ///< record timestamp (log time) that closed it; the grace counts from here
  bool idle = false;                     ///< closed by a time-out: a later customer message opens it anew
  std::uint32_t late_events = 0;
  std::string summary;                   ///< the whole published summary event, JSON, so that a late rating can amend it
};

}  // namespace loopbreaker
