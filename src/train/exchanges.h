// Folds labelled sessions with the core as it is, and keeps what it would have judged.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "codec/labels.h"
#include "loopbreaker/analysis.h"
#include "loopbreaker/exchange.h"
#include "loopbreaker/result.h"
#include "train/corpus.h"

namespace loopbreaker::train {

struct JudgedExchange {
  bool measured = false;  ///< false: the core saw nothing that could be a loop, and asked no model
  bool settled = false;   ///< evidence was dropped since the exchange before
  std::int32_t ask = -1;  ///< among SessionLabel::ask_event_ids; -1 when it is none of them
  std::uint64_t reply = 0;  ///< Sketch::exact of the bot's answer
  ExchangeFeatures features;
};

struct JudgedSession {
  codec::SessionLabel label;
  std::vector<JudgedExchange> exchanges;
};

/// The labelled sessions of sessions/NAME.ndjson.gz and labels/NAME.ndjson, in the order of their
/// labels.
Result<std::vector<JudgedSession>> judge_sessions(const Corpus&, const std::string& name,
                                                  Analyzer&);

}  // namespace loopbreaker::train
