// The table of recipes.
#include "train/recipe.h"

#include <fstream>
#include <memory>
#include <utility>

#include "text/files.h"
#include "train/vectors.h"

namespace loopbreaker::train {

std::span<const Recipe> recipes() {
  static constexpr Recipe kAll[] = {
      {"vectors", "vectors.i8: the distilled vectors without what a trade's messages share",
       make_vectors},
      {"customer", "customer.linear: abuse, dissatisfaction, requests for a person",
       make_customer_model},
      {"bot", "bot.linear: answers that fail", make_bot_model},
      {"loops", "loops.trees: exchanges in which customer and bot go in circles", make_loop_model},
      {"mood", "mood.slopes: customers who are annoyed by the course of the session",
       make_mood_model},
  };
  return kAll;
}

text::Models models_so_far(const Job& job) {
  auto loaded = text::load_models(job.out);
  return loaded ? std::move(loaded).value() : text::builtin_models();
}

Result<text::Models> blind_models(const Corpus& corpus) {
  auto distilled = text::read_whole_file(corpus.folder() + "/models/blind.i8");
  if (!distilled) return distilled.error();
  const auto features = text::read_whole_file(corpus.folder() + "/models/blind_features.txt");
  if (!features) return features.error();
  auto rows = without_trades(corpus, std::move(distilled).value(), *features);
  if (!rows) return rows.error();
  auto vectors = text::VectorTable::own(std::move(rows).value(), *features, "blind.i8");
  if (!vectors) return vectors.error();
  text::Models models = text::builtin_models();
  models.vectors = std::make_shared<const text::VectorTable>(std::move(vectors).value());
  return models;
}

Status write_file(const std::string& path, std::string_view bytes) {
  std::ofstream file(path, std::ios::binary);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!file.flush()) return Error{path + ": cannot be written"};
  return Ok{};
}

}  // namespace loopbreaker::train
