// The labelled data that models are made from: a folder laid out as `loopbreaker train --help`
// says.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "loopbreaker/event.h"
#include "loopbreaker/result.h"

namespace loopbreaker::train {

/// Calls the function with each line of a file, plain or gzip. The door to the file system.
using ReadLines =
    std::function<Status(const std::string& path, const std::function<void(std::string_view)>&)>;

/// A text with its label.
struct Labelled {
  std::string label;
  std::string text;
};

/// A customer's turn to a bot, and whether most of its annotators call it abuse.
struct Annotated {
  std::string text;
  bool abuse = false;
};

/// What is held back of a folder, so that models can be measured on what they have not seen.
struct LeftOut {
  std::set<std::string> texts;  ///< utterances, by name
  /// Sessions, by their set and id; none when empty.
  std::function<bool(const std::string& set, std::string_view session_id)> session;
};

class Corpus {
 public:
  Corpus(std::string folder, ReadLines read, LeftOut left_out = {});

  const std::string& folder() const { return folder_; }
  /// utterances/NAME.tsv: label TAB text; nothing when they are left out.
  Result<std::vector<Labelled>> utterances(const std::string& name) const;
  /// utterances/convabuse_NAME.csv, as published.
  Result<std::vector<Annotated>> abuse(const std::string& name) const;
  /// Each event of sessions/NAME.ndjson.gz in its order; events live until the call returns.
  Status events(const std::string& name, const std::function<void(const Event&)>& event) const;
  /// Lines of a file by its path in the folder: for labels.
  Status lines(const std::string& path, const std::function<void(std::string_view)>& line) const;

 private:
  std::string folder_;
  ReadLines read_;
  LeftOut left_out_;
};

}  // namespace loopbreaker::train
