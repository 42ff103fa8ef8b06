// What `loopbreaker train` can make: one recipe per model, each in its own file.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "loopbreaker/result.h"
#include "text/models.h"
#include "train/corpus.h"

namespace loopbreaker::train {

struct Job {
  const Corpus& corpus;
  std::string out;  ///< folder that gets the model's files
  /// What is being done and how far it is, 0..1.
  std::function<void(std::string_view what, double done)> progress;
  /// A line of the report: figures with their conditions. Empty: nobody asks, and what is computed
  /// for the report alone is left out.
  std::function<void(const std::string&)> report;

  void tell(const std::string& line) const {
    if (report) report(line);
  }
};

struct Recipe {
  std::string_view name;
  std::string_view makes;  ///< for people: files and what they judge
  Status (*make)(const Job&);
};

/// All recipes, in the order in which they are made: later ones may use what earlier ones wrote.
std::span<const Recipe> recipes();

/// The models in the job's folder over the built-in ones: what has been made so far.
text::Models models_so_far(const Job&);
/// The built-in models with vectors that have seen no need of Banking77 (made of models/blind.i8):
/// for similarities in sessions that were built from its texts, which the full table knows too
/// well.
Result<text::Models> blind_models(const Corpus&);

/// Sizes of the two linear tables: 2^bits weights per head.
inline constexpr int kCustomerBits = 16;
inline constexpr int kBotBits = 15;

Status write_file(const std::string& path, std::string_view bytes);

Status make_vectors(const Job&);
Status make_customer_model(const Job&);
Status make_bot_model(const Job&);
Status make_loop_model(const Job&);
Status make_mood_model(const Job&);

}  // namespace loopbreaker::train
