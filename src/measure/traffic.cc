#include "measure/traffic.h"

#include <fmt/format.h>

#include <algorithm>

#include "codec/rfc3339.h"

namespace loopbreaker::measure {
namespace {

constexpr std::string_view kAsksHuman[] = {
    "I want to speak to a human", "can I talk to a real person please",
    "agent please, this does not help", "just let me talk to an agent",
    "Is there a human being I can speak with?"};

/// The string value of the first member of this name, without its quotes, at or after `from`; empty
/// when there is none.
std::string_view string_member(std::string_view line, std::string_view name) {
  const std::string quoted = fmt::format("\"{}\"", name);
  std::size_t at = line.find(quoted);
  if (at == std::string_view::npos) return {};
  at = line.find_first_not_of(" :", at + quoted.size());
  if (at == std::string_view::npos || line[at] != '"') return {};
  std::size_t end = ++at;
  while (end < line.size() && line[end] != '"') end += line[end] == '\\' ? 2 : 1;
  return line.substr(at, std::min(end, line.size()) - at);
}

}  // namespace

Traffic::Line Traffic::split(std::string_view session_id, std::string_view line) {
  struct Cut {
    std::size_t at, size;
    Part part;
  };
  std::vector<Cut> cuts;
  for (std::size_t at = line.find(session_id); at != std::string_view::npos;
       at = line.find(session_id, at + session_id.size()))
    cuts.push_back({at, session_id.size(), Part::session});
  const auto cut = [&](std::string_view value, Part part) {
    if (value.data() != nullptr)
      cuts.push_back({static_cast<std::size_t>(value.data() - line.data()), value.size(), part});
  };
  cut(string_member(line, "time"), Part::time);
  cut(string_member(line, "text"), Part::text);
  const bool customer = string_member(line, "participant") == "customer";
  std::sort(cuts.begin(), cuts.end(), [](const Cut& a, const Cut& b) { return a.at < b.at; });

  Line made;
  std::size_t from = 0;
  for (const Cut& c : cuts) {
    if (c.at < from) continue;  // a session named inside of a text
    made.pieces.push_back({Part::literal, std::string(line.substr(from, c.at - from))});
    made.pieces.push_back({c.part, std::string(line.substr(c.at, c.size))});
    from = c.at + c.size;
    if (c.part == Part::text && customer) made.customer_turn = 1;
  }
  made.pieces.push_back({Part::literal, std::string(line.substr(from))});
  made.recorded = codec::parse_rfc3339(string_member(line, "time")).value_or(kNoTime);
  return made;
}

void Traffic::add(std::string_view session_id, std::string_view line) {
  if (session_id.empty()) return;
  const auto [at, first] = by_session_.try_emplace(std::string(session_id), conversations_.size());
  if (first) conversations_.emplace_back();
  Conversation& conversation = conversations_[at->second];
  Line made = split(session_id, line);
  if (made.customer_turn > 0) {
    made.customer_turn += static_cast<std::uint32_t>(
        std::count_if(conversation.begin(), conversation.end(),
                      [](const Line& l) { return l.customer_turn > 0; }));
  }
  conversation.push_back(std::move(made));
}

Traffic::Open Traffic::fresh() {
  const Conversation& chosen = conversations_[random_() % conversations_.size()];
  const bool asks = settings_.asks_human > 0 && random_() % settings_.asks_human == 0;
  return {&chosen, 0, opened_++, asks};
}

void Traffic::begin(const TrafficSettings& settings) {
  settings_ = settings;
  random_.seed(settings.seed);
  opened_ = 0;
  open_.clear();
  due_ = {};
  for (std::uint32_t i = 0; i < std::max(settings.open, 1u); ++i) open_.push_back(fresh());
}

void Traffic::fill(std::string_view text, std::size_t bytes, std::string& json) {
  const std::size_t end = json.size() + bytes;
  while (json.size() < end && !text.empty()) {
    // Whole words: what stands between blanks never parts an escape.
    for (std::size_t at = 0; at < text.size() && json.size() < end;) {
      const std::size_t blank = std::min(text.find(' ', at), text.size());
      json += text.substr(at, blank - at);
      json += ' ';
      at = blank + 1;
    }
  }
}

void Traffic::next(TimeMs event_time, std::string& session_id, std::string& json) {
  Open& open = open_[random_() % open_.size()];
  write(open, event_time, session_id, json);
  if (++open.next == open.conversation->size()) open = fresh();
}

DurationMs Traffic::next_as_recorded(double per_second, TimeMs first, std::string& session_id,
                                     std::string& json) {
  const auto begins = [&] {
    return DurationMs{static_cast<std::int64_t>(static_cast<double>(opened_) * 1000 / per_second)};
  };
  while (due_.empty() || due_.top().at.ms >= begins().ms) {
    const DurationMs at = begins();
    due_.push({at, fresh()});
  }
  Due now = due_.top();
  due_.pop();
  const DurationMs at = now.at;
  write(now.open, first + at, session_id, json);
  const Conversation& lines = *now.open.conversation;
  if (++now.open.next < lines.size()) {
    const TimeMs said = lines[now.open.next - 1].recorded, next = lines[now.open.next].recorded;
    const bool known = said != kNoTime && next != kNoTime && next > said;
    if (known) now.at.ms += (next - said).ms;
    due_.push(now);
  }
  return at;
}

void Traffic::write(const Open& open, TimeMs event_time, std::string& session_id,
                    std::string& json) const {
  const Line& line = (*open.conversation)[open.next];
  session_id.clear();
  fmt::format_to(std::back_inserter(session_id), "b{}-{:09}", settings_.seed, open.number);
  json.clear();
  for (const Piece& piece : line.pieces) {
    switch (piece.part) {
      case Part::literal:
        json += piece.literal;
        break;
      case Part::session:
        json += session_id;
        break;
      case Part::time:
        json += codec::format_rfc3339(event_time).view();
        break;
      case Part::text: {
        const bool asks = open.asks_human && (line.customer_turn == 3 || line.customer_turn == 4);
        const std::string_view said =
            asks ? kAsksHuman[(open.number + line.customer_turn) % std::size(kAsksHuman)]
                 : std::string_view(piece.literal);
        if (settings_.message_bytes > 0)
          fill(said, settings_.message_bytes, json);
        else
          json += said;
        break;
      }
    }
  }
}

}  // namespace loopbreaker::measure
