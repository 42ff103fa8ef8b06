// Sessions to judged exchanges; see exchanges.h.
#include "train/exchanges.h"

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <utility>

#include "loopbreaker/core.h"
#include "text/passing_analyzer.h"

namespace loopbreaker::train {
namespace {

/// Passes everything on, and keeps the exchange that was judged last.
class Listener final : public text::PassingAnalyzer {
 public:
  using PassingAnalyzer::PassingAnalyzer;

  std::int32_t judge_exchange(const ExchangeFeatures& features) const override {
    heard_ = features;
    return PassingAnalyzer::judge_exchange(features);
  }

  std::optional<ExchangeFeatures> take() { return std::exchange(heard_, std::nullopt); }

 private:
  mutable std::optional<ExchangeFeatures> heard_;
};

struct Open {
  Session session;
  JudgedSession* judged = nullptr;
  std::int32_t settled_turn = -1;
};

void note(Open& open, std::int32_t ask_turn, std::optional<ExchangeFeatures> heard) {
  JudgedExchange exchange;
  exchange.measured = heard.has_value();
  if (heard) exchange.features = *heard;
  exchange.settled = open.session.settled_turn != open.settled_turn;
  open.settled_turn = open.session.settled_turn;
  for (const Turn& turn : open.session.turns) {
    if (static_cast<std::int32_t>(turn.number) != ask_turn) continue;
    const auto& asks = open.judged->label.ask_event_ids;
    const auto ask = std::ranges::find(asks, turn.event_id.view());
    if (ask != asks.end()) exchange.ask = static_cast<std::int32_t>(ask - asks.begin());
  }
  exchange.reply = open.session.turns.back().sketch.exact();
  open.judged->exchanges.push_back(std::move(exchange));
}

}  // namespace

Result<std::vector<JudgedSession>> judge_sessions(const Corpus& corpus, const std::string& name,
                                                  Analyzer& analyzer) {
  std::string rows;
  const Status read = corpus.lines("labels/" + name + ".ndjson", [&](std::string_view line) {
    rows += line;
    rows += '\n';
  });
  if (!read) return read.error();
  auto labels = codec::decode_labels(rows);
  if (!labels) return Error{"labels/" + name + ".ndjson, " + labels.error().message};

  std::vector<JudgedSession> out;
  std::unordered_map<std::string, std::size_t> known;
  for (codec::SessionLabel& label : *labels) {
    known.emplace(label.session_id, out.size());
    out.emplace_back().label = std::move(label);
  }
  Listener listener(analyzer);
  std::vector<bool> seen(out.size());
  std::unordered_map<std::string, Open> sessions;
  const Status folded = corpus.events(name, [&](const Event& event) {
    const auto label = known.find(std::string(event.session_id));
    if (label == known.end()) return;
    auto [it, fresh] = sessions.try_emplace(label->first);
    Open& open = it->second;
    if (fresh) {
      open.session = open_session(event);
      open.judged = &out[label->second];
      seen[label->second] = true;
    }
    const std::int32_t ask = open.session.loop.open_rephrase;
    fold(open.session, event, listener);
    auto heard = listener.take();
    // A reply to an open ask is an exchange, whether a model was asked or not.
    if (ask >= 0 && open.session.loop.open_rephrase < 0 && event.participant == Participant::bot)
      note(open, ask, std::move(heard));
    if (event.type == EventType::ended) sessions.erase(it);
  });
  if (!folded) return folded.error();
  // Labels of sessions that are not there say nothing.
  std::size_t place = 0;
  std::erase_if(out, [&](const JudgedSession&) { return !seen[place++]; });
  return out;
}

}  // namespace loopbreaker::train
