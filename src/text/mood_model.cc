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
                                                                 "said_second",
                                                                 "said_last",
                                                                 "said_recent",
                                                                 "rude_sum",
                                                                 "rude_mean",
                                                                 "rude_max",
                                                                 "rude_last",
                                                                 "rude_recent",
                                                                 "unhappy_sum",
                                                                 "unhappy_mean",
                                                                 "unhappy_max",
                                                                 "unhappy_last",
                                                                 "unhappy_recent",
                                                                 "heard",
                                                                 "abuse",
                                                                 "thanks",
                                                                 "closes",
                                                                 "says_again",
                                                                 "rejections",
                                                                 "human_requests",
                                                                 "customer_turns",
                                                                 "words_mean",
                                                                 "words_max",
                                                                 "words_first",
                                                                 "words_last",
                                                                 "short_share",
                                                                 "questions",
                                                                 "question_share",
                                                                 "exclamations",
                                                                 "shouts",
                                                                 "minutes",
                                                                 "bot_wait_mean",
                                                                 "bot_wait_max",
                                                                 "bot_wait_last",
                                                                 "bot_wait_first",
                                                                 "customer_wait_mean",
                                                                 "customer_wait_max",
                                                                 "customer_wait_last",
                                                                 "reply_sum",
                                                                 "reply_mean",
                                                                 "reply_max",
                                                                 "reply_last",
                                                                 "reply_recent",
                                                                 "failures",
                                                                 "failure_share",
                                                                 "failures_longest",
                                                                 "failures_recent",
                                                                 "reply_failed",
                                                                 "repeats",
                                                                 "repeats_recent",
                                                                 "repeat_best",
                                                                 "context_losses",
                                                                 "rephrases",
                                                                 "rephrase_best",
                                                                 "loop",
                                                                 "reply_words",
                                                                 "question_replies",
                                                                 "reply_asks",
                                                                 "customer_last"};
  static_assert(!kNames.back().empty(), "a name for every feature");
  return kNames;
}

namespace text {
namespace {

constexpr std::string_view kSlope = "slope ";

constexpr int kFraction = 20;  // bits

static_assert(MoodModel::Lines::kSize == rows::kLines && kMood <= rows::kLines);
// What can be asked of a slope, so that its line fits 32 bits.
constexpr std::int32_t kPlaceMax = 1 << 29;
constexpr std::int32_t kSteepMax = (1 << 11) - 1;

bool read_slope(const std::string& line, MoodModel& model) {
  std::istringstream words(line);
  std::string slope, name, more;
  MoodSlope s;
  if (!(words >> slope >> name >> s.centre >> s.reach >> s.gain) || words >> more) return false;
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
  scorer = TreeScorer(trees);
}

std::int32_t MoodModel::log_odds(const MoodFeatures& features) const {
  std::array<std::int32_t, Lines::kSize> x{};
  std::ranges::copy(features.values, x.begin());
  const std::int64_t sum = rows::sum_of_lines(x.data(), lines.low.data(), lines.high.data(),
                                              lines.centre.data(), lines.gain.data());
  return scorer.log_odds(features.values) + static_cast<std::int32_t>(sum >> kFraction);
}

MoodFeatures MoodModel::contributions(const MoodFeatures& features) const {
  MoodFeatures out;
  trees.contributions(features.values, out.values);
  for (std::size_t i = 0; i < slopes.size(); ++i) {
    const std::int32_t x = std::clamp(features.values[i], lines.low[i], lines.high[i]);
    out.values[i] +=
        static_cast<std::int32_t>(std::int64_t{x - lines.centre[i]} * lines.gain[i] >> kFraction);
  }
  return out;
}

std::string to_text(const MoodModel& model) {
  std::string out;
  for (std::size_t i = 0; i < model.slopes.size(); ++i) {
    const MoodSlope& s = model.slopes[i];
    out += std::string(kSlope) + std::string(mood_names()[i]) + " " + std::to_string(s.centre) +
           " " + std::to_string(s.reach) + " " + std::to_string(s.gain) + "\n";
  }
  return out + to_text(model.trees, mood_names());
}

Result<MoodModel> parse_mood_model(std::string_view text, std::string_view name) {
  const std::string where(name);
  MoodModel model;
  std::string rest;  // lines of slopes are left empty, so that line numbers stay
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string line(text.substr(0, end));
    if (!line.starts_with(kSlope)) {
      rest += line;
    } else if (!read_slope(line, model)) {
      return Error{where + ", line " + std::to_string(number) +
                   ": expected \"slope FEATURE CENTRE REACH GAIN\""};
    }
    rest += '\n';
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  auto trees = parse_trees(rest, mood_names());
  if (!trees) return Error{where + ", " + trees.error().message};
  model.trees = std::move(trees).value();
  model.prepare();
  return model;
}

}  // namespace text
}  // namespace loopbreaker
