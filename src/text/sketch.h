// A message reduced to what similarity needs, and the similarities.
#pragma once

#include <array>
#include <memory>
#include <vector>

#include "loopbreaker/analysis.h"
#include "text/tokens.h"
#include "text/vectors.h"

namespace loopbreaker::text {

/// What a sketch is made of, while it is made; reused from message to message.
struct SketchParts {
  std::vector<std::uint32_t> stems, values;
  std::vector<std::uint16_t> weights;
  Sketch::Parts whole;  ///< its lists are set by keep()
};
Sketch keep(SketchParts& parts);

/// Makes sketches; reused from message to message.
class Sketcher {
 public:
  explicit Sketcher(std::shared_ptr<const VectorTable> vectors);
  Sketch make(const Tokens& tokens);

 private:
  Encoder encoder_;
  SketchParts parts_;
  std::vector<std::uint32_t> stems_;    ///< of all words in order
  std::vector<std::uint16_t> weights_;  ///< of each
  void sort_stems();
  /// The bits of the character 3-grams. Returns the hash of the text, 0 for an empty one.
  std::uint64_t mark_letters(std::string_view norm);
};

/// Cosine of the stem sets, weighted by IDF; 0..10000.
std::int32_t idf_cosine(const Sketch& a, const Sketch& b);
/// Cosine of the sets of character 3-grams, without those that fell on the same bit by chance;
/// 0..10000.
std::int32_t letter_cosine(const Sketch& a, const Sketch& b);

Likeness likeness(const Sketch& a, const Sketch& b);
/// Half the vectors' cosine, a quarter each of the two above: other words for the same need are
/// known by the vectors; names, codes and slips by the letters. 0..10000.
std::int32_t need_similarity(const Sketch& a, const Sketch& b);

Score same_need(const Sketch& a, const Sketch& b);
Score same_answer(const Sketch& a, const Sketch& b);
Score cohesion(const Sketch& a, const Sketch& b);

}  // namespace loopbreaker::text
