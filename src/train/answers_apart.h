// Which of a bot's answers are worded alike, but are given to different requests? Told from
// unlabelled logs: "I am sorry, there is no room." and "I am sorry, your booking failed." follow
// different messages, two ways to say "I did not get that" follow any.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "loopbreaker/analysis.h"
#include "train/weak_pairs.h"

namespace loopbreaker::train {

struct ApartAnswers {
  std::uint64_t first = 0, second = 0;  ///< Sketch::exact
  std::string first_text, second_text;  ///< as first said
};

/// Pairs that would be taken for one answer by their words. The same sessions and seed give the
/// same pairs.
std::vector<ApartAnswers> answers_apart(std::span<const LogSession* const> sessions, Analyzer&,
                                        std::uint64_t seed);

/// What the pairs do to other sessions.
struct ApartFigures {
  std::size_t taken = 0;  ///< replies that are worded like a recent one, but not the same
  std::size_t apart = 0;  ///< of them, those told apart
  /// Mean likeness of the requests before both replies, -1..1: of those still taken for one, and of
  /// those told apart.
  double taken_likeness = 0, apart_likeness = 0;
};
ApartFigures judge_apart(std::span<const LogSession* const> sessions, Analyzer&,
                         std::span<const ApartAnswers> pairs);

}  // namespace loopbreaker::train
