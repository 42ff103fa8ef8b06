// See mood_model.h.
#include "text/mood_model.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <sstream>

#include "text/rows.h"

namespace loopbreaker {

std::span<const std::string_view> mood_names() {
  static constexpr std::array<std::string_view, kMood> kNames = {"said_sum",
                                                                 "said_mean",
                                                                 "said_max",
                                                                 "said_recent",
                                                                 "rude_sum",
                                                                 "rude_recent",
                                                                 "unhappy_sum",
                                                                 "unhappy_mean",
                                                                 "unhappy_max",
                                                                 "unhappy_recent",
                                                                 "heard",
                                                                 "abuse",
                                                                 "thanks",
                                                                 "customer_turns",
                                                                 "address_share",
                                                                 "question_share",
                                                                 "words_max",
                                                                 "words_first",
                                                                 "words_last",
                                                                 "shouts",
                                                                 "bot_wait_mean",
                                                                 "bot_wait_last",
                                                                 "reply_sum",
                                                                 "reply_mean",
                                                                 "reply_last",
                                                                 "failures_longest",
                                                                 "failures_recent",
                                                                 "reply_failed",
                                                                 "repeats",
                                                                 "repeat_best",
                                                                 "loop",
                                                                 "question_replies",
                                                                 "reply_asks"};
  static_assert(!kNames.back().empty(), "a name for every feature");
  return kNames;
}

namespace text {
namespace {

constexpr int kFraction = 20;  // bits

static_assert(MoodModel::Lines::kSize == rows::kLines && kMood <= rows::kLines);
// What can be asked of a slope, so that its line fits 32 bits.
constexpr std::int32_t kPlaceMax = 1 << 29;
constexpr std::int32_t kSteepMax = (1 << 11) - 1;

bool read_line(const std::string& line, MoodModel& model) {
  std::istringstream words(line);
  std::string what, name, more;
  if (!(words >> what) || what.starts_with('#')) return true;
  if (what == "base") return words >> model.base && !(words >> more);
  MoodSlope s;
  if (what != "slope" || !(words >> name >> s.centre >> s.reach >> s.gain) || words >> more)
    return false;
  const auto known = std::ranges::find(mood_names(), name);
  if (known == mood_names().end() || s.reach <= 0 || s.reach > kPlaceMax ||
      std::abs(std::int64_t{s.centre}) > kPlaceMax ||
      std::abs(std::int64_t{s.gain}) > std::int64_t{kSteepMax} * s.reach)
    return false;
  model.slopes[static_cast<std::size_t>(known - mood_names().begin())] = s;
  return true;
}

}  // namespace

void MoodModel::prepare() {
  for (std::size_t i = 0; i < slopes.size(); ++i) {
    const MoodSlope& s = slopes[i];
    lines.low[i] = s.centre - s.reach;
    lines.high[i] = s.centre + s.reach;
    lines.centre[i] = s.centre;
    lines.gain[i] = static_cast<std::int32_t>(std::int64_t{s.gain} * (1 << kFraction) / s.reach);
  }
}

std::int32_t MoodModel::log_odds(const MoodFeatures& features) const {
  std::array<std::int32_t, Lines::kSize> x{};
  std::ranges::copy(features.values, x.begin());
  const std::int64_t sum = rows::sum_of_lines(x.data(), lines.low.data(), lines.high.data(),
                                              lines.centre.data(), lines.gain.data());
  return base + static_cast<std::int32_t>(sum >> kFraction);
}

MoodFeatures MoodModel::contributions(const MoodFeatures& features) const {
  MoodFeatures out;
  for (std::size_t i = 0; i < slopes.size(); ++i) {
    const std::int32_t x = std::clamp(features.values[i], lines.low[i], lines.high[i]);
    out.values[i] =
        static_cast<std::int32_t>(std::int64_t{x - lines.centre[i]} * lines.gain[i] >> kFraction);
  }
  return out;
}

std::string to_text(const MoodModel& model) {
  std::string out = "base " + std::to_string(model.base) + "\n";
  for (std::size_t i = 0; i < model.slopes.size(); ++i) {
    const MoodSlope& s = model.slopes[i];
    out += "slope " + std::string(mood_names()[i]) + " " + std::to_string(s.centre) + " " +
           std::to_string(s.reach) + " " + std::to_string(s.gain) + "\n";
  }
  return out;
}

Result<MoodModel> parse_mood_model(std::string_view text, std::string_view name) {
  MoodModel model;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (!read_line(std::string(text.substr(0, end)), model)) {
      return Error{std::string(name) + ", line " + std::to_string(number) +
                   ": expected \"base N\" or \"slope FEATURE CENTRE REACH GAIN\""};
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  model.prepare();
  return model;
}

}  // namespace text
}  // namespace loopbreaker
