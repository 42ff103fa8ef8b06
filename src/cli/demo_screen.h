// What the demo shows: a line per noteworthy moment, a status line, the most striking handoff, and
// a tally.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "cli/demo_traffic.h"
#include "cli/render.h"

namespace loopbreaker::cli {

struct DemoProgress {
  std::size_t sent = 0, total = 0;
  std::string clock;  ///< event time of the last event sent
};

class DemoScreen {
 public:
  /// `json`: values as they are, and the tally as one object. `live`: standard output is a
  /// terminal.
  DemoScreen(const RenderOptions& options, bool json, bool live);

  void headline(std::string_view text);
  void escalation(std::string_view json);
  void handoff(std::string_view json);
  void summary(std::string_view json);
  void dead_letter(std::string_view json);
  /// A line that is written over on a terminal; in a pipe only now and then.
  void status(const DemoProgress& progress);
  void clear_status();
  /// The handoff that shows most.
  void most_striking();
  void tally(const DemoTraffic& traffic);
  void what_next(bool from_file);

  std::size_t summaries() const { return ended_.size(); }

  /// One escalated conversation.
  struct Case {
    int strength = 0;   ///< 0 nothing, 1 watch, 2 offer, 3 escalate: the strongest so far
    std::string title;  ///< main reason at that time
    std::string quote;  ///< shown last
  };

 private:
  struct Best {
    std::string json;
    int score = -1;
  };
  std::size_t of_strength(int strength) const;
  void tally_json(const DemoTraffic& traffic) const;
  void print(std::string_view text);

  RenderOptions options_;
  bool json_, live_;
  bool status_shown_ = false;
  std::size_t quarter_shown_ = 0;
  std::map<std::string, Case> cases_;  ///< by session
  std::set<std::string> ended_, picked_up_;
  std::size_t dead_letters_ = 0;
  Best best_;
};

}  // namespace loopbreaker::cli
