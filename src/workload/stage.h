// Where a conversation is written down as it is played: one call per thing that happens, with
// natural pauses.
#pragma once

#include <string>
#include <string_view>

#include "workload/conversation.h"
#include "workload/corpus.h"
#include "workload/random.h"
#include "workload/wording.h"

namespace loopbreaker::workload {

/// How a bot talks.
enum class BotKind : std::uint8_t {
  canned,  ///< fixed answers with ids and confidences
  llm,     ///< words every answer anew
  form,    ///< asks its questions one by one
};

class Stage {
 public:
  Stage(std::uint64_t seed, std::string session_id, Kind kind);

  // What happens next; each adds one event.
  void started();
  void customer(std::string_view text, bool loud = false);
  /// As customer(), and labelled as an ask of the need that is not met.
  void ask(std::string_view text, bool loud = false);
  void human_request(std::string_view text, bool loud = false);
  void bot(std::string_view text, std::string_view answer_id = {}, std::int32_t confidence = -1,
           bool fallback = false);
  void agent(std::string_view text);
  void action(std::string_view name, bool success);
  void transfer(TransferStatus status);
  void agent_joined();
  void agent_left();
  void rating(std::int32_t stars);
  void ended(std::string_view reason);
  /// The next event comes at least this much later.
  void pause(DurationMs);

  Random& random() { return random_; }
  BotKind bot_kind() const { return bot_kind_; }
  const Domain& domain() const { return *domain_; }
  const Need& need() const { return *need_; }
  Particulars& particulars() { return particulars_; }
  std::string fill(std::string_view text) const { return particulars_.fill(text); }
  /// Number of times something was asked under label so far.
  std::size_t asks() const { return conversation_.label.ask_event_ids.size(); }
  void set_outcome(std::string_view outcome) { conversation_.label.outcome = outcome; }
  Conversation finish();

 private:
  Beat& add(EventType type, Participant who, DurationMs after);
  void choose_need(Kind kind);

  Random random_;
  Conversation conversation_;
  BotKind bot_kind_;
  const Domain* domain_ = nullptr;
  const Need* need_ = nullptr;
  Particulars particulars_;
  Hand hand_;
  DurationMs pause_{0};
};

}  // namespace loopbreaker::workload
