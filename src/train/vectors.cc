// Recipe of vectors.i8.
#include "train/vectors.h"

#include <cmath>
#include <numeric>
#include <vector>

#include "text/files.h"
#include "train/examples.h"
#include "train/mapped_rows.h"
#include "train/recipe.h"

namespace loopbreaker::train {
namespace {

constexpr std::size_t kDim = text::VectorTable::kDim;
using Direction = std::vector<double>;

double dot(const Direction& a, const Direction& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

/// The sum of the directions of a set's texts.
Result<Direction> sum_of(const Corpus& corpus, const char* set, ExampleMaker& maker) {
  const auto texts = corpus.utterances(set);
  if (!texts) return texts.error();
  Direction sum(kDim);
  for (const Labelled& l : *texts) {
    const Example e = maker.make(l.text, false, 1, 0);
    for (std::size_t i = 0; i < kDim; ++i) sum[i] += e.vector[i];
  }
  return sum;
}

/// Takes a direction out of whatever the map is applied to, and out of what it took out before.
void take_out(Matrix& map, Direction direction) {
  direction = product(direction, map);
  const double square = dot(direction, direction);
  if (square == 0) return;
  for (std::size_t i = 0; i < kDim; ++i)
    for (std::size_t j = 0; j < kDim; ++j) map(i, j) -= direction[i] * direction[j] / square;
}

}  // namespace

Result<std::string> without_trades(const Corpus& corpus, std::string rows,
                                   const std::string& features) {
  auto table = text::VectorTable::own(rows, features, "models");
  if (!table) return table.error();
  text::Models models = text::builtin_models();
  models.vectors = std::make_shared<const text::VectorTable>(std::move(table).value());
  ExampleMaker maker(models);
  Matrix map = Matrix::identity(kDim);
  for (const char* set : {"clinc150", "hwu64", "bitext", "banking77"}) {
    auto sum = sum_of(corpus, set, maker);
    if (!sum) return sum.error();
    take_out(map, std::move(sum).value());
  }
  return mapped_rows(rows, map);
}

Status make_vectors(const Job& job) {
  job.progress("what messages of a trade have in common", 0);
  auto rows = text::read_whole_file(job.corpus.folder() + "/models/table.i8");
  if (!rows) return rows.error();
  const auto features = text::read_whole_file(job.corpus.folder() + "/models/features.txt");
  if (!features) return features.error();
  auto mapped = without_trades(job.corpus, std::move(rows).value(), *features);
  if (!mapped) return mapped.error();
  if (Status written = write_file(job.out + "/vectors_features.txt", *features); !written)
    return written;
  return write_file(job.out + "/vectors.i8", *mapped);
}

}  // namespace loopbreaker::train
