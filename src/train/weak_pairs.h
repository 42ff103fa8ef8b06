// Pairs of messages that probably say the same need, or another one, told from unlabelled logs.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "loopbreaker/analysis.h"

namespace loopbreaker::train {

struct LogTurn {
  Participant participant = Participant::customer;
  std::string event_id;
  std::string text;
  bool failed = false;  ///< of the bot: it said or flagged that it failed
};

struct LogSession {
  std::string id;
  std::vector<LogTurn> turns;
};

enum class WeakKind : std::uint8_t {
  same_answer,     ///< same: in two sessions they got the same answer, and it worked
  after_failure,   ///< same: right after an answer that failed, and the turn before it
  answered_again,  ///< same: close to each other in a session, and got the same answer
  labelled_same,
  other_answer,  ///< other: in two sessions they got two answers that worked
  other_turn,  ///< other: close to each other in a session, and got two answers, the first of which
               ///< worked
  openings,    ///< other: two sessions begin with them
  labelled_other,
};
inline constexpr int kWeakKinds = 8;
std::string_view in_words(WeakKind);
constexpr bool same(WeakKind kind) { return kind <= WeakKind::labelled_same; }
constexpr bool labelled(WeakKind kind) {
  return kind == WeakKind::labelled_same || kind == WeakKind::labelled_other;
}
/// Both turns are of one session: what a session is judged by.
constexpr bool in_session(WeakKind kind) {
  return kind == WeakKind::after_failure || kind == WeakKind::answered_again ||
         kind == WeakKind::other_turn;
}

struct WeakPair {
  std::uint32_t first = 0, second = 0;  ///< among WeakPairs::texts
  WeakKind kind = WeakKind::same_answer;
};

struct WeakPairs {
  std::vector<std::string> texts;
  std::vector<WeakPair> pairs;
};

/// What agents say: does the second event ask for the same as the first?
struct PairLabel {
  std::string session_id, first_event, second_event;
  bool same = false;
};

/// About `count` pairs of either sort, kinds of a sort in equal numbers as far as the logs have
/// them, and all labelled ones. The same sessions and seed give the same pairs.
WeakPairs draw_weak_pairs(std::span<const LogSession* const> sessions,
                          std::span<const PairLabel> labels, Analyzer&, std::size_t count,
                          std::uint64_t seed);

/// An answer that recurs across sessions, numbers and names masked.
struct FrequentAnswer {
  std::string text;  ///< as first said
  std::uint32_t sessions = 0, times = 0;
  std::uint32_t failed = 0;  ///< times that it was taken for a failure
};
/// Most frequent first.
std::vector<FrequentAnswer> frequent_answers(std::span<const LogSession* const> sessions,
                                             Analyzer&);

}  // namespace loopbreaker::train
