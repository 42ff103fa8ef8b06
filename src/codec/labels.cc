// Labels from JSON; see labels.h.
#include "codec/labels.h"

#include <simdjson.h>

#include <algorithm>

namespace loopbreaker::codec {
namespace {

using simdjson::dom::element;

std::string text_in(const element& row, const char* name) {
  std::string_view value;
  return row[name].get(value) ? std::string() : std::string(value);
}

std::optional<bool> flag_in(const element& row, const char* name) {
  bool value = false;
  if (row[name].get(value)) return std::nullopt;
  return value;
}

std::vector<std::string> texts_in(const element& row, const char* name) {
  simdjson::dom::array array;
  std::vector<std::string> out;
  if (row[name].get(array)) return out;
  for (const element& entry : array) {
    std::string_view value;
    const bool text = !entry.get(value);
    out.emplace_back(text ? value : std::string_view());
  }
  return out;
}

}  // namespace

Result<std::vector<SessionLabel>> decode_labels(std::string_view lines) {
  simdjson::dom::parser parser;
  std::vector<SessionLabel> out;
  for (std::size_t number = 1; !lines.empty(); ++number) {
    const std::size_t end = std::min(lines.find('\n'), lines.size());
    const std::string_view line = lines.substr(0, end);
    lines.remove_prefix(std::min(end + 1, lines.size()));
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    element row;
    SessionLabel label;
    if (!parser.parse(line.data(), line.size()).get(row))
      label.session_id = text_in(row, "session_id");
    if (label.session_id.empty())
      return Error{"line " + std::to_string(number) + ": expected a JSON object with session_id"};
    label.kind = text_in(row, "kind");
    label.normal = flag_in(row, "normal");
    label.annoyed = flag_in(row, "annoyed");
    label.happy_path = flag_in(row, "happy_path");
    label.scripted_annoying = flag_in(row, "scripted_annoying");
    label.human_request = flag_in(row, "human_request");
    label.ask_event_ids = texts_in(row, "ask_event_ids");
    label.bot_acts = texts_in(row, "bot_acts");
    label.event_id = text_in(row, "event_id");
    out.push_back(std::move(label));
  }
  return out;
}

}  // namespace loopbreaker::codec
