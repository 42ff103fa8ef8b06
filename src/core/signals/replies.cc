// Compares replies; see replies.h.
#include "core/signals/replies.h"

#include <algorithm>

#include "core/signals/notes.h"

namespace loopbreaker::core {
namespace {

constexpr Score kBothFail = Score::percent(70);
constexpr std::int32_t kSameFailure = 3500;  // likeness of meaning from which two failures are one

// What stays of a likeness, in percent, where another reading than "the same again" is at hand.
constexpr int kTurned = 50;     // "There is no room." "There is a room.": made of the same words
constexpr int kQuestions = 55;  // "What day …?" "What time …?": made from one mould
constexpr int kDone = 60;       // "Shall I book it?" "It is booked.": what was offered is done

// "I found no flight." is not "I did not get that."; where there is no meaning to compare, they
// are.
bool same_failure(const Sketch& a, const Sketch& b, const Analyzer& analyzer) {
  return a.length() == 0 || b.length() == 0 || analyzer.closeness(a, b) >= kSameFailure;
}

}  // namespace

Score same_reply(const Turn& reply, const Turn& earlier, Score wording, const Analyzer& analyzer) {
  if (!reply.answer_id.empty() && reply.answer_id == earlier.answer_id) return Score::one();
  if (wording == Score::one()) return wording;
  if (reply.failed && earlier.failed) {
    const bool same = same_failure(reply.sketch, earlier.sketch, analyzer);
    return same ? std::max(wording, kBothFail) : wording;
  }
  if (reply.failed != earlier.failed) return Score::of(wording.raw * kTurned / 100);
  if (!earlier.question) return wording;
  return Score::of(wording.raw * (reply.question ? kQuestions : kDone) / 100);
}

Score same_reply(const Turn& reply, const Turn& earlier, const Analyzer& analyzer) {
  return same_reply(reply, earlier, same_wording(reply, earlier, analyzer), analyzer);
}

Score same_wording(const Turn& reply, const Turn& earlier, const Analyzer& analyzer) {
  return analyzer.same_answer(reply.sketch, earlier.sketch);
}

}  // namespace loopbreaker::core
