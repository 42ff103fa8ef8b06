// Traffic for measurements: recorded or generated conversations under fresh session ids, so many
// open at a time, for as long as one likes.
#pragma once

#include <cstdint>
#include <functional>
#include <queue>
#include <random>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "loopbreaker/types.h"

namespace loopbreaker::measure {

struct TrafficSettings {
  std::uint64_t seed = 1;
  std::uint32_t open = 20'000;  ///< conversations going on at any moment
  std::uint32_t asks_human =
      100;  ///< in one conversation of so many, the third and fourth customer turns ask for a
            ///< person, as recordings of bots seldom do; 0: in none
  std::uint32_t message_bytes = 0;  ///< messages are repeated or cut to so many; 0: as they are
};

/// Deterministic: same lines, same settings, same events on every machine.
class Traffic {
 public:
  /// One canonical event as JSON, and its session. Lines of a session in their order.
  void add(std::string_view session_id, std::string_view line);
  std::size_t conversations() const { return conversations_.size(); }
  /// Back to the first event. REQUIRES: conversations() > 0
  void begin(const TrafficSettings&);
  /// The next event: of a conversation chosen at random among those that are open; one that ends is
  /// replaced by a new one. Replaces the contents of both.
  void next(TimeMs event_time, std::string& session_id, std::string& json);
  /// The next event where every conversation keeps its own pace, as recorded, and a new one begins
  /// `per_second` times a second. Tells when it happens, counted from the beginning; event times
  /// count from `first`.
  DurationMs next_as_recorded(double per_second, TimeMs first, std::string& session_id,
                              std::string& json);
  std::uint64_t opened() const { return opened_; }

 private:
  enum class Part : std::uint8_t { literal, session, time, text };
  /// Words of a text, again and again, until it has so many bytes.
  static void fill(std::string_view text, std::size_t bytes, std::string& json);
  struct Piece {
    Part part;
    std::string literal;  ///< of text: as recorded
  };
  struct Line {
    std::vector<Piece> pieces;
    std::uint32_t customer_turn = 0;  ///< from 1; 0: of somebody else
    TimeMs recorded = kNoTime;
  };
  using Conversation = std::vector<Line>;
  struct Open {
    const Conversation* conversation;
    std::uint32_t next;
    std::uint64_t number;
    bool asks_human;
  };

  /// A conversation that waits for its next event.
  struct Due {
    DurationMs at;
    Open open;
    bool operator>(const Due& other) const {
      return std::pair(at.ms, open.number) > std::pair(other.at.ms, other.open.number);
    }
  };

  static Line split(std::string_view session_id, std::string_view line);
  Open fresh();
  void write(const Open& open, TimeMs event_time, std::string& session_id, std::string& json) const;

  std::vector<Conversation> conversations_;
  std::unordered_map<std::string, std::size_t> by_session_;
  TrafficSettings settings_;
  std::mt19937_64 random_;
  std::vector<Open> open_;
  std::uint64_t opened_ = 0;
  std::priority_queue<Due, std::vector<Due>, std::greater<>> due_;
};

}  // namespace loopbreaker::measure
