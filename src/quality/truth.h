// What people say of recorded conversations and texts: the labels that detection is measured
// against.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "loopbreaker/result.h"

namespace loopbreaker::quality {

/// One session. What is absent is unknown.
struct SessionTruth {
  std::string session_id;
  bool normal = false;  ///< nobody was stuck: any alarm is a false one
  std::string kind;     ///< "loop", "once", "normal": of sessions built for loops
  std::vector<std::string> ask_event_ids;  ///< of a loop: every ask of the need that was not met
  std::optional<bool> annoyed;             ///< the customer became annoyed
  bool scripted_annoying = false;          ///< the customer was told to be difficult
  std::string human_request_event_id;      ///< of the request for a person
  /// Satisfaction with a turn, 1 to 5, by several people.
  std::vector<std::pair<std::string, std::vector<int>>> ratings;
};
/// One JSON object per line; members that are not known are left alone. Errors name the line.
Result<std::vector<SessionTruth>> read_session_truths(std::string_view lines,
                                                      std::string_view name);

/// One bot turn: is it a recent answer again, though not word for word?
struct RepeatTruth {
  std::string session_id, event_id;
  bool repeat = false;
};
/// session TAB event TAB 0 or 1.
std::vector<RepeatTruth> read_repeat_truths(std::string_view tsv);

/// One customer turn: does it ask the same unmet need again?
struct ReaskTruth {
  std::string dialogue;  ///< session id, without the prefix "SET-"
  std::string turn;      ///< event id, without the prefix "SET-DIALOGUE-"
  bool again = false;
};
/// A line with names, then: dialogue TAB turn before TAB turn TAB label …; reask and info are yes,
/// x is left out, everything else is no.
std::vector<ReaskTruth> read_reask_truths(std::string_view tsv);

struct LabelledText {
  std::string label, text;
};
/// label TAB text. Lines without a TAB are left out.
std::vector<LabelledText> read_labelled_texts(std::string_view tsv);

/// label TAB text TAB text.
struct LabelledPair {
  std::string label, first, second;
};
std::vector<LabelledPair> read_labelled_pairs(std::string_view tsv);

struct AbuseTruth {
  std::string text;
  bool abuse = false;  ///< most annotators say so
};
/// Columns as ConvAbuse publishes them: user, Annotator1_is_abuse.1 … Annotator8_is_abuse.-3.
Result<std::vector<AbuseTruth>> read_abuse_truths(std::string_view csv, std::string_view name);

/// White space runs become one space, none at the ends.
std::string tidy(std::string_view text);

}  // namespace loopbreaker::quality
