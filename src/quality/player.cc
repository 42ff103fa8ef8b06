#include "quality/player.h"

#include <iterator>
#include <utility>

#include "loopbreaker/core.h"
#include "text/redact.h"

namespace loopbreaker::quality {
namespace {

std::unique_ptr<text::Redactor> default_redactor() {
  auto made = text::make_redactor({});
  return std::move(*made);  // the defaults are sound
}

}  // namespace

struct Player::Impl {
  std::unique_ptr<text::Redactor> redactor = default_redactor();
  runtime::Intake intake;
  runtime::Telemetry telemetry;
  runtime::Workbench bench;
  std::vector<std::unique_ptr<runtime::Partition>> partitions;

  Impl(const Policy& policy, Analyzer& analyzer, int count)
      : intake({}, [this](std::string_view text,
                          std::string& scratch) { return redactor->redact(text, scratch); }),
        bench{policy, analyzer, intake, telemetry, nullptr, {}, {}} {
    for (int i = 0; i < count; ++i)
      partitions.push_back(std::make_unique<runtime::Partition>(i, bench));
  }
};

Player::Player(const Policy& policy, Analyzer& analyzer, int partitions)
    : impl_(std::make_unique<Impl>(policy, analyzer, partitions)) {}
Player::~Player() = default;

void Player::on_fold(runtime::FoldObserver observer) {
  impl_->bench.observer = std::move(observer);
}
void Player::on_decision(runtime::DecisionObserver observer) {
  impl_->bench.decided = std::move(observer);
}

Status Player::consume(std::string_view line, int partition) {
  runtime::Partition& p = *impl_->partitions[static_cast<std::size_t>(partition)];
  Record record;
  record.value = line;
  record.position = {partition, p.next_offset()};
  if (auto taken = p.consume(record); !taken) return taken.error();
  return Ok{};
}

std::vector<OutRecord> Player::take_outputs() {
  std::vector<OutRecord> out;
  for (const auto& p : impl_->partitions) {
    std::vector<OutRecord> some = p->take_outputs();
    out.insert(out.end(), std::make_move_iterator(some.begin()),
               std::make_move_iterator(some.end()));
  }
  return out;
}

std::size_t Player::open_sessions() const {
  std::size_t open = 0;
  for (const auto& p : impl_->partitions) open += p->table().in_memory();
  return open;
}

Recorder::Recorder(Player& player) {
  player.on_fold([this](const Session& s, const Event& e) { folded(s, e); });
  player.on_decision([this](const Session& s, const Decision& d) { decided(s, d); });
}

Recording Recorder::take() { return std::exchange(recording_, {}); }

void Recorder::folded(const Session& session, const Event& event) {
  PlayedSession& played = recording_[std::string(session.id)];
  const auto number = static_cast<EventNumber>(played.numbers.size());
  // An event without an id still counts; its number cannot be asked for.
  const std::string id = event.id.empty() ? "#" + std::to_string(number) : std::string(event.id);
  if (!played.numbers.emplace(id, number).second) return;
  if (event.type != EventType::message) return;
  PlayedTurn turn{number, event.participant, plain(event.text), {}};
  for (int i = 0; i < kSignals; ++i) turn.signals[i] = session.signals[i].now;
  played.turns.push_back(std::move(turn));
}

void Recorder::decided(const Session& session, const Decision& decision) {
  if (decision.outcome == Outcome::nothing) return;
  PlayedSession& played = recording_[std::string(session.id)];
  PlayedDecision kept;
  kept.event = played.number_of(decision.trigger.event_id);
  kept.outcome = decision.outcome;
  for (const Reason& reason : decision.reasons) {
    PlayedReason& r = kept.reasons.emplace_back();
    r = {reason.rule,
         reason.title,
         reason.why,
         reason.signal,
         reason.fact + " " + plain(reason.value),
         {}};
    for (const Evidence& e : reason.evidence) r.quotes.push_back(plain(e.excerpt));
  }
  played.decisions.push_back(std::move(kept));
}

}  // namespace loopbreaker::quality
