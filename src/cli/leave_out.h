// Models that have not seen what they are measured on: for `evaluate --leave-out`.
#pragma once

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "loopbreaker/policy.h"
#include "quality/sections.h"
#include "text/analyzer.h"

namespace loopbreaker::cli {

/// A folder's conversations and texts in parts, and for each part models that were trained on the
/// rest. A source that is one of several of its kind belongs to one part as a whole; the only one
/// of its kind is cut into periods: people who talk change over time.
class LeaveOut {
 public:
  static constexpr int kParts = 5;

  /// Called with what is being done.
  using Progress = std::function<void(const std::string&)>;

  /// Trains, which takes minutes. `data`: laid out as `loopbreaker train` wants it.
  static Result<LeaveOut> train(const std::string& data, const quality::Labelled&, const Progress&);

  /// Plays the events of a set, each session before models that have not seen it.
  Status play(const Policy&, quality::SessionSet&);
  /// Who has not seen the texts of this name.
  Analyzer& of_texts(const std::string& name);

 private:
  /// By what a part's models see: texts as all others do, or without anything of Banking77.
  struct Part {
    std::unique_ptr<Analyzer> usual, blind;
  };
  Analyzer& of(int part, const std::string& set);

  std::string data_;
  std::map<std::string, std::map<std::string, int, std::less<>>> part_of_;  ///< set, session
  std::array<Part, kParts> parts_;
};

}  // namespace loopbreaker::cli
