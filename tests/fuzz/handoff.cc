// A line is one happening: its first byte says what, the rest is text.
//   c customer  b bot  f the bot says that it did not understand  a agent  s system
//   + an action went well  - an action failed  t a transfer is asked for  T it failed
//   j an agent joins  r a rating  w time passes (a minute for each byte)  i the bot's intent for
//   the line after it
#include "codec/output_json.h"
#include "codec/policy_toml.h"
#include "codec/utf8.h"
#include "fuzz/targets.h"
#include "loopbreaker/core.h"
#include "text/analyzer.h"

namespace loopbreaker::fuzz {
namespace {

class Conversation {
 public:
  void line(std::string_view line) {
    const std::string text = codec::to_utf8(line.substr(1));
    Event event;
    event.type = EventType::message;
    event.text = text;
    switch (line.front()) {
      case 'c':
        event.participant = Participant::customer;
        break;
      case 'b':
        event.participant = Participant::bot;
        break;
      case 'f':
        event.participant = Participant::bot;
        event.fallback = true;
        break;
      case 'a':
        event.participant = Participant::agent;
        break;
      case 's':
        event.participant = Participant::system;
        break;
      case '+':
        action(event, ActionOutcome::success);
        break;
      case '-':
        action(event, ActionOutcome::failure);
        break;
      case 't':
        transfer(event, TransferStatus::requested);
        break;
      case 'T':
        transfer(event, TransferStatus::failed);
        break;
      case 'j':
        event.type = EventType::agent_joined;
        break;
      case 'r':
        event.type = EventType::rating;
        event.rating_score = static_cast<std::int32_t>(line.size()) * 100;
        event.rating_scale = 500;
        break;
      case 'w':
        now_ = now_ + DurationMs{60'000 * static_cast<std::int64_t>(line.size())};
        return;
      case 'i':
        intent_ = text;
        return;
      default:
        event.type = EventType::unknown;
        break;
    }
    event.intent = intent_;
    take(event);
    intent_.clear();
  }

  void end() {
    if (!open_) return;
    const SessionSummary summary = summarize(session_, codec::default_policy(), "idle", now_);
    codec::encode(summary, out_);
    check(codec::kSummaryBytesMax);
    Event late;
    late.type = EventType::rating;
    late.rating_score = 100;
    late.rating_scale = 500;
    const auto amended = codec::amend_summary(out_, "0123456789abcdef0123456789abcdef", 2, late);
    promise(amended.has_value(), "a published summary can be amended");
  }

 private:
  static void action(Event& event, ActionOutcome outcome) {
    event.type = EventType::bot_action;
    event.name = event.text;
    event.text = {};
    event.outcome = outcome;
  }
  static void transfer(Event& event, TransferStatus status) {
    event.type = EventType::transfer;
    event.queue = event.text;
    event.text = {};
    event.transfer = status;
  }

  void take(Event& event) {
    const std::string id = std::to_string(++offset_);
    event.id = id;
    event.source = "/fuzz";
    event.session_id = "s-1";
    event.identity = static_cast<std::uint64_t>(offset_) * 0x9e37'79b9'7f4a'7c15u;
    now_ = now_ + DurationMs{5'000};
    event.time = now_;
    event.position = {0, offset_};
    if (!open_) session_ = open_session(event);
    open_ = true;
    fold(session_, event, analyzer());
    const Policy& policy = codec::default_policy();
    const Judgement judgement = decide(policy, session_, now_);
    apply(session_, judgement, now_);
    for (const Decision& decision : judgement.decisions) {
      const Composed composed = compose(session_, decision, policy);
      codec::encode(composed.escalation, out_);
      check(codec::kEscalationBytesMax);
      if (!composed.handoff) continue;
      codec::encode(*composed.handoff, out_);
      check(codec::kHandoffBytesMax);
    }
  }

  void check(std::size_t most) const {
    promise(out_.size() <= most, "what is published is bounded");
    promise(codec::is_utf8(out_), "what is published is UTF-8");
  }

  static Analyzer& analyzer() {
    static const std::unique_ptr<Analyzer> made = text::make_analyzer();
    return *made;
  }

  Session session_;
  bool open_ = false;
  TimeMs now_{1'767'225'600'000};
  std::int64_t offset_ = 0;
  std::string intent_, out_;
};

}  // namespace

void handoff(std::string_view bytes) {
  Conversation conversation;
  while (!bytes.empty()) {
    const std::size_t end = std::min(bytes.find('\n'), bytes.size());
    if (end > 0) conversation.line(bytes.substr(0, end));
    bytes.remove_prefix(std::min(end + 1, bytes.size()));
  }
  conversation.end();
}

}  // namespace loopbreaker::fuzz
