// What a sender has to know of an event line: its key and its time.
#pragma once

#include <memory>
#include <string_view>

#include "loopbreaker/types.h"

namespace loopbreaker::cli {

struct EventHead {
  std::string_view session_id;  ///< empty: the line is no event with a session
  TimeMs time = kNoTime;
};

/// Reads heads of lines; any line is accepted.
class HeadReader {
 public:
  HeadReader();
  ~HeadReader();
  /// The view lives until the next call.
  EventHead read(std::string_view line);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace loopbreaker::cli
