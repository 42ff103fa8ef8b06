// The plays: one per kind of conversation, made of scenes.
#include "workload/script.h"

#include <string>
#include <utility>

#include "workload/phrases.h"
#include "workload/stage.h"

namespace loopbreaker::workload {
namespace {

using Text = std::string_view;

std::string operator+(Text a, const std::string& b) { return std::string(a) + b; }

/// Goes through a need's texts in a random order without coming back before all were used.
class Shuffled {
 public:
  Shuffled(std::span<const Text> texts, Random& random) : texts_(texts), at_(random.below(size())) {
    // Any odd step that shares no factor with the size visits all; sizes are at most 8.
    constexpr std::uint32_t kSteps[] = {1, 3, 5, 7};
    do {
      step_ = random.pick(kSteps);
    } while (size() % step_ == 0 && step_ != 1);
  }
  Text next() {
    at_ = (at_ + step_) % size();
    return texts_[at_];
  }

 private:
  std::uint32_t size() const { return static_cast<std::uint32_t>(texts_.size()); }
  std::span<const Text> texts_;
  std::uint32_t at_;
  std::uint32_t step_ = 1;
};

class Play {
 public:
  explicit Play(Stage& stage)
      : s_(stage),
        r_(stage.random()),
        asks_(filled(stage.need().asks), r_),
        misses_(filled(stage.need().misses)) {}

  void perform(Kind kind) {
    opening();
    switch (kind) {
      case Kind::normal:
        return normal();
      case Kind::once:
        return once();
      case Kind::sensitive:
        return sensitive();
      case Kind::loop:
        return loop();
      case Kind::human_request:
        return human_request();
      case Kind::frustrated:
        return frustrated();
      case Kind::phantom_transfer:
        return phantom_transfer();
      case Kind::context_loss:
        return context_loss();
    }
  }

 private:
  bool chance(std::uint32_t percent) { return r_.percent(percent); }

  // Scenes

  void opening() {
    if (chance(85)) s_.started();
    if (chance(45)) {
      s_.bot(r_.pick(phrases::kBotHello), "greeting", 99);
    } else if (chance(45)) {
      s_.customer(r_.pick(phrases::kHello));
      s_.bot(r_.pick(phrases::kBotHello), "greeting", 98);
    }
  }

  void ask_slot(Slot slot) {
    const auto& words = phrases::kSlots[static_cast<int>(slot)];
    s_.bot(s_.bot_kind() == BotKind::llm
               ? r_.pick(phrases::kOpeners) + std::string(words.questions[1 + r_.below(2)])
               : std::string(words.questions[0]),
           "ask_slot", 95);
  }
  void give_slot(Slot slot) {
    s_.customer(r_.pick(phrases::kSlots[static_cast<int>(slot)].answers));
  }

  void form(std::uint32_t percent_each) {
    for (Slot slot : filled(s_.need().slots)) {
      if (!chance(percent_each)) continue;
      ask_slot(slot);
      give_slot(slot);
    }
  }

  void solve(const Need& need) {
    if (chance(60)) s_.action(need.action, true);
    const Text solution = r_.pick(filled(need.solutions));
    s_.bot(s_.bot_kind() == BotKind::llm ? r_.pick(phrases::kOpeners) + std::string(solution)
                                         : std::string(solution),
           "solution", 80 + static_cast<int>(r_.below(19)));
  }

  void small_talk() {
    const std::uint32_t i =
        r_.below(static_cast<std::uint32_t>(std::size(phrases::kSmallQuestions)));
    s_.customer(phrases::kSmallQuestions[i]);
    s_.bot(phrases::kSmallAnswers[i], "small_question", 88);
  }

  void happy_end() {
    s_.set_outcome("solved");
    s_.customer(r_.pick(phrases::kThanks));
    if (chance(70)) {
      s_.bot(r_.pick(phrases::kAnythingElse), "anything_else", 99);
      s_.customer(r_.pick(phrases::kNothingElse));
    }
    if (chance(60)) s_.bot(r_.pick(phrases::kBye), "bye", 99);
    if (chance(25)) s_.rating(chance(60) ? 5 : 4);
    if (chance(88)) s_.ended("completed");
  }

  void second_need() {
    const Need* other = &r_.pick(s_.domain().needs);
    if (other == &s_.need() || !other->category.empty()) return;
    s_.customer(r_.pick(phrases::kNext) + std::string(r_.pick(filled(other->asks))));
    for (Slot slot : filled(other->slots)) {
      bool known = false;
      for (Slot had : filled(s_.need().slots)) known = known || had == slot;
      if (known || !chance(60)) continue;
      ask_slot(slot);
      give_slot(slot);
    }
    solve(*other);
  }

  /// The bot does not help: says what it always says, words it anew, or does not understand.
  void miss() {
    switch (s_.bot_kind()) {
      case BotKind::llm:
        s_.bot(r_.pick(phrases::kOpeners) + std::string(misses_[said_++ % misses_.size()]) +
               std::string(r_.pick(phrases::kClosers)));
        return;
      case BotKind::canned:
        if (chance(62)) {
          s_.bot(misses_[0], "faq_main", 55 + static_cast<int>(r_.below(30)));
        } else {
          const std::uint32_t i =
              r_.below(static_cast<std::uint32_t>(std::size(phrases::kFallbacks)));
          s_.bot(phrases::kFallbacks[i], "fallback", 12 + static_cast<int>(r_.below(25)), true);
        }
        return;
      case BotKind::form:
        if (chance(50)) {
          s_.bot(misses_[0], "faq_main", 61);
        } else {
          s_.bot(r_.pick(phrases::kFormErrors), "invalid_choice", 30, chance(50));
        }
    }
  }

  /// The same once more, in the tone of somebody who has asked `times` times before.
  std::string again(std::uint32_t times, Text ask) {
    Text before;
    if (times == 1) before = r_.pick(phrases::kAgain1);
    if (times == 2) before = r_.pick(phrases::kAgain2);
    if (times == 3) before = r_.pick(phrases::kAgain3);
    if (times >= 4) before = r_.pick(phrases::kAgain4);
    std::string out = before + std::string(ask);
    const bool goes_on = before.ends_with(", ") || before.ends_with(": ");
    if (goes_on && !ask.starts_with("I ") && !ask.starts_with("I'")) {
      char& first = out[before.size()];
      if (first >= 'A' && first <= 'Z') first = static_cast<char>(first - 'A' + 'a');
    }
    return out;
  }

  /// `n` asks of the same need, each followed by an answer that does not help. At most as many as
  /// there are wordings.
  void ask_in_vain(std::uint32_t n) {
    const bool gets_loud = chance(35);
    const bool wanders = chance(20);
    for (std::uint32_t i = 0; i < n; ++i) {
      const Text ask = asks_.next();
      s_.ask(again(i, ask), gets_loud && i >= 2 && chance(60));
      if (i == 0 && chance(35)) {
        form(60);
      }
      miss();
      if (wanders && i == 1) {
        if (chance(50)) {
          s_.customer(r_.pick(phrases::kAsides));
          s_.bot(r_.pick(phrases::kAsideAnswer), "aside", 90);
        } else {
          s_.customer(r_.pick(phrases::kUnrelated));
          s_.bot(r_.pick(phrases::kUnrelatedAnswer), "unrelated", 77);
        }
      }
      if (i + 1 == n && chance(25)) s_.action(s_.need().action, false);
    }
  }

  void agent_solves() {
    s_.set_outcome("agent");
    s_.transfer(TransferStatus::requested);
    if (chance(60)) s_.transfer(TransferStatus::queued);
    s_.agent_joined();
    s_.agent(r_.pick(phrases::kAgentHello));
    if (chance(50)) s_.customer(r_.pick(filled(s_.need().asks)));
    if (chance(70)) s_.agent(r_.pick(phrases::kAgentWorking));
    s_.agent(r_.pick(filled(s_.need().solutions)));
    s_.customer(r_.pick(phrases::kRelief));
    s_.agent(r_.pick(phrases::kAgentBye));
    if (chance(40)) s_.agent_left();
    if (chance(30)) s_.rating(1 + static_cast<int>(r_.below(5)));
    if (chance(90)) s_.ended("agent_closed");
  }

  void walk_away() {
    s_.set_outcome("abandoned");
    if (chance(45)) s_.customer(r_.pick(phrases::kGivingUp));
    if (chance(15)) s_.rating(1 + static_cast<int>(r_.below(2)));
    if (chance(75)) {
      s_.pause({r_.between(20'000, 400'000)});
      s_.ended("customer_left");
    }
  }

  // Plays

  void normal() {
    s_.customer(asks_.next());
    if (chance(10))
      s_.customer(s_.fill(chance(50) ? "my card number is {card} if you need it"
                                     : "you can reach me at {phone}"));
    form(70);
    solve(s_.need());
    if (chance(40)) small_talk();
    if (chance(45)) second_need();
    happy_end();
  }

  void once() {
    s_.customer(asks_.next());
    miss();
    s_.customer(again(1, asks_.next()));
    form(60);
    solve(s_.need());
    if (chance(30)) small_talk();
    happy_end();
  }

  void sensitive() {
    s_.customer(asks_.next());
    form(55);
    if (chance(50)) {
      solve(s_.need());
      happy_end();
    } else {
      agent_solves();
    }
  }

  void loop() {
    const std::uint32_t u = r_.below(100);
    const std::uint32_t n = u < 40 ? 3 : u < 75 ? 4 : u < 92 ? 5 : 6;
    ask_in_vain(n);
    const std::uint32_t end = r_.below(100);
    if (end < 40) {
      walk_away();
    } else if (end < 65) {
      s_.human_request(r_.pick(phrases::kHumanRequests), chance(25));
      s_.bot(r_.pick(phrases::kPromises), "handover", 97);
      agent_solves();
    } else if (end < 85) {
      agent_solves();
    } else {
      s_.ask(again(n, asks_.next()));
      solve(s_.need());
      happy_end();
    }
  }

  void human_request() {
    s_.customer(asks_.next());
    if (chance(60)) form(50);
    miss();
    if (chance(40)) {
      s_.customer(again(1, asks_.next()));
      miss();
    }
    s_.human_request(r_.pick(phrases::kHumanRequests), chance(10));
    const std::uint32_t times = 1 + r_.below(3);
    for (std::uint32_t i = 0; i < times; ++i) {
      if (chance(65)) {
        s_.bot(r_.pick(phrases::kDenials), "no_agent", 90);
      } else {
        miss();
      }
      if (i + 1 < times) s_.human_request(r_.pick(phrases::kHumanAgain), chance(25));
    }
    if (chance(50)) {
      s_.human_request(r_.pick(phrases::kHumanAgain));
      s_.bot(r_.pick(phrases::kPromises), "handover", 97);
      agent_solves();
    } else {
      walk_away();
    }
  }

  void frustrated() {
    s_.customer(asks_.next());
    miss();
    s_.customer(r_.pick(phrases::kAngry) + std::string(" ") + std::string(asks_.next()));
    miss();
    s_.customer(r_.pick(phrases::kAngry), chance(40));
    if (chance(50)) {
      miss();
      s_.customer(chance(40) ? r_.pick(phrases::kAbusive) : r_.pick(phrases::kAngry), chance(30));
    }
    miss();
    if (chance(40)) {
      agent_solves();
    } else {
      walk_away();
    }
  }

  void phantom_transfer() {
    s_.customer(asks_.next());
    miss();
    s_.human_request(r_.pick(phrases::kHumanRequests));
    s_.bot(r_.pick(phrases::kPromises), "handover", 97);
    if (chance(70)) s_.transfer(TransferStatus::requested);
    if (chance(40)) s_.transfer(TransferStatus::queued);
    const std::uint32_t waits = 1 + r_.below(3);
    for (std::uint32_t i = 0; i < waits; ++i) {
      s_.pause({r_.between(90'000, 240'000)});
      s_.customer(r_.pick(phrases::kStillThere));
      if (chance(30)) s_.bot("An agent will be with you shortly.", "handover_wait", 97);
    }
    if (chance(25)) s_.transfer(TransferStatus::failed);
    s_.pause({r_.between(120'000, 300'000)});
    walk_away();
  }

  void context_loss() {
    s_.ask(asks_.next());
    const Slot slot = s_.need().slots[0];
    ask_slot(slot);
    give_slot(slot);
    const auto& words = phrases::kSlots[static_cast<int>(slot)];
    const std::uint32_t times = 2 + r_.below(2);
    for (std::uint32_t i = 0; i < times; ++i) {
      if (chance(50)) {
        miss();
        s_.ask(again(i + 1, asks_.next()));
      }
      ask_slot(slot);
      s_.particulars().set("slot", s_.fill(words.answers[0]));
      s_.customer(i == 0 && chance(30) ? words.answers[0] : r_.pick(phrases::kAlreadyGiven),
                  i >= 2 && chance(30));
    }
    miss();
    s_.ask(again(3, asks_.next()));
    miss();
    if (chance(45)) {
      agent_solves();
    } else {
      walk_away();
    }
  }

  Stage& s_;
  Random& r_;
  Shuffled asks_;
  std::span<const Text> misses_;
  std::size_t said_ = 0;
};

Kind draw_kind(Random& random, const ScriptSettings& settings) {
  if (random.below(10'000) < settings.stuck_per_10000) {
    const std::uint32_t u = random.below(100);
    return u < 45   ? Kind::loop
           : u < 67 ? Kind::human_request
           : u < 79 ? Kind::frustrated
           : u < 88 ? Kind::phantom_transfer
                    : Kind::context_loss;
  }
  const std::uint32_t u = random.below(100);
  return u < 88 ? Kind::normal : u < 97 ? Kind::once : Kind::sensitive;
}

}  // namespace

Conversation plan_conversation(std::uint64_t seed, std::string session_id, Kind kind) {
  Stage stage(seed, std::move(session_id), kind);
  Play(stage).perform(kind);
  return stage.finish();
}

Conversation plan_conversation(std::uint64_t seed, std::string session_id,
                               const ScriptSettings& settings) {
  Random random(mix(seed, 1));
  return plan_conversation(mix(seed, 2), std::move(session_id), draw_kind(random, settings));
}

}  // namespace loopbreaker::workload
