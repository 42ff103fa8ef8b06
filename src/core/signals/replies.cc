// Compares replies; see replies.h.
#include "core/signals/replies.h"

#include <algorithm>

#include "core/signals/notes.h"

namespace loopbreaker::core {
namespace {

constexpr Score kBothFail = Score::percent(70);

}  // namespace

Score same_reply(const Turn& reply, const Turn& earlier, const Analyzer& analyzer) {
  if (!reply.answer_id.empty() && reply.answer_id == earlier.answer_id) return Score::one();
  const Score score = analyzer.same_answer(reply.sketch, earlier.sketch);
  if (score == Score::one()) return score;
  if (reply.failed && earlier.failed) return std::max(score, kBothFail);
  // "There is no room." and "There is a room." are made of the same words.
  const bool turned = reply.failed != earlier.failed;
  const bool questions = has_question(reply) && has_question(earlier);
  return questions || turned ? Score::of(score.raw / 2) : score;
}

}  // namespace loopbreaker::core
