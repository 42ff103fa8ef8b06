// The mood model: what the course of a session says of the customer's mood. A straight line per
// feature, as text that `train` writes.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "loopbreaker/mood.h"
#include "loopbreaker/result.h"

namespace loopbreaker::text {

/// What one feature adds: gain * (x - centre) / reach, no further than reach to either side.
struct MoodSlope {
  std::int32_t centre = 0;
  std::int32_t reach = 1;  ///< above 0
  std::int32_t gain = 0;   ///< 1/1000 nat
  bool operator==(const MoodSlope&) const = default;
};

struct MoodModel {
  std::int32_t base = 0;  ///< 1/1000 nat, before any feature
  std::array<MoodSlope, kMood> slopes{};

  /// Makes what judging goes through, from the two above.
  void prepare();

  /// 1/1000 nat; 0 = the threshold. REQUIRES: prepared.
  std::int32_t log_odds(const MoodFeatures&) const;
  MoodFeatures contributions(const MoodFeatures&) const;
  /// As in `slopes`, laid out for one pass; the gain is per unit of the feature, in 2^-20.
  struct Lines {
    static constexpr std::size_t kSize = 64;  ///< those beyond the features add nothing
    std::array<std::int32_t, kSize> low{}, high{}, centre{}, gain{};
  };
  Lines lines;

  bool operator==(const MoodModel& o) const { return base == o.base && slopes == o.slopes; }
};

/// "base N", then "slope NAME CENTRE REACH GAIN" for each feature.
std::string to_text(const MoodModel&);
/// Reads what to_text writes; "#" begins a comment. Errors name the line in `name`.
Result<MoodModel> parse_mood_model(std::string_view text, std::string_view name);

}  // namespace loopbreaker::text
