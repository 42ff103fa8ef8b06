// The loop model as text; see loop_model.h.
#include "text/loop_model.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace loopbreaker {

std::span<const std::string_view> exchange_names() {
  static constexpr std::array<std::string_view, kExchange> kNames = {
      "reply_best",    "reply_wording",  "reply_before",    "reply_sum",     "reply_same",
      "reply_exact",   "reply_failed",   "failures",        "reply_novelty", "reply_values",
      "reply_words",   "ask_best",       "ask_second",      "ask_sum",       "ask_same",
      "ask_rephrases", "ask_novelty",    "ask_values",      "ask_content",   "ask_closes",
      "ask_rejects",   "cohesion",       "cohesion_before", "about",         "about_before",
      "unheard",       "unheard_before", "circle",          "circle_before"};
  static_assert(!kNames.back().empty(), "a name for every feature");
  return kNames;
}

namespace text {
namespace {

struct Field {
  std::string_view name;
  std::int32_t LoopScale::*member;
};
constexpr std::array<Field, 6> kFields = {{{"offset", &LoopScale::offset},
                                           {"least", &LoopScale::least},
                                           {"decay_percent", &LoopScale::decay_percent},
                                           {"sensitive", &LoopScale::sensitive},
                                           {"balanced", &LoopScale::balanced},
                                           {"strict", &LoopScale::strict}}};
constexpr std::string_view kScale = "scale ";

std::optional<std::int32_t> number(std::string_view word) {
  std::int32_t value = 0;
  const auto [end, bad] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (bad != std::errc{} || end != word.data() + word.size()) return std::nullopt;
  return value;
}

bool read_field(std::string_view line, LoopScale& scale) {
  line.remove_prefix(kScale.size());
  const std::size_t space = std::min(line.find(' '), line.size());
  const auto field = std::ranges::find(kFields, line.substr(0, space), &Field::name);
  if (field == kFields.end() || space == line.size()) return false;
  const auto value = number(line.substr(space + 1));
  if (value) scale.*(field->member) = *value;
  return value.has_value();
}

}  // namespace

std::string to_text(const LoopModel& model) {
  std::string out;
  for (const Field& field : kFields) {
    out += kScale;
    out += field.name;
    out += ' ';
    out += std::to_string(model.scale.*(field.member));
    out += '\n';
  }
  return out + to_text(model.trees, exchange_names());
}

Result<LoopModel> parse_loop_model(std::string_view text, std::string_view name) {
  const std::string where(name);
  LoopModel model;
  std::string rest;  // lines of the scale are left empty, so that line numbers stay
  rest.reserve(text.size());
  for (std::size_t line_number = 1; !text.empty(); ++line_number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    if (!line.starts_with(kScale)) {
      rest += line;
    } else if (!read_field(line, model.scale)) {
      return Error{where + ", line " + std::to_string(line_number) +
                   ": expected \"scale NAME NUMBER\""};
    }
    rest += '\n';
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  const LoopScale& s = model.scale;
  if (!(0 < s.sensitive && s.sensitive < s.balanced && s.balanced < s.strict)) {
    return Error{where + ": the operating points must rise: 0 < sensitive < balanced < strict"};
  }
  if (s.decay_percent < 0 || s.decay_percent > 100 || s.least > 0) {
    return Error{where + ": decay_percent must be 0 to 100, least not above 0"};
  }
  auto trees = parse_trees(rest, exchange_names());
  if (!trees) return Error{where + ", " + trees.error().message};
  model.trees = std::move(trees).value();
  model.scorer = TreeScorer(model.trees);
  return model;
}

}  // namespace text
}  // namespace loopbreaker
